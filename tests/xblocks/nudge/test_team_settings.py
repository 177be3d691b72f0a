"""What a course team chooses: read from a form with every problem, nothing typed lost."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xblocks.nudge.strictness import bounding, is_no_looser
from xblocks.nudge.limits import Bounds, Overrides, Policy, merged
from xblocks.nudge.moments import EVERY_DAY, EVERY_HOUR, QUIET_NIGHT, hours, is_ever, span_mask
from xblocks.nudge.team_settings import (
    FIELDS,
    LONGEST_REST,
    MOST_HELD_OUT,
    POLICY,
    RETENTIONS,
    TAILS,
    Settings,
    as_form,
    hours_offered,
    options,
    overrides,
    read_form,
)

TODAY = date(2026, 11, 22)
BOUNDS = Bounds()
WAS = Settings(per_day=1, per_week=3, most_questions=3, quiet=QUIET_NIGHT)
WORDS = gettext.NullTranslations()


def read(fields: dict[str, str], was: Settings = WAS, ends_on: date | None = None) -> tuple[Settings, dict[str, str]]:
    settings, problems = read_form(fields, was, BOUNDS, TODAY, ends_on)
    return settings, {problem.path: problem.sentence() for problem in problems}


choices = st.builds(
    Settings,
    target=st.none() | st.dates(date(2026, 11, 23), date(2030, 1, 1)),
    retention=st.sampled_from([float(value) for value, _ in RETENTIONS]),
    tail=st.sampled_from([tuple(int(gap) for gap in value.split(",") if gap) for value, _ in TAILS]),
    per_day=st.integers(1, 2),
    per_week=st.integers(1, 7),
    most_questions=st.integers(1, 5),
    quiet=st.builds(span_mask, st.integers(20, 22), st.just(7)),
    days=st.integers(1, EVERY_DAY),
    hour=st.none() | st.integers(7, 19),
    rest=st.integers(4, LONGEST_REST).map(lambda number: timedelta(hours=number)),
    slow_after=st.integers(1, 5),
    stop_after=st.integers(1, 10),
    holdout=st.integers(0, MOST_HELD_OUT),
)


@given(choices)
def test_a_form_gives_back_what_was_chosen(chosen: Settings) -> None:
    assert read_form(as_form(chosen), WAS, BOUNDS, TODAY, None) == (chosen, [])


@given(choices)
def test_what_is_left_alone_stays_and_is_never_called_wrong(chosen: Settings) -> None:
    # Also when the admin has become stricter and the target has passed since.
    nothing = Policy(
        per_day=0,
        per_week=0,
        most_questions=1,
        quiet=EVERY_HOUR,
        days=0,
        hour=3,
        rest=timedelta(days=99),
        slow_after=0,
        stop_after=0,
    )
    strict = Bounds(loosest=nothing)
    assert read_form({}, chosen, strict, date(2031, 1, 1), date(2026, 1, 1)) == (chosen, [])


@st.composite
def posts(draw: st.DrawFn) -> dict[str, str]:
    """What somebody may post who is not bound to the page: near to what it offers, or anything."""
    near = st.integers(-1, 400).map(str) | st.just("")
    days = st.lists(st.integers(-1, 8).map(str), max_size=8).map(",".join)
    near_or_days = st.one_of(near, days)
    return draw(st.dictionaries(st.sampled_from(FIELDS), near_or_days | st.text(max_size=12)))


@given(posts(), bounding)
@settings(max_examples=300)
def test_whatever_is_posted_the_bounds_hold_and_what_the_form_says_is_what_holds(
    posted: dict[str, str], bounds: Bounds
) -> None:
    policy = merged(bounds, Overrides(), Overrides())
    was = Settings(**{name: getattr(policy, name) for name in POLICY})
    chosen, problems = read_form(posted, was, bounds, TODAY, None)
    held = merged(bounds, overrides(chosen), Overrides())
    assert is_no_looser(held, bounds.loosest)
    assert {name: getattr(held, name) for name in POLICY} == {name: getattr(chosen, name) for name in POLICY}
    if not problems and overrides(chosen) != overrides(was) and is_ever(was.quiet, was.days, was.hour):
        assert is_ever(held.quiet, held.days, held.hour)


def test_hours_that_are_no_span_stay_as_they_are() -> None:
    odd = hours(1, 2, 12)
    assert as_form(replace(WAS, quiet=odd))["quiet_from"] == ""
    assert read({}, replace(WAS, quiet=odd))[0].quiet == odd


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"target": "soon"}, "target", "year-month-day"),
        ({"target": "2026-11-22"}, "target", "still to come"),
        ({"target": "2027-06-02"}, "target", "The course ends on 2027-06-01."),
        ({"target": "9999-01-01"}, "target", "The course ends"),
        ({"retention": "1"}, "retention", "in the list"),
        ({"tail": "7"}, "tail", "in the list"),
        ({"per_day": "3"}, "per_day", "At most 2:"),
        ({"per_week": "8"}, "per_week", "At most 7: that is what the administrators of this site allow."),
        ({"per_week": "0"}, "per_week", "At least 1."),
        ({"per_week": "often"}, "per_week", "for example 1."),
        ({"per_week": "³"}, "per_week", "whole number"),
        ({"per_week": "9" * 5000}, "per_week", "At most 7:"),
        ({"most_questions": "6"}, "most_questions", "At most 5:"),
        ({"days": ""}, "days", "at least one day"),
        ({"days": ",,"}, "days", "at least one day"),
        ({"days": "1,7"}, "days", "in the list"),
        ({"hour": "24"}, "hour", "in the list"),
        ({"hour": "3"}, "hour", "in the list"),
        ({"hour": "20"}, "hour", "Around 20:00 it is quiet."),
        ({"hour": "18", "quiet_from": "18"}, "hour", "Around 18:00 it is quiet."),
        ({"rest": "3"}, "rest", "At least 4 hours: the administrators"),
        ({"rest": "-24"}, "rest", "whole number of hours, for example 24."),
        ({"rest": "337"}, "rest", "At most 336 hours"),
        ({"rest": "9" * 5000}, "rest", "At most 336 hours"),
        ({"slow_after": "6"}, "slow_after", "At most 5:"),
        ({"slow_after": "0"}, "slow_after", "At least 1."),
        ({"stop_after": "11"}, "stop_after", "At most 10:"),
        ({"holdout": "51"}, "holdout", "At most 50:"),
        ({"holdout": "-1"}, "holdout", "whole number"),
        ({"quiet_from": "24"}, "quiet_from", "one of the hours"),
        ({"quiet_until": "noon"}, "quiet_until", "one of the hours"),
        ({"quiet_from": "23"}, "quiet_from", "always quiet: 22:00-7:00."),
        ({"quiet_from": "8", "quiet_until": "8"}, "quiet_from", "always quiet"),
    ],
)
def test_what_cannot_be_used_says_in_its_field_what_to_mend(fields: dict[str, str], field: str, says: str) -> None:
    settings, problems = read(fields, ends_on=date(2027, 6, 1))
    assert list(problems) == [field]
    assert says in problems[field]
    assert settings == WAS


def test_quiet_hours_that_swallow_the_only_hour_are_told_where_they_were_changed() -> None:
    was = replace(WAS, hour=19)
    settings, problems = read({"quiet_from": "18"}, was)
    assert list(problems) == ["quiet_from"]
    assert "quiet around 19:00, the only hour" in problems["quiet_from"]
    assert settings == was
    assert read({"quiet_from": "18", "hour": "17"}, was) == (replace(was, quiet=span_mask(18, 8), hour=17), {})
    assert read({"quiet_from": "18", "hour": ""}, was)[0].hour is None


def test_days_and_hours_are_those_of_the_admin_at_most() -> None:
    workdays = Bounds(default=Policy(days=0b0011111), loosest=Policy(days=0b0011111, hour=9))
    was = replace(WAS, days=0b0011111, hour=9)
    _, problems = read_form({"days": "0,6", "hour": "10"}, was, workdays, TODAY, None)
    said = {problem.path: problem.sentence() for problem in problems}
    assert said.keys() == {"days", "hour"}
    assert "this site sends nothing" in said["days"]
    assert hours_offered(workdays) == ["9"]
    assert read_form({"days": "4,0"}, was, workdays, TODAY, None) == (replace(was, days=0b10001), [])


def test_any_hour_is_offered_where_the_admin_named_none() -> None:
    assert hours_offered(BOUNDS) == ["", *(str(hour) for hour in range(7, 22))]
    named = Bounds(default=Policy(hour=9))
    assert "" not in hours_offered(named)
    assert "10" in hours_offered(named)


def test_a_rest_that_is_no_whole_number_of_hours_stays_as_it_is() -> None:
    odd = replace(WAS, rest=timedelta(minutes=90))
    assert as_form(odd)["rest"] == "1.5"
    assert read(as_form(odd), odd) == (odd, {})


def test_a_target_is_at_most_ten_years_ahead() -> None:
    assert "more than ten years" in read({"target": "2040-01-01"})[1]["target"]
    assert read({"target": "2035-01-01"})[0].target == date(2035, 1, 1)


def test_every_problem_is_found_at_once() -> None:
    assert set(read({"target": "x", "per_day": "9", "holdout": "99"})[1]) == {"target", "per_day", "holdout"}


def test_a_target_can_be_taken_away() -> None:
    assert read({"target": " "}, replace(WAS, target=date(2027, 1, 1)))[0].target is None


def test_what_was_set_elsewhere_is_among_the_answers_and_can_be_kept() -> None:
    odd = replace(WAS, retention=0.87, tail=(14, 28))
    assert options("retention", odd, WORDS)[-1] == ("0.87", "as it is now (0.87)")
    assert [value for value, _ in options("tail", WAS, WORDS)] == [value for value, _ in TAILS]
    assert read(as_form(odd), odd) == (odd, {})


def test_only_some_choices_move_questions() -> None:
    assert replace(WAS, per_week=5, holdout=10).horizon == WAS.horizon
    assert replace(WAS, tail=(30,)).horizon != WAS.horizon
