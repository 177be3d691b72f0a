"""What badges hear: answers, reviews, completions, scores, workshops, reflections, and learners who leave.

Whoever does something must not wait for badges, nor see them fail: here it is only asked whether the course has badges
that look at it, in one statement, and the workers do the rest. What they never hear of is looked for (`catching_up`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_save
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import api, deeds, tasks, watching
from xblocks.badges.deeds import Deed
from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import Done
from xblocks.microquiz.data import QuestionAnsweredData
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1
from xblocks.nudge.data import ReviewData
from xblocks.nudge.signals import REVIEW_RECORDED_V1
from xblocks.reflection.data import ReflectionData
from xblocks.reflection.signals import REFLECTION_SUBMITTED_V1
from xblocks.workshop.data import WorkshopData
from xblocks.workshop.signals import WORKSHOP_ATTENDED_V1, WORKSHOP_PREPARED_V1

log = logging.getLogger(__name__)

_RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"
_GRADES = "lms.djangoapps.grades.signals.signals"


def tell(source: str, external_id: str, course_key: CourseKey, deed: Deed | None) -> None:
    """Have the workers take in what somebody did, once it is kept, if it counts for a badge of the course.

    Whatever is wrong here is not the learner's to see; what is not taken in now is looked for later.
    """
    if deed is not None:
        transaction.on_commit(lambda: _tell(source, external_id, course_key, deed), robust=True)


def _tell(source: str, external_id: str, course_key: CourseKey, deed: Deed) -> None:
    try:
        watch = watching.looked_at(course_key)
        if watch and watching.counts(watch, deed.what, UsageKey.from_string(deed.usage_key)):
            tasks.queue(tasks.take_in, source, external_id, str(course_key), [deeds.encode(deed)])
    except Exception:
        log.exception("That %s:%s did something in %s was not told yet.", source, external_id, course_key)


def _harmless(listen: Callable[..., None]) -> Callable[..., None]:
    """A listener that spoils nothing for whoever tells of something: the platform's signals pass on what fails."""

    @wraps(listen)
    def heard(*args: Any, **kwargs: Any) -> None:
        try:
            listen(*args, **kwargs)
        except Exception:
            log.exception("%s could not take in what was told; it is looked for later.", listen.__name__)

    return heard


@_harmless
def hear_answer(sender: Any = None, answer: QuestionAnsweredData | None = None, **kwargs: Any) -> None:
    """An answer in a quiz."""
    if answer is not None:
        tell(answer.learner.source, answer.learner.external_id, answer.course_key, deeds.answered(answer))


@_harmless
def hear_review(sender: Any = None, review: ReviewData | None = None, **kwargs: Any) -> None:
    """A question that was answered again elsewhere."""
    if review is not None:
        tell(review.source, review.external_id, review.course_key, deeds.reviewed(review))


@_harmless
def hear_prepared(sender: Any = None, workshop: WorkshopData | None = None, **kwargs: Any) -> None:
    """All that a workshop asks for was done."""
    if workshop is not None:
        tell(workshop.source, workshop.external_id, workshop.course_key, deeds.prepared(workshop))


@_harmless
def hear_attended(sender: Any = None, workshop: WorkshopData | None = None, **kwargs: Any) -> None:
    """Somebody was at a workshop."""
    if workshop is not None:
        tell(workshop.source, workshop.external_id, workshop.course_key, deeds.attended(workshop))


@_harmless
def hear_reflection(sender: Any = None, reflection: ReflectionData | None = None, **kwargs: Any) -> None:
    """A reflection was handed in."""
    if reflection is not None:
        tell(reflection.source, reflection.external_id, reflection.course_key, deeds.reflected(reflection))


@_harmless
def hear_completion(sender: Any = None, instance: Any = None, **kwargs: Any) -> None:
    """A block was completed, or is no longer; only the first counts."""
    if instance is None or instance.completion < 1.0:
        return
    usage_key = instance.full_block_key
    if isinstance(instance.context_key, CourseKey):
        hear_done(deeds.completed, instance.user_id, usage_key, instance.modified)


@_harmless
def hear_score(
    sender: Any = None,
    user_id: int | None = None,
    usage_id: str = "",
    weighted_earned: float | None = None,
    weighted_possible: float | None = None,
    modified: datetime | None = None,
    score_deleted: bool = False,
    **kwargs: Any,
) -> None:
    """A score was given."""
    if user_id is None or score_deleted or not weighted_possible or weighted_earned is None:
        return
    at = modified or datetime.now(UTC)
    share = min(max(weighted_earned / weighted_possible, 0.0), 1.0)
    hear_done(deeds.scored, user_id, UsageKey.from_string(str(usage_id)), at, share)


def hear_done(
    told: Callable[[Done], Deed], user_id: int, usage_key: UsageKey, at: datetime, share: float = 1.0
) -> None:
    """What the platform keeps of a user of its own."""
    done = Done(number=0, user_id=user_id, usage_key=usage_key, at=at, share=share)
    tell(OPENEDX, str(user_id), usage_key.course_key, told(done))


def forget_retired(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    """Remove what is kept of a user whom the LMS retires. Safe to run twice."""
    if user is not None:
        api.forget_learner(OPENEDX, str(user.id))


def connect() -> None:
    """Listen to the rest of the suite and to the platform; outside of one there is only the suite to hear."""
    QUESTION_ANSWERED_V1.connect(hear_answer, dispatch_uid="microunits.badges.hear_answer")
    REVIEW_RECORDED_V1.connect(hear_review, dispatch_uid="microunits.badges.hear_review")
    WORKSHOP_PREPARED_V1.connect(hear_prepared, dispatch_uid="microunits.badges.hear_prepared")
    WORKSHOP_ATTENDED_V1.connect(hear_attended, dispatch_uid="microunits.badges.hear_attended")
    REFLECTION_SUBMITTED_V1.connect(hear_reflection, dispatch_uid="microunits.badges.hear_reflection")
    # Outside of the platform there is no such app, and Django's commands refuse to wait for it.
    if apps.is_installed("completion"):
        uid = "microunits.badges.hear_completion"
        post_save.connect(hear_completion, sender="completion.BlockCompletion", dispatch_uid=uid)
    retirement, grades = _module(_RETIREMENT), _module(_GRADES)
    if retirement is not None:
        retirement.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.badges.forget_retired")
    if grades is not None:
        grades.PROBLEM_WEIGHTED_SCORE_CHANGED.connect(hear_score, dispatch_uid="microunits.badges.hear_score")


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (Studio, a bare checkout on the path).
        return None
