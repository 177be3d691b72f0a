"""What a learner remembers: grades, reviews, forgetting."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from functools import reduce
from itertools import pairwise
from operator import add

import fsrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.xblocks.nudge.remembering import DAY, START, logs, memories, moments, patiently
from xblocks.nudge.memory import LONGEST, Memory, Rating, interval, rating_of, rebuilt, recall, reviewed, strengthened

FRESH = Memory(stability=10.0, difficulty=5.0, last_review=START)


# --- Grades


@pytest.mark.parametrize("score", [0.0, 0.5, 0.99])
def test_wrong_and_partly_right_come_back_soon(score: float) -> None:
    assert rating_of(score) is Rating.AGAIN
    assert rating_of(score, confidence="high") is Rating.AGAIN


def test_right_is_good_and_harder_after_a_hint_or_with_little_confidence() -> None:
    assert rating_of(1.0) is Rating.GOOD
    assert rating_of(1.0, confidence="high") is Rating.GOOD
    assert rating_of(1.0, hints_used=1) is Rating.HARD
    assert rating_of(1.0, confidence="low") is Rating.HARD


def test_parts_of_a_score_that_add_up_to_all_of_it_are_right() -> None:
    # Not by sum(), which from Python 3.12 on makes up for what floats lose.
    total = reduce(add, [0.1] * 10)
    assert total < 1
    assert rating_of(total) is Rating.GOOD


@pytest.mark.parametrize("rating", Rating)
def test_what_a_learner_says_of_a_flashcard_counts_as_it_is_given(rating: Rating) -> None:
    assert rating_of(0.0, hints_used=2, confidence="low", rating=rating.name.lower()) is rating


def test_an_unknown_grade_is_told() -> None:
    with pytest.raises(ValueError, match="perfect"):
        rating_of(1.0, rating="perfect")


# --- Reviews


@patiently
@given(logs, st.randoms())
def test_a_memory_rebuilt_from_its_log_is_equal_whatever_the_order_of_arrival(
    log: list[tuple[Rating, datetime]], chance: random.Random
) -> None:
    memory = None
    for rating, when in log:
        memory = reviewed(memory, rating, when)
    arrived = log.copy()
    chance.shuffle(arrived)
    assert rebuilt(arrived) == memory


def test_two_reviews_at_one_moment_add_up_to_the_same_in_either_order() -> None:
    one, other = (Rating.GOOD, START), (Rating.AGAIN, START)
    assert rebuilt([one, other]) == rebuilt([other, one]) == reviewed(reviewed(None, *other), *one)


def test_of_an_empty_log_there_is_no_memory() -> None:
    assert rebuilt([]) is None


@patiently
@given(logs)
def test_the_package_s_own_cards_add_up_to_the_same(log: list[tuple[Rating, datetime]]) -> None:
    scheduler = fsrs.Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
    card = fsrs.Card(card_id=1, due=START)
    for rating, when in log:
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), when)
    memory = rebuilt(log)
    assert memory == Memory(card.stability or 0, card.difficulty or 0, log[-1][1])
    # It plans whole days, and at least one.
    assert max(round(interval(memory, 0.9) / DAY), 1) == (card.due - log[-1][1]).days


@patiently
@given(memories)
def test_stability_and_difficulty_stay_within_the_model(memory: Memory) -> None:
    assert memory.stability >= 0.001
    assert 1 <= memory.difficulty <= 10


@patiently
@given(st.none() | memories, st.floats(0, 400))
def test_a_better_grade_never_leaves_a_weaker_memory(memory: Memory | None, days: float) -> None:
    when = (memory.last_review if memory else START) + days * DAY
    again, hard, good, easy = (reviewed(memory, rating, when).stability for rating in Rating)
    assert easy >= good >= hard >= again
    assert hard > again or hard == 0.001


@patiently
@given(memories, st.floats(0, 400), st.sampled_from([Rating.HARD, Rating.GOOD, Rating.EASY]))
def test_a_right_answer_never_weakens_a_memory(memory: Memory, days: float, rating: Rating) -> None:
    assert reviewed(memory, rating, memory.last_review + days * DAY).stability >= memory.stability


@patiently
@given(memories, st.floats(0.001, 400), st.sampled_from(Rating))
def test_a_review_that_arrives_late_counts_as_of_the_last_one(memory: Memory, days: float, rating: Rating) -> None:
    late = reviewed(memory, rating, memory.last_review - days * DAY)
    assert late == reviewed(memory, rating, memory.last_review)
    assert late.last_review == memory.last_review


@patiently
@given(memories, st.integers(1, 400), st.floats(0, 0.999))
def test_in_plain_numbers_a_right_answer_does_what_the_package_says(memory: Memory, days: int, more: float) -> None:
    after = reviewed(memory, Rating.GOOD, memory.last_review + (days + more) * DAY)
    assert strengthened(memory.stability, memory.difficulty, days + more) == (after.stability, after.difficulty)
    # Of two moments a whole number of days apart, a float may say a little less.
    assert strengthened(memory.stability, memory.difficulty, days - 1e-12) == strengthened(
        memory.stability, memory.difficulty, days
    )


def test_a_review_that_arrives_late_is_exact_again_once_rebuilt() -> None:
    on_time = [(Rating.GOOD, START), (Rating.AGAIN, START + 3 * DAY), (Rating.GOOD, START + 9 * DAY)]
    out_of_order = [on_time[0], on_time[2], on_time[1]]
    memory = None
    for rating, when in out_of_order:
        memory = reviewed(memory, rating, when)
    assert memory != rebuilt(on_time)
    assert rebuilt(out_of_order) == rebuilt(on_time)


def test_a_moment_counts_whatever_time_zone_it_is_written_in() -> None:
    amsterdam = START.astimezone(timezone(timedelta(hours=2)))
    memory = reviewed(None, Rating.GOOD, amsterdam)
    assert memory == reviewed(None, Rating.GOOD, START)
    assert memory.last_review.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        reviewed(None, Rating.GOOD, START.replace(tzinfo=None))


# --- Forgetting


@patiently
@given(memories, moments, moments)
def test_recall_is_a_probability_that_never_rises_with_time(memory: Memory, one: datetime, other: datetime) -> None:
    early, late = recall(memory, min(one, other)), recall(memory, max(one, other))
    assert 0 < late <= early <= 1


@patiently
@given(memories, st.floats(0.7, 0.99))
@example(FRESH, 0.9)
def test_after_the_interval_recall_is_the_retention(memory: Memory, retention: float) -> None:
    gap = interval(memory, retention)
    # A moment has microseconds, which is long for the weakest memory.
    slack = 1e-9 + 1e-9 / memory.stability
    assert gap == LONGEST or recall(memory, memory.last_review + gap) == pytest.approx(retention, abs=slack)


@patiently
@given(memories)
def test_recall_is_nine_of_ten_after_as_many_days_as_the_stability_says(memory: Memory) -> None:
    assert recall(memory, memory.last_review + min(memory.stability, 1e5) * DAY) >= 0.9 - 1e-6
    assert interval(memory, 0.9) / DAY == pytest.approx(min(memory.stability, LONGEST / DAY), abs=1e-9)


def test_recall_runs_on_within_a_day() -> None:
    weak = reviewed(None, Rating.AGAIN, START)
    hours = [recall(weak, START + timedelta(hours=hour)) for hour in range(24)]
    assert hours[0] == 1
    assert all(later < earlier for earlier, later in pairwise(hours))


def test_on_whole_days_recall_is_the_package_s_own() -> None:
    scheduler = fsrs.Scheduler()
    card = fsrs.Card(card_id=1, state=fsrs.State.Review, stability=10, difficulty=5, due=START, last_review=START)
    for days in (0, 1, 7, 400):
        when = START + days * DAY
        assert recall(FRESH, when) == pytest.approx(scheduler.get_card_retrievability(card, when))


def test_no_interval_is_longer_than_the_longest() -> None:
    strong = Memory(stability=1e6, difficulty=1.0, last_review=START)
    assert interval(strong, 0.9) == LONGEST
    assert interval(FRESH, 1e-9) == LONGEST


@pytest.mark.parametrize("retention", [0.0, 1.0, -0.1, 90.0])
def test_a_retention_that_is_no_probability_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval(FRESH, retention)
