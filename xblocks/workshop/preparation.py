"""How far a learner is with what is to be prepared, pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from xblocks.workshop.plan import Item


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a learner is.

    Attributes:
        left: what is still to do, what is due first before the rest.
        minutes: of all together; `minutes_left`: of what is still to do.
    """

    total: int
    left: tuple[Item, ...]
    minutes: int
    minutes_left: int

    @property
    def is_ready(self) -> bool:
        """Whether everything is done. Where nothing is asked nobody can be ready for it."""
        return self.total > 0 and not self.left

    @property
    def share(self) -> float:
        """0..1, by the minutes; by the number where nothing takes any."""
        if not self.total:
            return 0.0
        if not self.minutes:
            return (self.total - len(self.left)) / self.total
        return (self.minutes - self.minutes_left) / self.minutes

    @property
    def next(self) -> Item | None:
        """What to do next."""
        return self.left[0] if self.left else None


def progress(items: Sequence[Item], done: Collection[str]) -> Progress:
    """How far somebody is who did the items with these ids; ids that are no longer asked count for nothing."""
    left = sorted((item for item in items if item.id not in done), key=lambda item: item.before.length, reverse=True)
    minutes = sum(item.minutes for item in items)
    return Progress(len(items), tuple(left), minutes, sum(item.minutes for item in left))
