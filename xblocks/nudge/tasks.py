"""What goes through Celery: each takes ids, and may run twice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from celery import shared_task
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.nudge import (
    catalogue,
    catching_up,
    delivering,
    errands,
    extensions,
    models,
    planning,
    sweeping,
    team_acting,
)

log = logging.getLogger(__name__)

CHUNK = 50
"""Messages a task: few enough that another worker finds work, enough that the queue is no burden."""


@shared_task(name="microunits.nudge.deliver", ignore_result=True)
def deliver(nudge_ids: list[int]) -> None:
    """Send messages of the ledger."""
    delivering.deliver(nudge_ids)


@shared_task(name="microunits.nudge.sweep", ignore_result=True)
def sweep() -> None:
    """Decide about everybody whose moment has come; for a beat schedule, where there is one."""
    # First: who hears of what goes by what is published and planned by now.
    see_to_courses()
    sweeping.sweep(platform().now(), hand_out)
    catching_up.follow(platform().now())


@shared_task(name="microunits.nudge.refresh_course", ignore_result=True)
def refresh_course(course_key: str) -> None:
    """Bring the questions of a course up to date after it was published."""
    course = models.Course.objects.filter(course_key=CourseKey.from_string(course_key)).first()
    if course is not None:
        catalogue.refresh_course(course)
        extensions.heed_all_in(course.course_key, platform().now())


@shared_task(name="microunits.nudge.plan_course", ignore_result=True)
def plan_course(course_id: int) -> None:
    """Plan every card of a course anew, after its horizon was changed."""
    course = models.Course.objects.filter(pk=course_id).first()
    if course is not None:
        planning.plan_course(course, platform().now())


@shared_task(name="microunits.nudge.look_again", ignore_result=True)
def look_again(course_id: int) -> None:
    """Have the sweep decide again about a course's learners, after its team started it again or changed a limit."""
    course = models.Course.objects.filter(pk=course_id).first()
    if course is not None:
        team_acting.look_again(course, platform().now())


@shared_task(name="microunits.nudge.draw_holdout", ignore_result=True)
def draw_holdout(course_id: int) -> None:
    """Draw anew who of a course is not reminded, after its team changed the share."""
    course = models.Course.objects.filter(pk=course_id).first()
    if course is not None:
        team_acting.draw_holdout(course, platform().now())


FOLLOWS = {
    models.Task.PLAN: plan_course,
    models.Task.DRAW: draw_holdout,
    models.Task.LOOK: look_again,
}
"""What is done for a course after its team changed something, by the row's id."""


def see_to_courses() -> None:
    """Have done for the courses what is to be done: plan what a moment that passed asks for, and what was lost before.

    What was not done within some minutes is handed out again, as messages are.
    """
    now = platform().now()
    for course_id in planning.to_plan(now):
        queue(plan_course, course_id)
    for errand in errands.outstanding(now):
        if errand.task == models.Task.REFRESH:
            queue(refresh_course, str(errand.course.course_key))
        elif errand.task != models.Task.PLAN:
            queue(FOLLOWS[models.Task(errand.task)], errand.course_id)


def queue(task: Any, *arguments: Any) -> bool:
    """Give a task to the workers; False when the queue does not answer, which is in the log."""
    try:
        task.delay(*arguments)
    except task.OperationalError:
        log.exception("The queue cannot be reached: %s%r waits.", task.name, arguments)
        return False
    return True


def hand_out(nudge_ids: Sequence[int]) -> None:
    """Give messages to the workers.

    Where the queue does not answer they stay planned, and the next sweep hands them out again.
    """
    for start in range(0, len(nudge_ids), CHUNK):
        if not queue(deliver, list(nudge_ids[start : start + CHUNK])):
            return
