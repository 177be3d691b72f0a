"""A workshop as a course team plans it, pure: sessions to choose from, what to prepare, and when to remind of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from xblocks.workshop.moments import Distance

DAY_BEFORE = Distance(days=1)
REMINDERS = (Distance(days=7), Distance(days=2), Distance(minutes=180))
"""How long before a session what is not done yet is reminded of, unless the team says otherwise."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A date and times, as the clock of the session's zone shows them."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Relative:
    """So many days after each learner's own start, in a self-paced course."""

    days: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Later:
    """The team says later when it is."""


When = Fixed | Relative | Later


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One of the sessions to choose from.

    Attributes:
        id: stable within the workshop; who chose it holds on to it.
        zone: an IANA name; its clock shows the times.
        seats: 0: as many as come.
    """

    id: str
    when: When = Later()
    zone: str = "UTC"
    place: str = ""
    link: str = ""
    facilitator: str = ""
    seats: int = 0


class ItemKind(StrEnum):
    """What a learner does.

    TICK: something, and ticks it; READ: read or watch something, and tick it; QUIZ: it ticks itself once each of its
    questions was answered; QUESTION: answer it for the facilitator.
    """

    TICK = "tick"
    READ = "read"
    QUIZ = "quiz"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to prepare.

    Attributes:
        id: stable within the workshop; what learners did holds on to it.
        title: what to do, or what is asked.
        about: markup, more of it; "" for nothing.
        minutes: how long it takes.
        before: how long before the session it is due.
        url: READ: where it is, an address or a path of the course.
        block: QUIZ: the quiz in the same course, as "microquiz@" and its url_name.
    """

    id: str
    kind: ItemKind
    title: str
    about: str = ""
    minutes: int = 5
    before: Distance = DAY_BEFORE
    url: str = ""
    block: str = ""


class Completes(StrEnum):
    """What completes the block for a learner."""

    PREPARED = "prepared"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of a workshop.

    Attributes:
        about: markup, what it is for.
        reminders: how long before a session; the farthest first.
        reflection: a block of the course to go to afterwards ("reflection@" and its url_name); "" for none.
    """

    about: str = ""
    sessions: tuple[Session, ...] = ()
    items: tuple[Item, ...] = ()
    reminders: tuple[Distance, ...] = REMINDERS
    reflection: str = ""
    completes: Completes = Completes.PREPARED
