"""What a course team does to a learner's work: delete it, score it again, set a score. The platform's calls, in order.

Sources: the platform's instructor enrollment (reset_student_attempts) and instructor tasks (module_state), Teak.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from opaque_keys.edx.keys import UsageKey
from xblock.scorable import Score

from devstack import recording
from devstack.models import FieldState, Grade
from devstack.people import Person, anonymous_id
from devstack.progress import number
from devstack.runtime import lms_block
from xblocks.base.problems import N_, ContentError, Problem


@transaction.atomic
def delete_state(usage_key: UsageKey, learner: User, requested_by: Person) -> None:
    """Delete what a learner did in a block.

    The block's `clear_student_state` is called first, on a block that is not bound to the learner; when it has one
    the platform itself resets neither grade signals nor completion.

    Raises:
        ContentError: when the learner has not done anything there.
    """
    block = lms_block(usage_key, requested_by)
    rows = FieldState.objects.filter(scope="user_state", block_id=str(usage_key), user_id=learner.pk)
    grades = Grade.objects.filter(user=learner, usage_key=str(usage_key))
    clear = getattr(block, "clear_student_state", None)
    if callable(clear):
        with recording.hearing(learner, usage_key):
            clear(
                user_id=anonymous_id(learner, usage_key.course_key),
                course_id=str(usage_key.course_key),
                item_id=str(usage_key),
                requesting_user_id=anonymous_id(requested_by, usage_key.course_key),
            )
    if not rows.exists() and not grades.exists():
        raise _problem(N_("%(learner)s has not done anything here yet."), learner=learner.username)
    rows.delete()
    grades.delete()
    if not callable(clear):
        recording.reset_by_deletion(block, learner)


def rescore(usage_key: UsageKey, learner: User, only_if_higher: bool) -> None:
    """Score a learner's answers again.

    Raises:
        ContentError: when the block cannot be rescored, or the learner has not answered.
    """
    block = lms_block(usage_key, learner)
    if not hasattr(block, "rescore"):
        raise _problem(N_("This block cannot be scored again."))
    if not block.has_submitted_answer():
        raise _problem(N_("%(learner)s has not answered here yet."), learner=learner.username)
    with recording.hearing(learner, usage_key):
        block.rescore(only_if_higher=only_if_higher)
    block.save()


def override_score(usage_key: UsageKey, learner: User, weighted_score: float) -> None:
    """Set a learner's score, in weighted points as the instructor sees them.

    Raises:
        ContentError: when the block does not take a score, or this one.
    """
    block = lms_block(usage_key, learner)
    if not hasattr(block, "set_score") or not hasattr(block, "publish_grade"):
        raise _problem(N_("The score of this block cannot be set."))
    possible = block.max_score()
    if not 0 <= weighted_score <= possible:
        raise _problem(N_("A score goes from 0 to %(most)s here."), most=number(possible))
    weight = 1 if block.weight is None else block.weight
    if weight == 0:
        raise _problem(N_("This block has no weight, so a score would not count."))
    with recording.hearing(learner, usage_key):
        block.set_score(Score(raw_earned=weighted_score / weight, raw_possible=possible / weight))
        block.publish_grade()
    block.save()


def _problem(message: str, **params: Any) -> ContentError:
    return ContentError((Problem("", message, params),))
