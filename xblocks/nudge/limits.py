"""How often and when at most: limits that an admin bounds, a team sets and a learner tightens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from operator import and_, or_
from typing import Any
from zoneinfo import ZoneInfo

from xblocks.nudge.moments import EVERY_DAY, EVERY_HOUR, QUIET_NIGHT, hours, local_days
from xblocks.nudge.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The limits for one course and learner.

    Attributes:
        per_day: messages on one local calendar day.
        per_week: messages in any 7 consecutive local days.
        most_questions: questions a message, at least 1.
        quiet: local hours in which nothing is sent; bit 0 is 0:00 to 1:00.
        days: of the week on which something may be sent; bit 0 is Monday.
        hour: the only local hour in which something may be sent; None: any that is not quiet.
        rest: after the learner was active.
        slow_after: so many ignored in a row, and one a week remains.
        stop_after: so many ignored in a row, and after a goodbye nothing more comes.

    Raises:
        ValueError: a value that means nothing.
    """

    per_day: int = 1
    per_week: int = 3
    most_questions: int = 3
    quiet: int = QUIET_NIGHT
    days: int = EVERY_DAY
    hour: int | None = None
    rest: timedelta = timedelta(hours=24)
    slow_after: int = 3
    stop_after: int = 6

    def __post_init__(self) -> None:
        if min(self.per_day, self.per_week, self.slow_after, self.stop_after) < 0 or self.most_questions < 1:
            raise ValueError("limits are counts, and a message asks at least one question")
        if not 0 <= self.quiet <= EVERY_HOUR or not 0 <= self.days <= EVERY_DAY or self.hour not in (None, *range(24)):
            raise ValueError("quiet hours are 24 bits, days 7, and an hour is 0 to 23")


DEFAULT = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a course team or a learner changed of a policy, with the fields of `Policy`; None: as it was."""

    per_day: int | None = None
    per_week: int | None = None
    most_questions: int | None = None
    quiet: int | None = None
    days: int | None = None
    hour: int | None = None
    rest: timedelta | None = None
    slow_after: int | None = None
    stop_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the platform's admin decides.

    Attributes:
        default: what holds for a course whose team chose nothing.
        loosest: what a team may at most choose; a default beyond it is held to it too.
    """

    default: Policy = DEFAULT
    loosest: Policy = Policy(
        per_day=2,
        per_week=7,
        most_questions=5,
        quiet=hours(22, 23, *range(7)),
        rest=timedelta(hours=4),
        slow_after=5,
        stop_after=10,
    )


@lru_cache(maxsize=1 << 12)
def merged(bounds: Bounds, team: Overrides, learner: Overrides) -> Policy:
    """The policy for a learner in a course: what the team chose, within the admin's bounds; a learner only tightens it.

    Two different hours leave no moment at all: a team that insists on an hour and a learner on another agree on none.

    Raises:
        ValueError: a value that means nothing.
    """
    chosen = replace(bounds.default, **_given(team))
    return _stricter(_stricter(chosen, _overriding(bounds.loosest)), learner)


def _given(wishes: Overrides) -> dict[str, Any]:
    return {name: value for name in _NAMES if (value := getattr(wishes, name)) is not None}


def _overriding(policy: Policy) -> Overrides:
    return Overrides(**{name: getattr(policy, name) for name in _NAMES})


def _stricter(policy: Policy, wishes: Overrides) -> Policy:
    given = _given(wishes)
    for name, value in given.items():
        given[name] = _STRICTEST[name](getattr(policy, name), value)
    hour = given.get("hour")
    if hour is not None and policy.hour not in (None, hour):
        given["quiet"] = given.get("quiet", policy.quiet) | hours(hour)
    return replace(policy, **given)


_NAMES = tuple(field.name for field in fields(Overrides))
_STRICTEST: dict[str, Callable[[Any, Any], Any]] = {
    "per_day": min,
    "per_week": min,
    "most_questions": min,
    "quiet": or_,
    "days": and_,
    "hour": lambda _hour, wish: wish,
    "rest": max,
    "slow_after": min,
    "stop_after": min,
}


def full_limit(
    sent: Sequence[datetime], zone: ZoneInfo, per_day: int, per_week: int, at: datetime
) -> tuple[Reason | None, datetime]:
    """Which limit a message would break, and from when on not any more; everything was sent before `at`."""
    starts, tomorrow = local_days(at, zone)
    day, week = starts[tomorrow - 1], starts[tomorrow - 7]
    in_day = in_week = 0
    for moment in sent:
        if moment >= week:
            in_week += 1
            if moment >= day:
                in_day += 1
    if in_day >= per_day:
        return Reason.DAY_FULL, starts[tomorrow]
    if in_week < per_week:
        return None, at
    # The week is not full any more once the oldest of its last messages lies 7 days back.
    oldest = sorted(sent)[-per_week]
    return Reason.WEEK_FULL, next(
        starts[index + 7] for index in range(tomorrow - 7, tomorrow) if starts[index + 1] > oldest
    )
