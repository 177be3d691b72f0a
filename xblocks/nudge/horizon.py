"""When a question comes back: as forgetting asks until a target date, and as the course team asks after it.

Left alone the memory model plans gaps of months and years, which no course has. So until the target:

- A question is due when recall has fallen to the desired retention, not sooner than a day and not later than half a
  year after its last review.
- What would come back in the last sixth of the time that is left, or after it, comes back at the start of that sixth:
  the closing review. Cepeda et al. 2008 found that spacing goes wrong when a gap is under a fifth of the delay to the
  test, while too long a gap costs little; here the gap is five times the delay, and what turns out to be forgotten can
  still be mended. As a share it also differs from question to question, so that they do not all come on one day.
- Nothing is forced when the last review was recent enough: at most a month before the target, and not half of the
  forgetting that the retention allows will have happened then. However well a question is known, and however far ahead
  somebody practises, a gap of more than that month never runs past the target. A month is a sixth of half a year, so
  one closing review is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile

from xblocks.nudge.memory import DAY, Memory, Rating, days_until, interval, recall_after, reviewed, strengthened

LEAST_GAP = DAY
"""Reviews of a question keep a day between them, so that none falls on the day of another."""

MOST_GAP = timedelta(days=180)
"""The longest gap of our own choice; the team's tail may have longer ones."""

CLOSING_SHARE = 1 / 6
RECENT = MOST_GAP * CLOSING_SHARE

_MOST_DAYS, _RECENT_DAYS = MOST_GAP / DAY, RECENT / DAY

LEAST_RETENTION, MOST_RETENTION = 0.7, 0.97
"""Below, FSRS plans gaps after which most is learnt anew; above, everything would come back daily (FSRS's advice)."""

MOST_MOMENTS = 100


@dataclass(frozen=True, slots=True)
class Tail:
    """What comes after the target.

    Attributes:
        gaps: each a day or longer; the last repeats. Empty: nothing comes after the target.

    Raises:
        ValueError: a gap is shorter than a day.
    """

    gaps: tuple[timedelta, ...] = ()

    def __post_init__(self) -> None:
        if any(gap < LEAST_GAP for gap in self.gaps):
            raise ValueError("Between reviews there is at least a day")


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far knowledge must reach.

    Attributes:
        target: when it must be there, in UTC; None: at `ends_at`, and without that there is no target.
        ends_at: nothing comes at or after this moment, ever; in UTC.
        retention: the probability of a right answer to hold until the target, LEAST_RETENTION to MOST_RETENTION.

    Raises:
        ValueError: the retention lies outside its bounds.
    """

    target: datetime | None = None
    ends_at: datetime | None = None
    retention: float = 0.9
    tail: Tail = field(default_factory=Tail)

    def __post_init__(self) -> None:
        if not LEAST_RETENTION <= self.retention <= MOST_RETENTION:
            raise ValueError(f"A retention lies between {LEAST_RETENTION} and {MOST_RETENTION}")

    @property
    def aim(self) -> datetime | None:
        """The target that holds: never later than the end."""
        if self.target is None or self.ends_at is None:
            return self.target or self.ends_at
        return min(self.target, self.ends_at)


def next_due(memory: Memory, horizon: Horizon, now: datetime) -> datetime | None:
    """When the question should come back; in the past when that is overdue, None when nothing more is to come.

    What was still due when the target passed waits for the tail. While the target lies ahead, the answer depends on the
    memory alone, not on `now`.

    Args:
        now: aware; only says whether target and end lie ahead.
    """
    if horizon.ends_at is not None and now >= horizon.ends_at:
        return None
    aim = horizon.aim
    due: datetime | None
    if aim is None:
        due = _as_forgetting_asks(memory, horizon.retention)
    elif now < aim and memory.last_review < aim:
        due = _before(aim, memory, horizon.retention) or _in_the_tail(aim, memory, horizon.tail)
    else:
        due = _in_the_tail(aim, memory, horizon.tail)
    if due is not None and horizon.ends_at is not None and due >= horizon.ends_at:
        return None
    return due


def plan(
    memory: Memory | None, horizon: Horizon, now: datetime, *, until: datetime | None = None, most: int = MOST_MOMENTS
) -> tuple[datetime, ...]:
    """When the question will come back if every answer is right, from now on.

    What is overdue comes now. A question that was never answered is taken to be answered right now; that first answer
    is not among the moments.

    Args:
        until: leave out what comes at or after this moment.
        most: how many moments at most; a tail that repeats has no end of its own.
    """
    coming = (when for when, _ in simulated(memory or reviewed(None, Rating.GOOD, now), horizon, now))
    return tuple(takewhile(lambda when: until is None or when < until, islice(coming, most)))


def simulated(memory: Memory, horizon: Horizon, now: datetime) -> Iterator[tuple[datetime, Memory]]:
    """Coming reviews and the memory after each, if every answer is right; without end where the horizon has none."""
    due = next_due(memory, horizon, now)
    while due is not None:
        now = max(due, now)
        memory = reviewed(memory, Rating.GOOD, now)
        yield now, memory
        due = next_due(memory, horizon, now)


def _as_forgetting_asks(memory: Memory, retention: float) -> datetime:
    return memory.last_review + min(max(interval(memory, retention), LEAST_GAP), MOST_GAP)


def _before(aim: datetime, memory: Memory, retention: float) -> datetime | None:
    """The next review before the target; None when none is needed, or none fits with a day in between."""
    gap = _gap((aim - memory.last_review) / DAY, memory.stability, memory.difficulty, retention)
    return None if gap is None else memory.last_review + gap * DAY


def _gap(left: float, stability: float, difficulty: float, retention: float) -> float | None:
    """Days from the last review to the next one, when so many are left to the target; None as for `_before`."""
    closing = left - left * CLOSING_SHARE
    if left <= _RECENT_DAYS:
        # So close to the target that a closing review would come too late for anything, the retention itself is enough.
        enough = (1 + retention) / 2 if closing >= 1 else retention
        if left <= days_until(stability, enough):
            return None
    gap = max(min(days_until(stability, retention), _MOST_DAYS, closing), 1.0)
    if gap >= left:
        return None
    if left - gap <= 1:
        # No other review fits behind this one. A memory so weak that it does not hold from here holds from later on.
        after, _difficulty = strengthened(stability, difficulty, gap)
        gap = max(gap, left - days_until(after, retention))
    return gap


def practised(stability: float, difficulty: float, waited: float, ahead: float, retention: float) -> float:
    """The probability of a right answer at the aim, if every review that comes before it is taken and goes well.

    What `simulated` would say, in plain numbers: of a learner's thousands of questions it is asked at once.

    Args:
        waited, ahead: days from the last review to now, and from now to the aim; more than 0 of the latter.
        retention: of the horizon.
    """
    left = waited + ahead
    gap = _gap(left, stability, difficulty, retention)
    while gap is not None:
        # What is overdue is answered now.
        gap, waited = max(gap, waited), 0.0
        stability, difficulty = strengthened(stability, difficulty, gap)
        left -= gap
        gap = _gap(left, stability, difficulty, retention)
    return recall_after(stability, max(left, 0.0))


def _in_the_tail(aim: datetime, memory: Memory, tail: Tail) -> datetime | None:
    """The next review after the target.

    Gaps count from the target, then from the last review; which of them is next, the time since the target says.
    """
    if not tail.gaps:
        return None
    begun, since = aim, max(memory.last_review, aim)
    for gap in tail.gaps[:-1]:
        if begun + gap > since:
            break
        begun += gap
    else:
        gap = tail.gaps[-1]
    return since + gap
