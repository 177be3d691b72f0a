"""Workshops as a course has them: read from its blocks when it is published.

What is to be read is noted first (`models.Published`), since a queue may lose what it was told, and a worker may die;
whoever sweeps finds what was left (`outstanding`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.platform import platform
from xblocks.base.problems import ContentError
from xblocks.workshop import definition, enrolling, models, scheduling, telling

BLOCK_TYPE = "workshop"
DONE_WITHIN = timedelta(minutes=5)
"""What was asked for and is not done after so long is asked for again."""


def ask(course_key: CourseKey, now: datetime) -> None:
    """Note that the workshops of a course are to be read."""
    row = models.Published(course_key=course_key, mark=uuid4().hex, asked_at=now)
    # MariaDB looks at every unique key by itself, and does not want to be told which.
    names = ["course_key"] if connection.features.supports_update_conflicts_with_target else None
    models.Published.objects.bulk_create(
        [row], update_conflicts=True, update_fields=["mark", "asked_at"], unique_fields=names
    )


def outstanding(now: datetime) -> list[CourseKey]:
    """Courses whose workshops should have been read by now; the oldest first."""
    late = models.Published.objects.filter(asked_at__lte=now - DONE_WITHIN).order_by("asked_at", "pk")
    return [row.course_key for row in late]


def publish(course_key: CourseKey, now: datetime) -> None:
    """Read the workshops of a course, and make everybody who takes it known to them. Safe to repeat."""
    asked = models.Published.objects.filter(course_key=course_key)
    mark = asked.values_list("mark", flat=True).first()
    blocks = {block.usage_key: block for block in platform().blocks(course_key, BLOCK_TYPE)}
    for usage_key, block in blocks.items():
        read(usage_key, block, now)
    for gone in models.Workshop.objects.filter(course_key=course_key, is_retired=False):
        if gone.usage_key not in blocks:
            retire(gone, now)
    if mark is not None:
        # Not when it was asked for once more meanwhile.
        asked.filter(mark=mark).delete()


def read(usage_key: UsageKey, block: Any, now: datetime) -> models.Workshop | None:
    """Take over one block as it is published; None where it cannot be read, and all stays as it was."""
    if block.is_unread:
        # An import could not read it, which takes no session away from anybody.
        return None
    try:
        plan = definition.decode(block.plan_data)
    except ContentError:
        # Its team sees in Studio what to mend.
        return None
    workshop, _is_new = models.Workshop.objects.get_or_create(
        usage_key=usage_key, defaults={"course_key": usage_key.course_key, "published_at": now}
    )
    scheduling.take_over(workshop, plan, block.name[:255], now)
    enrolling.look_at_all(workshop, now)
    return workshop


def retire(workshop: models.Workshop, now: datetime) -> None:
    """A workshop is no longer in its course: nobody is reminded of it any more; what was done is kept."""
    with transaction.atomic():
        models.Workshop.objects.filter(pk=workshop.pk).update(is_retired=True)
        people = models.Participant.objects.filter(workshop=workshop).values_list("pk", flat=True)
        telling.follow_up(workshop.pk, list(people.order_by("pk")))
