"""Which badges a fact earns: only those that look at such facts are evaluated at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from xblocks.badges.criteria import Criterion, Watched, watched
from xblocks.badges.facts import Fact
from xblocks.badges.fulfilment import fulfilled_at
from xblocks.badges.record import Record, record_of, with_fact


@dataclass(frozen=True, slots=True)
class Earned:
    """A badge that was earned.

    Attributes:
        badge: its id.
        at: when the last thing that was missing was done (UTC).
    """

    badge: str
    at: datetime


class Watch:
    """The badges of a course, by what they look at; made once for many facts."""

    def __init__(self, badges: Mapping[str, Criterion]) -> None:
        self._criteria = dict(badges)
        found: dict[Watched, list[str]] = defaultdict(list)
        for name, criterion in self._criteria.items():
            for one in set(watched(criterion)):
                found[one].append(name)
        self._by_watched = dict(found)

    def looks_at(self, fact: Fact) -> Sequence[str]:
        """The badges that a fact may bring nearer, each once."""
        here = self._by_watched.get((fact.what, fact.block), [])
        anywhere = self._by_watched.get((fact.what, ""), [])
        return list(dict.fromkeys([*here, *anywhere]))

    def earned(self, record: Record, names: Iterable[str]) -> list[Earned]:
        """Those of the badges that are fulfilled by a record."""
        moments = ((name, fulfilled_at(self._criteria[name], record)) for name in names)
        return [Earned(name, at) for name, at in moments if at is not None]

    def heard(self, record: Record, facts: Iterable[Fact], has: Collection[str]) -> tuple[Record, list[Earned]]:
        """Some facts more: the record with them, and the badges that they earn.

        Args:
            has: badges that the learner has already, or that were taken from them; they are not earned again.
        """
        then, names = record, dict[str, None]()
        for fact in facts:
            before, then = then, with_fact(then, fact)
            if then is not before:
                names |= dict.fromkeys(self.looks_at(fact))
        return then, self.earned(then, [name for name in names if name not in has])

    def replayed(self, facts: Iterable[Fact]) -> list[Earned]:
        """What a whole log earns; for badges that are new, changed or tried out."""
        return self.earned(record_of(facts), self._criteria)
