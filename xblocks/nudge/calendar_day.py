"""On which day a learner's calendar says that questions come back: an offer that is easy to overlook.

It is one day for a course, the next on which something comes back that is not due yet. What is due already is for a
message to say, and a day that passed is never moved on: that would nag. Nobody gets one who wants no messages, takes a
break, is not nudged for comparison, or has left several messages in a row unanswered.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from xblocks.nudge.moments import local_days, next_allowed
from xblocks.nudge.states import CourseState, State


class Day(NamedTuple):
    """A day in a calendar.

    Attributes:
        at: a moment of it at which a message might come too (UTC), not before now.
        ends: when the local day is over; what has come back by then is what the calendar speaks of.
    """

    at: datetime
    ends: datetime


def day_of(state: State, course: CourseState, now: datetime) -> Day | None:
    """The day for one course of a learner; None: there is none, or they had better be left in peace."""
    if _is_unwelcome(state, course, now) or course.next_due is None:
        return None
    starts, following = local_days(course.next_due, state.zone)
    policy = course.policy
    span = next_allowed(starts[following - 1], state.zone, policy.quiet, policy.days, policy.hour)
    if span is None:
        return None
    # What comes back later today is in the calendar at that moment; other days begin when they may.
    at = span.start if span.start > now else course.next_due
    if course.ends_at is not None and at >= course.ends_at:
        return None
    starts, following = local_days(at, state.zone)
    return Day(at, starts[following])


def _is_unwelcome(state: State, course: CourseState, now: datetime) -> bool:
    is_paused = state.paused_until is not None and state.paused_until > now
    has_none_now = state.is_suspended or state.is_opted_out or state.said_stop or is_paused
    is_apart = not course.is_enrolled or course.is_stopped or course.is_held_out or course.is_unwanted
    return has_none_now or is_apart or state.ignored >= course.policy.slow_after
