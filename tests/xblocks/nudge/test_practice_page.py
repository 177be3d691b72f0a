"""The pages of practising, in their rarer states."""

from __future__ import annotations

import re
from dataclasses import replace
from gettext import NullTranslations

import pytest

from xblocks.nudge.overview_page import CourseLine, OverviewView, TagLine, render_overview
from xblocks.nudge.practice_page import Outcome, SummaryView, render_nothing, render_practice_summary
from xblocks.nudge.preferences import Channel, Preferences, as_form
from xblocks.nudge.wishes_page import WishesView, render_wishes

ENGLISH = NullTranslations()
OVERVIEW = OverviewView(
    title="Practise", known=3, due=2, minutes=1, returns="tomorrow", practise_url="/practise/", course="course"
)
WISHES = WishesView(
    preferences=Preferences(),
    said="Every day.",
    coming="",
    platform_zone="Europe/Amsterdam",
    action="/wishes/",
    prefix="a",
)


def summary(*knew: bool, returns: str = "tomorrow", more: int = 0) -> str:
    outcomes = [Outcome(name="A <question>", knew=one, returns=returns) for one in knew]
    view = SummaryView(outcomes=outcomes, streak="", more=more, url="/on/")
    return render_practice_summary(view, ENGLISH)


@pytest.mark.parametrize(
    ("knew", "said"),
    [
        ((True, True), "Done. You knew all of this"),
        ((True, False), "Done. You knew 1 of 2; the rest comes back soon"),
        ((False, False), "Done. Now you have seen it again, it will come easier next time"),
    ],
)
def test_the_end_finds_a_good_word_for_every_outcome(knew: tuple[bool, ...], said: str) -> None:
    assert f"<h4>{said}</h4>" in summary(*knew)


def test_what_does_not_come_back_says_so() -> None:
    assert "does not need to come back" in summary(True, returns="")
    assert "returns tomorrow" in summary(True)
    assert "A &lt;question&gt;" in summary(True)


def test_there_is_one_way_onward() -> None:
    assert summary(True).count("<a ") == summary(True, more=1).count("<a ") == 1
    assert "Go on: 1 more is waiting" in summary(True, more=1)


def test_nothing_waiting_and_nothing_to_come_is_good_too() -> None:
    assert "comes back" not in render_nothing("", ENGLISH)
    assert "comes back on Thursday." in render_nothing("on Thursday", ENGLISH)


def test_a_course_with_nothing_due_says_when_something_will_be_if_it_will() -> None:
    line = CourseLine(key="course", name="A <course>", url="/course/", due=0, minutes=0, returns="tomorrow")
    html = render_overview(replace(OVERVIEW, courses=[line, replace(line, returns="")]), ENGLISH)
    assert html.count("Nothing is waiting.") == 2
    assert html.count("The next question comes back tomorrow.") == 1
    assert "A &lt;course&gt;" in html
    assert html.count("<form") == 1


def test_a_tag_without_a_target_speaks_of_today_only() -> None:
    html = render_overview(replace(OVERVIEW, tags=[TagLine(tag="", questions=1, now=0.5)]), ENGLISH)
    assert "1 question · 50% now<" in html
    assert "All questions</bdi>" in html
    assert html.count("<form") == 1


def test_questions_without_a_tag_are_what_else_there_is_beside_tags() -> None:
    tags = [TagLine(tag="Links", questions=2, now=0.5), TagLine(tag="", questions=1, now=0.5)]
    html = render_overview(replace(OVERVIEW, tags=tags), ENGLISH)
    assert "Everything else</bdi>" in html
    assert "All questions</bdi>" not in html


def test_an_example_can_not_be_pressed() -> None:
    html = render_overview(replace(OVERVIEW, locked=True, tags=[TagLine(tag="Links", questions=1, now=0.5)]), ENGLISH)
    assert "<form" not in html
    assert html.count("<button disabled") == html.count("<button") == 2


def test_wishes_beyond_what_is_offered_stay_to_be_chosen() -> None:
    preferences = Preferences(
        hour=6,
        per_day=2,
        per_week=5,
        most_questions=8,
        rest_hours=36,
        slow_after=9,
        stop_after=10,
        time_zone="Asia/Tokyo",
        channel=Channel.BOTH,
    )
    html = render_wishes(replace(WISHES, preferences=preferences), ENGLISH)
    for chosen in ("6", "2", "5", "8", "36", "9", "10", "Asia/Tokyo", "both"):
        assert f'<option value="{chosen}" selected>' in html


@pytest.mark.parametrize("preferences", [Preferences(is_stopped=True), Preferences(channel=Channel.NONE)])
def test_who_stopped_is_offered_to_begin_again_and_nothing_else(preferences: Preferences) -> None:
    html = render_wishes(replace(WISHES, preferences=preferences), ENGLISH)
    assert html.count("<button") == 1
    assert 'name="stop" value=""' in html
    assert "<select" not in html


def test_a_problem_behind_the_fold_opens_it() -> None:
    html = render_wishes(replace(WISHES, problems={"time_zone": "Choose <one>."}), ENGLISH)
    assert "<details open>" in html
    assert "Choose &lt;one&gt;." in html
    assert "<details>" in render_wishes(WISHES, ENGLISH)


def test_days_hour_place_pause_and_stopping_come_first_and_all_else_behind_one_fold() -> None:
    first, fold = render_wishes(WISHES, ENGLISH).split("<details>")
    inside, last = fold.split("</details>")
    assert re.findall('name="(\\w+)"', first) == [*["days"] * 7, "hour", "channel", "pause"]
    assert set(re.findall('name="(\\w+)"', inside)) == {*as_form(Preferences()), "pause"} - {
        "days",
        "hour",
        "channel",
        "pause",
        "paused_until",
        "is_stopped",
    }
    assert re.findall('name="(\\w+)"', last) == ["stop"]


@pytest.mark.parametrize(
    "name", [name for name in as_form(Preferences()) if name not in ("paused_until", "is_stopped")]
)
def test_whatever_is_to_be_mended_is_told_at_its_field(name: str) -> None:
    html = render_wishes(replace(WISHES, problems={name: "Mend it."}), ENGLISH)
    if name != "weekly_digest":
        assert f'aria-describedby="a-{name}"' in html
        assert f'id="a-{name}" role="alert">Mend it.' in html
    is_first = name in ("days", "hour", "channel")
    assert ("<details open>" in html) != is_first
    assert "Not saved yet." in html
    assert "Every day." not in html


def test_an_hour_at_odds_with_quiet_hours_behind_the_fold_shows_both() -> None:
    at_odds = replace(WISHES, preferences=Preferences(hour=9), problems={"hour": "Mend it."})
    assert "<details>" in render_wishes(at_odds, ENGLISH)
    assert "<details open>" in render_wishes(replace(at_odds, typed={"quiet_from": "8"}), ENGLISH)


def test_whatever_was_typed_stands_there_again_and_breaks_nothing() -> None:
    typed = dict.fromkeys(as_form(Preferences()), '"<b>') | {"days": [1, "6"], "hour": 99, "quiet_from": "12"}
    html = render_wishes(replace(WISHES, problems={"hour": "Mend it."}, typed=typed), ENGLISH)
    assert "<b>Not" in html
    assert '"<b>' not in html
    assert re.findall('value="(.)" checked', html) == ["1", "6", "1"]
    assert '<option value="12" selected>' in html
    one_day = render_wishes(replace(WISHES, problems={"hour": "Mend it."}, typed={"days": "3"}), ENGLISH)
    assert re.findall('name="days" value="(.)" checked', one_day) == ["3"]
