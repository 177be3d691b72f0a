"""Hypothesis strategies for facts and criteria in a small course, where things happen close together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from xblocks.badges.criteria import (
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
from xblocks.badges.facts import Did, Fact

BLOCKS = ("a", "b", "c", "d")
START = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Something that happened within seven weeks; half of the scores are full ones."""
    at = START + draw(st.integers(0, 7 * 7 * 24)) * HOUR
    what = draw(st.sampled_from(Did))
    day = (at + draw(st.sampled_from([-5, 0, 11])) * HOUR).date()
    score = draw(st.one_of(st.just(1.0), st.floats(0, 1).map(lambda score: round(score, 2))))
    asked = what in (Did.ANSWERED, Did.REVIEWED)
    return Fact(
        what=what,
        at=at,
        day=day,
        block=draw(st.sampled_from(BLOCKS)),
        question=draw(st.sampled_from("xyz")) if asked else "",
        attempt=draw(st.integers(1, 3)) if what is Did.ANSWERED else 0,
        score=score if asked or what is Did.SCORED else 0.0,
    )


def logs() -> st.SearchStrategy[list[Fact]]:
    """What was heard of somebody, in the order in which it was heard."""
    return st.lists(facts(), max_size=40)


def some_blocks(least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    """Blocks of the course, each once."""
    return st.lists(st.sampled_from(BLOCKS), min_size=least, max_size=4, unique=True).map(tuple)


def simple() -> st.SearchStrategy[Criterion]:
    """A criterion without parts."""
    number, blocks = st.integers(1, 4), some_blocks()
    return st.one_of(
        *(st.builds(one, blocks=blocks) for one in (Completed, Reflected, Prepared, Attended)),
        st.builds(ScoreAtLeast, blocks=blocks, least=st.integers(1, 100).map(lambda share: share / 100)),
        st.builds(FirstTry, number=number, blocks=some_blocks(0)),
        st.builds(CameBack, number=number, blocks=some_blocks(0)),
        st.builds(Reviews, number=number, days=st.integers(1, 20)),
        st.builds(WeeksInARow, weeks=number, rest=st.integers(0, 1)),
        st.builds(FinishedWithin, blocks=blocks, days=st.integers(1, 20)),
    )


def criteria() -> st.SearchStrategy[Criterion]:
    """Any criterion, groups within groups among them."""
    return st.recursive(simple(), _groups, max_leaves=6)


def _groups(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    some = several.flatmap(lambda chosen: st.builds(SomeOf, st.integers(1, len(chosen)), st.just(chosen)))
    return st.one_of(st.builds(AllOf, several), st.builds(AnyOf, several), some)
