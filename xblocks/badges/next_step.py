"""The next thing to do for a badge: one block of the course, or practising; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from xblocks.badges.criteria import AllOf, Reviews, WeeksInARow
from xblocks.badges.progress import Progress


@dataclass(frozen=True, slots=True)
class Step:
    """Where to go next.

    Attributes:
        block: as criteria name it; "" is to practise what was answered before.
    """

    block: str = ""


def next_step(progress: Progress, there: Collection[str]) -> Step | None:
    """What brings somebody nearer; None when nothing in particular does.

    Args:
        there: blocks that the course has; others cannot be opened.
    """
    if progress.is_fulfilled:
        return None
    steps = (next_step(part, there) for part in _in_order(progress))
    if progress.parts:
        return next((step for step in steps if step is not None), None)
    if isinstance(progress.criterion, Reviews | WeeksInARow):
        return Step()
    return _first(progress.missing, there)


def _in_order(progress: Progress) -> Iterable[Progress]:
    """Where all is asked for, as the team wrote it; where some is enough, what is furthest."""
    if isinstance(progress.criterion, AllOf):
        return progress.parts
    return sorted(progress.parts, key=lambda part: part.share, reverse=True)


def _first(blocks: Iterable[str], there: Collection[str]) -> Step | None:
    return next((Step(block) for block in blocks if block in there), None)
