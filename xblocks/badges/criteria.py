"""The language of criteria: what has to be done for a badge.

Each criterion can only be gained, never lost again by what is done later: effort counts, and a badge that was earned
stays earned. So the order in which the facts arrive does not matter either (see `record`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from xblocks.badges.facts import Did


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something to do; `kind` is its name where it is kept."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Completed(Criterion):
    """Complete all of these blocks."""

    kind = "completed"
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreAtLeast(Criterion):
    """Reach this share of the points (0..1] in each of these blocks; the best try counts."""

    kind = "score"
    blocks: tuple[str, ...]
    least: float


@dataclass(frozen=True, slots=True)
class FirstTry(Criterion):
    """Answer so many questions right at the first try; no blocks: anywhere in the course."""

    kind = "first_try"
    number: int
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CameBack(Criterion):
    """Answer so many questions right that went wrong before; no blocks: anywhere in the course."""

    kind = "came_back"
    number: int
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviews(Criterion):
    """Repeat so many questions within so many days in a row, right or wrong; each counts once a day.

    To repeat is to answer outside of the quiz what was answered before: in practice, from a mail, in another place.
    """

    kind = "reviews"
    number: int
    days: int


@dataclass(frozen=True, slots=True)
class WeeksInARow(Criterion):
    """Answer or repeat something in so many weeks in a row.

    Attributes:
        rest: weeks without anything that may lie between two of them.
    """

    kind = "weeks"
    weeks: int
    rest: int = 0


@dataclass(frozen=True, slots=True)
class FinishedWithin(Criterion):
    """Complete all of these blocks within so many days, from the first to the last."""

    kind = "within"
    blocks: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Reflected(Criterion):
    """Submit a reflection in each of these blocks."""

    kind = "reflected"
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared(Criterion):
    """Come prepared to each of these workshops."""

    kind = "prepared"
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attended(Criterion):
    """Be at each of these workshops."""

    kind = "attended"
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf(Criterion):
    """All of the parts."""

    kind = "all"
    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Criterion):
    """One of the parts, whichever."""

    kind = "any"
    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class SomeOf(Criterion):
    """So many of the parts, whichever."""

    kind = "some"
    number: int
    parts: tuple[Criterion, ...]


Combined = AllOf | AnyOf | SomeOf

Each = Completed | Reflected | Prepared | Attended
"""What is done once for each of its blocks."""

DOES: dict[type[Criterion], Did] = {
    Completed: Did.COMPLETED,
    FinishedWithin: Did.COMPLETED,
    Reflected: Did.REFLECTED,
    Prepared: Did.PREPARED,
    Attended: Did.ATTENDED,
}
KINDS: dict[str, type[Criterion]] = {
    one.kind: one
    for one in (
        Completed,
        ScoreAtLeast,
        FirstTry,
        CameBack,
        Reviews,
        WeeksInARow,
        FinishedWithin,
        Reflected,
        Prepared,
        Attended,
        AllOf,
        AnyOf,
        SomeOf,
    )
}

Watched = tuple[Did, str]
"""A thing that can be done and the block it is done in; "" is any block."""


def watched(criterion: Criterion) -> Iterator[Watched]:
    """What facts may bring a criterion nearer; no others do."""
    match criterion:
        case AllOf() | AnyOf() | SomeOf():
            for part in criterion.parts:
                yield from watched(part)
        case Completed() | FinishedWithin() | Reflected() | Prepared() | Attended():
            yield from ((DOES[type(criterion)], block) for block in criterion.blocks)
        case ScoreAtLeast():
            yield from ((Did.SCORED, block) for block in criterion.blocks)
        case FirstTry():
            yield from ((Did.ANSWERED, block) for block in criterion.blocks or ("",))
        case CameBack():
            for block in criterion.blocks or ("",):
                yield from ((Did.ANSWERED, block), (Did.REVIEWED, block))
        case Reviews():
            yield (Did.REVIEWED, "")
        case WeeksInARow():
            yield from ((Did.ANSWERED, ""), (Did.REVIEWED, ""))
        case _:
            raise TypeError(f"{criterion!r} is no criterion")


def blocks_of(criterion: Criterion) -> frozenset[str]:
    """Usage keys that a criterion names."""
    return frozenset(block for _did, block in watched(criterion) if block)
