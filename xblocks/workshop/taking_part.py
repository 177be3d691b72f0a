"""Learners in a workshop: known once they come, or are enrolled when it is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from xblocks.base.accounts import OPENEDX, user_id_of
from xblocks.base.platform import platform
from xblocks.workshop import models

PAGE = 500


def participant(
    workshop: models.Workshop, source: str, external_id: str, now: datetime
) -> tuple[models.Participant, bool]:
    """A learner in a workshop, made when new; and whether they are."""
    found = (
        models.Participant.objects.filter(workshop=workshop, person__source=source, person__external_id=external_id)
        .select_related("person", "holds", "waits")
        .first()
    )
    if found is not None:
        found.workshop = workshop
        return found, False
    person, _is_new = models.Person.objects.get_or_create(source=source, external_id=external_id)
    made, is_new = models.Participant.objects.get_or_create(
        workshop=workshop, person=person, defaults={"began_at": began_at(workshop, source, external_id, now)}
    )
    return made, is_new


def began_at(workshop: models.Workshop, source: str, external_id: str, now: datetime) -> datetime:
    """When a learner began the course, as the platform says; now, where it says nothing."""
    user_id = user_id_of(source, external_id)
    if user_id is None:
        return now
    joined = platform().learners(workshop.course_key, user_id - 1, 1)
    return next((one.at for one in joined if one.user_id == user_id), now)


def join_all(workshop: models.Workshop) -> Iterator[list[int]]:
    """Make everybody who takes the course known, page by page; the participants who are new."""
    after = -1
    while found := platform().learners(workshop.course_key, after, PAGE):
        after = found[-1].user_id
        joined = {str(one.user_id): one.at for one in found}
        rows = [models.Person(source=OPENEDX, external_id=name) for name in joined]
        models.Person.objects.bulk_create(rows, ignore_conflicts=True)
        people = models.Person.objects.filter(source=OPENEDX, external_id__in=joined)
        known = set(
            models.Participant.objects.filter(workshop=workshop, person__in=people).values_list("person_id", flat=True)
        )
        new = [one for one in people if one.pk not in known]
        models.Participant.objects.bulk_create(
            [models.Participant(workshop=workshop, person=one, began_at=joined[one.external_id]) for one in new],
            ignore_conflicts=True,
        )
        made = models.Participant.objects.filter(workshop=workshop, person__in=new)
        yield list(made.order_by("pk").values_list("pk", flat=True))


def complete(one: models.Participant) -> None:
    """The block is done, for somebody who need not be in front of it."""
    user_id = user_id_of(one.person.source, one.person.external_id)
    if user_id is not None:
        platform().complete(one.workshop.usage_key, [user_id])
