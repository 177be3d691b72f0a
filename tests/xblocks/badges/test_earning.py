"""Badges are earned by what was done, in whatever order, and however often, it was heard of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.badges.strategies import START, criteria, facts, logs
from xblocks.badges.criteria import Completed, Criterion, Reviews, watched
from xblocks.badges.earning import Earned, Watch
from xblocks.badges.facts import Did, Fact
from xblocks.badges.fulfilment import fulfilled_at
from xblocks.badges.record import Record, decode, encode, record_of, with_fact

DAY = timedelta(days=1)


def lived(watch: Watch, log: list[Fact]) -> set[str]:
    """What is earned while the facts arrive one by one."""
    record, has = Record(), set[str]()
    for fact in log:
        record, earned = watch.heard(record, [fact], has)
        has |= {one.badge for one in earned}
    return has


@given(st.lists(criteria(), max_size=5), logs(), st.randoms())
def test_living_through_it_earns_what_replaying_the_log_earns(
    several: list[Criterion], log: list[Fact], chance: st.DataObject
) -> None:
    watch = Watch({str(number): one for number, one in enumerate(several)})
    at_once = {one.badge for one in watch.replayed(log)}
    again = [*log, *log]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert lived(watch, log) == lived(watch, again) == at_once


@given(logs(), st.randoms())
def test_a_record_is_the_same_in_any_order_and_however_often_a_fact_is_heard_of(
    log: list[Fact], chance: st.DataObject
) -> None:
    again = [*log, *log]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert record_of(log) == record_of(again)


@given(logs(), facts())
def test_a_record_that_is_kept_stays_as_it_is_when_a_fact_is_added(log: list[Fact], fact: Fact) -> None:
    before, again = record_of(log), record_of(log)
    then = with_fact(before, fact)
    assert before == again
    assert then == record_of([*log, fact])


@given(criteria(), logs(), facts())
def test_what_is_done_later_takes_nothing_away(criterion: Criterion, log: list[Fact], fact: Fact) -> None:
    before = fulfilled_at(criterion, record_of(log))
    after = fulfilled_at(criterion, record_of([*log, fact]))
    if before is not None:
        assert after is not None
        assert after <= before


@given(criteria(), logs())
def test_a_badge_is_earned_at_the_moment_of_the_fact_that_was_missing(criterion: Criterion, log: list[Fact]) -> None:
    at = fulfilled_at(criterion, record_of(log))
    if at is not None:
        assert at in {fact.at for fact in log}


@given(criteria(), logs(), facts())
def test_only_the_facts_that_a_criterion_looks_at_bring_it_nearer(
    criterion: Criterion, log: list[Fact], fact: Fact
) -> None:
    if not {(fact.what, fact.block), (fact.what, "")} & set(watched(criterion)):
        assert fulfilled_at(criterion, record_of([*log, fact])) == fulfilled_at(criterion, record_of(log))


@given(logs())
def test_a_record_comes_back_from_where_it_is_kept(log: list[Fact]) -> None:
    record = record_of(log)
    assert decode(encode(record)) == record


def test_a_record_of_another_release_is_made_anew() -> None:
    assert decode({**encode(Record()), "version": 0}) is None


def done(block: str, at: float = 0) -> Fact:
    moment = START + at * DAY
    return Fact(Did.COMPLETED, moment, moment.date(), block)


def test_a_fact_earns_each_badge_that_looks_at_it_once() -> None:
    watch = Watch({"one": Completed(("a",)), "both": Completed(("a", "b")), "other": Completed(("c",))})
    record, earned = watch.heard(Record(), [done("a")], ())
    assert earned == [Earned("one", START)]
    record, earned = watch.heard(record, [done("b", 2)], {"one"})
    assert earned == [Earned("both", START + 2 * DAY)]
    assert watch.heard(record, [done("b", 2)], {"one"}) == (record, [])


def test_what_somebody_has_is_not_earned_again() -> None:
    watch = Watch({"one": Completed(("a",))})
    assert watch.heard(Record(), [done("a")], {"one"})[1] == []


def test_a_badge_that_looks_anywhere_hears_of_every_block() -> None:
    watch = Watch({"steady": Reviews(1, 7)})
    fact = Fact(Did.REVIEWED, START, START.date(), "whichever", "q")
    assert watch.looks_at(fact) == ["steady"]
    assert watch.looks_at(done("a")) == []


@pytest.mark.parametrize("ask", [fulfilled_at, lambda one, record: list(watched(one))])
def test_what_is_no_criterion_is_refused(ask: Callable[[Criterion, Record], object]) -> None:
    with pytest.raises(TypeError, match="no criterion"):
        ask(Criterion(), Record())
