"""The course team's page: one sentence, one table, one download, and nothing on it runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.marked import MULTIPLE, SINGLE
from tests.xblocks.microquiz.viewing import ENGLISH, find, foreign, texts
from xblocks.microquiz import questions as q
from xblocks.microquiz.figures import QuestionFigures
from xblocks.microquiz.report_page import question_name, render_report

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def line(question: q.Question = SINGLE, **more: Any) -> QuestionFigures:
    figures = {"learners": 4, "answers": 7, "first_right": 0.75, "median_seconds": 5.0, "wrong": ()}
    return QuestionFigures(question=question, **{**figures, **more})


def report(*lines: QuestionFigures, title: str = "Phishing", csv_url: str = "/answers.csv", rtl: bool = False) -> str:
    return render_report(
        title, lines, css_url="/report.css?v=1&w=2", csv_url=csv_url, lang="en", rtl=rtl, words=ENGLISH
    )


# --- The page


def test_it_is_a_whole_page_in_its_language_and_direction() -> None:
    html = report(line())
    assert html.startswith('<!DOCTYPE html><html lang="en" dir="ltr">')
    assert 'dir="rtl"' in report(line(), rtl=True)
    assert "<title>How it goes: Phishing</title>" in html
    assert texts(html, "//h1") == ["How it goes: Phishing"]
    assert '<link rel="stylesheet" href="/report.css?v=1&amp;w=2">' in html


@pytest.mark.parametrize("lines", [(), (line(learners=0, answers=0, first_right=None, median_seconds=None),)])
def test_before_the_first_answer_it_says_when_to_come_back(lines: tuple[QuestionFigures, ...]) -> None:
    html = report(*lines)
    assert "Nobody has answered yet. Come back once the first learners have played." in html
    assert not find(html, "//table | //a")


# --- The sentence


def test_the_question_that_is_most_often_missed_is_named() -> None:
    easy, hard = q.TrueFalse(id="e", title="Easy"), q.TrueFalse(id="h", title="100% <hard>")
    html = report(line(easy, first_right=1.0), line(hard, first_right=0.334), line(SINGLE, first_right=None))
    assert texts(html, "//main/p[1]") == ["Most often missed at the first try: 100% <hard> (33% right)."]


@pytest.mark.parametrize("first_right", [1.0, None])
def test_where_nothing_was_missed_nothing_is_named(first_right: float | None) -> None:
    assert "Most often missed" not in report(line(first_right=first_right))


# --- The table


def test_each_question_has_a_row_of_figures() -> None:
    html = report(line(), line(MULTIPLE, learners=0, answers=0, first_right=None, median_seconds=None))
    heads = ["Question", "Right at the first try", "Learners", "Answers", "Median seconds", "Wrong answers given most"]
    assert texts(html, "//thead//th") == heads
    assert texts(html, "//tbody/tr[1]/*") == ["1. what-is-asked", "75%", "4", "7", "5", "–"]
    assert texts(html, "//tbody/tr[2]/*") == ["2. what-is-asked", "–", "0", "0", "–", "–"]
    assert [cell.get("data-head") for cell in find(html, "//tbody/tr[1]/td")] == heads[1:]
    assert [cell.get("scope") for cell in find(html, "//tbody//th")] == ["row", "row"]


def test_a_half_second_is_told_and_a_whole_one_has_no_zeros() -> None:
    assert texts(report(line(median_seconds=12.5)), "//tbody//td[4]") == ["12.5"]
    assert texts(report(line(median_seconds=90.0)), "//tbody//td[4]") == ["90"]


def test_wrong_answers_stand_in_a_list_and_signs_are_explained_where_there_are_some() -> None:
    html = report(line(wrong=(("spam", 3), ("mail", 1))))
    assert texts(html, "//tbody//li") == ["spam 3×", "mail 1×"]
    assert not find(html, "//tbody//small")
    signs = texts(report(line(MULTIPLE, wrong=(("+ spam", 3),))), "//tbody//small")
    assert signs == ["+ taken though wrong, − left out though right"]


def test_the_answers_can_be_downloaded_where_there_is_a_place_for_it() -> None:
    (link,) = find(report(line(), csv_url='/answers?a=1&b="2"'), "//a[@class='mu-button']")
    assert link.get("href") == '/answers?a=1&b="2"'
    assert not find(report(line(), csv_url=""), "//a")


# --- Names


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (q.TrueFalse(id="q1", title="A title", text="A text"), "A title"),
        (q.TrueFalse(id="q1", text="<p>A text\non lines</p>"), "A text on lines"),
        (q.TrueFalse(id="q1", text="x" * 121), "x" * 119 + "…"),
        (q.TrueFalse(id="q1", image=q.Image(src="/a.png")), "q1"),
    ],
)
def test_a_question_has_a_name_in_any_case(question: q.Question, name: str) -> None:
    assert question_name(question) == name


def test_a_text_of_another_direction_does_not_turn_the_figures_beside_it_around() -> None:
    html = report(line(SINGLE, learners=1, answers=1, first_right=0.0, wrong=(("אפרסק", 2),)))
    assert texts(html, "//tbody//bdi") == [question_name(SINGLE), "אפרסק", "2×"]


# --- Strangers

OURS = {"main", "h1", "h2", "bdi", "style", "scope", "data-head", "tabindex", "role", "aria-label", "class"}


@patiently
@given(
    st.lists(
        st.builds(
            line,
            strategies.questions(),
            first_right=st.one_of(st.none(), st.floats(0, 1)),
            wrong=st.lists(st.tuples(strategies.texts(), st.integers(1, 9)), max_size=2).map(tuple),
        ),
        max_size=2,
    ),
    strategies.texts(),
    strategies.urls(),
)
def test_whatever_authors_and_learners_wrote_is_text(lines: list[QuestionFigures], title: str, csv_url: str) -> None:
    html = report(*lines, title=title, csv_url=csv_url)
    body = html[html.index("<main>") : html.index("</body>")]
    assert [one for one in foreign(body) if one.split()[-1] not in OURS] == []
    assert len(find(body, "//tbody/tr")) == len(lines)
    assert len(find(html, "//title | //link | //meta")) == 4
    for styled in find(body, "//*[@style]"):
        assert styled.get("style").removeprefix("inline-size:").removesuffix("%").isdigit()
