"""Awards that came or went since a moment, for components that must not miss one.

Whoever hears `BADGE_AWARDED_V1` and `BADGE_REVOKED_V1` hears of nearly all; what a process that died never told of is
found here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import models


def awards_changed(course_key: CourseKey, since: datetime | None, most: int, after: int = 0) -> list[models.Award]:
    """Awards of a course that were made or revoked at a moment or later, with their badges and holders.

    An award is dated before it is kept for good: ask for some minutes more than was seen.

    Args:
        since: None: from the beginning.
        after: the key of the last one of the page before; they come in the order of their keys.
    """
    rows: Any = models.Award.objects.filter(badge__course_key=course_key, pk__gt=after)
    if since is not None:
        rows = rows.filter(Q(awarded_at__gte=since) | Q(revoked_at__gte=since))
    return list(rows.select_related("badge", "holder").order_by("pk")[:most])
