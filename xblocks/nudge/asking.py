"""Which of a learner's questions may be asked, and what they remember of them; a learner may have thousands of cards.

What is counted or chosen from is read as plain values (`forecast.Remembered`); only what is asked becomes an object.
Everything here asks the platform what the learner may see now (`admitting`); who knows it already passes it on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Min, Q, Value, When
from opaque_keys.edx.keys import CourseKey

from xblocks.nudge import models
from xblocks.nudge.admitting import Admission, admission
from xblocks.nudge.forecast import Remembered, weakest
from xblocks.nudge.own_dates import own, shown
from xblocks.nudge.rows import aware, plain

MOST_DUE = 200
"""Cards that are read to choose a session from; whoever has more due comes back for the rest."""


def cards(
    learner: models.Learner,
    *,
    course_key: CourseKey | None = None,
    ids: Collection[int] | None = None,
    admitted: Admission | None = None,
) -> list[models.Card]:
    """All cards of a learner whose questions are still there for them; with `ids`, those of them."""
    rows = _cards(learner, course_key, admitted).select_related("question__course").order_by("pk")
    return list(rows if ids is None else rows.filter(pk__in=ids))


def due_cards(
    learner: models.Learner,
    now: datetime,
    *,
    course_key: CourseKey | None = None,
    course_ids: Collection[int] | None = None,
    tag: str = "",
    limit: int = 20,
    admitted: Admission | None = None,
) -> list[models.Card]:
    """Cards to practise now, the most forgotten first; of a tag also those that are not due.

    Args:
        course_key, course_ids: only those of this course, or of these.
    """
    admitted = admitted or admission(learner, course_key)
    rows = _cards(learner, course_key, admitted).filter(may_be_asked(now))
    if course_ids is not None:
        rows = rows.filter(question__course__in=course_ids)
    if tag:
        # Databases differ in how they search JSON; a learner's cards of a course are few enough to look through.
        found = [one for one in _read(rows, now) if tag in one.tags]
    else:
        found = _read(rows.filter(due_at__lte=now).order_by("due_at", "pk")[:MOST_DUE], now)
    return _asked(learner, weakest(found, now, limit), admitted)


def weakest_cards(
    learner: models.Learner,
    now: datetime,
    *,
    course_key: CourseKey | None = None,
    limit: int,
    admitted: Admission | None = None,
) -> list[models.Card]:
    """Cards to practise though nothing is due, the most forgotten first."""
    admitted = admitted or admission(learner, course_key)
    found = remembered(learner, now, course_key=course_key, admitted=admitted)
    return _asked(learner, weakest(found, now, limit), admitted)


def due_count(
    learner: models.Learner, now: datetime, *, course_key: CourseKey | None = None, admitted: Admission | None = None
) -> int:
    """How many questions could be practised now."""
    count: int = _cards(learner, course_key, admitted).filter(may_be_asked(now), due_at__lte=now).count()
    return count


def next_due_at(
    learner: models.Learner, now: datetime, *, course_key: CourseKey | None = None, admitted: Admission | None = None
) -> dict[int, datetime]:
    """By course, when the next question comes back; courses where none does are absent."""
    rows = _cards(learner, course_key, admitted).filter(may_be_asked(now), due_at__gt=now)
    found = rows.values("question__course_id").annotate(at=Min("due_at")).order_by()
    return dict(found.values_list("question__course_id", "at"))


def remembered(
    learner: models.Learner, now: datetime, *, course_key: CourseKey | None = None, admitted: Admission | None = None
) -> list[Remembered]:
    """What a learner remembers of every question that may be asked now, as plain values: there may be thousands."""
    return _read(_cards(learner, course_key, admitted).filter(may_be_asked(now)).order_by("pk"), now)


def _read(rows: Any, now: datetime) -> list[Remembered]:
    # Of what is due a flag is enough.
    is_due = Case(When(due_at__lte=now, then=Value(1)), default=Value(0), output_field=IntegerField())
    zone = connection.timezone
    found = rows.values_list(*_ROW, plain("last_review_at"), is_due, plain("question__tags"))
    return [
        Remembered(
            card_id,
            question_id,
            course_id,
            content_hash,
            kind,
            stability,
            difficulty,
            aware(last, zone),
            bool(due),
            _tags(written),
        )
        for card_id, question_id, course_id, content_hash, kind, stability, difficulty, last, due, written in found
    ]


@lru_cache(maxsize=4096)
def _tags(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


_ROW = (
    "pk",
    "question_id",
    "question__course_id",
    "question__content_hash",
    "question__type",
    "stability",
    "difficulty",
)


def _asked(learner: models.Learner, found: Sequence[Remembered], admitted: Admission) -> list[models.Card]:
    """The rows of these cards, in their order."""
    by_id = {card.pk: card for card in cards(learner, ids=[one.card_id for one in found], admitted=admitted)}
    return [by_id[one.card_id] for one in found if one.card_id in by_id]


def may_come(card: models.Card, now: datetime) -> bool:
    """Whether a question may be asked outside of its quiz now: nothing is told that the quiz still keeps to itself."""
    question = card.question
    withheld = own(question.withheld_until, card.withheld_until)
    is_withheld = withheld is not None and withheld > now
    return not (question.is_retired or is_withheld or (question.attempts and not _is_free(card, now)))


def may_be_asked(now: datetime) -> Q:
    """`may_come`, as a condition on cards."""
    is_closed = Q(question__closes_at__lte=now) & (Q(closes_at=None) | Q(closes_at__lte=now))
    free = Q(question__attempts=0) | Q(is_earned=True) | is_closed
    return shown(now) & free & Q(question__is_retired=False)


def shows_answer(card: models.Card, now: datetime) -> bool:
    """Whether its right answer, and why it is so, may be told."""
    question = card.question
    return bool(question.shows_answer and (not question.earns_answer or _is_free(card, now)))


def _is_free(card: models.Card, now: datetime) -> bool:
    closes_at = own(card.question.closes_at, card.closes_at)
    return bool(card.is_earned or (closes_at is not None and closes_at <= now))


def _cards(learner: models.Learner, course_key: CourseKey | None, admitted: Admission | None) -> Any:
    admitted = admitted or admission(learner, course_key)
    rows = models.Card.objects.filter(
        learner=learner, question__is_retired=False, question__course__in=list(admitted.courses)
    )
    if admitted.hidden:
        rows = rows.exclude(question__in=admitted.hidden)
    return rows if course_key is None else rows.filter(question__course__course_key=course_key)
