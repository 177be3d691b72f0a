"""What is to be expected: recall a tag, and the curve of forgetting."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.nudge.remembering import DAY, START, logs, memories, patiently
from xblocks.nudge.forecast import (
    MOST_COMING,
    STEPS,
    Remembered,
    TagRecall,
    curve,
    outlooks,
    recall_by_tag,
    weakest,
)
from xblocks.nudge.horizon import LEAST_RETENTION, MOST_RETENTION, Horizon, Tail, plan, simulated
from xblocks.nudge.memory import Memory, Rating, recall

STRONG = Memory(stability=100.0, difficulty=5.0, last_review=START)
WEAK = Memory(stability=2.0, difficulty=5.0, last_review=START)
NOW = START + 3 * DAY
SIX_WEEKS = Horizon(START + 42 * DAY)

# --- Recall a tag


def card(number: int, tags: tuple[str, ...], memory: Memory) -> Remembered:
    return Remembered(
        card_id=number,
        question_id=number,
        course_id=1,
        content_hash="-",
        type="single",
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review=memory.last_review,
        is_due=True,
        tags=tags,
    )


def told(cards: list[Remembered], horizon: Horizon = SIX_WEEKS) -> tuple[TagRecall, ...]:
    return recall_by_tag(outlooks(cards, horizon, NOW))


def test_a_line_a_tag_the_weakest_first() -> None:
    lines = told(
        [
            card(1, ("senders",), STRONG),
            card(2, ("senders", "links"), WEAK),
            card(3, ("links",), WEAK),
            card(4, (), STRONG),
        ]
    )
    assert [(line.tag, line.cards) for line in lines] == [("links", 2), ("senders", 2), ("", 1)]
    assert lines[0].today == recall(WEAK, NOW)
    assert lines[1].today == pytest.approx((recall(WEAK, NOW) + recall(STRONG, NOW)) / 2)


def test_a_tag_that_is_written_twice_counts_once() -> None:
    assert told([card(1, ("links", "links"), WEAK)])[0].cards == 1


def test_only_so_many_are_named_as_weakest_and_of_two_alike_the_first() -> None:
    cards = [card(number, (), Memory(10.0 - number // 2, 5.0, START)) for number in range(6)]
    assert [one.card_id for one in weakest(cards, NOW, 3)] == [4, 5, 2]


def test_at_the_target_it_is_told_without_and_with_practice() -> None:
    (line,) = told([card(1, ("links",), WEAK)])
    assert SIX_WEEKS.target is not None
    assert line.at_target == pytest.approx(recall(WEAK, SIX_WEEKS.target))
    assert line.with_practice is not None
    assert line.at_target is not None
    assert line.at_target < 0.7 < 0.9 <= line.with_practice


@pytest.mark.parametrize("horizon", [Horizon(), Horizon(NOW), Horizon(NOW - DAY)])
def test_without_a_target_ahead_only_today_is_told(horizon: Horizon) -> None:
    (line,) = told([card(1, ("links",), WEAK)], horizon)
    assert (line.at_target, line.with_practice) == (None, None)
    assert line.today == recall(WEAK, NOW)


def test_without_questions_there_is_nothing_to_tell() -> None:
    assert told([]) == ()


@patiently
@given(memories, st.floats(-10, 100), st.floats(0.1, 300))
def test_practice_never_makes_the_forecast_worse(memory: Memory, waited: float, left: float) -> None:
    now = memory.last_review + waited * DAY
    (one,) = outlooks([card(1, (), memory)], Horizon(now + left * DAY), now)
    assert one.at_target is not None
    assert one.with_practice is not None
    assert 0 < one.at_target <= one.today <= 1
    assert one.at_target <= one.with_practice <= 1


@patiently
@given(
    memories,
    st.floats(-10, 100),
    st.floats(0.1, 300),
    st.sampled_from([LEAST_RETENTION, 0.9, MOST_RETENTION]),
    st.booleans(),
)
def test_in_plain_numbers_it_is_what_the_plan_comes_to_review_by_review(
    memory: Memory, waited: float, left: float, retention: float, has_tail: bool
) -> None:
    now = memory.last_review + waited * DAY
    aim = now + left * DAY
    horizon = Horizon(aim, retention=retention, tail=Tail((30 * DAY,) if has_tail else ()))
    practised = memory
    for when, after in simulated(memory, horizon, now):
        if when >= aim:
            break
        practised = after
    (one,) = outlooks([card(1, (), memory)], horizon, now)
    assert one.today == pytest.approx(recall(memory, now))
    assert one.at_target == pytest.approx(recall(memory, aim))
    # A moment has microseconds, which is long for the weakest memory.
    assert one.with_practice == pytest.approx(recall(practised, aim), abs=1e-6)


# --- The curve

LOG = [(Rating.GOOD, START), (Rating.AGAIN, START + 2 * DAY)]


def test_a_curve_falls_between_reviews_and_rises_at_each() -> None:
    drawn = curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY)
    assert drawn.reviews == ((START, Rating.GOOD), (START + 2 * DAY, Rating.AGAIN))
    assert [value for when, value in drawn.past if when == START + 2 * DAY] == [pytest.approx(0.91, abs=0.01), 1]
    assert (drawn.past[0], drawn.past[-1][0]) == ((START, 1.0), NOW)
    assert drawn.target == SIX_WEEKS.target
    assert drawn.retention == 0.9


def test_the_forecast_goes_on_where_the_past_ends_with_and_without_practice() -> None:
    drawn = curve(LOG, SIX_WEEKS, NOW, START + 50 * DAY)
    assert drawn.without[0] == drawn.with_practice[0] == drawn.past[-1]
    assert drawn.without[-1][0] == drawn.with_practice[-1][0] == START + 50 * DAY
    assert drawn.without[-1][1] < drawn.with_practice[-1][1]
    for when in drawn.coming:
        before, after = (value for at, value in drawn.with_practice if at == when)
        assert before <= after == 1


@patiently
@given(logs, st.floats(0, 200), st.floats(0.5, 400))
def test_points_stand_in_the_order_of_time_and_are_probabilities(
    log: list[tuple[Rating, datetime]], waited: float, left: float
) -> None:
    now = log[-1][1] + waited * DAY
    until = now + left * DAY
    drawn = curve(log, Horizon(now + 60 * DAY, tail=Tail((30 * DAY,))), now, until)
    for points in (drawn.past, drawn.without, drawn.with_practice):
        assert all(earlier[0] <= later[0] for earlier, later in pairwise(points))
        assert all(0 < value <= 1 for _, value in points)
    assert len(drawn.past) == len(log) * (STEPS + 1) - (STEPS if now == log[-1][1] else 0)
    assert all(earlier[1] >= later[1] for earlier, later in pairwise(drawn.without))
    assert all(now <= when < until for when in drawn.coming)
    assert (drawn.target is None) == (left < 60)


def test_the_reviews_that_come_are_those_of_the_plan() -> None:
    drawn = curve([(Rating.GOOD, START)], SIX_WEEKS, START, START + 60 * DAY)
    assert drawn.coming == plan(None, SIX_WEEKS, START)
    assert len(drawn.coming) == 3


def test_a_curve_without_an_end_shows_a_bounded_number_of_reviews() -> None:
    daily = Horizon(START, tail=Tail((DAY,)))
    assert len(curve(LOG[:1], daily, START, START + 900 * DAY).coming) == MOST_COMING


def test_reviews_arrive_in_any_order_and_those_after_now_are_left_out() -> None:
    later = (Rating.GOOD, NOW + DAY)
    assert curve([later, *reversed(LOG)], SIX_WEEKS, NOW, START + 50 * DAY) == curve(
        LOG, SIX_WEEKS, NOW, START + 50 * DAY
    )


def test_without_a_review_there_is_no_curve() -> None:
    with pytest.raises(ValueError, match="first review"):
        curve([(Rating.GOOD, NOW + DAY)], SIX_WEEKS, NOW, START + 50 * DAY)


def test_a_forecast_must_end_after_it_begins() -> None:
    with pytest.raises(ValueError, match="ends after"):
        curve(LOG, SIX_WEEKS, NOW, NOW)
