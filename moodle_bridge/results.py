"""What learners did in Moodle, as answers to the questions of the course that it came from.

An attempt, as the companion tells it, names each question by its external key; which question of ours that is, and how
well it was answered, is said here. The same attempt always gives the same results, however often and in whatever order
it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from moodle_bridge.keys import component_key, part_key
from moodle_bridge.olx_course import Outline
from moodle_bridge.question_mapping import RATINGS
from moodle_bridge.shapes import Json
from xblocks.base.problems import ContentError
from xblocks.microquiz import olx
from xblocks.microquiz.questions import Flashcard, Question
from xblocks.nudge.memory import Rating, rating_of

QUIZ_TYPE = "microquiz"

# Moodle keeps fractions and penalties to seven digits.
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the course, as far as it takes to understand how it was answered in Moodle.

    Attributes:
        penalty: the share of the points that a further try costs there.
        is_flashcard: it is answered by saying how well one knew it.
    """

    usage_key: str
    question_id: str
    penalty: float = 0.0
    is_flashcard: bool = False


Questions = Mapping[str, Asked]
"""Questions by their external key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One answer to one question.

    Attributes:
        attempt, slot: where in Moodle it was given.
        modified: when Moodle last changed the attempt (epoch seconds): with `attempt` and `slot`, what tells a result
            from every other.
        user: the learner's id in Moodle.
        score: 0 to 1, how right it was in the end; what further tries cost is not taken off.
        number: which attempt at the quiz it was, from 1; `tries`: which try within the attempt was the last, from 1.
        answered_at: UTC, to the second.
        elapsed_ms: how long it took; None: nobody knows.
    """

    attempt: int
    slot: int
    modified: int
    user: int
    usage_key: str
    question_id: str
    rating: Rating
    score: float
    number: int
    tries: int
    answered_at: datetime
    elapsed_ms: int | None = None

    @property
    def id(self) -> str:
        """What it is known by."""
        return f"{self.attempt}.{self.slot}.{self.modified}"

    @property
    def mark(self) -> str:
        """What it says, short: the same in every telling of an attempt that does not change this answer."""
        return f"{self.slot}:{int(self.answered_at.timestamp())}:{int(self.rating)}"


def questions_of(usage_key: str, questions: Iterable[Question], penalty: float) -> dict[str, Asked]:
    """The questions of one quiz.

    Args:
        penalty: what a further try costs in it (`QuizSettings.retry_penalty`).
    """
    quiz = component_key(usage_key)
    return {
        part_key(quiz, question.id): Asked(
            usage_key=usage_key,
            question_id=question.id,
            penalty=penalty,
            is_flashcard=isinstance(question, Flashcard),
        )
        for question in questions
    }


def questions_in(outline: Outline) -> dict[str, Asked]:
    """The questions of a course; those of a quiz that cannot be read are not in Moodle either."""
    found: dict[str, Asked] = {}
    for block in (block for chapter in outline.chapters for block in chapter.blocks if block.type == QUIZ_TYPE):
        try:
            settings, questions = olx.read(block.element)
        except ContentError:
            continue
        found.update(questions_of(block.usage_key, questions, settings.retry_penalty))
    return found


def results_of(attempt: Mapping[str, Json], questions: Questions) -> Iterator[Result]:
    """What an attempt says of the questions of a course, in the order of its slots.

    What was not answered, and what is not graded yet, says nothing; neither does a question that the course does not
    have (`unknown_in`).
    """
    for told in sorted(attempt["questions"], key=lambda one: one["slot"]):
        asked = questions.get(told["key"])
        rating = None if asked is None else _rating(told, asked)
        if asked is not None and rating is not None:
            yield Result(
                attempt=attempt["attemptid"],
                slot=told["slot"],
                modified=attempt["timemodified"],
                user=attempt["userid"],
                usage_key=asked.usage_key,
                question_id=asked.question_id,
                rating=rating,
                score=_score(told, asked, rating),
                number=attempt["number"],
                tries=max(told["tries"], 1),
                answered_at=datetime.fromtimestamp(told["time"], UTC),
                elapsed_ms=None if told["duration"] is None else told["duration"] * 1000,
            )


def unknown_in(attempt: Mapping[str, Json], questions: Questions) -> int:
    """How many questions of an attempt the course does not have (any more)."""
    return sum(told["key"] not in questions for told in attempt["questions"])


def _rating(told: Mapping[str, Json], asked: Asked) -> Rating | None:
    """How well a question was answered; None: it was not, or nobody knows yet."""
    if not told["time"]:
        return None
    if asked.is_flashcard:
        return _own_rating(told["choice"])
    fraction = told["fraction"]
    if fraction is None:
        return None
    further = max(told["tries"] - 1, 0)
    return rating_of(float(_whole(fraction, further, asked) == 1), hints_used=max(told["hints"], further))


def _score(told: Mapping[str, Json], asked: Asked, rating: Rating) -> float:
    if asked.is_flashcard:
        return float(rating is not Rating.AGAIN)
    return _whole(told["fraction"], max(told["tries"] - 1, 0), asked)


def _whole(fraction: float, further: int, asked: Asked) -> float:
    """How right the last answer was: what a try cost is taken off the points even when it was right."""
    share = fraction + further * asked.penalty if fraction > 0 else 0.0
    return 1.0 if share >= 1 - _ROUNDING * (1 + further) else max(0.0, share)


def _own_rating(choice: int | None) -> Rating | None:
    """What a learner said of a flashcard: its choices are the four ratings."""
    if choice is None or not 0 <= choice < len(RATINGS):
        return None
    rating, _words = RATINGS[choice]
    return rating_of(1.0, rating=rating)
