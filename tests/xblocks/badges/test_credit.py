"""The ledger of learning credit balances, whatever is awarded, taken back and corrected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.badges.strategies import START
from xblocks.badges.credit import CreditError, Line, awarded, balance, corrected, revoked, statement

DAY = timedelta(days=1)
DEEDS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["award", "revoke", "correct"]), st.integers(0, 600)), max_size=20
)


@given(DEEDS)
def test_the_balance_is_what_the_awards_that_count_are_worth(deeds: list[tuple[str, str, int]]) -> None:
    lines: list[Line] = []
    worth: dict[str, int] = {}
    for number, (award, deed, minutes) in enumerate(deeds):
        at = START + number * DAY
        try:
            if deed == "award":
                if award in worth:
                    continue
                lines.append(awarded(award, minutes, at))
                worth[award] = minutes
            elif deed == "revoke":
                lines.append(revoked(lines, award, at))
                worth[award] = 0
            else:
                lines.append(corrected(lines, award, minutes, at, "A slip."))
                worth[award] = minutes
        except CreditError:
            continue
    assert balance(lines) == sum(worth.values())
    stated = statement(reversed(lines))
    assert [one.line for one in stated] == lines
    assert [one.balance for one in stated] == [balance(lines[: number + 1]) for number in range(len(lines))]
    assert all(one.balance >= 0 for one in stated)
    assert len({line.key for line in lines}) == len(lines)


def test_what_is_taken_back_is_what_it_was_worth_by_then() -> None:
    lines = [awarded("a", 30, START)]
    lines.append(corrected(lines, "a", 45, START + DAY, "Took longer."))
    lines.append(revoked(lines, "a", START + 2 * DAY, "By mistake."))
    assert [line.minutes for line in lines] == [30, 15, -45]
    assert [one.balance for one in statement(lines)] == [30, 45, 0]


def test_what_makes_no_sense_is_refused_with_a_reason() -> None:
    lines = [awarded("a", 30, START)]
    gone = [*lines, revoked(lines, "a", START + DAY)]
    with pytest.raises(CreditError, match="less than nothing"):
        awarded("b", -1, START)
    with pytest.raises(CreditError, match="less than nothing"):
        corrected(lines, "a", -1, START, "Why?")
    with pytest.raises(CreditError, match="Nothing was credited"):
        revoked(lines, "b", START)
    with pytest.raises(CreditError, match="taken back before"):
        revoked(gone, "a", START)
    with pytest.raises(CreditError, match="Say why"):
        corrected(lines, "a", 10, START, " ")
    with pytest.raises(CreditError, match="no such award"):
        corrected(gone, "a", 10, START, "Why?")
    with pytest.raises(CreditError, match="no such award"):
        corrected(lines, "b", 10, START, "Why?")
