"""What goes through Celery: each takes ids, and may run twice."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import publishing
from xblocks.base.platform import platform

log = logging.getLogger(__name__)


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


def queue(task: Any, *arguments: Any) -> bool:
    """Give a task to the workers; False when the queue does not answer, which is in the log."""
    try:
        task.delay(*arguments)
    except task.OperationalError:
        log.exception("The queue cannot be reached: %s%r waits.", task.name, arguments)
        return False
    return True
