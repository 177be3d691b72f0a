"""On which day a calendar says that questions come back, and when it had better say nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.nudge.calendar_day import day_of
from xblocks.nudge.limits import DEFAULT, Policy
from xblocks.nudge.moments import EVERY_HOUR, is_allowed
from xblocks.nudge.states import CourseState, State

NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
"""A Wednesday, at 11:00 in Amsterdam."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)


def state(**more: Any) -> State:
    return State(**{"zone": AMSTERDAM, **more})


def course(**more: Any) -> CourseState:
    return CourseState(**{"course": "c", "next_due": NOW + 2 * DAY, **more})


def test_it_is_the_day_on_which_the_next_question_comes_back_when_messages_may_come() -> None:
    day = day_of(state(), course(), NOW)
    assert day is not None
    # 8:00 in Amsterdam; the day ends at its midnight.
    assert day.at == datetime(2027, 3, 12, 7, 0, tzinfo=UTC)
    assert day.ends == datetime(2027, 3, 12, 23, 0, tzinfo=UTC)


def test_it_keeps_to_the_learners_days_and_hour() -> None:
    day = day_of(state(), course(policy=Policy(days=1, hour=18)), NOW)
    assert day is not None
    assert day.at == datetime(2027, 3, 15, 17, 0, tzinfo=UTC)


def test_what_comes_back_later_today_is_there_at_that_moment() -> None:
    day = day_of(state(), course(next_due=NOW + timedelta(hours=3)), NOW)
    assert day is not None
    assert day.at == NOW + timedelta(hours=3)


def test_what_is_due_already_is_for_a_message_to_say() -> None:
    assert day_of(state(), course(due=3, next_due=None), NOW) is None


@pytest.mark.parametrize(
    "peace",
    [
        {"is_suspended": True},
        {"is_opted_out": True},
        {"said_stop": True},
        {"paused_until": NOW + DAY},
        {"ignored": DEFAULT.slow_after},
    ],
)
def test_who_wants_peace_or_does_not_look_has_none(peace: dict[str, Any]) -> None:
    assert day_of(state(**peace), course(), NOW) is None


@pytest.mark.parametrize(
    "why",
    [
        {"is_enrolled": False},
        {"is_stopped": True},
        {"is_held_out": True},
        {"is_unwanted": True},
        {"ends_at": NOW + DAY},
        {"policy": Policy(quiet=EVERY_HOUR)},
    ],
)
def test_a_course_that_may_not_send_has_none(why: dict[str, Any]) -> None:
    assert day_of(state(), course(**why), NOW) is None


def test_a_break_that_is_over_is_none() -> None:
    assert day_of(state(paused_until=NOW - DAY), course(), NOW) is not None


@given(
    st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo),
    st.timedeltas(-400 * DAY, 900 * DAY).map(lambda span: NOW + span),
    st.integers(1, 127),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_it_is_never_before_now_nor_in_quiet_hours_of_another_day(
    zone: ZoneInfo, now: datetime, days: int, until: timedelta
) -> None:
    policy = Policy(days=days)
    day = day_of(state(zone=zone), course(policy=policy, next_due=now + until), now)
    assert day is not None
    assert now <= day.at < day.ends
    assert day.at == now + until or is_allowed(day.at, zone, policy.quiet, policy.days, None)
