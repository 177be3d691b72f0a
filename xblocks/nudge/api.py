"""The only door to what nudging keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.repeating import repeated
from xblocks.nudge import models
from xblocks.nudge.admitting import Admission, admission
from xblocks.nudge.asking import cards, due_cards, may_come, shows_answer
from xblocks.nudge.catching_up import CaughtUp, catch_up
from xblocks.nudge.coming import Coming
from xblocks.nudge.horizon import Horizon
from xblocks.nudge.loading import Courses, known, zone_named
from xblocks.nudge.memory import Rating
from xblocks.nudge.planning import horizon_of
from xblocks.nudge.policy import Decision, decide
from xblocks.nudge.preferences import Channel, Preferences
from xblocks.nudge.review_log import last_review, logged_reviews, time_zones
from xblocks.nudge.reviewed import Reviewed
from xblocks.nudge.reviewing import record
from xblocks.nudge.site import bounds, site
from xblocks.nudge.sources import Delivered, Fate, Guest, Identity, Outgoing, Source
from xblocks.nudge.sources import register as register_source
from xblocks.nudge.sweeping import hold, look_at_them
from xblocks.nudge.team_acting import course_to_change
from xblocks.nudge.visiting import coming, join_learners, look_at, record_review_from

ANYTIME = timedelta(days=36500)


# --- Learners


def learner(source: str, external_id: str) -> models.Learner:
    """A learner by where they are known; made when new."""
    found, _is_new = models.Learner.objects.get_or_create(source=source, external_id=external_id)
    return found if found.joined_to_id is None else found.joined_to


def known_as(source: str, external_id: str) -> Identity:
    """Who a learner is by now: somebody else, when they were joined to them; else as they were asked for."""
    rows = models.Learner.objects.filter(source=source, external_id=external_id, joined_to__isnull=False)
    found = rows.values_list("joined_to__source", "joined_to__external_id").first()
    return Identity(*found) if found else Identity(source, external_id)


def learner_of(user: Any) -> models.Learner:
    """The learner that a user of this platform is."""
    return learner(OPENEDX, str(user.pk))


def export_learner(source: str, external_id: str) -> Iterator[dict[str, Any]]:
    """Everything that is kept of a learner, as JSON-ready data."""
    found = models.Learner.objects.filter(source=source, external_id=external_id).first()
    if found is None:
        return
    wishes = models.Preferences.objects.filter(learner=found).values().first()
    yield {"kind": "learner", **_plain(models.Learner.objects.filter(pk=found.pk).values().get())}
    if wishes is not None:
        yield {"kind": "preferences", **_plain(wishes)}
    for row in models.Learner.objects.filter(joined_to=found).order_by("pk").values("source", "external_id"):
        yield {"kind": "known_elsewhere", **row}
    kept: tuple[tuple[str, Any], ...] = (
        ("participation", models.Participation.objects.values("course__course_key", "is_held_out", "began_at")),
        (
            "card",
            models.Card.objects.values(
                "question__usage_key",
                "question__question_id",
                "stability",
                "difficulty",
                "last_review_at",
                "due_at",
                "reviews",
                "is_earned",
                "hints_taken",
                "is_turned",
                "withheld_until",
                "closes_at",
            ),
        ),
        (
            "review",
            models.Review.objects.values(
                "question__usage_key",
                "question__question_id",
                "rating",
                "reviewed_at",
                "origin",
                "elapsed_ms",
                "recall_before",
                "content_hash",
                "nudge_id",
            ),
        ),
        (
            "message",
            models.Nudge.objects.annotate(message=F("kind")).values(
                "id",
                "message",
                "slot",
                "status",
                "reason",
                "questions",
                "variant",
                "planned_at",
                "not_after",
                "claimed_at",
                "sent_at",
                "opened_at",
                "via",
            ),
        ),
        (
            "message_course",
            models.NudgeCourse.objects.annotate(learner=F("nudge__learner")).values(
                "nudge_id", "course__course_key", "questions", "acted_at"
            ),
        ),
        (
            "anchor",
            models.Anchor.objects.values(
                "key", "course__course_key", "at", "until", "texts", "path", "usage_key", "is_notice", "is_done"
            ),
        ),
    )
    for kind, rows in kept:
        for row in rows.filter(learner=found.pk).order_by("pk").iterator(chunk_size=2000):
            yield {"kind": kind, **_plain(row)}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    simple = (str, int, float, bool, type(None), dict, list)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value if isinstance(value, simple) else str(value)
        for name, value in row.items()
    }


def forget_learner(source: str, external_id: str) -> None:
    """Remove everything that is kept of a learner."""
    models.Learner.objects.filter(source=source, external_id=external_id).delete()


# --- Reviews and cards


def record_review(
    learner: models.Learner,
    question: models.Question,
    rating: Rating,
    when: datetime,
    *,
    origin: str,
    content_hash: str,
    elapsed_ms: int | None = None,
    nudge_id: int | None = None,
) -> models.Card:
    """Keep a review of a question that is known (`question.course` is read); what comes twice is one review."""
    return record(
        Reviewed(
            source=learner.source,
            external_id=learner.external_id,
            course_key=question.course.course_key,
            usage_key=question.usage_key,
            question_id=question.question_id,
            content_hash=content_hash,
            rating=rating,
            when=when,
            origin=origin,
            elapsed_ms=elapsed_ms,
            nudge_id=nudge_id,
        )
    )


def catch_up_reviews(*, course_key: CourseKey | None = None, since: datetime | None = None) -> Iterator[CaughtUp]:
    """Record every review that is missing of answers in quizzes; safe to run at any time, as often as one likes.

    Sweeps do that by themselves, a few thousand at a time; this does not wait for them.

    Args:
        course_key: of this course only; `since`: of answers given then or later.

    Returns:
        what it has come to after each page of answers.
    """
    return catch_up(course_key, since)


def horizon(course: models.Course) -> Horizon:
    """The horizon of a course."""
    return horizon_of(course)


# --- Wishes


_WISHES = tuple(Preferences.__dataclass_fields__)


def preferences(learner: models.Learner) -> Preferences:
    """What a learner wishes; the defaults for somebody who never said."""
    row = models.Preferences.objects.filter(learner=learner).first()
    if row is None:
        return Preferences()
    values = {name: getattr(row, name) for name in _WISHES}
    return Preferences(**{**values, "channel": Channel(row.channel)})


@repeated
def keep_preferences(learner: models.Learner, preferences: Preferences, now: datetime) -> None:
    """Keep what a learner wishes, and decide about them anew: it may be that something can be sent now."""
    values = {name: getattr(preferences, name) for name in _WISHES}
    with transaction.atomic():
        hold(learner.pk)
        models.Preferences.objects.update_or_create(
            learner=learner, defaults={**values, "channel": str(preferences.channel)}
        )
        look_at_them([learner.pk], now)


def next_message(learner: models.Learner, now: datetime) -> Decision:
    """What would be decided about a learner now: something to send, or when to look again."""
    one = next(iter(known([learner.pk], now, bounds(site()), Courses())))
    return decide(one.state, now)


# --- Messages


def mark_opened(nudge_id: int, learner_id: int, now: datetime) -> None:
    """Note that a message's link was followed, which counts as being active."""
    opened = models.Nudge.objects.filter(pk=nudge_id, learner_id=learner_id, opened_at=None)
    with transaction.atomic():
        hold(learner_id)
        if not opened.update(opened_at=now):
            return
        models.Learner.objects.filter(pk=learner_id).update(
            last_active_at=Case(When(last_active_at__gt=now, then=F("last_active_at")), default=Value(now)),
            ignored=0,
            said_stop=False,
            comeback_at=None,
        )
        look_at_them([learner_id], now)


def request_message(
    learner: models.Learner,
    course: models.Course,
    key: str,
    at: datetime,
    until: datetime,
    texts: Mapping[str, Mapping[str, str]],
    path: str = "",
    *,
    usage_key: UsageKey | None = None,
    is_notice: bool = False,
) -> None:
    """Ask for a message between two moments, relative to an event of the asker's own.

    Args:
        key: the asker's name for it, unique for the learner; asking again with it moves the message, unless it was
            sent already. One that was dropped (its learner had left) is there again with that.
        texts: from language to {"subject", "text", "button"}; "en" must be there.
        path: where its button leads, on this site ("/...").
        usage_key: the block that it is about, for those who take the course in another place.
        is_notice: it tells of something that has changed, and is not held back by how often messages may come; quiet
            hours, pauses and opting out hold.

    Raises:
        ValueError: a span without room, a missing English text, or a path elsewhere.
    """
    if until <= at:
        raise ValueError("a message needs a span: `until` lies after `at`")
    if not {"subject", "text"} <= texts.get("en", {}).keys():
        raise ValueError('texts need at least {"en": {"subject": ..., "text": ...}}')
    if path and (not path.startswith("/") or path.startswith("//") or "\\" in path):
        raise ValueError("a path on this site begins with one slash")
    with transaction.atomic():
        hold(learner.pk)
        models.Participation.objects.get_or_create(learner=learner, course=course, defaults={"began_at": at})
        kept = {name: dict(text) for name, text in texts.items()}
        values = {
            "course": course,
            "at": at,
            "until": until,
            "texts": kept,
            "path": path,
            "usage_key": usage_key,
            "is_notice": is_notice,
        }
        _found, is_new = models.Anchor.objects.get_or_create(learner=learner, key=key, defaults=values)
        if not is_new:
            _waiting(learner, key).update(**values)
            _never_planned(learner, key).update(**values, is_done=False)
        look_at_them([learner.pk], at)


def cancel_message(learner: models.Learner, key: str) -> None:
    """Take back a message that was asked for, unless it was sent already."""
    _waiting(learner, key).delete()


def _waiting(learner: models.Learner, key: str) -> Any:
    """The anchor of that key if it can still be changed: also one that is planned, until a worker takes it."""
    planned = models.Nudge.objects.filter(learner=learner, status=models.Status.PLANNED, anchor_id__isnull=False)
    waits = Q(is_done=False) | Q(pk__in=list(planned.values_list("anchor_id", flat=True)))
    return models.Anchor.objects.filter(waits, learner=learner, key=key)


def _never_planned(learner: models.Learner, key: str) -> Any:
    """The anchor of that key if it was dropped, and nothing came of it: as its learner had left, for instance."""
    planned = models.Nudge.objects.filter(learner=learner, anchor_id=OuterRef("pk"))
    came = planned.exclude(status=models.Status.SKIPPED)
    return models.Anchor.objects.filter(~Exists(came), learner=learner, key=key, is_done=True)


def course(course_key: CourseKey) -> models.Course | None:
    """What is kept of a course; None before its first answer."""
    found: models.Course | None = models.Course.objects.filter(course_key=course_key).first()
    return found


def courses_of(learner: models.Learner) -> Sequence[models.Course]:
    """The courses that a learner has cards in."""
    return list(models.Course.objects.filter(participations__learner=learner).order_by("pk"))


__all__ = [
    "OPENEDX",
    "Admission",
    "Coming",
    "Delivered",
    "Fate",
    "Guest",
    "Identity",
    "Outgoing",
    "Source",
    "admission",
    "cancel_message",
    "cards",
    "catch_up_reviews",
    "coming",
    "course",
    "course_to_change",
    "courses_of",
    "due_cards",
    "export_learner",
    "forget_learner",
    "horizon",
    "join_learners",
    "keep_preferences",
    "known_as",
    "last_review",
    "learner",
    "learner_of",
    "logged_reviews",
    "look_at",
    "mark_opened",
    "may_come",
    "next_message",
    "preferences",
    "record_review",
    "record_review_from",
    "register_source",
    "request_message",
    "shows_answer",
    "time_zones",
    "zone_named",
]
