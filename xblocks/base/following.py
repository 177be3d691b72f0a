"""How far a log of numbered lines was followed: what may still appear before a number is read again.

Numbers are given out before a line is kept for good, so a smaller one may appear after a greater one. Whoever follows a
log keeps a row with the columns `followed`, `settled`, `seen` and `seen_at`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

SETTLED_AFTER = timedelta(minutes=10)
"""Whoever took a number in the log has kept their line by then, or never will."""


def place(rows: Any, number: int, last: Callable[[], int], now: datetime) -> Any:
    """How far a log was followed; the numbers that were given out a while ago are settled now.

    Args:
        rows: the manager of the rows; `number`: the key of the log's own.
        last: gives the greatest number that there is.
    """
    begin = {"seen": last, "seen_at": now}
    found, _is_new = rows.get_or_create(pk=number, defaults=begin)
    # A clock that was put back is not waited for.
    if not now - SETTLED_AFTER < found.seen_at <= now:
        values = {"settled": found.seen, "seen": last(), "seen_at": now}
        # One of two who follow at once is enough.
        if rows.filter(pk=number, seen_at=found.seen_at).update(**values):
            found.settled = found.seen
    return found


def move(rows: Any, found: Any, at: int) -> bool:
    """Begin from here next time, unless smaller numbers may still appear; False when somebody else was there first."""
    to = min(at, found.settled)
    if to <= found.followed:
        return True
    moved = rows.filter(pk=found.pk, followed=found.followed).update(followed=to)
    found.followed = to
    return bool(moved)
