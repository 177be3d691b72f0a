"""What others may hear of a micro-quiz. Nothing here holds a right answer or what the learner wrote."""

from __future__ import annotations

from datetime import datetime

import attr
from opaque_keys.edx.keys import CourseKey, UsageKey


@attr.s(frozen=True)
class LearnerData:
    """A learner, wherever their account is.

    Attributes:
        source: the system that knows them ("openedx").
        external_id: their id there.
    """

    source = attr.ib(type=str)
    external_id = attr.ib(type=str)


@attr.s(frozen=True)
class QuestionAnsweredData:
    """One answer to one question.

    Attributes:
        learner: who answered.
        course_key: the course of the block.
        usage_key: the block.
        question_id: stable within the block.
        question_type: "single", "cloze", "flashcard", ...
        content_hash: of the question as it was answered; `microquiz.api.get_question` gives its content.
        score: 0 (wrong) to 1 (right), before any penalty for retrying.
        attempt: which try at this question, from 1.
        hints_used: how many hints were open.
        confidence: "low", "medium" or "high"; None when it was not asked or not said.
        rating: how well a flashcard was known, "again", "hard", "good" or "easy"; None for other questions.
        elapsed_ms: milliseconds from first seeing the question to answering; None when the page did not measure it.
        answered_at: when, in UTC.
        withheld_until: before that moment this learner must not hear how an answer was; None when they may.
        closes_at: from then on the quiz takes no answers from this learner, whose due date may be their own; None when
            it goes on, or is not known any more.
    """

    learner = attr.ib(type=LearnerData)
    course_key = attr.ib(type=CourseKey)
    usage_key = attr.ib(type=UsageKey)
    question_id = attr.ib(type=str)
    question_type = attr.ib(type=str)
    content_hash = attr.ib(type=str)
    score = attr.ib(type=float)
    attempt = attr.ib(type=int)
    answered_at = attr.ib(type=datetime)
    hints_used = attr.ib(type=int, default=0)
    confidence = attr.ib(type=str, default=None)
    rating = attr.ib(type=str, default=None)
    elapsed_ms = attr.ib(type=int, default=None)
    withheld_until = attr.ib(type=datetime, default=None)
    closes_at = attr.ib(type=datetime, default=None)
