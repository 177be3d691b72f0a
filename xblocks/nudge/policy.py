"""May we send? What was promised to learners, decided before anything is sent: a state and a moment in, a decision out.

Every promise of the suite is kept here: how often, when, never again. Limits count over all courses of a learner: each
course is judged by its own policy against the learner's shared history. So a course that allows one message a week
speaks only when there was none about any course for a week, and the strictest limit holds for a message that it takes
part in, not for those of the others. Those that may speak at one moment share one message, and its questions.

So that no course is drowned out by busier ones, they take turns. Once a course has had something to say for a week
(PATIENCE), and no other for longer, the next reminder is kept for it: none is sent that would make it wait longer. Then
it is heard within 14 days, since its week is empty after 7 at most, and its day and hour come round within 7 more; and
it goes to the end of the queue. So where n courses have something due and may be talked about, each is heard at least
every 7 + 14 n days (`drowned_after`). That counts from the last time the learner was active or paused, since both move
every course; and messages that another component asked for come first, and may move it further.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from xblocks.nudge.kinds import Kind
from xblocks.nudge.limits import DEFAULT, Bounds, Overrides, Policy, full_limit, merged
from xblocks.nudge.moments import EVERY_DAY, local_days, next_span
from xblocks.nudge.reasons import Action, Reason
from xblocks.nudge.states import Anchor, CourseState, Decision, State

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
# So long a course waits for its turn, and then the next reminder is kept for it.
PATIENCE = timedelta(days=7)
# So long without activity is a silence, and the next reminder is a kinder one.
SILENCE = timedelta(days=14)


def drowned_after(courses: int) -> timedelta:
    """So long at most a course with something due, out of so many, is not heard, as long as it may be talked about."""
    return PATIENCE + 14 * courses * timedelta(days=1)


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
        return _keep_turn(state, now, reminders) or _remind(state, now, reminders) or _wait(reminders, refusals)
    courses = {course.course: course for course in state.courses}
    alive = [anchor for anchor in state.anchors if _is_alive(anchor, courses.get(anchor.course), now)]
    anchored = [(anchor, _appointment(anchor, courses[anchor.course], state, now)) for anchor in alive]
    decision = (
        _keep_appointment(state, now, anchored)
        or _keep_free(state, now, courses, reminders, anchored)
        or _keep_turn(state, now, reminders)
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
    # The goodbye promised that nothing comes before they practise; that somebody has loosened a limit since, does not.
    if willing and state.said_stop:
        return (), [Reason.IGNORED]
    # Where every course was ignored too often, a goodbye takes the place of the reminder.
    if not going:
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


def _keep_turn(state: State, now: datetime, reminders: _Reminders) -> Decision | None:
    """Wait, where a reminder now would make the course wait longer that has waited longest, and for long."""
    if len(reminders) < 2:
        return None
    speaking = [course for course, found in reminders if found.start == now]
    if not speaking or state.ignored >= speaking[0].policy.stop_after:
        return None
    waiting = [
        (course.waits_since, course.course, course, found.start)
        for course, found in reminders
        if found.start and found.end and course.waits_since and now - course.waits_since >= PATIENCE
    ]
    if not waiting:
        return None
    _since, _name, course, start = min(waiting, key=lambda one: one[:2])
    if start == now:
        return None
    common = _common_days([course for course, _ in reminders]) if state.weekly_digest else EVERY_DAY
    if _reminder(course, state._replace(sent=(now, *state.sent)), now, common).start == start:
        return None
    return Decision(action=Action.WAIT, reason=Reason.TURN, until=start)


def _remind(state: State, now: datetime, reminders: _Reminders) -> Decision | None:
    """One message about every course that may take part now, the one that has waited longest first."""
    part = [course for course, found in reminders if found.start == now]
    if not part:
        return None
    part.sort(key=lambda course: course.waits_since or now)
    kind = _kind(state, now, part)
    due = [max(course.due, 1) for course in part]
    questions = 0 if kind is Kind.GOODBYE else min(sum(due), *[course.policy.most_questions for course in part])
    return Decision(
        action=Action.SEND,
        reason=Reason.IGNORED if kind is Kind.GOODBYE else Reason.DUE,
        until=_last_moment(state, now, reminders),
        kind=kind,
        courses=tuple([course.course for course in part]),
        questions=questions,
        shares=_shares(questions, due),
        number=_number(state, now),
    )


def _shares(questions: int, due: Sequence[int]) -> tuple[int, ...]:
    """How many questions are from each course: one from each in turn, as long as there are some."""
    if len(due) == 1:
        return (questions,)
    shares = [0] * len(due)
    while questions:
        for place, most in enumerate(due):
            if questions and shares[place] < most:
                shares[place] += 1
                questions -= 1
    return tuple(shares)


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


_UNLIMITED = Policy()
"""Of which a notice keeps the quiet hours only; what was sent before does not count for it."""
_FINAL = frozenset({Reason.NOT_ENROLLED, Reason.COURSE_ENDED})


def _appointment(anchor: Anchor, course: CourseState, state: State, now: datetime) -> _Found:
    if course.is_stopped or course.is_unwanted:
        return _Found(anchor.until, None, Reason.COURSE_STOPPED if course.is_stopped else Reason.OPTED_OUT)
    at, reason = (now, None) if state.paused_until is None else _unpaused(state.paused_until, now)
    if anchor.at > at:
        at, reason = anchor.at, reason or Reason.NOTHING_DUE
    deadline = anchor.until if course.ends_at is None else min(anchor.until, course.ends_at)
    policy = course.policy
    if anchor.is_notice:
        state, policy = state._replace(sent=()), replace(_UNLIMITED, quiet=policy.quiet)
    found = _search(state, policy, policy.days, policy.per_week, at, deadline, reason)
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
        shares=(0,),
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
