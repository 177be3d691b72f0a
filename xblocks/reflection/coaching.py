"""What those who coach see: who handed in, what of it was shared with them, and who has not yet; without the texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.i18n import _
from xblocks.base.platform import platform
from xblocks.base.spreadsheet import Cell
from xblocks.reflection import api, models, names, reading_others, standing
from xblocks.reflection.reading_others import Readable
from xblocks.reflection.sharing import Role
from xblocks.reflection.standing import Reader

AT_ONCE = 2_000
"""Learners that are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Coach:
    """Somebody who coaches in a course.

    Attributes:
        group: whom they coach; None: everybody.
    """

    reader: Reader
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A learner.

    Attributes:
        handed_in_at: when they handed in last, shared or not.
        shared: the last version that this coach may read.
        is_read: this coach has read it.
        remarks: how often coaches wrote back.
    """

    user_id: int
    name: str
    handed_in_at: datetime | None = None
    shared: Readable | None = None
    is_read: bool = False
    remarks: int = 0


def coach(user: Any, course_key: CourseKey) -> Coach | None:
    """What a user of Django is as a coach; None: they coach nobody there."""
    if platform().is_course_team(user, course_key):
        return Coach(Reader(user.pk, is_team=True))
    group = standing.led_group(user.pk, course_key)
    return Coach(Reader(user.pk), group) if group is not None else None


def shared_with(one: Coach, usage_key: UsageKey) -> list[Readable]:
    """What learners shared with a coach, the last version of each."""
    return [found for found in reading_others.readable(one.reader, usage_key) if found.role is Role.COACH]


def rows(one: Coach, usage_key: UsageKey) -> list[Row]:
    """Everybody whom a coach coaches, by name."""
    shared = {found.writer: found for found in shared_with(one, usage_key)}
    handed_in = api.handed_in_by(usage_key)
    learners = _learners(one, usage_key.course_key) | shared.keys()
    named = names.for_coaches(learners)
    of = [found.reflection for found in shared.values()]
    read = {
        mark.reflection_id: mark.number for mark in reading_others.readings(of) if mark.reader_id == one.reader.user_id
    }
    written = models.Remark.objects.filter(reflection_id__in=of, role=str(Role.COACH))
    remarks = Counter(written.values_list("reflection_id", flat=True))
    found = []
    for user_id in learners:
        has = shared.get(user_id)
        is_read = has is not None and read.get(has.reflection, 0) >= has.number
        number = remarks[has.reflection] if has is not None else 0
        found.append(Row(user_id, named[user_id], handed_in.get(user_id), has, is_read, number))
    return sorted(found, key=lambda row: (row.name.casefold(), row.user_id))


def _learners(one: Coach, course_key: CourseKey) -> set[int]:
    found: set[int] = set()
    after = 0
    while batch := platform().learners(course_key, after, AT_ONCE):
        after = batch[-1].user_id
        users = {learner.user_id for learner in batch}
        if one.group is not None:
            groups = platform().cohorts(users, course_key)
            users = {pk for pk in users if groups.get(pk) == one.group}
        found |= users - platform().cohort_leaders(users, course_key)
        if len(batch) < AT_ONCE:
            break
    return found - {one.reader.user_id}


def next_unread(one: Coach, usage_key: UsageKey, but: int) -> Readable | None:
    """What was shared and not read yet, the oldest first; `but` is the version that is being read."""
    shared = shared_with(one, usage_key)
    marks = reading_others.readings([found.reflection for found in shared])
    read = {mark.reflection_id: mark.number for mark in marks if mark.reader_id == one.reader.user_id}
    left = [found for found in shared if found.pk != but and read.get(found.reflection, 0) < found.number]
    return min(left, key=lambda found: found.at, default=None)


def table(found: list[Row]) -> Iterator[list[Cell]]:
    """The learners as lines of a table, with a heading; nothing of what they wrote, nor of what was written back."""
    yield [_("Name"), _("Handed in"), _("Shared with coaches"), _("Read by you"), _("Times written back")]
    for row in found:
        yield [
            row.name,
            row.handed_in_at.strftime("%Y-%m-%d %H:%M") if row.handed_in_at else "",
            "" if row.handed_in_at is None else _("yes") if row.shared else _("no"),
            "" if row.shared is None else _("yes") if row.is_read else _("no"),
            row.remarks if row.shared else "",
        ]
