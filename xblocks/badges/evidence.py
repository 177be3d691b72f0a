"""What somebody did for a badge, as it stands in their credential: each thing, when it was done, and its score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from xblocks.badges.criteria import (
    AllOf,
    AnyOf,
    Attended,
    Completed,
    Criterion,
    FinishedWithin,
    Prepared,
    Reflected,
    ScoreAtLeast,
    SomeOf,
)
from xblocks.badges.fulfilment import done_at, fulfilled_at, reached_at
from xblocks.badges.record import Record

MOST = 50
"""More says nothing more to anybody."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was done.

    Attributes:
        kind: of the criterion that it is for.
        at: when it was done, or was enough.
        block: where; "" is in the course.
        score: what was reached, 0 to 1; None where there is no score.
        number: how many were asked for, of what is counted; 0 elsewhere.
    """

    kind: str
    at: datetime
    block: str = ""
    score: float | None = None
    number: int = 0


def evidence(criterion: Criterion, record: Record) -> tuple[Evidence, ...]:
    """What there is for a criterion, the earliest first; parts of a group that were not done are left out."""
    found = dict.fromkeys(_evidence(criterion, record))
    return tuple(sorted(found, key=lambda one: (one.at, one.kind, one.block))[:MOST])


def _evidence(criterion: Criterion, record: Record) -> Iterator[Evidence]:
    match criterion:
        case AllOf() | AnyOf() | SomeOf():
            for part in criterion.parts:
                if fulfilled_at(part, record) is not None:
                    yield from _evidence(part, record)
        case Completed() | Reflected() | Prepared() | Attended():
            for block in criterion.blocks:
                at = done_at(criterion, block, record)
                if at is not None:
                    yield Evidence(criterion.kind, at, block)
        case ScoreAtLeast():
            for block in criterion.blocks:
                at = reached_at(block, criterion.least, record)
                if at is not None:
                    yield Evidence(criterion.kind, at, block, score=record.scores[block][-1][1])
        case _:
            at = fulfilled_at(criterion, record)
            if at is not None:
                number = 0 if isinstance(criterion, FinishedWithin) else _asked(criterion)
                yield Evidence(criterion.kind, at, number=number)


def _asked(criterion: Criterion) -> int:
    """How many a criterion that counts asks for."""
    number = getattr(criterion, "number", None)
    asked: int = getattr(criterion, "weeks", 0) if number is None else number
    return asked
