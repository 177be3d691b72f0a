"""What nudging hears: answers, courses that are published, learners who leave."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_save
from openedx_events.learning.signals import COURSE_ENROLLMENT_CHANGED, COURSE_ENROLLMENT_CREATED

from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.microquiz.data import QuestionAnsweredData
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1
from xblocks.nudge import api, errands, extensions, models, tasks
from xblocks.nudge.reviewing import record, review_of
from xblocks.nudge.sweeping import look_at_them

log = logging.getLogger(__name__)

_RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"
_MODULESTORE = "xmodule.modulestore.django"


def review_answer(
    sender: Any = None, signal: Any = None, answer: QuestionAnsweredData | None = None, **kwargs: Any
) -> None:
    """Every answer in a quiz is a review of its question."""
    if answer is None:
        return
    try:
        record(review_of(answer))
    except Exception:
        # The answer is in and counts; whatever is wrong here is not the learner's to see, and a sweep catches up.
        log.exception("An answer to %s %s was not kept as a review yet.", answer.usage_key, answer.question_id)


def refresh_published(sender: Any = None, course_key: Any = None, **kwargs: Any) -> None:
    """Edited questions are asked as they are now; the workers see to that."""
    known = models.Course.objects.filter(course_key=course_key).values_list("pk", flat=True).first()
    # Where nobody has answered anything there is nothing to ask.
    if known is not None:
        name = str(course_key)
        with transaction.atomic():
            errands.ask([known], models.Task.REFRESH, platform().now())
            transaction.on_commit(lambda: tasks.queue(tasks.refresh_course, name))


def heed_extension(sender: Any = None, instance: Any = None, **kwargs: Any) -> None:
    """Whoever is given more time for a quiz hears no answer before it is over, even if they answered it before."""
    if instance is None or instance.content_date.field != "due":
        return
    user_id, course_key = instance.user_id, instance.content_date.course_id

    def heed() -> None:
        try:
            extensions.heed(user_id, course_key, platform().now())
        except Exception:
            # The time is given, whatever is wrong here; the learner's next answer tells of it.
            log.exception("That user %s was given time in %s is not known to their cards.", user_id, course_key)

    transaction.on_commit(heed)


def look_at_enrolled(sender: Any = None, enrollment: Any = None, **kwargs: Any) -> None:
    """Whoever comes back to a course is looked at: something may be due there."""
    if enrollment is not None and enrollment.is_active:
        rows = models.Learner.objects.filter(source=OPENEDX, external_id=str(enrollment.user.id))
        look_at_them(rows.values_list("pk", flat=True), platform().now())


def forget_retired(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    """Remove what is kept of a user whom the LMS retires. Safe to run twice."""
    if user is not None:
        api.forget_learner(OPENEDX, str(user.id))


def connect() -> None:
    """Listen to the micro-quiz and to the platform; outside of one there is only the quiz to hear."""
    QUESTION_ANSWERED_V1.connect(review_answer, dispatch_uid="microunits.nudge.review_answer")
    for signal in (COURSE_ENROLLMENT_CREATED, COURSE_ENROLLMENT_CHANGED):
        signal.connect(look_at_enrolled, dispatch_uid="microunits.nudge.look_at_enrolled")
    # Outside of the platform there is no such app, and Django's commands refuse to wait for it.
    if apps.is_installed("edx_when"):
        post_save.connect(heed_extension, sender="edx_when.UserDate", dispatch_uid="microunits.nudge.heed_extension")
    retirement, modulestore = _module(_RETIREMENT), _module(_MODULESTORE)
    if retirement is not None:
        retirement.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.nudge.forget_retired")
    if modulestore is not None:
        modulestore.SignalHandler.course_published.connect(
            refresh_published, dispatch_uid="microunits.nudge.refresh_published"
        )


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (Studio, a bare checkout on the path).
        return None
