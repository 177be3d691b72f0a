"""What is to be expected: recall a tag, the curve of forgetting, how much comes due."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.nudge.remembering import DAY, START, logs, memories, patiently
from xblocks.nudge.forecast import (
    MOST_COMING,
    STEPS,
    WEAKEST,
    Remembered,
    curve,
    recall_by_tag,
    recall_of_all,
    volume,
)
from xblocks.nudge.horizon import Horizon, Tail, plan
from xblocks.nudge.memory import Memory, Rating, recall

STRONG = Memory(stability=100.0, difficulty=5.0, last_review=START)
WEAK = Memory(stability=2.0, difficulty=5.0, last_review=START)
NOW = START + 3 * DAY
SIX_WEEKS = Horizon(START + 42 * DAY)

# --- Recall a tag


def test_a_line_a_tag_the_weakest_first() -> None:
    cards = [
        Remembered("q1", ("senders",), STRONG),
        Remembered("q2", ("senders", "links"), WEAK),
        Remembered("q3", ("links",), WEAK),
        Remembered("q4", (), STRONG),
    ]
    lines = recall_by_tag(cards, SIX_WEEKS, NOW)
    assert [(line.tag, line.cards) for line in lines] == [("links", 2), ("senders", 2), ("", 1)]
    assert lines[0].today == recall(WEAK, NOW)
    assert lines[1].today == pytest.approx((recall(WEAK, NOW) + recall(STRONG, NOW)) / 2)
    assert lines[1].weakest == ("q2", "q1")


def test_a_tag_that_is_written_twice_counts_once() -> None:
    assert recall_by_tag([Remembered("q1", ("links", "links"), WEAK)], SIX_WEEKS, NOW)[0].cards == 1


def test_only_a_few_are_named_as_weakest() -> None:
    cards = [Remembered(f"q{number}", ("links",), Memory(10.0 - number, 5.0, START)) for number in range(6)]
    (line,) = recall_by_tag(cards, SIX_WEEKS, NOW)
    assert line.weakest == ("q5", "q4", "q3")
    assert len(line.weakest) == WEAKEST


def test_at_the_target_it_is_told_without_and_with_practice() -> None:
    (line,) = recall_by_tag([Remembered("q1", ("links",), WEAK)], SIX_WEEKS, NOW)
    assert SIX_WEEKS.target is not None
    assert line.at_target == recall(WEAK, SIX_WEEKS.target)
    assert line.with_practice is not None
    assert line.at_target < 0.7 < 0.9 <= line.with_practice


@pytest.mark.parametrize("horizon", [Horizon(), Horizon(NOW), Horizon(NOW - DAY)])
def test_without_a_target_ahead_only_today_is_told(horizon: Horizon) -> None:
    (line,) = recall_by_tag([Remembered("q1", ("links",), WEAK)], horizon, NOW)
    assert (line.at_target, line.with_practice) == (None, None)
    assert line.today == recall(WEAK, NOW)


def test_over_all_tags_each_question_counts_once() -> None:
    cards = [Remembered("q1", ("senders", "links"), WEAK), Remembered("q2", (), STRONG)]
    line = recall_of_all(cards, SIX_WEEKS, NOW)
    assert line is not None
    assert (line.tag, line.cards, line.weakest) == ("", 2, ("q1", "q2"))
    assert line.today == pytest.approx((recall(WEAK, NOW) + recall(STRONG, NOW)) / 2)


def test_without_questions_there_is_nothing_to_tell() -> None:
    assert recall_by_tag([], SIX_WEEKS, NOW) == ()
    assert recall_of_all([], SIX_WEEKS, NOW) is None


@patiently
@given(memories, st.floats(0, 100), st.floats(0.1, 300))
def test_practice_never_makes_the_forecast_worse(memory: Memory, waited: float, left: float) -> None:
    now = memory.last_review + waited * DAY
    line = recall_of_all([Remembered("q1", (), memory)], Horizon(now + left * DAY), now)
    assert line is not None
    assert line.at_target is not None
    assert line.with_practice is not None
    assert 0 < line.at_target <= line.today <= 1
    assert line.at_target <= line.with_practice <= 1


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


# --- Volume

UTC_PLUS_2 = timezone(timedelta(hours=2))


def test_each_day_has_its_number_and_days_without_any_have_none() -> None:
    plans = [(START, START + 2 * DAY), (START + 2 * DAY,), ()]
    assert volume(plans, START.date(), 4, UTC_PLUS_2) == (
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 0),
        (date(2026, 3, 4), 2),
        (date(2026, 3, 5), 0),
    )


def test_what_is_overdue_waits_on_the_first_day_and_what_comes_later_is_not_counted() -> None:
    assert volume([(START - 9 * DAY, START + DAY, START + 2 * DAY)], START.date(), 2, UTC_PLUS_2) == (
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 1),
    )


def test_days_are_those_of_the_zone() -> None:
    late = START.replace(hour=23)
    assert volume([(late,)], START.date(), 2, UTC_PLUS_2)[1] == (date(2026, 3, 3), 1)


@patiently
@given(st.lists(st.lists(st.floats(-5, 20).map(lambda days: START + days * DAY), max_size=4), max_size=6))
def test_every_moment_within_the_days_is_counted_once(plans: list[list[datetime]]) -> None:
    counted = sum(number for _, number in volume(plans, START.date(), 40, UTC_PLUS_2))
    assert counted == sum(map(len, plans))


def test_a_forecast_has_a_day_at_least() -> None:
    with pytest.raises(ValueError, match="one day"):
        volume([], START.date(), 0, UTC_PLUS_2)
