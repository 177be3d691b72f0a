"""The next thing to do is one that is there, and one that brings somebody nearer."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.badges.strategies import BLOCKS, START, criteria, logs
from xblocks.badges.criteria import AllOf, AnyOf, CameBack, Completed, Criterion, FirstTry, Reviews, WeeksInARow
from xblocks.badges.facts import Did, Fact
from xblocks.badges.next_step import Step, next_step
from xblocks.badges.progress import progress
from xblocks.badges.record import record_of


def step(criterion: Criterion, *done: str, there: tuple[str, ...] = BLOCKS) -> Step | None:
    record = record_of(Fact(Did.COMPLETED, START, START.date(), block) for block in done)
    return next_step(progress(criterion, record, START, START.date()), there)


def test_the_first_that_is_missing_and_there() -> None:
    assert step(Completed(("a", "b", "c")), "a") == Step("b")
    assert step(Completed(("a", "b", "c")), "a", there=("a", "c")) == Step("c")
    assert step(Completed(("a", "b")), "a", there=()) is None
    assert step(Completed(("a",)), "a") is None


def test_what_is_repeated_is_practised() -> None:
    assert step(Reviews(3, 7)) == step(WeeksInARow(2)) == Step()


def test_questions_are_where_they_are_asked() -> None:
    assert step(FirstTry(2, ("b",))) == Step("b")
    assert step(CameBack(2)) is None


def asked(criterion: Criterion, *answers: tuple[str, float]) -> Step | None:
    """After one answer to a question of its own in each of these blocks."""
    log = [
        Fact(Did.ANSWERED, START + timedelta(minutes=n), START.date(), block, f"q{n}", 1, score)
        for n, (block, score) in enumerate(answers)
    ]
    return next_step(progress(criterion, record_of(log), START, START.date()), BLOCKS)


def test_a_first_try_is_looked_for_where_nothing_was_tried() -> None:
    assert asked(FirstTry(3, ("a", "b", "c")), ("a", 0.0), ("b", 1.0)) == Step("c")
    assert asked(FirstTry(3, ("a", "b")), ("a", 1.0), ("b", 0.0)) == Step("a")


def test_one_comes_back_to_what_went_wrong() -> None:
    assert asked(CameBack(1, ("a", "b")), ("a", 1.0), ("b", 0.0)) == Step("b")
    assert asked(CameBack(1), ("a", 1.0), ("c", 0.0), ("b", 0.5)) == Step("c")
    assert asked(CameBack(1), ("a", 1.0)) is None


def test_of_all_the_first_and_of_some_the_furthest() -> None:
    near, far = Completed(("a", "b")), Completed(("c", "d"))
    assert step(AllOf((far, near)), "a") == Step("c")
    assert step(AnyOf((far, near)), "a") == Step("b")
    assert step(AllOf((CameBack(1), near))) == Step("a")
    assert step(AllOf((CameBack(1), FirstTry(1)))) is None


@given(criteria(), logs(), st.sets(st.sampled_from(BLOCKS)))
def test_it_never_leads_to_what_is_gone_or_after_all_is_done(
    criterion: Criterion, log: list[Fact], there: set[str]
) -> None:
    at = progress(criterion, record_of(log), START, START.date())
    found = next_step(at, there)
    assert found is None or not at.is_fulfilled
    assert found is None or found.block in {"", *there}
