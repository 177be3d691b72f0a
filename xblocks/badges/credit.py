"""Learning credit: minutes that badges are worth, in a ledger that balances and of which no line is ever changed.

What was credited and is taken back stands there twice, once with a minus; a correction is a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate


class Why(StrEnum):
    """Why a line is there. The values are kept: they are never changed."""

    AWARDED = "awarded"
    REVOKED = "revoked"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger of one learner.

    Attributes:
        award: which award it is about; with `why` and `number` it is there once.
        minutes: what is added; below 0 what is taken back.
        at: when (UTC).
        number: of corrections of the same award: the first, the second, …
        note: what somebody said about it.
    """

    award: str
    why: Why
    minutes: int
    at: datetime
    number: int = 1
    note: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What it may be there for once."""
        return self.award, str(self.why), self.number


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of a statement, and what the balance is after it."""

    line: Line
    balance: int


class CreditError(ValueError):
    """A line that may not be written; says why."""


def balance(lines: Iterable[Line]) -> int:
    """Minutes that a learner has."""
    return sum(line.minutes for line in lines)


def awarded(award: str, minutes: int, at: datetime) -> Line:
    """The line for a badge that is awarded.

    Raises:
        CreditError: minutes below 0.
    """
    if minutes < 0:
        raise CreditError("A badge cannot be worth less than nothing.")
    return Line(award, Why.AWARDED, minutes, at)


def revoked(lines: Sequence[Line], award: str, at: datetime, note: str = "") -> Line:
    """The line that takes back all that an award is worth by now, corrections among it.

    Raises:
        CreditError: when it was never credited, or was taken back before.
    """
    own = [line for line in lines if line.award == award]
    if not own:
        raise CreditError("Nothing was credited for this award.")
    if any(line.why is Why.REVOKED for line in own):
        raise CreditError("This award was taken back before.")
    return Line(award, Why.REVOKED, -balance(own), at, note=note)


def corrected(lines: Sequence[Line], award: str, minutes: int, at: datetime, note: str) -> Line:
    """The line that makes an award worth so many minutes.

    Raises:
        CreditError: when there is no such award (any more), or nobody says why.
    """
    own = [line for line in lines if line.award == award]
    if minutes < 0:
        raise CreditError("A badge cannot be worth less than nothing.")
    if not note.strip():
        raise CreditError("Say why it is corrected.")
    if not own or any(line.why is Why.REVOKED for line in own):
        raise CreditError("There is no such award that counts.")
    number = 1 + sum(line.why is Why.CORRECTED for line in own)
    return Line(award, Why.CORRECTED, minutes - balance(own), at, number, note)


def statement(lines: Iterable[Line]) -> tuple[Stated, ...]:
    """All lines, the earliest first, with the balance after each."""
    ordered = sorted(lines, key=lambda line: (line.at, line.key))
    return tuple(map(Stated, ordered, accumulate(line.minutes for line in ordered)))
