"""May we send? What was promised to learners, decided before anything is sent: a state and a moment in, a decision out.

Every promise of the suite is kept here: how often, when, never again. Limits count over all courses of a learner; each
course is judged by its own policy against the learner's shared history, and those that may take part share one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from xblocks.base.problems import N_
from xblocks.nudge.kinds import Kind
from xblocks.nudge.moments import EVERY_DAY, QUIET_NIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The limits for one course and learner.

    Attributes:
        per_day: messages on one local calendar day.
        per_week: messages in any 7 consecutive local days.
        most_questions: questions a message, at least 1.
        quiet: local hours in which nothing is sent; bit 0 is 0:00 to 1:00.
        days: of the week on which something may be sent; bit 0 is Monday.
        hour: the only local hour in which something may be sent; None: any that is not quiet.
        rest: after the learner was active.
        slow_after: so many ignored in a row, and one a week remains.
        stop_after: so many ignored in a row, and after a goodbye nothing more comes.
    """

    per_day: int = 1
    per_week: int = 3
    most_questions: int = 3
    quiet: int = QUIET_NIGHT
    days: int = EVERY_DAY
    hour: int | None = None
    rest: timedelta = timedelta(hours=24)
    slow_after: int = 3
    stop_after: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a course team or a learner changed of a policy, with the fields of `Policy`; None: as it was."""

    per_day: int | None = None
    per_week: int | None = None
    most_questions: int | None = None
    quiet: int | None = None
    days: int | None = None
    hour: int | None = None
    rest: timedelta | None = None
    slow_after: int | None = None
    stop_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the platform's admin decides.

    Attributes:
        default: what holds for a course whose team chose nothing.
        loosest: what a team may at most choose; a default beyond it is held to it too.
    """

    default: Policy = Policy()
    loosest: Policy = Policy(per_day=2, per_week=7, most_questions=5, rest=timedelta(hours=12), stop_after=10)


class Action(StrEnum):
    """What to do now."""

    SEND = "send"
    WAIT = "wait"
    STOP = "stop"


class Reason(StrEnum):
    """Why it was decided so; `sentence` says it to people."""

    DUE = "due"

    @property
    def sentence(self) -> str:
        """An English sentence from the catalogue."""
        return N_("Questions are due.")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseState:
    """A learner in a course.

    Attributes:
        due: how many questions are due now.
        next_due: when the next one will be; None: nothing more comes.
        is_stopped: by the course team.
        is_held_out: belongs to those who are not nudged, for comparison.
        ends_at: nothing is sent at or after it.
    """

    course: str
    due: int = 0
    next_due: datetime | None = None
    policy: Policy = Policy()
    is_enrolled: bool = True
    is_stopped: bool = False
    is_held_out: bool = False
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
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
    """Whether to send something at `now` (UTC), and what; or when to look again."""
    raise NotImplementedError


def merged(bounds: Bounds, team: Overrides, learner: Overrides) -> Policy:
    """The policy for a learner in a course: the team moves within the admin's bounds, the learner only makes it stricter."""
    raise NotImplementedError
