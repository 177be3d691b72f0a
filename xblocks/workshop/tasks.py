"""What goes through Celery: each takes ids, and may run twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from celery import shared_task
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.platform import platform
from xblocks.workshop import enrolling, models, preparing, publishing, reminders, telling

log = logging.getLogger(__name__)


def queue(task: Any, *arguments: Any) -> bool:
    """Give a task to the workers; False when the queue does not answer, which is in the log."""
    try:
        task.delay(*arguments)
    except task.OperationalError:
        log.exception("The queue cannot be reached: %s%r waits.", task.name, arguments)
        return False
    return True


@shared_task(name="microunits.workshop.publish", ignore_result=True)
def publish(course_key: str) -> None:
    """Read the workshops of a course after it was published."""
    publishing.publish(CourseKey.from_string(course_key), platform().now())


@shared_task(name="microunits.workshop.follow_up", ignore_result=True)
def follow_up(workshop_id: int, participant_ids: Sequence[int]) -> None:
    """Bring participants' reminders up to date, and tell them what changed."""
    workshop = models.Workshop.objects.filter(pk=workshop_id).first()
    if workshop is not None:
        now = platform().now()
        # What is to be told stays noted until both are done, so that `hand_out` finds it.
        reminders.refresh(workshop, participant_ids, now)
        telling.tell(workshop, participant_ids, now)


@shared_task(name="microunits.workshop.look_at_quiz", ignore_result=True)
def look_at_quiz(source: str, external_id: str, usage_key: str) -> None:
    """Tick what a quiz stands for, if it was answered."""
    key = UsageKey.from_string(usage_key)
    preparing.look_at_quiz(source, external_id, key.course_key, key, platform().now())


@shared_task(name="microunits.workshop.look_at_enrolment", ignore_result=True)
def look_at_enrolment(user_id: int, course_key: str) -> None:
    """Somebody enrolled, left or came back: the workshops of the course follow."""
    enrolling.look_at(user_id, CourseKey.from_string(course_key), platform().now())


@shared_task(name="microunits.workshop.look_at_enrolments", ignore_result=True)
def look_at_enrolments(workshop_id: int) -> None:
    """Ask who takes the course of a workshop."""
    workshop = models.Workshop.objects.filter(pk=workshop_id, is_retired=False).first()
    if workshop is not None:
        enrolling.look_at_all(workshop, platform().now())


@shared_task(name="microunits.workshop.catch_up", ignore_result=True)
def catch_up() -> None:
    """Do what a queue lost, or a worker did not finish; for a beat schedule."""
    from xblocks.workshop import catching_up

    now = platform().now()
    catching_up.hand_out(now)
    catching_up.follow(now)
