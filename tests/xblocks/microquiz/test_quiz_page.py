"""The quiz around its questions: what it costs, how far one is, and what one knows at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.answering import responses_to
from tests.xblocks.microquiz.marked import FLASHCARD, ONE_OF_EACH, seen
from tests.xblocks.microquiz.viewing import ENGLISH, find, foreign, name_of, parsed, texts, view_of
from xblocks.microquiz import questions as q
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.quiz_page import QuizView, render_progress, render_quiz, render_summary
from xblocks.microquiz.responses import Response
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings, ShowAnswer

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SETTINGS = QuizSettings(display_name="Spotting phishing")
END = replace(SETTINGS, feedback_timing=FeedbackTiming.END)

RIGHT: Response = {"value": True}
WRONG: Response = {"value": False}


def statement(name: str, **more: Any) -> q.TrueFalse:
    return q.TrueFalse(id=name, **{"text": f"Statement {name}", **more})


def asked(*given_: Response | None, settings: QuizSettings = SETTINGS, closed: bool = False) -> list[QuestionView]:
    """A statement for each answer; None: not answered."""
    return [
        view_of(
            statement(f"s{place}"),
            *([response] if response else []),
            settings=settings,
            closed=closed,
            place=place,
            total=len(given_),
        )
        for place, response in enumerate(given_, 1)
    ]


def quiz(
    questions: Sequence[QuestionView], answered: int | None = None, settings: QuizSettings = SETTINGS, **more: Any
) -> QuizView:
    if answered is None:
        answered = sum(one.response is not None for one in questions)
    return QuizView(settings=settings, questions=questions, answered=answered, **{"minutes": 1, **more})


def page(view: QuizView) -> str:
    return render_quiz(view, ENGLISH)


# --- The head


def test_a_quiz_says_what_it_is() -> None:
    html = page(quiz(asked(None), settings=replace(SETTINGS, introduction="<p>Two <b>minutes</b>.</p>")))
    assert texts(html, "//h3") == ["Spotting phishing"]
    assert texts(html, "//div[@class='mu-intro']/p/b") == ["minutes"]
    assert [one.get("aria-label") for one in find(html, "//section")] == ["Spotting phishing"]
    assert not find(page(quiz(asked(None))), "//div[@class='mu-intro']")


def promise(view: QuizView) -> str:
    return texts(page(view), "//p[contains(@class, 'mu-note')]")[0]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (SETTINGS, "Try as often as you like: mistakes cost nothing, they are how one learns."),
        (replace(SETTINGS, attempts_allowed=1), "One attempt for each question, so take your time."),
        (replace(SETTINGS, attempts_allowed=1, retry_penalty=0.5), "One attempt for each question"),
        (replace(SETTINGS, attempts_allowed=3), "Up to 3 attempts for each question; a mistake costs nothing."),
        (replace(SETTINGS, retry_penalty=0.25), "each further attempt costs 25% of a question's points."),
        (replace(SETTINGS, attempts_allowed=3, retry_penalty=1.0), "each further attempt costs 100% of"),
    ],
)
def test_a_quiz_says_what_a_mistake_costs(settings: QuizSettings, sentence: str) -> None:
    assert sentence in promise(quiz(asked(None), settings=settings))


def test_a_quiz_says_how_long_it_takes() -> None:
    assert promise(quiz(asked(None))).startswith("1 question · about 1 minute. ")
    assert promise(quiz(asked(None, None), minutes=4)).startswith("2 questions · about 4 minutes. ")


def test_an_empty_a_closed_and_a_public_quiz_say_so() -> None:
    assert promise(quiz([], minutes=0)) == "There are no questions here yet."
    assert "closed on its due date; you can still read everything" in promise(quiz(asked(None), closed=True))
    assert "Sign in to answer; then your progress is kept." in promise(quiz(asked(None), signed_in=False))
    assert "Sign in" in promise(quiz(asked(None), signed_in=False, closed=True))


def test_only_the_course_team_finds_the_way_to_the_report() -> None:
    (link,) = find(page(quiz(asked(None), report_url='/report?a=1&b="2"')), "//a[@class='mu-team']")
    assert link.get("href") == '/report?a=1&b="2"'
    assert not find(page(quiz(asked(None))), "//a")


# --- Progress


@pytest.mark.parametrize(("answered", "width"), [(0, "0%"), (1, "33%"), (2, "66%"), (3, "100%")])
def test_progress_is_a_bar_that_also_says_it_in_words(answered: int, width: str) -> None:
    html = render_progress(quiz(asked(None, None, None), answered), ENGLISH)
    (bar,) = find(html, "//*[@role='progressbar']")
    assert (bar.get("aria-valuenow"), bar.get("aria-valuemin"), bar.get("aria-valuemax")) == (str(answered), "0", "3")
    assert bar.get("aria-label") == f"{answered} of 3 answered"
    assert texts(html, "//p") == [f"{answered} of 3 answered"]
    assert f"inline-size:{width}" in html


def test_there_is_no_progress_without_questions_or_without_a_name() -> None:
    assert render_progress(quiz([]), ENGLISH) == ""
    assert render_progress(quiz(asked(None), signed_in=False), ENGLISH) == ""


# --- The way through


def test_one_question_at_a_time_has_ways_back_and_on() -> None:
    views = asked(RIGHT, None, None)
    html = page(quiz([views[0], replace(views[1], current=True), views[2]]))
    assert texts(html, "//div[@class='mu-way']/button") == ["Back", "Next"]
    assert find(html, "//section[@data-mode='one'][not(@data-end)]")
    assert [one.get("data-q") for one in find(html, "//li[@data-current]")] == [views[1].name]


def test_when_no_question_is_left_one_stands_at_the_end() -> None:
    assert find(page(quiz(asked(RIGHT, RIGHT))), "//section[@data-mode='one'][@data-end]")


@pytest.mark.parametrize(
    ("number", "presentation"),
    [(1, Presentation.ONE_AT_A_TIME), (1, Presentation.ALL_ON_A_PAGE), (3, Presentation.ALL_ON_A_PAGE)],
)
def test_one_question_or_all_on_a_page_need_no_ways(number: int, presentation: Presentation) -> None:
    html = page(quiz(asked(*[None] * number), settings=replace(SETTINGS, presentation=presentation)))
    assert find(html, "//section[@data-mode='all'][not(@data-end)]")
    assert not find(html, "//div[@class='mu-way']")
    assert len(find(html, "//section/ol/li")) == number


def test_what_is_handed_in_at_the_end_has_a_button_for_it() -> None:
    html = page(quiz(asked(None, None, settings=END), settings=END, may_hand_in=True))
    assert texts(html, "//button[@data-do='finish']") == ["Hand in"]
    assert find(html, "//section[@data-feedback='end']")
    assert not find(page(quiz(asked(None))), "//button[@data-do='finish']")


# --- The summary


def summary(view: QuizView) -> tuple[list[str], list[str]]:
    """Its heading and paragraph, and the questions to look at again."""
    html = render_summary(view, ENGLISH)
    return texts(html, "//h4 | //body/p"), texts(html, "//li/a")


def test_who_knows_everything_hears_it() -> None:
    told = ["Well done: you know all of this now", "Looking back at it in a few days makes it stick."]
    assert summary(quiz(asked(RIGHT, RIGHT))) == (told, [])


def test_what_is_worth_another_look_is_named_and_linked() -> None:
    views = asked(RIGHT, WRONG, WRONG)
    view = quiz(views)
    assert summary(view) == (["Done: you know 1 of 3", "Worth another look:"], ["Statement s2", "Statement s3"])
    links = find(render_summary(view, ENGLISH), "//a")
    assert [one.get("href") for one in links] == [f"#mu-{one.name}" for one in views[1:]]
    assert [one.get("data-see") for one in links] == [one.name for one in views[1:]]


@pytest.mark.parametrize(
    "view",
    [quiz([]), quiz(asked(None)), quiz(asked(RIGHT, None)), quiz(asked(None, None), signed_in=False)],
)
def test_there_is_no_summary_before_the_end(view: QuizView) -> None:
    assert render_summary(view, ENGLISH) == ""


@pytest.mark.parametrize(
    ("rating", "known"), [(q.Rating.AGAIN, False), (q.Rating.HARD, True), (q.Rating.GOOD, True), (q.Rating.EASY, True)]
)
def test_a_card_that_was_not_known_is_worth_another_look(rating: q.Rating, known: bool) -> None:
    card = view_of(FLASHCARD, {"rating": rating.value}, turned=True)
    told, again = summary(quiz([*asked(RIGHT), card]))
    assert again == ([] if known else ["what-is-asked"])
    assert told[0] == ("Well done: you know all of this now" if known else "Done: you know 1 of 2")


def test_an_answer_that_was_edited_away_counts_as_it_was_given() -> None:
    assert summary(quiz([replace(asked(RIGHT)[0], response=None)], 1))[0][0].startswith("Well done")


def test_what_waits_to_be_handed_in_is_not_the_end() -> None:
    waiting = view_of(statement("a"), settings=END, saved=RIGHT)
    assert render_summary(quiz([waiting], 1, END, may_hand_in=True), ENGLISH) == ""
    mixed = [waiting, view_of(statement("b"), WRONG, settings=END)]
    assert render_summary(quiz(mixed, 2, END, may_hand_in=True), ENGLISH) == ""


def test_what_was_handed_in_together_is_the_end() -> None:
    views = asked(RIGHT, WRONG, settings=END)
    told = ["Done: you know 1 of 2", "Worth another look:"]
    assert summary(quiz(views, settings=END, may_hand_in=True)) == (told, ["Statement s2"])


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (statement("a", title="A <b>title</b>"), "A <b>title</b>"),
        (statement("a", text=f"<p>{'long ' * 30}</p>"), ("long " * 30)[:79] + "…"),
        (
            q.Cloze(id="c", text="Fill [[g]]", gaps=(q.TypedGap(id="g", answers=(q.TextAnswer(pattern="x"),)),)),
            "Fill …",
        ),
        (statement("a", text="", image=q.Image(src="/a.png", alt="A mail")), "A mail"),
        (statement("a", text="", image=q.Image(src="/a.png")), "Question 4 of 5"),
    ],
)
def test_a_question_is_named_so_that_one_knows_which(question: q.Question, name: str) -> None:
    response = {"gaps": {"g": "y"}} if isinstance(question, q.Cloze) else WRONG
    assert summary(quiz([view_of(question, response, place=4, total=5)]))[1] == [name]


# --- The whole page


@st.composite
def whole_pages(draw: st.DrawFn) -> tuple[QuizView, str]:
    """A quiz of a few questions at any point of anybody's play."""
    settings = draw(strategies.quiz_settings())
    drawn = draw(st.lists(strategies.questions(), max_size=2))
    closed, signed_in = draw(st.booleans()), draw(st.booleans())
    views = []
    for place, question in enumerate({one.id: one for one in drawn}.values(), 1):
        given_ = draw(st.lists(responses_to(question), max_size=1))
        views.append(
            view_of(
                question,
                *given_,
                settings=settings,
                closed=closed,
                locked=not signed_in,
                place=place,
                total=len(drawn),
                current=place == 1,
            )
        )
    view = quiz(
        views,
        settings=settings,
        closed=closed,
        signed_in=signed_in,
        may_hand_in=settings.feedback_timing is FeedbackTiming.END,
        report_url=draw(st.sampled_from(["", "/report"])),
    )
    return view, page(view)


OURS = {"section", "h4", "class", "data-mode", "data-feedback", "data-end", "data-offline", "aria-label", "data-go"}
ROLES = {
    "role",
    "aria-valuemin",
    "aria-valuemax",
    "aria-valuenow",
    "style",
    "tabindex",
    "data-see",
    "target",
    "data-do",
}


@patiently
@given(whole_pages())
def test_a_whole_page_is_inert_one_section_and_named_throughout(both: tuple[QuizView, str]) -> None:
    view, html = both
    assert [one for one in foreign(html) if one.split()[-1] not in OURS | ROLES] == []
    root = parsed(f"{html}<p id='after'></p>")
    assert [one.tag for one in root.xpath("/html/body/*")] == ["section", "p"]
    assert len(root.xpath("/html/body/section/ol[@class='mu-qs']/li")) == len(view.questions)
    ids = [one.get("id") for one in root.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    for link in root.xpath("//div[@class='mu-sum']//a"):
        assert link.get("href")[1:] in ids
        assert link.xpath("string()").strip()
    assert all(name_of(one) for one in root.xpath("//input | //select | //button | //*[@role='progressbar']"))
    for styled in root.xpath("//*[@style]"):
        assert styled.get("style").startswith("inline-size:")


@patiently
@given(st.sampled_from(ShowAnswer), st.sampled_from(FeedbackTiming), st.sampled_from(Presentation), st.booleans())
def test_nothing_that_has_to_be_earned_is_anywhere_on_the_page_before_the_answer(
    mode: ShowAnswer, timing: FeedbackTiming, presentation: Presentation, signed_in: bool
) -> None:
    settings = QuizSettings(show_answer=mode, feedback_timing=timing, presentation=presentation)
    views = [
        view_of(question, settings=settings, locked=not signed_in, place=place, total=len(ONE_OF_EACH))
        for place, question in enumerate(ONE_OF_EACH, 1)
    ]
    html = page(quiz(views, settings=settings, signed_in=signed_in, may_hand_in=timing is FeedbackTiming.END))
    assert {marker for question in ONE_OF_EACH for marker in seen(question, html)} == set()
    assert "id-" not in html
