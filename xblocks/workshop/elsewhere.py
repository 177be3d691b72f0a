"""What learners do with a workshop in another system that shows it, such as a Moodle.

There they have no account of this platform, choose no session and answer no question: they prepare, and say that they
did. Everything here may be told again, and in any order for one learner but their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.platform import platform
from xblocks.workshop import models, preparing, publishing, reading, taking_part, telling
from xblocks.workshop.plan import ItemKind, Plan, Session

BY_THEMSELVES = (ItemKind.TICK, ItemKind.READ, ItemKind.QUESTION)
"""What somebody has done who says that they prepared; a quiz is looked at by itself."""


# --- What is shown there


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session as it is.

    Attributes:
        planned: as the course has it that was published last.
        is_cancelled: it does not take place, or the course has it no more.
    """

    session: Session
    planned: Session
    is_cancelled: bool

    @property
    def is_as_planned(self) -> bool:
        """Whether its course says all that there is to say of it."""
        return self.session == self.planned and not self.is_cancelled


@dataclass(frozen=True, slots=True)
class WorkshopNow:
    """A workshop as it is, with the sessions that the course has."""

    usage_key: UsageKey
    title: str
    plan: Plan
    sessions: Sequence[SessionNow]


def workshops_of(course_key: CourseKey) -> list[WorkshopNow]:
    """The workshops of a course as they are; two statements."""
    workshops = list(models.Workshop.objects.filter(course_key=course_key, is_retired=False).order_by("pk"))
    rows: dict[int, list[models.Session]] = {one.pk: [] for one in workshops}
    sessions = models.Session.objects.filter(workshop__in=workshops, is_retired=False)
    for row in sessions.order_by("place_in_plan", "pk") if workshops else ():
        rows[row.workshop_id].append(row)
    return [
        WorkshopNow(one.usage_key, one.title, reading.plan_of(one), [_session_now(row) for row in rows[one.pk]])
        for one in workshops
    ]


def _session_now(row: models.Session) -> SessionNow:
    planned = reading.session_in(row.planned, row.session_id)
    return SessionNow(reading.session_of(row), planned, row.is_cancelled)


# --- Who takes part


def join(course_key: CourseKey, people: Iterable[tuple[str, str]], now: datetime) -> None:
    """Learners take part in the workshops of a course, and are reminded as all are. Safe to repeat.

    Args:
        people: each a source, and an id there.
    """
    wanted = set(people)
    for workshop in models.Workshop.objects.filter(course_key=course_key, is_retired=False).order_by("pk"):
        new = []
        for source, external_id in sorted(wanted - _there(workshop, wanted)):
            one, is_new = taking_part.participant(workshop, source, external_id, now, is_elsewhere=True)
            new += [one.pk] if is_new else []
        if new:
            with transaction.atomic():
                telling.follow_up(workshop.pk, new)


def _there(workshop: models.Workshop, people: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those who are known to take part from elsewhere already; in one statement."""
    rows = models.Participant.objects.filter(
        workshop=workshop,
        left_at=None,
        is_elsewhere=True,
        person__source__in={source for source, _id in people},
        person__external_id__in={external_id for _source, external_id in people},
    )
    return set(rows.values_list("person__source", "person__external_id"))


# --- What they prepared


def note_prepared(source: str, external_id: str, usage_key: UsageKey, at: datetime) -> bool:
    """Somebody says that they prepared; whether that could be noted: there may be no such workshop (yet).

    Args:
        at: when they said it. What they did before stays as it was.
    """
    participant = _participant(source, external_id, usage_key, at)
    if participant is None:
        return False
    preparing.note_done(participant, _own_items(participant), at)
    return True


def take_back_prepared(source: str, external_id: str, usage_key: UsageKey, said_at: datetime, at: datetime) -> bool:
    """Somebody takes back that they prepared; what they did otherwise stays. Whether that could be noted.

    Args:
        said_at: when they had said it.
    """
    participant = _participant(source, external_id, usage_key, at)
    if participant is None:
        return False
    preparing.take_back(participant, _own_items(participant), said_at, at)
    return True


def note_quiz(source: str, external_id: str, quiz: UsageKey, at: datetime) -> None:
    """Somebody answered every question of a quiz there: what a workshop of its course asks of it is done."""
    for workshop in models.Workshop.objects.filter(course_key=quiz.course_key, is_retired=False).order_by("pk"):
        name = reading.name_of(quiz)
        items = [one.id for one in reading.plan_of(workshop).items if one.kind is ItemKind.QUIZ and one.block == name]
        if items:
            participant, _is_new = taking_part.participant(workshop, source, external_id, at, is_elsewhere=True)
            preparing.note_done(participant, items, at)


def _participant(source: str, external_id: str, usage_key: UsageKey, at: datetime) -> models.Participant | None:
    workshop = models.Workshop.objects.filter(usage_key=usage_key).first()
    if workshop is None:
        block = platform().block(usage_key)
        workshop = publishing.read(usage_key, block, platform().now()) if block is not None else None
    if workshop is None:
        return None
    return taking_part.participant(workshop, source, external_id, at, is_elsewhere=True)[0]


def _own_items(participant: models.Participant) -> Collection[str]:
    return [item.id for item in reading.plan_of(participant.workshop).items if item.kind in BY_THEMSELVES]
