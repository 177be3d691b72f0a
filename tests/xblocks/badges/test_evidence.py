"""What stands in a credential as evidence: what was done, and nothing that was not."""

from __future__ import annotations

from hypothesis import given

from tests.xblocks.badges.strategies import criteria, logs
from tests.xblocks.badges.test_fulfilment import done, fact, on, repeated
from xblocks.badges.criteria import (
    AllOf,
    AnyOf,
    Completed,
    Criterion,
    FinishedWithin,
    Reviews,
    ScoreAtLeast,
    WeeksInARow,
)
from xblocks.badges.evidence import Evidence, evidence
from xblocks.badges.facts import Did, Fact
from xblocks.badges.fulfilment import fulfilled_at
from xblocks.badges.record import record_of


def shown(criterion: Criterion, *log: Fact) -> tuple[Evidence, ...]:
    return evidence(criterion, record_of(log))


def test_each_block_is_named_with_its_moment_the_earliest_first() -> None:
    both = Completed(("a", "b", "c"))
    assert shown(both, done("b", 1), done("a", 2)) == (
        Evidence("completed", on(1), "b"),
        Evidence("completed", on(2), "a"),
    )


def test_a_score_is_the_best_and_its_moment_the_one_at_which_it_was_enough() -> None:
    scores = [fact(Did.SCORED, 1, score=0.8), fact(Did.SCORED, 2, score=0.9), fact(Did.SCORED, 3, "b", score=0.2)]
    assert shown(ScoreAtLeast(("a", "b"), 0.8), *scores) == (Evidence("score", on(1), "a", score=0.9),)


def test_what_is_counted_says_how_many_were_asked_for() -> None:
    assert shown(Reviews(2, 7), repeated(1), repeated(2)) == (Evidence("reviews", on(2), number=2),)
    assert shown(WeeksInARow(1), repeated(1)) == (Evidence("weeks", on(1), number=1),)
    assert shown(FinishedWithin(("a",), 3), done("a", 1)) == (Evidence("within", on(1)),)
    assert shown(Reviews(3, 7), repeated(1), repeated(2)) == ()


def test_of_a_group_only_the_parts_that_were_done_are_shown_and_each_once() -> None:
    part = Completed(("a",))
    assert shown(AnyOf((part, Reviews(9, 9), AllOf((part,)))), done("a", 1)) == (Evidence("completed", on(1), "a"),)


@given(criteria(), logs())
def test_what_is_fulfilled_has_evidence_of_what_was_done(criterion: Criterion, log: list[Fact]) -> None:
    record = record_of(log)
    found = evidence(criterion, record)
    assert {one.at for one in found} <= {fact.at for fact in log}
    if fulfilled_at(criterion, record) is not None:
        assert found
