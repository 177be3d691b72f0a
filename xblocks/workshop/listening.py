"""What workshops hear: courses that are published, answers in quizzes, learners who come to a course and who leave.

Whoever answers must not wait for workshops, nor see them fail: here it is only asked whether a workshop of the course
asks for that quiz, in one statement, and the workers do the rest.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.signals import (
    COURSE_ACCESS_ROLE_ADDED,
    COURSE_ACCESS_ROLE_REMOVED,
    COURSE_ENROLLMENT_CHANGED,
    COURSE_ENROLLMENT_CREATED,
)

from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.microquiz.data import QuestionAnsweredData
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1
from xblocks.workshop import api, models, publishing, reading, tasks

log = logging.getLogger(__name__)

_RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"
_MODULESTORE = "xmodule.modulestore.django"


def hear_answer(sender: Any = None, answer: QuestionAnsweredData | None = None, **kwargs: Any) -> None:
    """An answer in a quiz; what is not ticked now is ticked when the learner opens the workshop."""
    if answer is not None:
        transaction.on_commit(lambda: _tell(answer), robust=True)


def _tell(answer: QuestionAnsweredData) -> None:
    try:
        name = reading.name_of(answer.usage_key)
        rows = models.Workshop.objects.filter(course_key=answer.course_key, is_retired=False)
        if any(name in {item.block for item in reading.plan_of(row).items} for row in rows):
            learner = answer.learner
            tasks.queue(tasks.look_at_quiz, learner.source, learner.external_id, str(answer.usage_key))
    except Exception:
        log.exception("That somebody answered in %s was not told to its workshops.", answer.usage_key)


def read_published(sender: Any = None, course_key: Any = None, **kwargs: Any) -> None:
    """The workshops of a course that was published are read by the workers."""
    # Libraries are published, too, and nobody learns in them.
    if not isinstance(course_key, CourseKey) or not course_key.is_course:
        return
    name = str(course_key)
    with transaction.atomic():
        publishing.ask(course_key, platform().now())
        transaction.on_commit(lambda: tasks.queue(tasks.publish, name))


def look_at_enrolled(sender: Any = None, enrollment: Any = None, **kwargs: Any) -> None:
    """Somebody enrolled, left or came back; a worker asks the platform which."""
    if enrollment is None:
        return
    try:
        _ask_about(enrollment.user.id, enrollment.course.course_key)
    except Exception:
        # Whoever enrols must not see that fail; it is asked again within a day.
        log.exception("That somebody enrolled or left was not told to workshops.")


def look_at_role(sender: Any = None, course_access_role_data: Any = None, **kwargs: Any) -> None:
    """Somebody joined the team of a course or left it; roles in all of an organisation are found within a day."""
    if course_access_role_data is None:
        return
    try:
        _ask_about(course_access_role_data.user.id, course_access_role_data.course_key)
    except Exception:
        log.exception("That somebody joined a course team or left it was not told to workshops.")


def _ask_about(user_id: int, course_key: Any) -> None:
    """A worker asks the platform what somebody is in a course by now."""
    if not isinstance(course_key, CourseKey):
        return
    if models.Workshop.objects.filter(course_key=course_key, is_retired=False).exists():
        transaction.on_commit(lambda: tasks.queue(tasks.look_at_enrolment, user_id, str(course_key)), robust=True)


def forget_retired(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    """Remove what is kept of a user whom the LMS retires. Safe to run twice."""
    if user is not None:
        api.forget_learner(OPENEDX, str(user.id))


def connect() -> None:
    """Listen to the micro-quiz and to the platform; outside of one there is only the suite to hear."""
    QUESTION_ANSWERED_V1.connect(hear_answer, dispatch_uid="microunits.workshop.hear_answer")
    for signal in (COURSE_ENROLLMENT_CREATED, COURSE_ENROLLMENT_CHANGED):
        signal.connect(look_at_enrolled, dispatch_uid="microunits.workshop.look_at_enrolled")
    for signal in (COURSE_ACCESS_ROLE_ADDED, COURSE_ACCESS_ROLE_REMOVED):
        signal.connect(look_at_role, dispatch_uid="microunits.workshop.look_at_role")
    retirement, modulestore = _module(_RETIREMENT), _module(_MODULESTORE)
    if retirement is not None:
        retirement.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.workshop.forget_retired")
    if modulestore is not None:
        told = modulestore.SignalHandler.course_published
        told.connect(read_published, dispatch_uid="microunits.workshop.read_published")


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (Studio, a bare checkout on the path).
        return None
