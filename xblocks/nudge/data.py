"""What others may hear of nudging. Nothing here holds a right answer or what the learner wrote."""

from __future__ import annotations

from datetime import datetime

import attr
from opaque_keys.edx.keys import CourseKey, UsageKey


@attr.s(frozen=True)
class ReviewData:
    """One question that was answered outside of its quiz.

    Attributes:
        source: the system that knows the learner ("openedx").
        external_id: their id there.
        course_key: the course of the question.
        usage_key: the quiz that it belongs to.
        question_id: stable within the quiz.
        content_hash: of the question as it was answered.
        rating: how well it was remembered, "again", "hard", "good" or "easy".
        reviewed_at: when it was answered, in UTC.
        origin: where: "practice", "mail", "moodle", ...
        is_first: nothing is known of an earlier answer to it; then nothing was repeated.
        elapsed_ms: milliseconds that it took; None when nobody measured it.
    """

    source = attr.ib(type=str)
    external_id = attr.ib(type=str)
    course_key = attr.ib(type=CourseKey)
    usage_key = attr.ib(type=UsageKey)
    question_id = attr.ib(type=str)
    content_hash = attr.ib(type=str)
    rating = attr.ib(type=str)
    reviewed_at = attr.ib(type=datetime)
    origin = attr.ib(type=str)
    is_first = attr.ib(type=bool)
    elapsed_ms = attr.ib(type=int, default=None)
