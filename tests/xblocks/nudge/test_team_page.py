"""What the course team reads: sentences that fit the numbers, pictures that say the same, forms that can be mended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from xblocks.nudge.comparison import Outcome
from xblocks.nudge.horizon import Horizon, Tail
from xblocks.nudge.limits import Bounds, Policy
from xblocks.nudge.moments import QUIET_NIGHT, hours
from xblocks.nudge.reasons import Reason
from xblocks.nudge.team_figures import (
    NOTHING,
    Coming,
    Figures,
    Group,
    People,
    QuestionLine,
    Reach,
    Week,
    did_practise,
    lately,
    practised_more,
    remembered_more,
)
from xblocks.nudge.team_form import ChoicesView, render_choices, render_switch
from xblocks.nudge.team_pictures import PlanRow, moments_in_words, plan_rows, recall_by_week
from xblocks.nudge.team_plan import picture_ends, planned, render_plan
from xblocks.nudge.team_reasons import reason_in_words
from xblocks.nudge.team_sections import Telling, coming, comparison, questions, reach, recall
from xblocks.nudge.team_settings import Settings, as_form

WORDS = NullTranslations()
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TELLING = Telling(words=WORDS, now=NOW, zone=ZoneInfo("UTC"), rtl=False, tables="/t/")
SETTINGS = Settings(per_day=1, per_week=3, most_questions=3, quiet=QUIET_NIGHT)


def figures(**values: Any) -> Figures:
    return replace(NOTHING, **{"people": People(learners=50), **values})


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", markup))


def group(learners: int, active: int, answers: int = 4, right: float = 0.8) -> Group:
    """Everybody who is active gives as many answers, one more or one less; their shares vary a little."""
    half = active // 2
    shares = [right + 0.05, right - 0.05]
    counts = [answers + 1, answers - 1]
    return Group(
        learners=learners,
        active=active,
        answers=answers * active,
        squares=half * sum(count**2 for count in counts),
        right=right * active,
        right_squares=half * sum(share**2 for share in shares),
    )


def weeks(*answers: int) -> list[Week]:
    return [
        Week(
            begins=date(2026, 9, 7) + timedelta(weeks=place),
            answers=number,
            right=number // 2,
            expected=0.9 if number else None,
        )
        for place, number in enumerate(answers)
    ]


# --- Who is reached


def test_nothing_sent_is_said_calmly_and_without_a_picture() -> None:
    page = reach(figures(ever=Reach(sent=9, reached=3)), TELLING)
    assert "No message has been sent in the last 30 days." in page
    assert "mt-bars" not in page
    assert re.search("Messages sent +0 +9 ", text(page))


def test_who_hears_nothing_and_why() -> None:
    page = text(reach(figures(people=People(learners=9, opted_out=2, gave_up=1)), TELLING))
    assert "They do not want messages. 2" in page
    assert f"{Reason.IGNORED.sentence} 1" in page
    assert "break" not in page


@pytest.mark.parametrize(
    ("status", "reason", "says"),
    [
        ("skipped", "opted_out", "The learner does not want messages."),
        ("skipped", "too_late", "The moment had passed"),
        ("failed", "SMTPRecipientsRefused 550", "did not take it (SMTPRecipientsRefused 550)."),
        ("uncertain", "SMTPServerDisconnected", "nobody knows whether it arrived (SMTPServerDisconnected)."),
    ],
)
def test_every_reason_is_a_sentence(status: str, reason: str, says: str) -> None:
    assert says in reason_in_words(status, reason, WORDS)


# --- Whether it stays


def test_before_anything_came_back() -> None:
    assert "No question has come back yet." in recall(figures(weeks=weeks(0, 0, 0)), TELLING)


def test_a_silence_of_four_weeks_after_better_times() -> None:
    page = recall(figures(weeks=weeks(40, 0, 0, 0, 0)), TELLING)
    assert "In the last four weeks no question came back." in page
    assert page.count("<circle") == 1


def test_few_answers_are_called_few() -> None:
    page = recall(figures(weeks=weeks(0, 0, 0, 8)), TELLING)
    assert "50% right, where 90% was expected. That is too little to say much yet." in page
    assert 'fill="none"/>' in page.split("<circle")[1].split(">")[0] + ">"
    assert "too little" not in recall(figures(weeks=weeks(0, 0, 0, 40)), TELLING)


def test_weeks_put_together_weigh_by_their_answers() -> None:
    first = Week(begins=date(2026, 9, 7), answers=30, right=30, expected=0.8)
    second = Week(begins=date(2026, 9, 14), answers=10, right=0, expected=0.4)
    found = lately([first, second])
    assert found is not None
    assert (found.answers, found.share) == (40, 0.75)
    assert found.expected == pytest.approx(0.7)
    assert lately([]) is None


def test_a_week_without_answers_is_a_gap_in_the_line_not_a_fall() -> None:
    drawn = recall_by_week(weeks(40, 44, 0, 30, 0, 22), name="r", rtl=False, day=str, words=WORDS)
    assert drawn.count('<polyline class="mt-recall"') == 3
    assert drawn.count("<circle") == 4
    assert drawn.count("Week of ") == 4


def test_time_runs_in_the_reading_direction() -> None:
    def places(rtl: bool) -> list[float]:
        drawn = recall_by_week(weeks(40, 44, 50), name="r", rtl=rtl, day=str, words=WORDS)
        return [float(x) for x in re.findall('<circle cx="([^"]+)"', drawn)]

    assert places(False) == sorted(places(False))
    assert places(True) == sorted(places(True), reverse=True)


# --- What is ahead


def test_upcoming_volume_in_a_sentence_with_how_it_is_estimated() -> None:
    ahead = Coming(days=[(date(2026, 11, 18), 7), (date(2026, 11, 19), 0)], messages=812, learners=300, per_week=3)
    page = coming(figures(coming=ahead), TELLING, is_stopped=False)
    assert "Next week about 812 messages, to 300 of your learners." in page
    assert "at most 3 a week" in page
    assert "<svg" in page
    stopped = coming(figures(coming=ahead), TELLING, is_stopped=True)
    assert "No messages will leave" in stopped
    assert "An estimate" not in stopped
    quiet = coming(figures(coming=Coming(days=[(date(2026, 11, 18), 0)], per_week=3)), TELLING, is_stopped=False)
    assert "Next week no messages are to be expected." in quiet
    assert "<svg" not in quiet


# --- With and without


def test_small_groups_are_not_compared_and_show_nobodys_figures() -> None:
    page = comparison(figures(groups={False: group(40, 30), True: group(4, 2)}), TELLING, 10)
    assert Outcome.TOO_FEW.sentence in page
    assert "%" not in page


def test_clear_differences_are_said_with_their_bounds() -> None:
    reminded, others = group(400, 320, answers=6, right=0.9), group(400, 200, answers=3, right=0.7)
    for finding in (did_practise, practised_more, remembered_more):
        assert finding(reminded, others).verdict.outcome is Outcome.MORE
        assert finding(others, reminded).verdict.outcome is Outcome.LESS
        assert finding(reminded, reminded).verdict.outcome in (Outcome.SAME, Outcome.TOO_FEW)
    page = text(comparison(figures(groups={False: reminded, True: others}), TELLING, 50))
    assert "400 learners get reminders and 400 do not, chosen by lot." in page
    assert re.search(r"Practised in the last four weeks +80% +50% +\+30 points \(\+2\d to \+3\d\)", page)
    assert re.search(r"Right, among those who practised +90% +70% +\+20 points", page)


def test_groups_that_never_practised_are_no_error() -> None:
    page = text(comparison(figures(groups={False: group(40, 0), True: group(40, 0)}), TELLING, 50))
    assert re.search("Right, among those who practised +– +– +– ", page)
    assert remembered_more(group(40, 0), group(40, 1)).verdict.difference is None
    assert did_practise(Group(), Group()).reminded is None


def test_a_single_learner_has_a_mean_and_no_spread() -> None:
    one = Group(learners=1, active=1, answers=3, squares=9, right=0.5, right_squares=0.25)
    assert (one.answers_each.mean, one.answers_each.variance) == (3, 0)


# --- The plan


@pytest.mark.parametrize(
    ("horizon", "says"),
    [
        (Horizon(), "No day is set"),
        (Horizon(target=NOW + 90 * DAY), "when everything must be known on 16 February 2027"),
        (Horizon(target=NOW - DAY), "17 November has passed, and you chose that nothing comes after it."),
        (Horizon(target=NOW - DAY, tail=Tail((30 * DAY,))), "What you chose for afterwards holds now:"),
        (Horizon(ends_at=NOW - DAY), "The course has ended"),
    ],
)
def test_the_plan_says_what_holds(horizon: Horizon, says: str) -> None:
    assert says in render_plan(horizon, TELLING)


def test_what_is_shaky_comes_back_sooner_than_what_is_solid() -> None:
    horizon = Horizon(target=NOW + 120 * DAY)
    fresh, shaky, solid = planned(horizon, TELLING, picture_ends(horizon, NOW))
    assert shaky.moments[0] < fresh.moments[0] < solid.moments[0]
    assert len(shaky.moments) > len(solid.moments)


def test_the_picture_reaches_past_the_target_as_far_as_there_is_something_to_see() -> None:
    target = NOW + 60 * DAY
    assert picture_ends(Horizon(), NOW) == NOW + 365 * DAY
    assert picture_ends(Horizon(target=target), NOW) == target + 14 * DAY
    assert picture_ends(Horizon(target=target, tail=Tail((30 * DAY,))), NOW) == target + 90 * DAY
    assert picture_ends(Horizon(target=target, tail=Tail((365 * DAY,))), NOW) == target + 400 * DAY
    assert picture_ends(Horizon(target=target, ends_at=target + DAY), NOW) == target + DAY


def test_days_that_would_run_into_each_other_are_left_out_the_target_last() -> None:
    def labels(target: datetime | None) -> list[str]:
        drawn = plan_rows(
            [PlanRow("row", [NOW + DAY])],
            begins=NOW,
            ends=NOW + 100 * DAY,
            target=target,
            name="p",
            rtl=False,
            day=lambda when: f"{when:%-d %B}",
            words=WORDS,
        )
        return re.findall('text-anchor="middle"[^>]*>([^<]+)<', drawn)

    assert labels(None) == ["today", "26 February"]
    assert labels(NOW + 50 * DAY) == ["7 January", "today", "26 February"]
    assert labels(NOW + 97 * DAY) == ["23 February", "today"]


def test_days_in_a_sentence_are_few() -> None:
    moments = [NOW + number * DAY for number in range(9)]
    told = moments_in_words(moments, lambda when: str(when.day), WORDS)
    assert told == "comes back on 18, 19, 20, 21, 22, 23, and later."
    assert moments_in_words([], str, WORDS) == "does not come back any more."


def test_questions_are_listed_by_their_day_and_the_rest_is_in_the_download() -> None:
    line = QuestionLine(name="<Who>?", learners=9, waiting=2, planned=9, median=NOW + DAY)
    gone = replace(line, name="Gone", median=None)
    page = questions([line, gone], TELLING)
    assert re.search("&lt;Who&gt;[?] +19 November +9 +2 +Gone +no more", text(page))
    assert "the download has them all" not in page
    assert "These are the first 100; the download has them all." in questions([line] * 101, TELLING)
    assert questions([], TELLING) == ""


# --- Choices and the switch


def view(settings: Settings = SETTINGS, **values: Any) -> ChoicesView:
    return ChoicesView(
        **{
            "settings": settings,
            "bounds": Bounds(),
            "typed": as_form(settings),
            "action": "/save",
            "hidden": "",
            **values,
        }
    )


def fields(markup: str) -> Any:
    tree: Any = html.fragment_fromstring(markup, create_parent=True)
    return {one.get("name"): one for tag in ("input", "select") for one in tree.iter(tag)}


def test_bounds_and_the_end_of_the_course_stand_beside_the_fields() -> None:
    page = render_choices(view(ends="3 May"), WORDS)
    assert "it is the last day of the course, 3 May." in page
    assert "1 to 7." in page
    assert "On this site always: 22:00-7:00." in page
    free = render_choices(view(bounds=Bounds(loosest=Policy(quiet=0))), WORDS)
    assert "By the learner's own clock." in text(free).replace("&#x27;", "'")
    assert "always" not in free


def test_a_problem_stands_with_its_field_and_what_was_typed() -> None:
    typed = {**as_form(SETTINGS), "target": "<soon>", "per_week": "99"}
    page = render_choices(view(typed=typed, problems={"target": "Write the day.", "retention": "Choose."}), WORDS)
    field = fields(page)["target"]
    assert (field.get("value"), field.get("aria-invalid"), field.get("type")) == ("<soon>", "true", "text")
    assert "mt-target-problem" in field.get("aria-describedby")
    assert 'id="mt-target-problem">Write the day.' in page
    assert fields(page)["retention"].get("aria-describedby") == "mt-retention-problem"
    assert fields(page)["per_week"].get("aria-invalid") is None


def test_what_few_change_is_behind_one_fold_that_says_what_holds() -> None:
    chosen = replace(SETTINGS, days=0b0011111, hour=9, rest=timedelta(hours=48), slow_after=2, stop_after=5)
    page = render_choices(view(chosen), WORDS)
    before, fold = page.split("<details>")
    assert not {"days", "hour", "rest", "slow_after", "stop_after"} & fields(before).keys()
    says = "Now: Monday to Friday, around 9:00; 48 hours of rest; one a week after 2 ignored, none after 5."
    assert says in fold
    assert [one for one in re.findall('name="days" value="(.?)"', fold) if one] == list("0123456")
    assert re.findall('value="(.)" checked', fold) == list("01234")
    for bounds in ("4 to 336.", "1 to 5.", "1 to 10."):
        assert bounds in fold
    options = [one.get("value") for one in fields(page)["hour"].iter("option")]
    assert options == ["", *(str(hour) for hour in range(7, 22))]


def test_only_days_of_this_site_are_offered_and_an_hour_from_elsewhere_stays() -> None:
    workdays = Bounds(loosest=Policy(days=0b0011111, quiet=QUIET_NIGHT))
    page = render_choices(view(replace(SETTINGS, hour=5), bounds=workdays), WORDS)
    assert [one for one in re.findall('name="days" value="(.?)"', page) if one] == list("01234")
    assert '<option value="5" selected>5:00</option>' in page


@pytest.mark.parametrize("name", ["days", "hour", "rest", "slow_after", "stop_after"])
def test_a_problem_behind_the_fold_opens_it_and_stands_with_its_field(name: str) -> None:
    page = render_choices(view(problems={name: "Mend <it>."}), WORDS)
    assert "<details open>" in page
    assert f'id="mt-{name}-problem">Mend &lt;it&gt;.' in page
    assert re.search(f'aria-describedby="[^"]*mt-{name}-problem"', page)
    assert "<details open>" not in render_choices(view(problems={"quiet_from": "Mend it."}), WORDS)


def test_what_a_closed_fold_hides_is_not_held_back_by_the_browser() -> None:
    page = render_choices(view(), WORDS)
    assert {fields(page)[name].get("type") for name in ("rest", "slow_after", "stop_after")} == {"text"}
    assert {fields(page)[name].get("inputmode") for name in ("rest", "slow_after", "stop_after")} == {"numeric"}


def test_what_choices_come_to_is_said_above_them() -> None:
    assert "mt-warning" not in render_choices(view(), WORDS)
    page = render_choices(view(coming="Tomorrow & later.", unheard=1), WORDS)
    assert page.startswith("<p>Tomorrow &amp; later.</p>")
    assert "1 learner chose days or hours that never meet those of the course, and so hears nothing." in page


def test_quiet_hours_that_are_no_span_can_stay_as_they_are() -> None:
    odd = replace(SETTINGS, quiet=QUIET_NIGHT | hours(12))
    select = fields(render_choices(view(odd), WORDS))["quiet_from"]
    assert next(one.text for one in select.iter("option")) == "as it is now"
    assert len(list(fields(render_choices(view(), WORDS))["quiet_from"].iter("option"))) == 24


@pytest.mark.parametrize(
    ("is_stopped", "by_admin", "says", "offers"),
    [
        (False, False, "Messages leave when", "stop"),
        (True, False, "are stopped", "start"),
        (False, True, "administrators of this site have stopped", "stop"),
        (True, True, "administrators of this site have stopped", "start"),
    ],
)
def test_the_switch_says_how_it_stands_and_offers_the_other(
    is_stopped: bool, by_admin: bool, says: str, offers: str
) -> None:
    page = render_switch(is_stopped=is_stopped, by_admin=by_admin, action="/turn", hidden="", words=WORDS)
    assert says in page
    assert f'value="{offers}"' in page
