"""A learner's wishes: from a form, kept, and said back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.nudge.limits import Overrides
from xblocks.nudge.preferences import Channel, Preferences, as_json, from_json, in_words, overrides, read_form

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = NullTranslations()

wishes = st.builds(
    Preferences,
    days=st.integers(1, 127),
    hour=st.none() | st.integers(0, 23),
    time_zone=st.sampled_from(["", "Europe/Amsterdam", "Pacific/Apia"]),
    channel=st.sampled_from(Channel),
    paused_until=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=300)).map(NOW.__add__),
    is_stopped=st.booleans(),
    weekly_digest=st.booleans(),
    per_week=st.none() | st.integers(1, 7),
    most_questions=st.none() | st.integers(1, 10),
)


@given(wishes)
def test_what_is_kept_comes_back(preferences: Preferences) -> None:
    assert from_json(json.loads(json.dumps(as_json(preferences)))) == preferences


def test_what_was_never_chosen_is_the_default() -> None:
    assert from_json({}) == Preferences()


@given(wishes)
def test_a_form_filled_in_from_preferences_gives_them_back(preferences: Preferences) -> None:
    form = {**as_json(preferences), "days": [day for day in range(7) if preferences.days >> day & 1]}
    assert read_form(form, NOW) == (preferences, [])


def test_a_form_as_a_browser_sends_it() -> None:
    form = {"days": ["1", "3"], "hour": "9", "time_zone": "Asia/Tokyo", "channel": "both", "weekly_digest": "on"}
    form |= {"per_week": "", "most_questions": " 2 ", "paused_until": "2026-12-01"}
    assert read_form(form, NOW)[0] == Preferences(
        days=0b0001010,
        hour=9,
        time_zone="Asia/Tokyo",
        channel=Channel.BOTH,
        paused_until=datetime(2026, 11, 30, 15, tzinfo=UTC),
        weekly_digest=True,
        most_questions=2,
    )


def test_one_checked_day_and_nothing_else_is_enough() -> None:
    assert read_form({"days": "6"}, NOW) == (Preferences(days=0b1000000), [])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("days", []),
        ("days", None),
        ("days", ["7"]),
        ("hour", "24"),
        ("hour", "-1"),
        ("hour", "²"),
        # What would be read as 8, were only its beginning looked at.
        ("hour", "00081"),
        ("per_week", "0"),
        ("most_questions", "11"),
        ("time_zone", "Europe/Atlantis"),
        ("channel", "pigeon"),
        ("paused_until", "1 December"),
        ("paused_until", "2026-12-01T09:00"),
        ("paused_until", "2029-01-01"),
    ],
)
def test_what_cannot_be_is_told_with_the_field_and_how_to_mend_it(path: str, value: Any) -> None:
    preferences, problems = read_form({"days": ["0"], path: value}, NOW)
    assert preferences is None
    assert [problem.path for problem in problems] == [path]
    assert problems[0].sentence().endswith(".")


def test_a_pause_that_is_over_is_none() -> None:
    over = (NOW - timedelta(hours=1)).isoformat()
    assert read_form({"days": ["0"], "paused_until": over}, NOW) == (Preferences(days=1), [])


@pytest.mark.parametrize(
    ("preferences", "said"),
    [
        (Preferences(days=0b0001010, hour=9), "Tuesday and Thursday, around 9:00"),
        (Preferences(days=0b0010101, hour=17), "Monday, Wednesday and Friday, around 17:00"),
        (Preferences(days=0b1000000), "Sunday, outside quiet hours"),
        (Preferences(), "Every day, outside quiet hours"),
        (Preferences(days=0b0011111, hour=9), "Monday to Friday, around 9:00"),
        (Preferences(days=0b1100000, hour=9), "In the weekend, around 9:00"),
        (Preferences(days=0b0001010, weekly_digest=True, hour=9), "Once a week, on Tuesday, around 9:00"),
        (Preferences(is_stopped=True), "No messages: you stopped them."),
        (Preferences(channel=Channel.NONE), "No messages: you stopped them."),
    ],
)
def test_preferences_are_said_as_people_say_them(preferences: Preferences, said: str) -> None:
    assert in_words(preferences, WORDS) == said


def test_wishes_make_a_policy_stricter() -> None:
    assert overrides(Preferences(days=3, hour=9, per_week=2, most_questions=1)) == Overrides(
        days=3, hour=9, per_week=2, most_questions=1
    )
