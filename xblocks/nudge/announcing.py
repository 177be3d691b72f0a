"""Telling others of reviews once they are kept: whoever listens and fails must not undo them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xblocks.nudge.data import ReviewData
from xblocks.nudge.reviewed import QUIZ, Reviewed
from xblocks.nudge.signals import REVIEW_RECORDED_V1


def recorded(review: Reviewed, *, is_first: bool) -> None:
    """A review is in the log. What came of an answer in a quiz was told there already.

    Args:
        is_first: it is the learner's first of this question.
    """
    if review.origin == QUIZ:
        return
    # As a mapping: the platform's events know no type that says "or nothing", which elapsed_ms may be.
    told: dict[str, Any] = {
        "source": review.source,
        "external_id": review.external_id,
        "course_key": review.course_key,
        "usage_key": review.usage_key,
        "question_id": review.question_id,
        "content_hash": review.content_hash,
        "rating": review.rating.name.lower(),
        "reviewed_at": review.when,
        "origin": review.origin,
        "is_first": is_first,
        "elapsed_ms": review.elapsed_ms,
    }
    data = ReviewData(**told)
    transaction.on_commit(lambda: REVIEW_RECORDED_V1.send_event(review=data), robust=True)
