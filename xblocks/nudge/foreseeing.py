"""When the next message would come if nothing happened until then; pure. For learners who change what they wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from xblocks.nudge.policy import Action, CourseState, Decision, State, decide

MOST_STEPS = 100
FARTHEST = timedelta(days=730)
"""What lies behind this nobody plans for."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected.

    Attributes:
        when: the first moment at which a message would be sent (UTC); None: none is in sight.
        decision: what would be decided then; without such a moment, what stands in the way now.
    """

    when: datetime | None
    decision: Decision


def foresee(state: State, now: datetime) -> Outlook:
    """The next message, if the learner does nothing until then."""
    first = decision = decide(state, now)
    moment = now
    for _step in range(MOST_STEPS):
        if decision.action is Action.SEND:
            return Outlook(moment, decision)
        if decision.action is Action.STOP or decision.until is None or decision.until > now + FARTHEST:
            break
        moment = decision.until
        courses = tuple(_at(course, moment) for course in state.courses)
        decision = decide(state._replace(courses=courses), moment)
    return Outlook(None, first)


def _at(course: CourseState, moment: datetime) -> CourseState:
    """The course at a later moment: what comes due until then is due."""
    if course.next_due is None or course.next_due > moment:
        return course
    return course._replace(due=course.due + 1, next_due=None, waits_since=course.waits_since or course.next_due)
