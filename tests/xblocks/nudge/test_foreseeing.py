"""The next message, foreseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xblocks.nudge.foreseeing import foresee
from xblocks.nudge.policy import CourseState, Policy, State

# A Sunday, in the afternoon.
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
TUESDAYS = 0b10


def state(*, due: int = 0, next_due: datetime | None = None, **more: object) -> State:
    course = CourseState(course="course", due=due, next_due=next_due, policy=Policy(days=TUESDAYS, hour=9))
    return State(zone=ZoneInfo("UTC"), courses=(course,), **more)  # type: ignore[arg-type]


def test_what_is_due_comes_on_the_first_day_that_was_chosen() -> None:
    when = foresee(state(due=2), NOW).when
    assert when is not None
    assert (when.date(), when.hour) == (datetime(2026, 11, 24, tzinfo=UTC).date(), 9)


def test_what_is_not_due_yet_comes_once_it_is() -> None:
    when = foresee(state(next_due=NOW + timedelta(days=4)), NOW).when
    assert when is not None
    assert (when.date(), when.hour) == (datetime(2026, 12, 1, tzinfo=UTC).date(), 9)


def test_a_pause_is_waited_for() -> None:
    when = foresee(state(due=1, paused_until=NOW + timedelta(days=20)), NOW).when
    assert when is not None
    assert when.date() == datetime(2026, 12, 15, tzinfo=UTC).date()


def test_what_is_in_the_way_is_told_when_nothing_is_in_sight() -> None:
    stopped = foresee(state(due=1, is_opted_out=True), NOW)
    assert stopped.when is None
    assert stopped.decision.reason == "opted_out"
    assert foresee(state(), NOW).when is None


def test_nobody_plans_for_what_is_years_away() -> None:
    assert foresee(state(next_due=NOW + timedelta(days=3000)), NOW).when is None


def test_it_does_not_look_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xblocks.nudge.foreseeing.MOST_STEPS", 1)
    assert foresee(state(due=2), NOW).when is None
