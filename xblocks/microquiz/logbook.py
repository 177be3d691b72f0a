"""Everybody's answers in the order in which they were kept, for components that must not miss one.

Whoever hears `QUESTION_ANSWERED_V1` hears of nearly all of them. A listener may fail, its process may die between an
answer and the signal, and it may be installed after months of quizzes: then it reads what it missed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.microquiz import models
from xblocks.microquiz.play import Answer

FIELDS = (
    "seq",
    "question_id",
    "content_hash",
    "attempt",
    "response",
    "score",
    "hints_used",
    "confidence",
    "elapsed_ms",
    "answered_at",
)
"""The columns of an answer."""


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """One answer of one learner.

    Attributes:
        number: its place among the answers of all. A smaller one may appear a moment later: numbers are given out
            before an answer is kept for good.
    """

    number: int
    user_id: int
    usage_key: UsageKey
    answer: Answer


def logged_answers(
    after: int, most: int, *, course_key: CourseKey | None = None, since: datetime | None = None
) -> list[LoggedAnswer]:
    """The next answers after a number, in the order of their numbers.

    Args:
        course_key: only those of this course; `since`: only those given then or later. Both look through all others.
    """
    rows = models.Answer.objects.filter(pk__gt=after)
    if course_key is not None:
        rows = rows.filter(course_key=course_key)
    if since is not None:
        rows = rows.filter(answered_at__gte=since)
    return _read(rows.order_by("pk")[:most])


def logged_answers_of(numbers: Collection[int]) -> list[LoggedAnswer]:
    """The answers with these numbers, as far as they are there."""
    return _read(models.Answer.objects.filter(pk__in=numbers).order_by("pk"))


def who_answered(usage_key: UsageKey, after: int, most: int) -> list[int]:
    """The next users after a number who have answered in a quiz, in the order of their numbers."""
    rows = models.Answer.objects.filter(usage_key=usage_key, user_id__gt=after)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct()[:most])


def answers_of(usage_key: UsageKey, user_ids: Collection[int]) -> dict[int, list[Answer]]:
    """The whole log of a quiz of several users, each in order; in one statement."""
    found: dict[int, list[Answer]] = defaultdict(list)
    rows = models.Answer.objects.filter(usage_key=usage_key, user_id__in=user_ids).order_by("user_id", "seq")
    for row in rows.values("user_id", *FIELDS):
        found[row.pop("user_id")].append(Answer(**row))
    return dict(found)


def last_logged() -> int:
    """The greatest number there is; 0 when nothing was answered."""
    return models.Answer.objects.aggregate(last=Max("pk"))["last"] or 0


def _read(rows: Any) -> list[LoggedAnswer]:
    found: Sequence[dict[str, Any]] = rows.values("pk", "user_id", "usage_key", *FIELDS)
    return [
        LoggedAnswer(
            number=row["pk"],
            user_id=row["user_id"],
            usage_key=row["usage_key"],
            answer=Answer(**{name: row[name] for name in FIELDS}),
        )
        for row in found
    ]
