"""A learner's wishes: from a form, kept, and said back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.nudge.strictness import is_no_looser
from xblocks.nudge.limits import Bounds, Overrides, Policy, merged
from xblocks.nudge.moments import EVERY_HOUR, QUIET_NIGHT, is_ever, span_mask
from xblocks.nudge.preferences import (
    STRICTER,
    Channel,
    Preferences,
    as_form,
    as_json,
    from_json,
    in_words,
    overrides,
    read_form,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = NullTranslations()

NIGHTS = st.tuples(st.integers(14, 23), st.integers(0, 6))
wishes = st.builds(
    lambda night, **values: Preferences(quiet_from=night[0], quiet_until=night[1], **values),
    night=st.just((None, None)) | NIGHTS,
    days=st.integers(1, 127),
    hour=st.none() | st.integers(6, 13),
    time_zone=st.sampled_from(["", "Europe/Amsterdam", "Pacific/Apia"]),
    channel=st.sampled_from(Channel),
    paused_until=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=300)).map(NOW.__add__),
    is_stopped=st.booleans(),
    weekly_digest=st.booleans(),
    per_day=st.none() | st.integers(1, 2),
    per_week=st.none() | st.integers(1, 7),
    most_questions=st.none() | st.integers(1, 10),
    rest_hours=st.none() | st.integers(1, 336),
    slow_after=st.none() | st.integers(1, 10),
    stop_after=st.none() | st.integers(1, 10),
)


@given(wishes)
def test_what_is_kept_comes_back(preferences: Preferences) -> None:
    assert from_json(json.loads(json.dumps(as_json(preferences)))) == preferences


def test_what_was_never_chosen_is_the_default() -> None:
    assert from_json({}) == Preferences()


def test_what_was_kept_before_there_were_more_wishes_can_still_be_read() -> None:
    kept = {
        "days": 10,
        "hour": 9,
        "time_zone": "",
        "channel": "both",
        "paused_until": None,
        "is_stopped": False,
        "weekly_digest": True,
        "per_week": 2,
        "most_questions": None,
    }
    assert from_json(kept) == Preferences(days=10, hour=9, channel=Channel.BOTH, weekly_digest=True, per_week=2)


@given(wishes)
def test_a_form_filled_in_from_preferences_gives_them_back(preferences: Preferences) -> None:
    assert read_form(as_form(preferences), NOW) == (preferences, [])


@given(st.dictionaries(st.sampled_from(sorted(as_form(Preferences()))), st.integers(-1, 400) | st.text(max_size=9)))
def test_whatever_is_sent_is_a_wish_that_can_be_kept_or_a_problem(raw: dict[str, Any]) -> None:
    preferences, problems = read_form({"days": ["0"], **raw}, NOW, QUIET_NIGHT)
    assert (preferences is None) == bool(problems)
    if preferences:
        assert from_json(json.loads(json.dumps(as_json(preferences)))) == preferences
        policy = merged(Bounds(loosest=Policy()), Overrides(), overrides(preferences))
        assert is_ever(policy.quiet, policy.days, policy.hour)
        assert is_no_looser(policy, Policy())


@given(st.integers(0, 23), st.integers(0, 23), st.none() | st.integers(0, 23), st.sampled_from([0, QUIET_NIGHT]))
def test_wishes_that_leave_no_hour_are_refused_and_no_others(
    begin: int, end: int, hour: int | None, never: int
) -> None:
    form = {"days": ["0"], "quiet_from": str(begin), "quiet_until": str(end), "hour": "" if hour is None else str(hour)}
    preferences, problems = read_form(form, NOW, never)
    quiet = span_mask(begin, end) | never
    assert (preferences is None) == (begin == end or not is_ever(quiet, 1, hour))
    assert {problem.path for problem in problems} <= {"quiet_until", "quiet_from", "hour"}
    assert all(problem.sentence().endswith(".") for problem in problems)


def test_a_wish_without_an_hour_says_which_of_the_two_is_to_be_mended() -> None:
    def said(never: int = 0, **fields: str) -> dict[str, str]:
        return {one.path: one.sentence() for one in read_form({"days": "0", **fields}, NOW, never)[1]}

    own = said(quiet_from="12", quiet_until="14", hour="13")
    assert own == {"hour": "You want it quiet around 13:00. Choose another hour, or other quiet hours."}
    assert said(QUIET_NIGHT, hour="3") == {"hour": "On this site nothing is sent around 3:00. Choose another hour."}
    assert "no hour of the day" in said(QUIET_NIGHT, quiet_from="7", quiet_until="20")["quiet_from"]
    # That the admin leaves nobody an hour is no slip of the learner's.
    assert said(EVERY_HOUR) == {}


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
        ("per_day", "0"),
        ("per_day", "3"),
        ("per_week", "0"),
        ("rest_hours", "337"),
        ("slow_after", "11"),
        ("stop_after", "0"),
        ("quiet_from", "24"),
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
    ("begin", "end", "at_fault"), [("20", "", "quiet_until"), ("20", "20", "quiet_until"), ("", "8", "quiet_from")]
)
def test_quiet_hours_have_a_beginning_and_an_end(begin: str, end: str, at_fault: str) -> None:
    preferences, problems = read_form({"days": "0", "quiet_from": begin, "quiet_until": end}, NOW)
    assert preferences is None
    assert [problem.path for problem in problems] == [at_fault]


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
        (Preferences(quiet_from=12, quiet_until=14), "Every day, outside quiet hours, and never 12:00-14:00"),
        (
            Preferences(days=0b1000000, hour=9, quiet_from=17, quiet_until=8),
            "Sunday, around 9:00, and never 17:00-8:00",
        ),
        (Preferences(is_stopped=True), "No messages: you stopped them."),
        (Preferences(channel=Channel.NONE), "No messages: you stopped them."),
    ],
)
def test_preferences_are_said_as_people_say_them(preferences: Preferences, said: str) -> None:
    assert in_words(preferences, WORDS) == said


def test_wishes_make_a_policy_stricter() -> None:
    wished = Preferences(days=3, hour=9, per_week=2, most_questions=1, rest_hours=48, quiet_from=22, quiet_until=1)
    assert overrides(wished) == Overrides(
        days=3, hour=9, per_week=2, most_questions=1, rest=timedelta(hours=48), quiet=1 << 22 | 1 << 23 | 1
    )
    assert {name for name in as_json(wished) if name not in STRICTER} == {
        "time_zone",
        "channel",
        "paused_until",
        "is_stopped",
        "weekly_digest",
    }
