"""When each kind of criterion is fulfilled."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.xblocks.badges.strategies import START
from xblocks.badges.criteria import (
    AllOf,
    AnyOf,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
    blocks_of,
)
from xblocks.badges.facts import Did, Fact
from xblocks.badges.fulfilment import fulfilled_at
from xblocks.badges.record import record_of

DAY = timedelta(days=1)


def on(day: float) -> datetime:
    return START + day * DAY


def fact(what: Did, day: float, block: str = "a", question: str = "", attempt: int = 0, score: float = 0.0) -> Fact:
    return Fact(what, on(day), on(day).date(), block, question, attempt, score)


def done(block: str, day: float) -> Fact:
    return fact(Did.COMPLETED, day, block)


def answered(question: str, day: float, score: float, attempt: int = 1, block: str = "a") -> Fact:
    return fact(Did.ANSWERED, day, block, question, attempt, score)


def repeated(day: float, question: str = "q", score: float = 1.0) -> Fact:
    return fact(Did.REVIEWED, day, "a", question, 0, score)


def at(criterion: Criterion, *log: Fact) -> float | None:
    """The day on which it is fulfilled."""
    found = fulfilled_at(criterion, record_of(log))
    return None if found is None else (found - START) / DAY


def test_all_blocks_have_to_be_completed() -> None:
    both = Completed(("a", "b"))
    assert at(both, done("a", 1)) is None
    assert at(both, done("a", 1), done("b", 3), done("a", 9)) == 3
    assert at(Prepared(("a",)), done("a", 1)) is None


def test_the_best_score_counts_from_the_moment_it_was_reached() -> None:
    scores = [fact(Did.SCORED, day, score=score) for day, score in ((1, 0.5), (2, 0.8), (3, 0.7), (4, 0.9))]
    assert at(ScoreAtLeast(("a",), 0.8), *scores) == 2
    assert at(ScoreAtLeast(("a",), 0.75), *scores) == 2
    assert at(ScoreAtLeast(("a",), 0.95), *scores) is None
    assert at(ScoreAtLeast(("a", "b"), 0.5), *scores) is None


def test_only_a_first_try_is_a_first_try() -> None:
    log = [answered("x", 1, 1.0), answered("y", 2, 0.5), answered("y", 3, 1.0, attempt=2), answered("z", 4, 1.0)]
    assert at(FirstTry(1), *log) == 1
    assert at(FirstTry(2), *log) == 4
    assert at(FirstTry(3), *log) is None
    assert at(FirstTry(1, ("b",)), *log) is None
    assert at(FirstTry(1, ("b",)), *log, answered("x", 5, 1.0, block="b")) == 5


def test_who_was_wrong_and_tries_again_comes_back() -> None:
    log = [answered("x", 1, 0.0), answered("x", 2, 0.5, 2), answered("x", 3, 1.0, 3), answered("y", 1, 1.0)]
    assert at(CameBack(1), *log) == 3
    assert at(CameBack(2), *log) is None
    assert at(CameBack(2), *log, answered("z", 4, 0.0), repeated(9, "z")) == 9
    assert at(CameBack(1, ("b",)), *log) is None
    # What was right before it was wrong is no coming back.
    assert at(CameBack(1), answered("x", 1, 1.0), answered("x", 2, 0.0, 2)) is None


def test_reviews_count_within_days_in_a_row() -> None:
    log = [repeated(day) for day in (0, 0.1, 3, 6.25, 7.2)]
    assert at(Reviews(3, 7), *log) == 6.25
    assert at(Reviews(4, 7), *log) is None
    assert at(Reviews(4, 8), *log) == 7.2
    # The same question counts once a day.
    assert at(Reviews(2, 1), *log) is None
    assert at(Reviews(2, 1), *log, repeated(0.05, "p")) == 0.05
    assert at(Reviews(1, 1), repeated(2, score=0.0)) == 2
    # Two questions at once are two.
    assert at(Reviews(2, 1), repeated(2, "p"), repeated(2, "q")) == 2


def test_weeks_in_a_row_begin_on_monday_and_may_rest() -> None:
    log = [answered("x", day, 0.0) for day in (6, 8, 22, 29)]
    assert at(WeeksInARow(2), *log) == 8
    assert at(WeeksInARow(3), *log) is None
    assert at(WeeksInARow(3, rest=1), *log) == 22
    assert at(WeeksInARow(4, rest=1), *log) == 29
    assert at(WeeksInARow(1), done("a", 1)) is None


def test_a_series_has_to_be_finished_within_its_days() -> None:
    within = FinishedWithin(("a", "b"), 5)
    assert at(within, done("a", 0), done("b", 5)) == 5
    assert at(within, done("a", 0), done("b", 6)) is None
    assert at(within, done("a", 0), done("b", 6), done("a", 8)) == 8


def test_groups_ask_for_all_any_or_some_of_their_parts() -> None:
    parts = tuple(Completed((block,)) for block in "abc")
    log = [done("b", 1), done("c", 2)]
    assert at(AllOf(parts), *log) is None
    assert at(AllOf(parts), *log, done("a", 7)) == 7
    assert at(AnyOf(parts), *log) == 1
    assert at(SomeOf(2, parts), *log) == 2
    assert at(SomeOf(3, parts), *log) is None


@pytest.mark.parametrize("nothing", [AllOf(()), AnyOf(()), Completed(()), SomeOf(0, ())])
def test_what_asks_for_nothing_is_never_fulfilled(nothing: Criterion) -> None:
    assert at(nothing, done("a", 1)) is None


def test_the_blocks_that_are_named_are_those_of_all_parts() -> None:
    within = AllOf((Completed(("a",)), AnyOf((FirstTry(1, ("b",)), Reviews(1, 1), ScoreAtLeast(("c",), 0.5)))))
    assert blocks_of(within) == {"a", "b", "c"}
