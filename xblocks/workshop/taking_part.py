"""Learners in a workshop: known once they come, or are seen to take the course (`enrolling`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.base.accounts import OPENEDX, user_id_of
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.workshop import models, telling

PAGE = 500


@repeated
def participant(
    workshop: models.Workshop,
    source: str,
    external_id: str,
    now: datetime,
    *,
    only_looks: bool = False,
    is_elsewhere: bool = False,
) -> tuple[models.Participant, bool]:
    """A learner in a workshop, made when new; and whether they are. Who had left the course has come back with that.

    Args:
        only_looks: one of the team, who does not take part by opening it.
        is_elsewhere: they take part in another place that shows the course, also where they have an account here.
    """
    found = (
        models.Participant.objects.filter(workshop=workshop, person__source=source, person__external_id=external_id)
        .select_related("person", "holds", "waits")
        .first()
    )
    if found is not None:
        found.workshop = workshop
        if found.left_at is not None and not only_looks:
            come_back(found, now)
        if is_elsewhere and not found.is_elsewhere:
            models.Participant.objects.filter(pk=found.pk).update(is_elsewhere=True)
            found.is_elsewhere = True
        return found, False
    person, _is_new = models.Person.objects.get_or_create(source=source, external_id=external_id)
    began = began_at(workshop, source, external_id, now)
    part: dict[str, Any] = {"left_at": now} if only_looks else telling.stale(now)
    new = {"began_at": began, "here_since": now, "is_elsewhere": is_elsewhere, **part}
    made, is_new = models.Participant.objects.get_or_create(workshop=workshop, person=person, defaults=new)
    return made, is_new


def come_back(one: models.Participant, now: datetime) -> None:
    """Somebody takes the course again: what they prepared is there, and what is still to come they are reminded of."""
    with transaction.atomic():
        rows = models.Participant.objects.filter(pk=one.pk).exclude(left_at=None)
        if rows.update(left_at=None, here_since=now):
            ask_anew([one.pk])
            telling.follow_up(one.workshop_id, [one.pk])
    one.left_at, one.here_since = None, now


def began_at(workshop: models.Workshop, source: str, external_id: str, now: datetime) -> datetime:
    """When a learner began the course, as the platform says; now, where it says nothing."""
    user_id = user_id_of(source, external_id)
    if user_id is None:
        return now
    joined = platform().learners(workshop.course_key, user_id - 1, 1)
    return next((one.at for one in joined if one.user_id == user_id), now)


def ask_anew(participant_ids: Collection[int]) -> None:
    """Have all reminders of these asked for once more: nudging drops what is due while somebody is away."""
    with transaction.atomic():
        rows = models.Participant.objects.select_for_update().filter(pk__in=participant_ids).order_by("pk")
        for pk, asked in rows.values_list("pk", "asked"):
            models.Participant.objects.filter(pk=pk).update(asked=dict.fromkeys(asked, ""))


def join_all(workshop: models.Workshop, now: datetime) -> Iterator[tuple[set[str], list[int]]]:
    """Make everybody who takes the course known, page by page: their ids, and the participants who are new or back."""
    after = -1
    while found := platform().learners(workshop.course_key, after, PAGE):
        after = found[-1].user_id
        joined = {str(one.user_id): one.at for one in found}
        rows = [models.Person(source=OPENEDX, external_id=name) for name in joined]
        models.Person.objects.bulk_create(rows, ignore_conflicts=True)
        people = models.Person.objects.filter(source=OPENEDX, external_id__in=joined)
        here = models.Participant.objects.filter(workshop=workshop, person__in=people)
        known = dict(here.values_list("person_id", "left_at"))
        new = [one for one in people if one.pk not in known]
        mark = telling.stale(now)
        models.Participant.objects.bulk_create(
            [
                models.Participant(workshop=workshop, person=one, began_at=joined[one.external_id], **mark)
                for one in new
            ],
            ignore_conflicts=True,
        )
        back = here.filter(person__in=[pk for pk, left_at in known.items() if left_at is not None])
        returned = list(back.values_list("pk", flat=True))
        if returned:
            ask_anew(returned)
            here.filter(pk__in=returned).update(left_at=None, here_since=now, **mark)
        made = models.Participant.objects.filter(workshop=workshop, person__in=new)
        yield set(joined), sorted([*made.values_list("pk", flat=True), *returned])


def complete(one: models.Participant) -> None:
    """The block is done, for somebody who need not be in front of it."""
    user_id = user_id_of(one.person.source, one.person.external_id)
    if user_id is not None:
        platform().complete(one.workshop.usage_key, [user_id])
