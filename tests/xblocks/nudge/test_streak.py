"""A streak: weeks with practice, a rest allowed, nothing ever lost."""

from __future__ import annotations

from datetime import date, timedelta
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.nudge.streak import Streak, in_words, streak

ENGLISH = NullTranslations()
MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)
days_of_practice = st.lists(st.dates(date(2025, 1, 1), date(2026, 12, 31)))


def after(*weeks: int, today: int) -> Streak:
    """Practice on the Wednesdays of these weeks, seen on a Thursday."""
    return streak(
        [MONDAY + week * WEEK + timedelta(days=2) for week in weeks], MONDAY + today * WEEK + timedelta(days=3)
    )


def test_before_the_first_practice_there_is_none() -> None:
    assert streak([], MONDAY) == Streak(0, 0, is_counted=False, is_resting=False)


def test_weeks_in_a_row_add_up() -> None:
    assert after(0, 1, 2, today=2) == Streak(3, 3, is_counted=True, is_resting=False)


def test_the_week_that_is_under_way_is_not_missed_yet() -> None:
    assert after(0, 1, today=2) == Streak(2, 2, is_counted=False, is_resting=False)


def test_a_missed_week_is_a_rest() -> None:
    assert after(0, 1, today=3) == Streak(2, 2, is_counted=False, is_resting=True)


def test_after_a_rest_it_goes_on_and_the_rest_is_not_counted() -> None:
    assert after(0, 1, 3, today=3) == Streak(3, 3, is_counted=True, is_resting=False)


def test_after_two_missed_weeks_it_begins_anew_and_the_best_is_kept() -> None:
    assert after(0, 1, 2, today=5) == Streak(0, 3, is_counted=False, is_resting=False)
    assert after(0, 1, 2, 5, today=5) == Streak(1, 3, is_counted=True, is_resting=False)


def test_a_longer_streak_becomes_the_best() -> None:
    assert after(0, 3, 4, 5, today=6) == Streak(3, 3, is_counted=False, is_resting=False)


def test_a_week_is_from_monday_to_sunday() -> None:
    sunday, monday = MONDAY + timedelta(days=6), MONDAY + WEEK
    assert streak([MONDAY, sunday], sunday).weeks == 1
    assert streak([sunday, monday], monday).weeks == 2


def test_weeks_run_on_over_the_turn_of_a_year_with_53_weeks() -> None:
    assert streak([date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 7)], date(2027, 1, 7)).weeks == 3


def test_who_travels_west_keeps_what_was_tomorrow() -> None:
    assert streak([MONDAY + timedelta(days=3)], MONDAY + timedelta(days=2)).is_counted


def test_days_after_this_week_are_left_out() -> None:
    assert after(0, 1, 2, today=0) == Streak(1, 1, is_counted=True, is_resting=False)


@given(days_of_practice, st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_practising_today_never_makes_it_less(days: list[date], today: date) -> None:
    before, now = streak(days, today), streak([*days, today], today)
    assert now.is_counted
    assert now.weeks >= max(before.weeks, 1)
    assert now.best >= before.best


@given(days_of_practice, st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_the_best_never_shrinks_with_time(days: list[date], today: date, later: int) -> None:
    assert streak(days, today + later * WEEK).best >= streak(days, today).best >= streak(days, today).weeks


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (after(today=0), "Practise once this week and your streak begins."),
        (after(0, today=0), "1 week with practice. This week counts already."),
        (after(0, 1, today=1), "2 weeks with practice. This week counts already."),
        (after(0, 1, today=2), "2 weeks with practice. Practise once this week and it grows."),
        (after(0, today=2), "1 week with practice, taking a rest. Practise once this week and it goes on."),
        (after(0, 1, today=9), "Practise once this week and a new streak begins. Your best so far: 2 weeks."),
    ],
)
def test_it_is_told_in_words(seen: Streak, sentence: str) -> None:
    assert in_words(seen, ENGLISH) == sentence


@given(days_of_practice, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_the_words_never_speak_of_loss(days: list[date], today: date) -> None:
    told = in_words(streak(days, today), ENGLISH).lower()
    assert not any(word in told for word in ("lost", "lose", "miss", "fail", "broke", "only", "zero", " 0", "!", "%("))
