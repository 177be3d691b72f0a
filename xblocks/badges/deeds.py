"""What others tell of a learner, before it is known which day it was for them.

A repetition is a question that was answered again outside of its quiz: in practice, from a mail, in another place. To
try again within the quiz is none, however often: it is an answer there, and counts as one. Nor is a question's very
first answer, wherever it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from opaque_keys.edx.keys import UsageKey

from xblocks.badges.definition import block_name
from xblocks.badges.facts import Did, Fact
from xblocks.base.platform import Done
from xblocks.microquiz.data import QuestionAnsweredData
from xblocks.nudge.data import ReviewData
from xblocks.reflection.data import ReflectionData
from xblocks.workshop.data import WorkshopData


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a learner did; as `Fact`, without a day.

    Attributes:
        usage_key: as text.
    """

    what: Did
    at: datetime
    usage_key: str
    question: str = ""
    attempt: int = 0
    score: float = 0.0

    @property
    def block(self) -> str:
        """The block as criteria name it."""
        key = UsageKey.from_string(self.usage_key)
        return block_name(key.block_type, key.block_id)


def answered(answer: QuestionAnsweredData) -> Deed:
    """An answer in a quiz."""
    return Deed(
        Did.ANSWERED,
        answer.answered_at,
        str(answer.usage_key),
        answer.question_id,
        answer.attempt,
        answer.score,
    )


def reviewed(review: ReviewData) -> Deed | None:
    """A review outside of a quiz; None for the first answer of all, which repeats nothing."""
    if review.is_first:
        return None
    right = 0.0 if review.rating == "again" else 1.0
    return Deed(Did.REVIEWED, review.reviewed_at, str(review.usage_key), review.question_id, 0, right)


def completed(done: Done) -> Deed:
    """A block that the platform says is completed."""
    return Deed(Did.COMPLETED, done.at, str(done.usage_key))


def scored(done: Done) -> Deed:
    """A score that the platform keeps."""
    return Deed(Did.SCORED, done.at, str(done.usage_key), score=done.share)


def prepared(workshop: WorkshopData) -> Deed | None:
    """Everything that a workshop asks for was done; None where that was only after it began."""
    return Deed(Did.PREPARED, workshop.at, str(workshop.usage_key)) if workshop.in_time else None


def attended(workshop: WorkshopData) -> Deed:
    """Somebody was at a workshop."""
    return Deed(Did.ATTENDED, workshop.at, str(workshop.usage_key))


def reflected(reflection: ReflectionData) -> Deed:
    """A reflection was handed in."""
    return Deed(Did.REFLECTED, reflection.at, str(reflection.usage_key))


def fact(deed: Deed, day: date) -> Fact:
    """The deed as a fact of a course."""
    return Fact(deed.what, deed.at, day, deed.block, deed.question, deed.attempt, deed.score)


def encode(deed: Deed) -> dict[str, Any]:
    """A deed as JSON-ready data, for a queue."""
    return {**asdict(deed), "what": str(deed.what), "at": deed.at.isoformat()}


def decode(raw: Mapping[str, Any]) -> Deed:
    """The deed again."""
    return Deed(**{**raw, "what": Did(raw["what"]), "at": datetime.fromisoformat(raw["at"])})
