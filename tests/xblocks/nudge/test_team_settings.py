"""What a course team chooses: read from a form with every problem, nothing typed lost."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.nudge.limits import Bounds, Policy
from xblocks.nudge.moments import EVERY_HOUR, QUIET_NIGHT, hours
from xblocks.nudge.team_settings import (
    MOST_HELD_OUT,
    RETENTIONS,
    TAILS,
    Settings,
    as_form,
    hours_in_words,
    options,
    quiet_mask,
    quiet_span,
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
    quiet=st.builds(quiet_mask, st.integers(8, 22), st.just(7)),
    holdout=st.integers(0, MOST_HELD_OUT),
)


@given(choices)
def test_a_form_gives_back_what_was_chosen(chosen: Settings) -> None:
    assert read_form(as_form(chosen), WAS, BOUNDS, TODAY, None) == (chosen, [])


@given(choices)
def test_what_is_left_alone_stays_and_is_never_called_wrong(chosen: Settings) -> None:
    # Also when the admin has become stricter and the target has passed since.
    strict = Bounds(loosest=Policy(per_day=0, per_week=0, most_questions=1, quiet=EVERY_HOUR))
    assert read_form({}, chosen, strict, date(2031, 1, 1), date(2026, 1, 1)) == (chosen, [])


@given(st.integers(0, 23), st.integers(0, 23))
def test_quiet_hours_are_a_span_also_over_midnight(begin: int, end: int) -> None:
    span = quiet_span(quiet_mask(begin, end))
    assert span == (None if begin == end else (begin, end))


def test_hours_that_are_no_span_are_listed_one_by_one_and_stay_as_they_are() -> None:
    odd = hours(1, 2, 12)
    assert quiet_span(odd) is None
    assert hours_in_words(odd) == "1:00-2:00, 2:00-3:00, 12:00-13:00"
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
