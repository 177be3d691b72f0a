"""Content that only some groups of learners see: cohorts, enrolment tracks, whatever a course parts its learners by.

What is for whom is published, so it is kept with the question. Who belongs to which group changes at any time, and
nobody tells; so the platform is asked whenever such a question is to be asked. What cannot be known is not asked.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence

from django.db import OperationalError, transaction
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform

log = logging.getLogger(__name__)

Rule = tuple[tuple[int, tuple[int, ...]], ...]
"""By partition: the groups that see it; somebody has to belong to one of each."""


def as_kept(groups: Mapping[int, Sequence[int]]) -> dict[str, list[int]]:
    """As `models.Question.groups` keeps what is published."""
    return {str(partition): sorted(ids) for partition, ids in sorted(groups.items())}


def rule_of(kept: Mapping[str, Sequence[int]]) -> Rule:
    """What is kept, as a value that tells one rule from another."""
    return tuple(sorted((int(partition), tuple(ids)) for partition, ids in kept.items()))


def who_sees(user_ids: Collection[int], course_key: CourseKey, rule: Rule) -> set[int]:
    """Which of the users see now what is for the groups of a rule."""
    try:
        # Whatever goes wrong there, the transaction of whoever asks goes on.
        with transaction.atomic():
            return platform().in_groups(user_ids, course_key, dict(rule))
    except OperationalError:
        raise
    except Exception:
        log.exception("Who in %s belongs to %r cannot be known now, so nothing of that is asked.", course_key, rule)
        return set()
