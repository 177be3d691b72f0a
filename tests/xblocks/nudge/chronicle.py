"""What happened to learners, in plain data, for the audit: nothing here knows the code that is tried."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Steps(Generic[T]):
    """A value that changes at moments."""

    first: T
    times: list[datetime] = field(default_factory=list)
    values: list[T] = field(default_factory=list)

    def at(self, moment: datetime) -> T:
        """The value at a moment; a change counts from its own moment on."""
        place = bisect_right(self.times, moment)
        return self.values[place - 1] if place else self.first

    def during(self, begin: datetime, end: datetime) -> list[T]:
        """All values from one moment to another, both of them included."""
        first, last = bisect_right(self.times, begin), bisect_right(self.times, end)
        return [self.at(begin), *self.values[first:last]]

    def become(self, value: T, moment: datetime) -> None:
        """Change; moments come in order."""
        self.times.append(moment)
        self.values.append(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often and when at most. `quiet` are local hours, `days` local days with Monday as 0, `rest` is in hours."""

    per_day: int = 1
    per_week: int = 3
    most_questions: int = 3
    quiet: frozenset[int] = frozenset({20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7})
    days: frozenset[int] = frozenset(range(7))
    hour: int | None = None
    rest: int = 24
    slow_after: int = 3
    stop_after: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a learner wished at some time. `quiet` is a span of local hours, beside those of the course; None: none."""

    days: frozenset[int] = frozenset(range(7))
    hour: int | None = None
    quiet: tuple[int, int] | None = None
    per_day: int | None = None
    per_week: int | None = None
    most_questions: int | None = None
    rest: int | None = None
    slow_after: int | None = None
    stop_after: int | None = None
    weekly_digest: bool = False
    opted_out: bool = False
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message that arrived."""

    at: datetime
    nudge_id: int
    kind: str
    courses: tuple[str, ...]
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the ledger.

    Attributes:
        at: when it was sent, or else planned.
        until: it cannot be sent later.
        asks: the courses of which it asks something.
    """

    nudge_id: int
    kind: str
    slot: str
    status: str
    at: datetime
    planned_at: datetime
    until: datetime
    asks: tuple[str, ...] = ()


@dataclass(slots=True)
class Life:
    """Everything about a learner that a promise depends on.

    Attributes:
        enrolled: by course.
        held_out: courses in which they are not to be reminded.
        due: by course and question: when it is due, None for never.
        asked_for: when a message of another component was asked for, and until when it makes sense.
        active: moments of activity, in order: answers, and links that were followed.
    """

    name: str
    zone: Steps[str]
    wishes: Steps[Wishes] = field(default_factory=lambda: Steps(Wishes()))
    may_sign_in: Steps[bool] = field(default_factory=lambda: Steps(True))
    enrolled: dict[str, Steps[bool]] = field(default_factory=dict)
    held_out: set[str] = field(default_factory=set)
    due: dict[str, dict[int, Steps[datetime | None]]] = field(default_factory=dict)
    asked_for: list[tuple[datetime, datetime]] = field(default_factory=list)
    active: list[datetime] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    ledger: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Terms:
    """A course as its team has it."""

    limits: Limits = field(default_factory=Limits)
    ends: Steps[datetime | None] = field(default_factory=lambda: Steps(None))
    stopped: Steps[bool] = field(default_factory=lambda: Steps(False))


@dataclass(slots=True)
class Chronicle:
    """All that happened between two moments."""

    start: datetime
    end: datetime
    lives: list[Life] = field(default_factory=list)
    courses: dict[str, Terms] = field(default_factory=dict)
