"""One review of a question, before it is kept; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.nudge.memory import Rating

QUIZ = "quiz"
"""The origin of what was answered in its quiz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One review, before it is kept.

    Attributes:
        question_type: to make the question known when it was not; else it is not looked at.
        nudge_id: the message that led to it.
        attempt: which one in its quiz it was; 0: none, it was elsewhere.
        withheld_until, closes_at: dates of its quiz for this learner (`own_dates`), where it was in the quiz.
        recorded_at: when it is caught up with, some time after it; None: right away.
    """

    source: str
    external_id: str
    course_key: CourseKey
    usage_key: UsageKey
    question_id: str
    content_hash: str
    rating: Rating
    when: datetime
    origin: str
    question_type: str = ""
    elapsed_ms: int | None = None
    nudge_id: int | None = None
    attempt: int = 0
    withheld_until: datetime | None = None
    closes_at: datetime | None = None
    recorded_at: datetime | None = None
