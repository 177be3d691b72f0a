"""May we send? What was promised to learners, decided before anything is sent: a state and a moment in, a decision out.

Every promise of the suite is kept here: how often, when, never again. Limits count over all courses of a learner; each
course is judged by its own policy against the learner's shared history, and those that may take part share one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xblocks.nudge.kinds import Kind
from xblocks.nudge.limits import DEFAULT, Bounds, Overrides, Policy, full_limit, merged
from xblocks.nudge.moments import EVERY_DAY, local_days, next_span
from xblocks.nudge.reasons import Action, Reason

__all__ = [
    "DEFAULT",
    "Action",
    "Anchor",
    "Bounds",
    "CourseState",
    "Decision",
    "Overrides",
    "Policy",
    "Reason",
    "State",
    "decide",
    "merged",
]

# Whatever the calendar says, also when a learner travels: no two messages closer together.
APART = timedelta(hours=12)
# So long without activity is a silence, and the next reminder is a kinder one.
SILENCE = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A message that another component asked for: `at` <= when it is sent < `until` (UTC), about `course`.

    An appointment, not a reminder to practise: it obeys limits, quiet hours, the learner's days and hour, opting out,
    pausing, enrolment and the team's stop; not the rest after activity, not slowing down or stopping for what was
    ignored, and not the holdout, since its sender has promised it to everybody.
    """

    key: str
    at: datetime
    until: datetime
    course: str


class CourseState(NamedTuple):
    """A learner in a course; a tuple, as of `State` and `Decision`, since a sweep makes them for thousands.

    Attributes:
        due: how many questions are due now.
        next_due: when the next one will be; None: nothing more comes.
        is_stopped: by the course team.
        is_held_out: belongs to those who are not nudged, for comparison.
        is_unwanted: the learner told the platform that they want no mail about this course.
        ends_at: nothing is sent at or after it.
    """

    course: str
    due: int = 0
    next_due: datetime | None = None
    policy: Policy = DEFAULT
    is_enrolled: bool = True
    is_stopped: bool = False
    is_held_out: bool = False
    is_unwanted: bool = False
    ends_at: datetime | None = None


class State(NamedTuple):
    """What is known of a learner; all moments are aware and in UTC.

    Attributes:
        courses: those that are not listed are as good as not there; an anchor's course has to be listed.
        sent: when messages that count were sent, at least those of the last 8 days, in any order; one that is still
            under way counts from the last moment at which it may leave (`Decision.until`).
        ignored: messages in a row without anything done after them.
        said_stop: a goodbye was sent since the learner was last active.
        said_comeback: a comeback was sent since the learner was last active.
        last_active: None: never.
        weekly_digest: the learner wants one message a week, on the first of their days.
    """

    zone: ZoneInfo
    courses: tuple[CourseState, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    sent: tuple[datetime, ...] = ()
    ignored: int = 0
    said_stop: bool = False
    said_comeback: bool = False
    last_active: datetime | None = None
    paused_until: datetime | None = None
    is_opted_out: bool = False
    is_suspended: bool = False
    weekly_digest: bool = False


class Decision(NamedTuple):
    """What to do.

    Attributes:
        until: WAIT: look again then, always later than now; SEND: not sent at or after that moment; STOP: None, nothing
            will come unless something changes.
        kind, courses, questions: what to send; no questions in a GOODBYE or an ANCHORED message.
        anchor: the key of the anchor that is to be sent.
        number: which message of its local day it is, for `kinds.slot`.
        dropped: keys of anchors that will never be sent.
    """

    action: Action
    reason: Reason
    until: datetime | None = None
    kind: Kind | None = None
    courses: tuple[str, ...] = ()
    questions: int = 0
    anchor: str | None = None
    number: int = 1
    dropped: tuple[str, ...] = ()


def decide(state: State, now: datetime) -> Decision:
    """Whether to send something at `now` (UTC), and what; or when to look again.

    Looking again at `until` of a WAIT, with nothing else changed, ends with a SEND or a STOP after a few steps: at
    that moment a message may be sent, or an anchor has become too late.
    """
    if state.is_suspended or state.is_opted_out:
        reason = Reason.SUSPENDED if state.is_suspended else Reason.OPTED_OUT
        return Decision(action=Action.STOP, reason=reason, dropped=tuple(anchor.key for anchor in state.anchors))
    reminders, refusals = _reminders(state, now)
    if not state.anchors:
        return _remind(state, now, reminders) or _wait(reminders, refusals)
    courses = {course.course: course for course in state.courses}
    alive = [anchor for anchor in state.anchors if _is_alive(anchor, courses.get(anchor.course), now)]
    anchored = [(anchor, _appointment(anchor, courses[anchor.course], state, now)) for anchor in alive]
    decision = (
        _keep_appointment(state, now, anchored)
        or _keep_free(state, now, courses, reminders, anchored)
        or _remind(state, now, reminders)
        or _wait((*anchored, *reminders), refusals)
    )
    dropped = tuple(anchor.key for anchor in state.anchors if anchor not in alive)
    return decision._replace(dropped=dropped) if dropped else decision


class _Found(NamedTuple):
    """What a search for a moment came to.

    Attributes:
        start, end: where a message may be sent, if anywhere; without `end`, when it is worth looking again.
        reason: what stood in the way first.
    """

    start: datetime | None
    end: datetime | None
    reason: Reason


_Reminders = Sequence[tuple[CourseState, _Found]]
_Appointments = Sequence[tuple[Anchor, _Found]]
_All = Sequence[tuple[CourseState | Anchor, _Found]]


def _search(
    state: State, policy: Policy, days: int, per_week: int, at: datetime, deadline: datetime | None, why: Reason | None
) -> _Found:
    """The first span from `at` on that keeps the limits; `why` is what has moved `at` so far, if anything has."""
    if not policy.per_day or not per_week:
        return _Found(None, None, Reason.NO_MOMENT)
    sent = state.sent
    if sent:
        free_at = max(sent) + APART
        if free_at > at:
            why, at = why or Reason.TOO_CLOSE, free_at
    while True:
        span = next_span(at, state.zone, policy.quiet, days, policy.hour)
        if span is None:
            return _Found(None, None, Reason.NO_MOMENT)
        start, end = span
        if deadline is not None:
            if start >= deadline:
                return _Found(None, None, Reason.COURSE_ENDED)
            end = min(end, deadline)
        if start > at:
            why = why or Reason.NOT_NOW
        if not sent:
            return _Found(start, end, why or Reason.DUE)
        full, at = full_limit(sent, state.zone, policy.per_day, per_week, start)
        if full is None:
            return _Found(start, end, why or Reason.DUE)
        why = why or full


def _refusal(course: CourseState, now: datetime) -> Reason | None:
    """Why no reminder is ever sent about a course, as things are."""
    if not course.is_enrolled:
        return Reason.NOT_ENROLLED
    if course.ends_at is not None and course.ends_at <= now:
        return Reason.COURSE_ENDED
    if course.is_stopped:
        return Reason.COURSE_STOPPED
    if course.is_held_out:
        return Reason.HELD_OUT
    if course.is_unwanted:
        return Reason.OPTED_OUT
    return None if course.due or course.next_due is not None else Reason.NOTHING_MORE


# --- Reminders


def _reminders(state: State, now: datetime) -> tuple[_Reminders, list[Reason]]:
    """When a reminder may be sent about each course, and why about others never."""
    refusals, willing, going = [], [], []
    for course in state.courses:
        refusal = _refusal(course, now)
        if refusal is not None:
            refusals.append(refusal)
        else:
            willing.append(course)
            if state.ignored < course.policy.stop_after:
                going.append(course)
    # Where every course was ignored too often, a goodbye takes the place of the reminder.
    if willing and not going:
        if state.said_stop:
            return (), [Reason.IGNORED]
        going = willing
    common = _common_days(going) if state.weekly_digest else EVERY_DAY
    return [(course, _reminder(course, state, now, common)) for course in going], refusals


def _common_days(courses: Iterable[CourseState]) -> int:
    """The days that every course may use; where there are none, each keeps to its own."""
    common = EVERY_DAY
    for course in courses:
        common &= course.policy.days
    return common or EVERY_DAY


def _reminder(course: CourseState, state: State, now: datetime, common: int) -> _Found:
    policy = course.policy
    at, reason = (now, None) if state.paused_until is None else _unpaused(state.paused_until, now)
    if not course.due and course.next_due is not None and course.next_due > at:
        at, reason = course.next_due, reason or Reason.NOTHING_DUE
    if state.last_active is not None and state.last_active + policy.rest > at:
        at, reason = state.last_active + policy.rest, reason or Reason.RESTING
    days, per_week = policy.days, policy.per_week
    is_slow = state.ignored >= policy.slow_after
    if is_slow or state.weekly_digest:
        per_week = min(per_week, 1)
    if state.weekly_digest:
        days &= common
        days &= -days
    found = _search(state, policy, days, per_week, at, course.ends_at, reason)
    return found._replace(reason=Reason.SLOWED) if is_slow and found.reason is Reason.WEEK_FULL else found


def _unpaused(until: datetime, now: datetime) -> tuple[datetime, Reason | None]:
    """The first moment outside the learner's pause."""
    return (until, Reason.PAUSED) if until > now else (now, None)


def _remind(state: State, now: datetime, reminders: _Reminders) -> Decision | None:
    """One message about every course that may take part now."""
    part = [course for course, found in reminders if found.start == now]
    if not part:
        return None
    kind = _kind(state, now, part)
    due = sum([max(course.due, 1) for course in part])
    return Decision(
        action=Action.SEND,
        reason=Reason.IGNORED if kind is Kind.GOODBYE else Reason.DUE,
        until=_last_moment(state, now, reminders),
        kind=kind,
        courses=tuple([course.course for course in part]),
        questions=0 if kind is Kind.GOODBYE else min(due, *[course.policy.most_questions for course in part]),
        number=_number(state, now),
    )


def _kind(state: State, now: datetime, part: Sequence[CourseState]) -> Kind:
    if state.ignored >= part[0].policy.stop_after:
        return Kind.GOODBYE
    if state.last_active is not None and now - state.last_active >= SILENCE and not state.said_comeback:
        return Kind.COMEBACK
    return Kind.DIGEST if state.weekly_digest else Kind.REVIEWS


def _last_moment(state: State, now: datetime, found: _All) -> datetime:
    """Until when what may be sent now may still be: the spans' end, and the day's, since limits count by days."""
    starts, tomorrow = local_days(now, state.zone)
    return min([starts[tomorrow], *[one.end for _, one in found if one.start == now and one.end is not None]])


def _number(state: State, now: datetime) -> int:
    if not state.sent:
        return 1
    starts, tomorrow = local_days(now, state.zone)
    return 1 + sum([moment >= starts[tomorrow - 1] for moment in state.sent])


# --- Appointments


def _is_alive(anchor: Anchor, course: CourseState | None, now: datetime) -> bool:
    """Whether an anchored message may still be sent some day; a team or a learner may take back what stops it now."""
    return now < anchor.until and course is not None and _refusal(course, now) not in _FINAL


_FINAL = frozenset({Reason.NOT_ENROLLED, Reason.COURSE_ENDED})


def _appointment(anchor: Anchor, course: CourseState, state: State, now: datetime) -> _Found:
    if course.is_stopped or course.is_unwanted:
        return _Found(anchor.until, None, Reason.COURSE_STOPPED if course.is_stopped else Reason.OPTED_OUT)
    at, reason = (now, None) if state.paused_until is None else _unpaused(state.paused_until, now)
    if anchor.at > at:
        at, reason = anchor.at, reason or Reason.NOTHING_DUE
    deadline = anchor.until if course.ends_at is None else min(anchor.until, course.ends_at)
    found = _search(state, course.policy, course.policy.days, course.policy.per_week, at, deadline, reason)
    # Nowhere within its time, as things are: it is looked at once more when its time is over, and dropped then.
    return found if found.end else _Found(anchor.until, None, reason or Reason.NOT_NOW)


def _keep_appointment(state: State, now: datetime, anchored: _Appointments) -> Decision | None:
    """The anchored message that may be sent now; of several the one whose time is over first."""
    ready = [(anchor, found) for anchor, found in anchored if found.end and found.start == now]
    if not ready:
        return None
    anchor, found = min(ready, key=lambda pair: (pair[0].until, pair[0].key))
    return Decision(
        action=Action.SEND,
        reason=Reason.APPOINTMENT,
        until=_last_moment(state, now, [(anchor, found)]),
        kind=Kind.ANCHORED,
        courses=(anchor.course,),
        anchor=anchor.key,
        number=_number(state, now),
    )


def _keep_free(
    state: State, now: datetime, courses: Mapping[str, CourseState], reminders: _Reminders, anchored: _Appointments
) -> Decision | None:
    """Wait, where a reminder now would take the place of an anchored message that can come later only without it."""
    if all(found.start != now for _, found in reminders):
        return None
    with_it = state._replace(sent=(now, *state.sent))
    kept = [
        found.start
        for anchor, found in anchored
        if found.start and found.end and not _appointment(anchor, courses[anchor.course], with_it, now).end
    ]
    return Decision(action=Action.WAIT, reason=Reason.KEPT_FREE, until=min(kept)) if kept else None


# --- Nothing now


@lru_cache(maxsize=1 << 12)
def _wait_for(reason: Reason, until: datetime) -> Decision:
    """Kept, since many learners wait for the same hour to begin."""
    return Decision(action=Action.WAIT, reason=reason, until=until)


def _wait(found: _All, refusals: Sequence[Reason]) -> Decision:
    """Wait for the first moment there is; stop where there is none."""
    until, why = None, Reason.NOT_ENROLLED
    for _, (start, _, reason) in found:
        if start is not None and (until is None or start < until):
            until, why = start, reason
    if until is not None:
        return _wait_for(why, until)
    reasons = [*refusals, *[one.reason for _, one in found]]
    return Decision(action=Action.STOP, reason=max(reasons, key=_RANK.__getitem__, default=why))


_RANK = {reason: number for number, reason in enumerate(Reason)}
