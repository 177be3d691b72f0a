"""What a learner remembers of a question: FSRS-6, by the `fsrs` package with its published default parameters.

The package keeps cards and schedules them; here it only says how a review changes stability and difficulty. When a
question comes back is the horizon's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from math import e

import fsrs

DAY = timedelta(days=1)
LONGEST = timedelta(days=36_500)
"""No interval is longer, whatever the model says: the package's own maximum."""

# Nothing is repeated within minutes here, and nothing is left to chance.
_SCHEDULER = fsrs.Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
# Sums of parts of a score (three gaps of a third each) may fall short of 1 by a rounding.
_RIGHT = 1 - 1e-9
_DECAY = -_SCHEDULER.parameters[20]
_FACTOR = 0.9 ** (1 / _DECAY) - 1


class Rating(IntEnum):
    """How well a question was answered: FSRS's four grades."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """What is left of all reviews of one question by one learner.

    Attributes:
        stability: days until recall falls to 90 %.
        difficulty: 1 (easy) to 10.
        last_review: in UTC.
    """

    stability: float
    difficulty: float
    last_review: datetime


def rating_of(score: float, *, hints_used: int = 0, confidence: str | None = None, rating: str | None = None) -> Rating:
    """The grade of an answer.

    Wrong is Again, and so is partly right: what is not wholly known should come back soon. Right after a hint or with
    low confidence is Hard, otherwise Good. Easy is never guessed from an answer; only flashcards give it.

    Args:
        score: 0 (wrong) to 1 (right).
        confidence: "low", "medium", "high", or None when it was not said.
        rating: what a learner said of a flashcard, "again", "hard", "good" or "easy"; counts as it is given.

    Raises:
        ValueError: there is no such rating.
    """
    if rating is not None:
        if rating.upper() not in Rating.__members__:
            raise ValueError(f"No rating is called {rating!r}; there are again, hard, good and easy")
        return Rating[rating.upper()]
    if score < _RIGHT:
        return Rating.AGAIN
    return Rating.HARD if hints_used or confidence == "low" else Rating.GOOD


def reviewed(memory: Memory | None, rating: Rating, when: datetime) -> Memory:
    """The memory after one more review; None is a question that was never answered.

    A review from before the last one, which arrives late, counts as if it came right after that one: the moment of
    the last review never moves back. Who has the whole log gets the exact state from `rebuilt`.

    Args:
        when: aware, any time zone.

    Raises:
        ValueError: `when` has no time zone.
    """
    if when.tzinfo is None:
        raise ValueError("A review needs a moment with a time zone")
    when = when.astimezone(UTC)
    # A card without its own id and due date would sleep for one and read the clock for the other.
    if memory is None:
        card = fsrs.Card(card_id=0, state=fsrs.State.Learning, step=0, due=when)
    else:
        when = max(when, memory.last_review)
        card = fsrs.Card(
            card_id=0,
            state=fsrs.State.Review,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=when,
            last_review=memory.last_review,
        )
    after, _log = _SCHEDULER.review_card(card, fsrs.Rating(rating), when)
    assert after.stability is not None
    assert after.difficulty is not None
    return Memory(after.stability, after.difficulty, when)


def rebuilt(reviews: Iterable[tuple[Rating, datetime]]) -> Memory | None:
    """The memory that a log of reviews adds up to, in whatever order they arrived; None for an empty log.

    Of two reviews at the same moment the worse counts first.
    """
    memory = None
    for rating, when in sorted(reviews, key=lambda review: (review[1], review[0])):
        memory = reviewed(memory, rating, when)
    return memory


def recall(memory: Memory, when: datetime) -> float:
    """The probability (0..1) of a right answer at a moment; 1 at the last review and before it.

    FSRS-6's forgetting curve, R = (1 + factor · t/S)^decay with decay = -w20 and factor = 0.9^(1/decay) - 1
    (open-spaced-repetition, "The Algorithm"). The package rounds t down to whole days; here it runs on.
    """
    return recall_after(memory.stability, max((when - memory.last_review) / DAY, 0.0))


def recall_after(stability: float, days: float) -> float:
    """`recall` so many days after the last review."""
    return (1 + _FACTOR * days / stability) ** _DECAY


def interval(memory: Memory, retention: float) -> timedelta:
    """How long after the last review recall falls to `retention`; at most LONGEST.

    The inverse of `recall`: t = S / factor · (R^(1/decay) - 1).

    Args:
        retention: a probability, more than 0 and less than 1.

    Raises:
        ValueError: it is not.
    """
    return min(days_until(memory.stability, retention), LONGEST / DAY) * DAY


def days_until(stability: float, retention: float) -> float:
    """`interval` in days, however long it is."""
    return stability / _FACTOR * _reach(retention)


@lru_cache(maxsize=256)
def _reach(retention: float) -> float:
    if not 0 < retention < 1:
        raise ValueError(f"A retention lies between 0 and 1, and {retention} does not")
    reach: float = retention ** (1 / _DECAY) - 1
    return reach


# --- Thousands of reviews at once


_W = _SCHEDULER.parameters
_GROWTH, _SATURATION, _RETRIEVAL = e ** _W[8], -_W[9], _W[10]
# To what difficulty each answer draws a little: that of a question which was easy from the first.
_EASIEST = _W[7] * (_W[4] - e ** (_W[5] * 3) + 1)
_STEADY = 1 - _W[7]


def strengthened(stability: float, difficulty: float, days: float) -> tuple[float, float]:
    """Stability and difficulty after a right answer, one day or more after the last review.

    As `reviewed` with Rating.GOOD has them, without the package's objects: for whoever simulates thousands of reviews.

    Args:
        days: since the last review; the package counts whole ones. Moments have microseconds, so that what falls short
            of a whole day by less is one.
    """
    recalled = recall_after(stability, int(days + 1e-11))
    growth = _GROWTH * (11 - difficulty) * stability**_SATURATION * (e ** ((1 - recalled) * _RETRIEVAL) - 1)
    return stability * (1 + growth), min(max(_EASIEST + _STEADY * difficulty, 1.0), 10.0)
