"""What others may hear of reflections: that one was handed in. Nothing here says what was written, or for whom."""

from __future__ import annotations

from datetime import datetime

import attr
from opaque_keys.edx.keys import CourseKey, UsageKey


@attr.s(frozen=True)
class ReflectionData:
    """A reflection that was handed in.

    Attributes:
        source: the system that knows the learner ("openedx").
        external_id: their id there.
        course_key: the course of the block.
        usage_key: the block.
        at: when, in UTC.
    """

    source = attr.ib(type=str)
    external_id = attr.ib(type=str)
    course_key = attr.ib(type=CourseKey)
    usage_key = attr.ib(type=UsageKey)
    at = attr.ib(type=datetime)
