"""Everybody's reviews in the order in which they were kept, for components that must not miss one.

Whoever hears `REVIEW_RECORDED_V1` hears of nearly all of them; what a listener missed it reads here, as with answers.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max
from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import user_id_of
from xblocks.base.platform import platform
from xblocks.nudge import models
from xblocks.nudge.data import ReviewData
from xblocks.nudge.loading import zone_named
from xblocks.nudge.memory import Rating
from xblocks.nudge.reviewed import QUIZ
from xblocks.nudge.sources import Identity, registered

_COLUMNS = (
    "pk",
    "learner__source",
    "learner__external_id",
    "question__course__course_key",
    "question__usage_key",
    "question__question_id",
    "content_hash",
    "rating",
    "reviewed_at",
    "origin",
    "recall_before",
    "elapsed_ms",
)


def logged_reviews(after: int, most: int, *, course_key: CourseKey | None = None) -> list[tuple[int, ReviewData]]:
    """The next reviews outside of quizzes after a number, with their numbers, in their order.

    A smaller number may appear a moment later: numbers are given out before a review is kept for good. Each is its
    learner's of today, though they may have been somebody else's, elsewhere, when it was told (`joining`).

    Args:
        course_key: only those of this course; looks through all others.
    """
    rows = models.Review.objects.filter(pk__gt=after).exclude(origin=QUIZ)
    if course_key is not None:
        rows = rows.filter(question__course__course_key=course_key)
    found = rows.order_by("pk").values_list(*_COLUMNS)[:most]
    return [
        (
            number,
            ReviewData(
                source=source,
                external_id=external_id,
                course_key=key,
                usage_key=usage_key,
                question_id=question_id,
                content_hash=content_hash,
                rating=Rating(rating).name.lower(),
                reviewed_at=reviewed_at,
                origin=origin,
                is_first=recall_before is None,
                elapsed_ms=elapsed_ms,
            ),
        )
        for (
            number,
            source,
            external_id,
            key,
            usage_key,
            question_id,
            content_hash,
            rating,
            reviewed_at,
            origin,
            recall_before,
            elapsed_ms,
        ) in found
    ]


def last_review() -> int:
    """The greatest number there is; 0 when nothing was reviewed."""
    return models.Review.objects.aggregate(last=Max("pk"))["last"] or 0


def time_zones(learners: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of the time zones in which learners live, by source and id, of those of whom anybody knows.

    What they chose here comes first, then what the platform or another place knows. Three statements, whatever their
    number.
    """
    users = {user_id: one for one in learners if (user_id := user_id_of(*one)) is not None}
    found = {users[user_id]: zone for user_id, zone in platform().time_zones(users).items()} if users else {}
    identities = [Identity(*one) for one in learners if one not in found]
    for place in registered().values() if identities else ():
        for identity, guest in place.people(identities).items():
            found.setdefault((identity.source, identity.external_id), guest.time_zone)
    chosen = models.Preferences.objects.filter(learner__external_id__in={one[1] for one in learners})
    for source, external_id, zone in chosen.exclude(time_zone="").values_list(
        "learner__source", "learner__external_id", "time_zone"
    ):
        found[source, external_id] = zone
    wanted = set(learners)
    return {one: str(zone_named(zone)) for one, zone in found.items() if one in wanted and zone}
