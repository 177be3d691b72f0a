"""Moments as people say them, where they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from xblocks.nudge.when_words import at_hour, coming_back, date_in_words, days_between, on_day

ENGLISH = NullTranslations()
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# A Sunday, in the afternoon.
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-3, "today"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "on Tuesday"),
        (6, "on Saturday"),
        (7, "in 7 days"),
        (13, "in 13 days"),
        (14, "in 2 weeks"),
        (24, "in 3 weeks"),
        (59, "in 8 weeks"),
        (60, "in 2 months"),
        (183, "in 6 months"),
    ],
)
def test_what_comes_back_is_said_the_coarser_the_farther_away(days: int, said: str) -> None:
    assert coming_back(NOW + timedelta(days=days), NOW, AMSTERDAM, ENGLISH) == said


def test_a_day_begins_where_the_learner_is() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert days_between(late, NOW, UTC) == 0
    assert days_between(late, NOW, AMSTERDAM) == 1


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (NOW, "today"),
        (NOW + timedelta(days=4), "on Thursday"),
        (NOW + timedelta(days=11), "on 3 December"),
        (NOW + timedelta(days=42), "on 3 January 2027"),
        (NOW - timedelta(days=2), "on 20 November"),
    ],
)
def test_a_day_is_named(when: datetime, said: str) -> None:
    assert on_day(when, NOW, AMSTERDAM, ENGLISH) == said


def test_an_hour_is_that_of_the_learner() -> None:
    assert at_hour(datetime(2026, 11, 24, 8, 10, tzinfo=UTC), NOW, AMSTERDAM, ENGLISH) == "on Tuesday, around 9:00"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "today, around now"), (13, "today, around now"), (14, "today, around 17:00"), (-47, "today, around 15:00")],
)
def test_the_hour_that_has_begun_is_now(minutes: int, said: str) -> None:
    now = NOW + timedelta(minutes=46)
    assert at_hour(now + timedelta(minutes=minutes), now, AMSTERDAM, ENGLISH) == said


def test_a_date_names_the_year_only_where_it_is_another() -> None:
    assert date_in_words(NOW, NOW, UTC, ENGLISH) == "22 November"
    assert date_in_words(NOW + timedelta(days=365), NOW, UTC, ENGLISH) == "22 November 2027"
