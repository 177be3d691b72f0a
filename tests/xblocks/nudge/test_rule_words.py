"""Days and hours as people say them."""

from __future__ import annotations

from gettext import NullTranslations

import pytest

from xblocks.nudge.moments import EVERY_DAY, EVERY_HOUR, QUIET_NIGHT, hours
from xblocks.nudge.rule_words import hours_in_words, rule_in_words

WORDS = NullTranslations()


def test_hours_are_a_span_or_listed_one_by_one() -> None:
    assert hours_in_words(QUIET_NIGHT) == "20:00-8:00"
    assert hours_in_words(hours(1, 2, 12)) == "1:00-2:00, 2:00-3:00, 12:00-13:00"


@pytest.mark.parametrize(
    ("quiet", "days", "hour", "said"),
    [
        (QUIET_NIGHT, EVERY_DAY, None, "every day, 8:00-20:00"),
        (QUIET_NIGHT, 0b0011111, 9, "Monday to Friday, around 9:00"),
        (0, 0b1100000, None, "in the weekend, at any hour"),
        (0, 0b0001010, 7, "Tuesday and Thursday, around 7:00"),
        (QUIET_NIGHT, 0b0000111, 7, "at no moment at all"),
        (QUIET_NIGHT, 0, None, "at no moment at all"),
        (EVERY_HOUR, EVERY_DAY, None, "at no moment at all"),
    ],
)
def test_a_rule_is_said_by_what_it_lets_through(quiet: int, days: int, hour: int | None, said: str) -> None:
    assert rule_in_words(quiet, days, hour, WORDS) == said
