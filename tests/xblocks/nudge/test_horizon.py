"""When a question comes back: until a target, after it, and never beyond the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.xblocks.nudge.remembering import DAY, START, logs, memories, patiently
from xblocks.nudge.horizon import (
    CLOSING_SHARE,
    LEAST_GAP,
    LEAST_RETENTION,
    MOST_GAP,
    MOST_MOMENTS,
    MOST_RETENTION,
    RECENT,
    Horizon,
    Tail,
    next_due,
    plan,
    simulated,
)
from xblocks.nudge.memory import Memory, Rating, interval, rebuilt, recall, reviewed

retentions = st.sampled_from([LEAST_RETENTION, 0.8, 0.9, 0.95, MOST_RETENTION])
days_ahead = st.one_of(st.floats(0.01, 3), st.floats(1, 60), st.floats(60, 800))
tails = st.lists(st.integers(1, 200), max_size=4).map(lambda days: Tail(tuple(day * DAY for day in days)))
KNOWN = Memory(stability=46.0, difficulty=5.0, last_review=START)


@st.composite
def horizons(draw: st.DrawFn) -> Horizon:
    """Targets and ends from two years before START to as long after it; either may be missing."""
    moments = st.none() | st.floats(-800, 800).map(lambda days: START + days * DAY)
    return Horizon(draw(moments), draw(moments), draw(retentions), draw(tails))


def ahead(memory: Memory, days: float, retention: float = 0.9, tail: Tail = Tail()) -> Horizon:  # noqa: B008 - frozen
    """A horizon whose target lies so many days after the last review."""
    return Horizon(memory.last_review + days * DAY, None, retention, tail)


def of(gaps: list[int]) -> Tail:
    """A tail of gaps in days."""
    return Tail(tuple(gap * DAY for gap in gaps))


# --- Whatever the horizon


@patiently
@given(memories, horizons(), st.floats(-400, 1200))
def test_a_day_lies_between_reviews_and_nothing_comes_at_or_after_the_end(
    memory: Memory, horizon: Horizon, days: float
) -> None:
    now = START + days * DAY
    due = next_due(memory, horizon, now)
    if due is not None:
        assert due >= memory.last_review + LEAST_GAP
        assert horizon.ends_at is None or (due < horizon.ends_at and now < horizon.ends_at)


@patiently
@given(memories, horizons(), st.floats(-400, 1200))
def test_a_plan_keeps_what_each_of_its_moments_must_keep(memory: Memory, horizon: Horizon, days: float) -> None:
    now = START + days * DAY
    moments = plan(memory, horizon, now, most=20)
    assert len(moments) <= 20
    assert all(later - earlier >= LEAST_GAP for earlier, later in pairwise((memory.last_review, *moments)))
    assert all(when >= now for when in moments)
    assert horizon.ends_at is None or all(when < horizon.ends_at for when in moments)


def test_a_plan_has_a_bound_even_where_the_tail_repeats_for_ever() -> None:
    assert len(plan(KNOWN, ahead(KNOWN, 10, tail=of([30])), START)) == MOST_MOMENTS


def test_a_plan_can_be_asked_for_only_until_a_moment() -> None:
    horizon = ahead(KNOWN, 100, tail=of([30]))
    whole = plan(KNOWN, horizon, START, most=6)
    assert plan(KNOWN, horizon, START, until=whole[3]) == whole[:3]


# --- While the target lies ahead


@patiently
@given(memories, days_ahead, retentions, tails)
def test_with_the_plan_kept_the_retention_is_held_at_the_target(
    memory: Memory, days: float, retention: float, tail: Tail
) -> None:
    target = memory.last_review + days * DAY
    horizon = Horizon(target, None, retention, tail)
    before = [memory]
    for when, after in simulated(memory, horizon, memory.last_review):
        if when >= target:
            break
        before.append(after)
    held = recall(before[-1], target) >= retention - 1e-6
    # Only within a day of the last answer there is no room to mend it.
    assert held or (len(before) == 1 and days * DAY <= LEAST_GAP)


@patiently
@given(memories, days_ahead, retentions, tails)
def test_a_gap_runs_past_the_target_only_when_it_is_short_and_the_question_is_known(
    memory: Memory, days: float, retention: float, tail: Tail
) -> None:
    assume(days * DAY > LEAST_GAP)
    horizon = ahead(memory, days, retention, tail)
    assert horizon.target is not None
    due = next_due(memory, horizon, memory.last_review)
    if due is None or due > horizon.target:
        assert days * DAY <= RECENT
        assert recall(memory, horizon.target) >= retention - 1e-6


@patiently
@given(logs, st.floats(31, 700), retentions)
def test_practising_ahead_never_pushes_a_question_beyond_the_target(
    log: list[tuple[Rating, datetime]], days: float, retention: float
) -> None:
    crammed = rebuilt([*log, *((Rating.EASY, log[-1][1] + minute * timedelta(minutes=1)) for minute in range(1, 13))])
    assert crammed is not None
    horizon = ahead(crammed, days, retention, of([30]))
    due = next_due(crammed, horizon, crammed.last_review)
    assert due is not None
    assert horizon.target is not None
    assert due < horizon.target


@patiently
@given(memories, days_ahead, retentions)
def test_nothing_waits_longer_than_forgetting_asks_or_half_a_year(
    memory: Memory, days: float, retention: float
) -> None:
    horizon = ahead(memory, days, retention)
    due = next_due(memory, horizon, memory.last_review)
    if due is not None and due + LEAST_GAP < memory.last_review + days * DAY:
        assert due - memory.last_review <= min(max(interval(memory, retention), LEAST_GAP), MOST_GAP)


@patiently
@given(memories, days_ahead, retentions, st.floats(0, 1))
def test_before_the_target_it_does_not_matter_when_one_asks(
    memory: Memory, days: float, retention: float, share: float
) -> None:
    assume(share < 1)
    horizon = ahead(memory, days, retention, of([30]))
    asked = memory.last_review + share * days * DAY
    assume(horizon.target is not None and asked < horizon.target)
    assert next_due(memory, horizon, asked) == next_due(memory, horizon, memory.last_review)


@patiently
@given(st.floats(7, 2000), retentions)
def test_a_course_asks_a_question_a_handful_of_times_not_daily(days: float, retention: float) -> None:
    first = reviewed(None, Rating.GOOD, START)
    coming = plan(first, ahead(first, days, retention), START)
    usual = 8 + days / 180 if retention <= 0.9 else 40 + days / 180
    assert len(coming) <= usual


def test_six_weeks_of_a_course_ask_a_question_three_times_more() -> None:
    first = reviewed(None, Rating.GOOD, START)
    days = [round((when - START) / DAY, 1) for when in plan(first, ahead(first, 42), START)]
    assert days == [2.3, 13.3, 37.2]


def test_the_closing_review_leaves_a_sixth_of_the_time_to_the_target() -> None:
    assert next_due(KNOWN, ahead(KNOWN, 42), START) == START + 42 * (1 - CLOSING_SHARE) * DAY


def test_what_was_seen_lately_and_is_well_known_is_left_alone() -> None:
    assert next_due(KNOWN, ahead(KNOWN, 14), START) is None
    assert next_due(KNOWN, ahead(KNOWN, 14, tail=of([30])), START) == START + 44 * DAY


def test_what_was_seen_lately_and_is_half_forgotten_by_then_is_not_left_alone() -> None:
    due = next_due(KNOWN, ahead(KNOWN, 24), START)
    assert due == START + 20 * DAY


def test_right_before_the_target_what_holds_is_not_asked_again() -> None:
    first = reviewed(None, Rating.GOOD, START)
    assert next_due(first, ahead(first, 1.1), START) is None


def test_a_weak_memory_is_asked_so_close_to_the_target_that_it_holds() -> None:
    weak = Memory(stability=0.01, difficulty=10.0, last_review=START)
    horizon = ahead(weak, 1.9)
    due = next_due(weak, horizon, START)
    assert due is not None
    assert horizon.target is not None
    assert START + LEAST_GAP < due < horizon.target
    assert recall(reviewed(weak, Rating.GOOD, START + LEAST_GAP), horizon.target) < 0.9
    assert recall(reviewed(weak, Rating.GOOD, due), horizon.target) == pytest.approx(0.9)


def test_what_is_overdue_says_since_when_and_is_planned_for_now() -> None:
    horizon = ahead(KNOWN, 120)
    now = START + 80 * DAY
    due = next_due(KNOWN, horizon, now)
    assert due is not None
    assert due < now
    assert plan(KNOWN, horizon, now)[0] == now


# --- The end


@patiently
@given(memories, st.floats(1, 700))
def test_without_a_target_the_end_is_the_target(memory: Memory, days: float) -> None:
    end = memory.last_review + days * DAY
    assert Horizon(None, end).aim == end
    only_end = plan(memory, Horizon(None, end), memory.last_review)
    assert only_end == plan(memory, Horizon(end, None), memory.last_review)


def test_a_target_after_the_end_is_the_end() -> None:
    assert Horizon(START + 90 * DAY, START + 60 * DAY).aim == START + 60 * DAY
    assert Horizon(START + 30 * DAY, START + 60 * DAY).aim == START + 30 * DAY


def test_after_the_end_nothing_is_due_not_even_what_was() -> None:
    horizon = Horizon(None, START + 60 * DAY)
    assert next_due(KNOWN, horizon, START + 59 * DAY) is not None
    assert next_due(KNOWN, horizon, START + 60 * DAY) is None
    assert plan(KNOWN, horizon, START + 61 * DAY) == ()


def test_the_tail_stops_at_the_end() -> None:
    horizon = Horizon(START + 10 * DAY, START + 100 * DAY, tail=of([30]))
    assert plan(KNOWN, horizon, START) == (START + 40 * DAY, START + 70 * DAY)


# --- With neither target nor end


@patiently
@given(memories, retentions)
def test_without_any_date_a_question_comes_back_as_forgetting_asks(memory: Memory, retention: float) -> None:
    due = next_due(memory, Horizon(retention=retention), memory.last_review)
    assert due is not None
    assert due - memory.last_review == min(max(interval(memory, retention), LEAST_GAP), MOST_GAP)


def test_without_any_date_half_a_year_is_the_most() -> None:
    moments = plan(None, Horizon(), START, most=8)
    assert moments[-1] - moments[-2] == MOST_GAP


# --- The tail


def test_without_a_tail_nothing_comes_after_the_target() -> None:
    horizon = ahead(KNOWN, 10)
    assert next_due(KNOWN, horizon, START + 10 * DAY) is None
    assert next_due(KNOWN, horizon, START + 500 * DAY) is None


def test_the_tail_counts_from_the_target_and_its_last_gap_repeats() -> None:
    horizon = ahead(KNOWN, 10, tail=of([30, 60, 90]))
    days = [(when - START) / DAY for when in plan(KNOWN, horizon, START, most=5)]
    assert days == [40, 100, 190, 280, 370]


def test_a_late_answer_moves_what_follows_in_the_tail() -> None:
    late = reviewed(KNOWN, Rating.GOOD, START + 45 * DAY)
    horizon = Horizon(START + 10 * DAY, tail=of([30, 60]))
    assert next_due(late, horizon, late.last_review) == START + 105 * DAY


def test_an_answer_before_its_time_in_the_tail_takes_no_gap_away() -> None:
    early = reviewed(KNOWN, Rating.GOOD, START + 20 * DAY)
    horizon = Horizon(START + 10 * DAY, tail=of([30, 60]))
    assert next_due(early, horizon, early.last_review) == START + 50 * DAY


def test_what_was_missed_before_the_target_waits_for_the_tail() -> None:
    horizon = ahead(KNOWN, 120, tail=of([30]))
    assert next_due(KNOWN, horizon, START + 121 * DAY) == START + 150 * DAY


@patiently
@given(memories, st.floats(0, 900), tails, st.data())
def test_in_the_tail_the_gaps_are_the_team_s(memory: Memory, since: float, tail: Tail, data: st.DataObject) -> None:
    assume(tail.gaps)
    horizon = Horizon(memory.last_review - since * DAY, tail=tail)
    assert horizon.target is not None
    coming = [when for when, _ in islice(simulated(memory, horizon, memory.last_review), len(tail.gaps) + 2)]
    gaps = [later - earlier for earlier, later in pairwise((memory.last_review, *coming))]
    assert all(gap in tail.gaps for gap in gaps)
    assert gaps[-1] == tail.gaps[-1]


# --- A question that was never answered


def test_a_plan_can_begin_before_the_first_answer() -> None:
    horizon = Horizon(START + 42 * DAY)
    assert plan(None, horizon, START) == plan(reviewed(None, Rating.GOOD, START), horizon, START)


# --- What is refused


@pytest.mark.parametrize("retention", [0.0, 0.69, 0.98, 1.0])
def test_a_retention_that_nobody_can_plan_for_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="retention"):
        Horizon(retention=retention)


@example(23.99)
@patiently
@given(st.floats(-1000, 23.99))
def test_a_tail_with_gaps_under_a_day_is_refused(hours: float) -> None:
    with pytest.raises(ValueError, match="at least a day"):
        Tail((30 * DAY, timedelta(hours=hours)))
