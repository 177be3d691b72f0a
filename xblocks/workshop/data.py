"""What others may hear of workshops. Nothing here holds what somebody wrote."""

from __future__ import annotations

from datetime import datetime

import attr
from opaque_keys.edx.keys import CourseKey, UsageKey


@attr.s(frozen=True)
class WorkshopData:
    """A learner in a workshop.

    Attributes:
        source: the system that knows them ("openedx").
        external_id: their id there.
        course_key: the course of the block.
        usage_key: the block.
        at: when it became so, in UTC.
        in_time: before their session began, or the last one that they could choose.
    """

    source = attr.ib(type=str)
    external_id = attr.ib(type=str)
    course_key = attr.ib(type=CourseKey)
    usage_key = attr.ib(type=UsageKey)
    at = attr.ib(type=datetime)
    in_time = attr.ib(type=bool, default=True)
