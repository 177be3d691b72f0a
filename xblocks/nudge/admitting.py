"""What a learner may be asked as far as the platform goes: of the courses in which they are enrolled now.

They leave courses at any time, and keep what they remember; so the platform is asked whenever something is to be asked.
Of learners from elsewhere it knows nothing, and nothing is held back from them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.nudge import models
from xblocks.nudge.loading import user_id_of


@dataclass(frozen=True, slots=True)
class Admission:
    """What a learner may be asked now.

    Attributes:
        course_ids: rows of the courses.
        has_left: there are others, in which they are not enrolled any more.
    """

    course_ids: frozenset[int]
    has_left: bool = False

    def is_open(self, question: models.Question) -> bool:
        """Whether a question is among it."""
        return question.course_id in self.course_ids


def admission(learner: models.Learner, course_key: CourseKey | None = None) -> Admission:
    """What a learner may be asked now, of one course or of all."""
    rows = models.Participation.objects.filter(learner=learner)
    if course_key is not None:
        rows = rows.filter(course__course_key=course_key)
    takes_part: dict[Any, int] = {key: pk for pk, key in rows.values_list("course_id", "course__course_key")}
    user_id = user_id_of(learner.source, learner.external_id)
    if user_id is None or not takes_part:
        return Admission(frozenset(takes_part.values()))
    enrolled = platform().enrolled([user_id], takes_part)
    here = frozenset(pk for key, pk in takes_part.items() if user_id in enrolled.get(key, ()))
    return Admission(here, has_left=len(here) < len(takes_part))
