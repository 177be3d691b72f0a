"""How far a log was followed: numbers that may still appear are read again, and of two who follow one moves on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from xblocks.base.following import SETTLED_AFTER, move, place

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Rows:
    """One row, kept as a database keeps it: what is changed has to be as it was when it was read."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def get_or_create(self, pk: int, defaults: dict[str, Any]) -> tuple[Any, bool]:
        is_new = not self.values
        if is_new:
            given = {name: value() if callable(value) else value for name, value in defaults.items()}
            self.values = {"followed": 0, "settled": 0, **given}
        return SimpleNamespace(pk=pk, **self.values), is_new

    def filter(self, pk: int, **wanted: Any) -> Any:
        def update(**values: Any) -> int:
            if any(self.values[name] != value for name, value in wanted.items()):
                return 0
            self.values |= values
            return 1

        return SimpleNamespace(update=update)


def test_what_was_seen_a_while_ago_is_settled() -> None:
    rows = Rows()
    first = place(rows, 1, lambda: 7, NOW)
    assert (first.followed, first.settled, first.seen) == (0, 0, 7)
    assert place(rows, 1, lambda: 9, NOW + SETTLED_AFTER / 2).settled == 0
    assert place(rows, 1, lambda: 9, NOW + SETTLED_AFTER).settled == 7
    assert rows.values["seen"] == 9


@pytest.mark.parametrize("by", [SETTLED_AFTER, -timedelta(seconds=1)])
def test_a_clock_that_was_put_back_is_not_waited_for(by: timedelta) -> None:
    rows = Rows(followed=0, settled=0, seen=5, seen_at=NOW)
    assert place(rows, 1, lambda: 6, NOW + by).settled == 5


def test_of_two_who_settle_at_once_one_does() -> None:
    rows = Rows(followed=0, settled=0, seen=5, seen_at=NOW)

    def another_was_first() -> int:
        rows.values |= {"settled": 5, "seen": 8, "seen_at": NOW + SETTLED_AFTER}
        return 9

    found = place(rows, 1, another_was_first, NOW + SETTLED_AFTER)
    assert found.settled == 0
    assert rows.values["seen"] == 8


def test_no_further_than_what_is_settled_and_only_by_who_was_first() -> None:
    rows = Rows(followed=2, settled=6, seen=9, seen_at=NOW)
    mine, other = (rows.get_or_create(1, {})[0] for _one in range(2))
    assert move(rows, mine, 8)
    assert (mine.followed, rows.values["followed"]) == (6, 6)
    assert move(rows, mine, 6)
    assert not move(rows, other, 5)
    assert rows.values["followed"] == 6
