"""What a learner may be asked as far as the platform goes: what they see of the courses in which they are enrolled now.

They leave courses and groups at any time, and keep what they remember; so the platform is asked whenever something is
to be asked, and so are the other places where they may take part (`sources`). Of learners from a place that nobody
knows, nothing is held back. Groups are this platform's: who takes part elsewhere sees what that place shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import user_id_of
from xblocks.base.platform import platform
from xblocks.nudge import models, sources
from xblocks.nudge.elsewhere import elsewhere
from xblocks.nudge.groups import Rule, rule_of, who_sees
from xblocks.nudge.sources import Identity


@dataclass(frozen=True, slots=True)
class Admission:
    """What a learner may be asked now.

    Attributes:
        courses: by row, those in which they are enrolled.
        hidden: rows of the questions there that are for others.
        has_left: there are others, in which they are not enrolled any more.
    """

    courses: Mapping[int, models.Course]
    hidden: frozenset[int] = frozenset()
    has_left: bool = False

    def is_open(self, question: models.Question) -> bool:
        """Whether a question is among it."""
        return question.course_id in self.courses and question.pk not in self.hidden


def admission(learner: models.Learner, course_key: CourseKey | None = None) -> Admission:
    """What a learner may be asked now, of one course or of all."""
    rows = models.Participation.objects.filter(learner=learner)
    if course_key is not None:
        rows = rows.filter(course__course_key=course_key)
    # Most courses show everything to everybody, and then no more is asked.
    restricted = models.Question.objects.filter(course=OuterRef("course"), is_restricted=True)
    found = rows.select_related("course").annotate(is_parted=Exists(restricted))
    takes_part: dict[Any, models.Course] = {}
    parted = set()
    for row in found:
        takes_part[row.course.course_key] = row.course
        if row.is_parted:
            parted.add(row.course_id)
    user_id = user_id_of(learner.source, learner.external_id)
    is_unknown = user_id is None and sources.named(learner.source) is None
    if is_unknown or not takes_part:
        return Admission({course.pk: course for course in takes_part.values()})
    enrolled = {} if user_id is None else platform().enrolled([user_id], takes_part)
    here = {course.pk: course for key, course in takes_part.items() if user_id in enrolled.get(key, ())}
    there = _there(learner, takes_part, here)
    hidden = frozenset[int]() if user_id is None else _hidden(learner, user_id, parted & here.keys())
    return Admission({**here, **there}, hidden, has_left=len(here) + len(there) < len(takes_part))


def _there(
    learner: models.Learner, takes_part: Mapping[Any, models.Course], here: Mapping[int, models.Course]
) -> dict[int, models.Course]:
    """The courses in which a learner takes part elsewhere, and not here."""
    rows = {course.pk: course for course in takes_part.values()}
    found = elsewhere(
        {Identity(learner.source, learner.external_id): learner.pk},
        {learner.pk: dict.fromkeys(rows, True)},
        {key: course.pk for key, course in takes_part.items()},
        {(learner.pk, course_id) for course_id in here},
    )
    return {course_id: rows[course_id] for _learner_id, course_id in found.places}


def _hidden(learner: models.Learner, user_id: int, course_ids: set[int]) -> frozenset[int]:
    """The questions that a learner knows and does not see any more."""
    if not course_ids:
        return frozenset()
    rows = models.Question.objects.filter(course__in=course_ids, is_restricted=True, cards__learner=learner)
    by_rule: dict[tuple[Any, Rule], list[int]] = defaultdict(list)
    for pk, key, groups in rows.values_list("pk", "course__course_key", "groups"):
        by_rule[key, rule_of(groups)].append(pk)
    return frozenset(
        pk for (key, rule), pks in by_rule.items() if user_id not in who_sees([user_id], key, rule) for pk in pks
    )
