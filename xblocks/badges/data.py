"""What others may hear of badges. Nothing here says who somebody is beyond their id."""

from __future__ import annotations

from datetime import datetime

import attr
from opaque_keys.edx.keys import CourseKey


@attr.s(frozen=True)
class BadgeData:
    """A badge that a learner has or had.

    Attributes:
        source: the system that knows the learner ("openedx").
        external_id: their id there.
        course_key: the course of the badge.
        badge_id: its id within the course.
        award: the award's own id, a UUID.
        name: what the badge is called.
        minutes: learning credit that it is worth.
        how: "earned", "by_hand" or "again".
        at: when it was awarded or revoked, in UTC.
        reason: why it was given by hand or revoked; "" for what was earned.
    """

    source = attr.ib(type=str)
    external_id = attr.ib(type=str)
    course_key = attr.ib(type=CourseKey)
    badge_id = attr.ib(type=str)
    award = attr.ib(type=str)
    name = attr.ib(type=str)
    minutes = attr.ib(type=int)
    how = attr.ib(type=str)
    at = attr.ib(type=datetime)
    reason = attr.ib(type=str, default="")
