"""What is told of an answer, when it was given and whenever somebody asks for it again; pure."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import UsageKey

from xblocks.microquiz.data import LearnerData, QuestionAnsweredData
from xblocks.microquiz.play import Answer
from xblocks.microquiz.published import Dates
from xblocks.microquiz.questions import Flashcard, Question

SOURCE = "openedx"
"""Where those are known who answer a block."""


def announced(
    user_id: int, usage_key: UsageKey, question: Question | None, answer: Answer, dates: Dates | None = None
) -> QuestionAnsweredData:
    """An answer for whoever listens.

    Args:
        question: as it was answered; None when nobody knows it any more.
        dates: of the quiz, as they were for this learner; None when nobody knows them any more.
    """
    dates = dates or Dates()
    optional: dict[str, Any] = {
        "confidence": answer.confidence,
        "rating": answer.response["rating"] if isinstance(question, Flashcard) else None,
        "elapsed_ms": answer.elapsed_ms,
        "withheld_until": dates.withheld_until,
        "closes_at": dates.closes_at,
    }
    return QuestionAnsweredData(
        learner=LearnerData(source=SOURCE, external_id=str(user_id)),
        course_key=usage_key.course_key,
        usage_key=usage_key,
        question_id=answer.question_id,
        question_type="" if question is None else question.type,
        content_hash=answer.content_hash,
        score=answer.score,
        attempt=answer.attempt,
        hints_used=answer.hints_used,
        answered_at=answer.answered_at,
        **optional,
    )
