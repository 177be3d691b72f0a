"""Learners who enrol after a workshop was published, who leave their course, and who come back.

What the platform says now counts, whatever was heard of before, so that what is heard twice or out of order does no
harm. Who leaves gives up a seat in what is still to come, and the first who waits moves up; what they prepared is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import OPENEDX, user_id_of
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.workshop import choosing, models, reading, taking_part, telling

AGAIN = timedelta(days=1)
"""So long after it was last asked who takes a course it is asked again: what is heard of may be lost."""


def look_at(user_id: int, course_key: CourseKey, now: datetime) -> None:
    """Bring one user's part in the workshops of a course up to date."""
    workshops = models.Workshop.objects.filter(course_key=course_key, is_retired=False).order_by("pk")
    is_learner = any(one.user_id == user_id for one in platform().learners(course_key, user_id - 1, 1))
    for workshop in workshops:
        if not is_learner:
            _see_off(workshop, list(_here(workshop).filter(person__external_id=str(user_id))), now)
            continue
        one, is_new = taking_part.participant(workshop, OPENEDX, str(user_id), now)
        with transaction.atomic():
            if not is_new:
                # They may have been away without anybody hearing of it.
                taking_part.ask_anew([one.pk])
            telling.follow_up(workshop.pk, [one.pk])


def look_at_all(workshop: models.Workshop, now: datetime) -> None:
    """Bring everybody's part in a workshop up to date; some statements for every few hundred of them."""
    learners: set[str] = set()
    for page, came in taking_part.join_all(workshop, now):
        learners |= page
        telling.follow_up(workshop.pk, came)
    after = 0
    while rows := list(_here(workshop).filter(pk__gt=after).order_by("pk")[: taking_part.PAGE]):
        after = rows[-1].pk
        _see_off(workshop, [one for one in rows if one.person.external_id not in learners], now)
    models.Workshop.objects.filter(pk=workshop.pk).update(enrolments_seen_at=now)


def left_elsewhere(course_key: CourseKey, people: Iterable[tuple[str, str]], now: datetime) -> None:
    """Learners left the other place where they took the course; who is enrolled here as well goes on.

    Args:
        people: each a source, and an id there.
    """
    for source, external_id in people:
        rows = models.Participant.objects.filter(
            workshop__course_key=course_key, is_elsewhere=True, person__source=source, person__external_id=external_id
        )
        found = list(rows)
        rows.update(is_elsewhere=False)
        user_id = user_id_of(source, external_id)
        if user_id is not None:
            look_at(user_id, course_key, now)
            continue
        for one in found:
            leave(one, now)


def outstanding(now: datetime) -> list[int]:
    """Workshops of which it was not asked for long who takes their course."""
    late = Q(enrolments_seen_at=None) | Q(enrolments_seen_at__lte=now - AGAIN)
    rows = models.Workshop.objects.filter(late, is_retired=False).order_by("pk")
    return list(rows.values_list("pk", flat=True))


@repeated
def leave(one: models.Participant, now: datetime) -> None:
    """Somebody left the course. A seat in a session that is over stays theirs: they had it."""
    with transaction.atomic():
        choosing.hold(one.workshop_id)
        here = models.Participant.objects.filter(pk=one.pk, left_at=None)
        held = here.select_related("holds").first()
        if held is None:
            return
        at = reading.appointment_of(held.holds, held.began_at) if held.holds is not None else None
        if at is not None and at.ends <= now:
            choosing.stop_waiting(held, now)
        else:
            choosing.leave(held, now)
        here.update(left_at=now, notice="", notice_about=None)
        telling.follow_up(one.workshop_id, [one.pk])


# --- Parts


def _here(workshop: models.Workshop) -> Any:
    people = models.Participant.objects.select_related("person")
    return people.filter(workshop=workshop, left_at=None, is_elsewhere=False, person__source=OPENEDX)


def _see_off(workshop: models.Workshop, others: Collection[models.Participant], now: datetime) -> None:
    """Of those who are no learners of the course: who left it goes, and so does who is of its team and did nothing."""
    users = {user_id_of(OPENEDX, one.person.external_id): one for one in others}
    course_key = workshop.course_key
    there = platform().enrolled([one for one in users if one is not None], [course_key]) if users else {}
    # Of a course that the platform does not know it says nothing.
    for user_id, one in users.items() if course_key in there else ():
        if user_id not in there[course_key] or not _takes_part(one):
            leave(one, now)


def _takes_part(one: models.Participant) -> bool:
    has_seat = one.holds_id is not None or one.waits_id is not None
    return has_seat or one.attended_at is not None or bool(one.done.exclude(done_at=None).exists())
