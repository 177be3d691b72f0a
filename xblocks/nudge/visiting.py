"""Learners by where they are known: what whoever knows another place (`sources`) tells of its people, and asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.nudge import models
from xblocks.nudge.coming import Coming, coming_back
from xblocks.nudge.joining import join
from xblocks.nudge.memory import Rating
from xblocks.nudge.reviewed import Reviewed
from xblocks.nudge.reviewing import record
from xblocks.nudge.sources import Identity
from xblocks.nudge.sweeping import look_at_them


def join_learners(guest: Identity, learner: Identity, now: datetime) -> int:
    """Make what somebody did in another place that of the learner whom they turn out to be; safe to run again.

    The log is not edited: its lines are from now on the other learner's, and so are limits, wishes and messages.

    Returns:
        how many lines of the log it was.
    """
    found = models.Learner.objects.filter(source=guest.source, external_id=guest.external_id).first()
    if found is None:
        return 0
    into, _is_new = models.Learner.objects.get_or_create(source=learner.source, external_id=learner.external_id)
    return join(found.pk, into.pk, now)


def record_review_from(
    identity: Identity,
    usage_key: UsageKey,
    question_id: str,
    rating: Rating,
    when: datetime,
    *,
    origin: str,
    content_hash: str,
    question_type: str,
    recorded_at: datetime,
    elapsed_ms: int | None = None,
) -> models.Card:
    """Keep a review of an answer that was given in another place, and is heard of only now.

    The question and the learner need not be known yet. What comes twice is one review.
    """
    return record(
        Reviewed(
            source=identity.source,
            external_id=identity.external_id,
            course_key=usage_key.course_key,
            usage_key=usage_key,
            question_id=question_id,
            question_type=question_type,
            content_hash=content_hash,
            rating=rating,
            when=when,
            origin=origin,
            elapsed_ms=elapsed_ms,
            recorded_at=recorded_at,
        )
    )


def look_at(identities: Collection[Identity], when: datetime) -> None:
    """Have the sweep look at learners then, if it would not before: what another place says of them has changed."""
    rows = _rows(identities)
    if rows:
        look_at_them(rows, when)


def coming(identities: Collection[Identity], course_key: CourseKey, now: datetime) -> dict[Identity, Coming]:
    """For a calendar: the next day on which questions of a course come back, of those learners who may have it."""
    rows = _rows(identities)
    return {rows[learner_id]: one for learner_id, one in coming_back(rows.keys(), course_key, now).items()}


def _rows(identities: Collection[Identity]) -> dict[int, Identity]:
    """The rows of those learners who have one; a statement for each source."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for one in identities:
        by_source[one.source].append(one.external_id)
    rows: dict[int, Identity] = {}
    for source, external_ids in by_source.items():
        found = models.Learner.objects.filter(source=source, external_id__in=external_ids, joined_to=None)
        rows.update((pk, Identity(source, external_id)) for pk, external_id in found.values_list("pk", "external_id"))
    return rows
