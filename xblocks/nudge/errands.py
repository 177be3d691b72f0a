"""What is still to be done for a course: noted together with the change that asks for it, and gone once it was done.

The workers are told at once, but a queue may lose what it was told, and a worker may die. The sweep finds what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection

from xblocks.nudge import models
from xblocks.nudge.models import Task

DONE_WITHIN = timedelta(minutes=5)
"""What was asked for and is not done after so long is asked for again."""


def ask(course_ids: Iterable[int], task: Task, now: datetime) -> None:
    """Note that something is to be done for courses. Call it in the transaction of the change that asks for it."""
    rows = [models.Errand(course_id=one, task=task, mark=uuid4().hex, asked_at=now) for one in course_ids]
    # MariaDB looks at every unique key by itself, and does not want to be told which.
    names = ["course", "task"] if connection.features.supports_update_conflicts_with_target else None
    models.Errand.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["mark", "asked_at"], unique_fields=names
    )


@contextmanager
def seen_to(course: models.Course, task: Task) -> Iterator[None]:
    """While something is done for a course, which is read anew: afterwards nobody asks for it any more.

    Unless it was asked for once more meanwhile, or it failed.
    """
    errands = models.Errand.objects.filter(course=course, task=task)
    mark = errands.values_list("mark", flat=True).first()
    # What asked for it was kept before the mark; a course that was read earlier may not have it yet.
    course.refresh_from_db()
    yield
    if mark is not None:
        errands.filter(mark=mark).delete()


def outstanding(now: datetime) -> list[models.Errand]:
    """What should have been done by now, with its course; the oldest first."""
    late = models.Errand.objects.filter(asked_at__lte=now - DONE_WITHIN).select_related("course")
    return list(late.order_by("asked_at", "pk"))
