"""What goes through Celery: each takes ids, and may run twice."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from celery import shared_task
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import catching_up, deeds, issuing, publishing, watching
from xblocks.badges.taking_in import Intake
from xblocks.base.platform import platform

log = logging.getLogger(__name__)


def queue(task: Any, *arguments: Any) -> bool:
    """Give a task to the workers; False when the queue does not answer, which is in the log."""
    try:
        task.delay(*arguments)
    except task.OperationalError:
        log.exception("The queue cannot be reached: %s%r waits.", task.name, arguments)
        return False
    return True


# --- Publishing


@shared_task(name="microunits.badges.publish", ignore_result=True)
def publish(course_key: str) -> None:
    """Read the badges of a course after it was published, and award them for what was done before."""
    publishing.publish(CourseKey.from_string(course_key), platform().now())


def see_to_courses() -> int:
    """Hand out again what a queue lost, or a worker did not finish. How many courses that were."""
    late = publishing.outstanding(platform().now())
    for course_key in late:
        queue(publish, str(course_key))
    return len(late)


# --- What is signed


@shared_task(name="microunits.badges.sign", ignore_result=True)
def sign(award_id: int) -> None:
    """Sign an award. What is not signed is signed when somebody asks for its credential."""
    issuing.sign(award_id, platform().now())


# --- What was done


@shared_task(name="microunits.badges.take_in", ignore_result=True)
def take_in(source: str, external_id: str, course_key: str, told: Sequence[Mapping[str, Any]]) -> None:
    """Keep what a learner did in a course, and award what they earn by it."""
    key, now = CourseKey.from_string(course_key), platform().now()
    intake = Intake(key, watching.looked_at(key), now)
    intake.take({(source, external_id): [deeds.decode(one) for one in told]})
    if intake.taken.again_at is not None:
        catching_up.look_again(key, intake.taken.again_at)


@shared_task(name="microunits.badges.look_back", ignore_result=True)
def look_back(course_key: str) -> None:
    """Take in all that was done in a course before its badges were there, and award them for it."""
    for _caught in catching_up.look_back(CourseKey.from_string(course_key)):
        pass


@shared_task(name="microunits.badges.catch_up", ignore_result=True)
def catch_up() -> None:
    """Look for what nobody heard of; for a beat schedule, where there is one."""
    see_to_courses()
    now = platform().now()
    for course_key in catching_up.to_look_back(now):
        queue(look_back, str(course_key))
    catching_up.follow(now)
