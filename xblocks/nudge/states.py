"""What is known of a learner when it is decided about them, and what is decided: the values of `policy`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from xblocks.nudge.kinds import Kind
from xblocks.nudge.limits import DEFAULT, Policy
from xblocks.nudge.reasons import Action, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A message that another component asked for: `at` <= when it is sent < `until` (UTC), about `course`.

    An appointment, not a reminder to practise: it obeys limits, quiet hours, the learner's days and hour, opting out,
    pausing, enrolment and the team's stop; not the rest after activity, not slowing down or stopping for what was
    ignored, and not the holdout, since its sender has promised it to everybody.

    Attributes:
        is_notice: it tells of something that has changed and does not wait for a better day: neither limits nor the
            learner's days and hour hold it back, only quiet hours. It counts as a message for those that come after it.
    """

    key: str
    at: datetime
    until: datetime
    course: str
    is_notice: bool = False


class CourseState(NamedTuple):
    """A learner in a course; a tuple, as are `State` and `Decision`, since a sweep makes them for thousands.

    Attributes:
        due: how many questions are due now.
        next_due: when the next one will be; None: nothing more comes.
        waits_since: since when the course has something to say: something came due, or it was last told of; None: it
            has not, or there is no other course.
        is_stopped: by the course team.
        is_held_out: belongs to those who are not nudged, for comparison.
        is_unwanted: the learner told the platform that they want no mail about this course.
        ends_at: nothing is sent at or after it.
    """

    course: str
    due: int = 0
    next_due: datetime | None = None
    waits_since: datetime | None = None
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
        shares: how many of the questions are from each of the courses.
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
    shares: tuple[int, ...] = ()
    anchor: str | None = None
    number: int = 1
    dropped: tuple[str, ...] = ()
