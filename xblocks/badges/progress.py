"""How far somebody is with a criterion: a share from 0 to 1, and what it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from xblocks.badges.criteria import (
    DOES,
    AllOf,
    AnyOf,
    Attended,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reflected,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
)
from xblocks.badges.fulfilment import (
    came_back,
    done_at,
    first_tries,
    fulfilled_at,
    reached_at,
    reviewed_days,
    still_wrong,
)
from xblocks.badges.record import Record, week_of

NEARLY = 0.99
"""The most that is shown of what is not fulfilled: a bar that is full says that it is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is.

    Attributes:
        share: 1 when it is fulfilled, and only then.
        done, of: in what the criterion counts: blocks, questions, weeks, or parts.
        missing: the blocks in which something is still to be done; the ones to begin with come first.
        best: the score so far where there is one block and it has a score.
        parts: of a criterion that has parts.
    """

    criterion: Criterion
    share: float
    done: int
    of: int
    missing: tuple[str, ...] = ()
    best: float | None = None
    parts: tuple[Progress, ...] = ()

    @property
    def is_fulfilled(self) -> bool:
        """Nothing is missing."""
        return self.share == 1


def progress(criterion: Criterion, record: Record, now: datetime, today: date) -> Progress:
    """How far somebody is now.

    Args:
        now: in UTC.
        today: the learner's local date.
    """
    at = _Now(now, today)
    return _WAYS[type(criterion)](criterion, record, at)


@dataclass(frozen=True, slots=True)
class _Now:
    at: datetime
    today: date


def _counted(criterion: Criterion, record: Record, done: int, of: int, **more: Any) -> Progress:
    if fulfilled_at(criterion, record) is not None:
        return Progress(criterion, 1.0, of, of)
    share = more.pop("share", done / of if of else 0.0)
    return Progress(criterion, min(share, NEARLY), min(done, max(of - 1, 0)), of, **more)


def _each(criterion: Any, record: Record, now: _Now) -> Progress:
    missing = tuple(block for block in criterion.blocks if done_at(criterion, block, record) is None)
    of = len(criterion.blocks)
    return _counted(criterion, record, of - len(missing), of, missing=missing)


def _score(criterion: ScoreAtLeast, record: Record, now: _Now) -> Progress:
    missing = tuple(block for block in criterion.blocks if reached_at(block, criterion.least, record) is None)
    bests = [record.scores[block][-1][1] if block in record.scores else 0.0 for block in criterion.blocks]
    shares = [min(best / criterion.least, 1.0) for best in bests]
    of = len(criterion.blocks)
    best = bests[0] if of == 1 and criterion.blocks[0] in record.scores else None
    share = sum(shares) / of if of else 0.0
    return _counted(criterion, record, of - len(missing), of, missing=missing, best=best, share=share)


def _first_try(criterion: FirstTry, record: Record, now: _Now) -> Progress:
    """What was not touched yet comes first: questions that went wrong there have no first try any more."""
    touched = {block for block, _question in record.tries}
    missing = tuple(sorted(criterion.blocks, key=touched.__contains__))
    return _counted(criterion, record, len(first_tries(criterion.blocks, record)), criterion.number, missing=missing)


def _came_back(criterion: CameBack, record: Record, now: _Now) -> Progress:
    """Where something went wrong and is not known yet comes first."""
    open_ones = still_wrong(record)
    missing = tuple(sorted(criterion.blocks, key=lambda block: block not in open_ones)) or open_ones
    return _counted(criterion, record, len(came_back(criterion.blocks, record)), criterion.number, missing=missing)


def _reviews(criterion: Reviews, record: Record, now: _Now) -> Progress:
    """Of the days that end today: those before can no longer become enough."""
    since = now.today.toordinal() - criterion.days + 1
    lately = sum(len(reviews) for day, reviews in reviewed_days(record) if day >= since)
    return _counted(criterion, record, lately, criterion.number)


def _weeks(criterion: WeeksInARow, record: Record, now: _Now) -> Progress:
    """Of the run that can still go on."""
    run, last = 0, None
    for week in sorted(record.weeks):
        run = run + 1 if last is not None and week - last <= criterion.rest + 1 else 1
        last = week
    goes_on = last is not None and week_of(now.today) - last <= criterion.rest + 1
    return _counted(criterion, record, run if goes_on else 0, criterion.weeks)


def _within(criterion: FinishedWithin, record: Record, now: _Now) -> Progress:
    """Of the blocks that were completed so lately that the others may still follow in time."""
    since = now.at - timedelta(days=criterion.days)
    missing = tuple(
        block
        for block in criterion.blocks
        if not any(at >= since for at in record.times.get((DOES[FinishedWithin], block), ()))
    )
    of = len(criterion.blocks)
    return _counted(criterion, record, of - len(missing), of, missing=missing)


def _all(criterion: AllOf, record: Record, now: _Now) -> Progress:
    parts = _parts(criterion, record, now)
    share = sum(part.share for part in parts) / len(parts) if parts else 0.0
    return _combined(criterion, parts, share, len(parts))


def _some(criterion: AnyOf | SomeOf, record: Record, now: _Now) -> Progress:
    number = criterion.number if isinstance(criterion, SomeOf) else 1
    parts = _parts(criterion, record, now)
    # Those that are furthest are the way to go.
    best = sorted((part.share for part in parts), reverse=True)[:number]
    return _combined(criterion, parts, sum(best) / number if number > 0 else 0.0, number)


def _parts(criterion: AllOf | AnyOf | SomeOf, record: Record, now: _Now) -> tuple[Progress, ...]:
    return tuple(progress(part, record, now.at, now.today) for part in criterion.parts)


def _combined(criterion: Criterion, parts: tuple[Progress, ...], share: float, of: int) -> Progress:
    done = min(sum(part.is_fulfilled for part in parts), of)
    if of and done == of:
        return Progress(criterion, 1.0, of, of, parts=parts)
    return Progress(criterion, min(share, NEARLY), done, of, parts=parts)


_WAYS: Mapping[type[Criterion], Callable[[Any, Record, _Now], Progress]] = {
    Completed: _each,
    Reflected: _each,
    Prepared: _each,
    Attended: _each,
    ScoreAtLeast: _score,
    FirstTry: _first_try,
    CameBack: _came_back,
    Reviews: _reviews,
    WeeksInARow: _weeks,
    FinishedWithin: _within,
    AllOf: _all,
    AnyOf: _some,
    SomeOf: _some,
}
