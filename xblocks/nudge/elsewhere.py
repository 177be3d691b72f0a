"""Who of many learners takes part in other places (`sources`), and how those know them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from opaque_keys.edx.keys import CourseKey

from xblocks.nudge import sources
from xblocks.nudge.sources import Guest, Identity


class Elsewhere(NamedTuple):
    """What other places know of learners.

    Attributes:
        guests: by learner, how a place knows them.
        places: by learner and course, the source through which they are reached there.
    """

    guests: Mapping[int, Guest]
    places: Mapping[tuple[int, int], str]


NOWHERE = Elsewhere({}, {})


def elsewhere(
    learners: Mapping[Identity, int],
    takes_part: Mapping[int, Mapping[int, Any]],
    course_ids: Mapping[CourseKey, int],
    here: Collection[tuple[int, int]],
) -> Elsewhere:
    """What other places know of the learners who have a course in which they are not enrolled on this platform.

    Args:
        learners: their rows.
        takes_part: by learner, the courses that they have cards in.
        course_ids: the rows of all these courses.
        here: learners and courses that the platform says are enrolled.
    """
    wanted = {
        identity: learner_id
        for identity, learner_id in learners.items()
        if any((learner_id, course_id) not in here for course_id in takes_part.get(learner_id, ()))
    }
    if not wanted:
        return NOWHERE
    guests: dict[int, Guest] = {}
    places: dict[tuple[int, int], str] = {}
    for name, source in sources.registered().items():
        for identity, guest in source.people(wanted.keys()).items():
            guests.setdefault(wanted[identity], guest)
        for course_key, found in source.enrolled(wanted.keys(), course_ids.keys()).items():
            for identity in found:
                key = (wanted[identity], course_ids[course_key])
                if key not in here:
                    places.setdefault(key, name)
    return Elsewhere(guests, places)
