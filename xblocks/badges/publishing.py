"""Badges as a course has them: read from its blocks when it is published, kept, and held against what was done before.

The platform tells of a publication in Studio, and the workers read the course: badges are found, and those who did
enough already get them, within moments. A queue may lose what it was told, and a worker may die, so what is to be read
is noted first (`models.Published`); whoever sweeps finds what was left (`outstanding`).

Several blocks of a course hold its badges together. Of badges with one id the first in the course counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import awarding, catching_up, models
from xblocks.badges.course_places import names_in
from xblocks.badges.definition import Badge, decode_all
from xblocks.base.place import Place
from xblocks.base.platform import platform
from xblocks.base.problems import ContentError

BLOCK_TYPE = "badges"
DONE_WITHIN = timedelta(minutes=5)
"""What was asked for and is not done after so long is asked for again."""


@dataclass(frozen=True, slots=True)
class CourseBadges:
    """What the blocks of a course hold.

    Attributes:
        badges: each id once.
        names: what the blocks of the course are called, by their names in criteria.
        is_all: everything in them could be read.
    """

    badges: tuple[Badge, ...] = ()
    names: Mapping[str, str] | None = None
    is_all: bool = True


def ask(course_key: CourseKey, now: datetime) -> None:
    """Note that the badges of a course are to be read."""
    row = models.Published(course_key=course_key, mark=uuid4().hex, asked_at=now)
    # MariaDB looks at every unique key by itself, and does not want to be told which.
    names = ["course_key"] if connection.features.supports_update_conflicts_with_target else None
    models.Published.objects.bulk_create(
        [row], update_conflicts=True, update_fields=["mark", "asked_at"], unique_fields=names
    )


def outstanding(now: datetime) -> list[CourseKey]:
    """Courses whose badges should have been read by now; the oldest first."""
    late = models.Published.objects.filter(asked_at__lte=now - DONE_WITHIN).order_by("asked_at", "pk")
    return [row.course_key for row in late]


def publish(course_key: CourseKey, now: datetime) -> int:
    """Read the badges of a course, keep them, and award them for what was done before. How many awards are new.

    Safe to repeat, also when it was broken off.
    """
    asked = models.Published.objects.filter(course_key=course_key)
    mark = asked.values_list("mark", flat=True).first()
    found = read_course(course_key)
    fresh = awarding.keep_badges(course_key, found.badges, now, found.names, is_all=found.is_all)
    awarded = 0
    if fresh:
        # Also what nobody kept as long as no badge looked at it.
        for caught in catching_up.look_back(course_key):
            awarded = caught.awards
    if mark is not None:
        # Not when it was asked for once more meanwhile.
        asked.filter(mark=mark).delete()
    return awarded


def read_course(course_key: CourseKey) -> CourseBadges:
    """What the published blocks of a course hold. Of a course without badges only its blocks are looked for."""
    blocks = {block.usage_key: block for block in platform().blocks(course_key, BLOCK_TYPE)}
    outline = platform().outline(course_key) if blocks else None
    if outline is None:
        return CourseBadges()
    # Where the team hides a block, its badges are still being thought about.
    shown = [key for key in _shown(outline) if key in blocks]
    badges: dict[str, Badge] = {}
    is_all = True
    for key in shown:
        is_all &= not blocks[key].is_unread
        for raw in blocks[key].badges:
            badge = _read(raw)
            is_all &= badge is not None
            if badge is not None:
                badges.setdefault(badge.id, badge)
    return CourseBadges(tuple(badges.values()), names_in(outline), is_all)


def _read(raw: Any) -> Badge | None:
    try:
        return decode_all([raw])[0]
    except ContentError:
        # An earlier release allowed it; its team sees in Studio what to mend.
        return None


def _shown(place: Place) -> Iterator[UsageKey]:
    if place.is_hidden:
        return
    yield place.usage_key
    for part in place.parts:
        yield from _shown(part)


def ids_elsewhere(course_key: CourseKey, usage_key: UsageKey) -> Mapping[str, str]:
    """Ids of the badges in the other published blocks of a course, and what those blocks are called."""
    others: Iterable[Any] = platform().blocks(course_key, BLOCK_TYPE)
    return {
        str(raw.get("id")): block.name
        for block in others
        if block.usage_key != usage_key
        for raw in block.badges
        if isinstance(raw, dict)
    }
