"""What comes back to learners and when, for a calendar (`calendar_day`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from opaque_keys.edx.keys import CourseKey

from xblocks.nudge.calendar_day import day_of
from xblocks.nudge.loading import Courses, known, waiting_cards
from xblocks.nudge.site import bounds, site


@dataclass(frozen=True, slots=True)
class Coming:
    """A day on which questions of a course come back.

    Attributes:
        at: UTC.
        questions: how many will have come back by the end of that day.
        zone: the learner's time zone, an IANA name.
    """

    at: datetime
    questions: int
    zone: str


def coming_back(learner_ids: Collection[int], course_key: CourseKey, now: datetime) -> Mapping[int, Coming]:
    """The next day for each learner of a course whose calendar may say so; a fixed number of statements."""
    row = site()
    if row.is_stopped or not learner_ids:
        return {}
    days, zones, name = {}, {}, str(course_key)
    for one in known(learner_ids, now, bounds(row), Courses()):
        course = next((course for course in one.state.courses if course.course == name), None)
        day = None if course is None else day_of(one.state, course, now)
        if day is not None:
            days[one.learner_id], zones[one.learner_id] = day, one.state.zone.key
    if not days:
        return {}
    latest = max(day.ends for day in days.values())
    rows = waiting_cards(days).filter(question__course__course_key=course_key, comes_at__lt=latest)
    counted = Counter(
        learner_id for learner_id, at in rows.values_list("learner_id", "comes_at") if at < days[learner_id].ends
    )
    return {
        learner_id: Coming(day.at, counted[learner_id], zones[learner_id])
        for learner_id, day in days.items()
        if counted[learner_id]
    }
