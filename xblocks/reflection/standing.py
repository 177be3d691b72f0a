"""How people of a course stand to each other now: who coaches whom, who belongs to one group, who are buddies.

Coaches are the team of the course, for everybody; and whoever looks after a cohort, for the learners in it. Asked anew
whenever something is to be read, in so many statements whatever the number of writers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.reflection.buddies import held_buddy_of
from xblocks.reflection.models import Buddy
from xblocks.reflection.sharing import Allowed, Shared, Sharing, Ties, Visibility, agreed, capped


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who wants to read.

    Attributes:
        is_team: belongs to the team of the course, and comes as such.
    """

    user_id: int
    is_team: bool = False


def ties(reader: Reader, writers: Collection[int], course_key: CourseKey) -> Mapping[int, Ties]:
    """How a reader stands to each of the writers."""
    everybody = {reader.user_id, *writers}
    there = platform().enrolled(everybody, [course_key]).get(course_key, set())
    groups = {pk: group for pk, group in platform().cohorts(everybody, course_key).items() if pk in there}
    is_there, group = reader.user_id in there, groups.get(reader.user_id)
    leads = group is not None and bool(platform().cohort_leaders([reader.user_id], course_key))
    rows = Buddy.objects.filter(course_key=course_key, buddy_id=reader.user_id).values_list("user_id", flat=True)
    buddies = {user_id for user_id in rows if is_there and user_id in there}
    return {
        writer: Ties(
            reader=reader.user_id,
            writer=writer,
            is_team=reader.is_team,
            leads=leads,
            reader_group=group,
            writer_group=groups.get(writer),
            writers_buddy=reader.user_id if writer in buddies else None,
        )
        for writer in writers
    }


def group_of(user_id: int, course_key: CourseKey) -> int | None:
    """The group of a learner who takes a course."""
    return platform().cohorts([user_id], course_key).get(user_id)


def led_group(user_id: int, course_key: CourseKey) -> int | None:
    """The group that somebody looks after; None: none, or they do not take the course."""
    if user_id not in platform().enrolled([user_id], [course_key]).get(course_key, ()):
        return None
    group = group_of(user_id, course_key)
    return group if group is not None and platform().cohort_leaders([user_id], course_key) else None


def shared_as(user_id: int, course_key: CourseKey, seen: Sharing, held: Sharing, allowed: Allowed) -> Shared:
    """Who may read what is handed in: what stood on the page, as far as it holds and is offered. In a transaction."""
    both, group = agreed(seen, held), group_of(user_id, course_key)
    level = capped(both.level, allowed, has_group=group is not None)
    with_buddy = both.with_buddy and allowed.buddy
    return Shared(
        level=level,
        group=group if level is not Visibility.PRIVATE else None,
        buddy=held_buddy_of(user_id, course_key) if with_buddy else None,
    )
