"""Choosing a session, waiting for one, and leaving it: one change of a workshop's seats at a time.

Whoever changes seats holds the workshop's row first, so that of two who want the last seat one waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from xblocks.base.repeating import repeated
from xblocks.workshop import models, reading, telling
from xblocks.workshop.messages import Notice
from xblocks.workshop.seating import NoSuchSessionError, Place, Room, Seating

__all__ = ["NoSuchSessionError", "choose", "leave", "stop_waiting"]


@repeated
def choose(participant: models.Participant, session_id: str, now: datetime) -> Place:
    """Take a seat in a session, or wait for one.

    Raises:
        NoSuchSessionError: it cannot be chosen (any more).
    """
    with transaction.atomic():
        hold(participant.workshop_id)
        rows = _rows(participant.workshop_id)
        wanted = next((row.pk for row in rows if row.session_id == session_id), None)
        if wanted is None:
            raise NoSuchSessionError
        seats = seating(rows, [participant.pk], now)
        place = seats.choose(participant.pk, wanted)
        keep(participant.workshop_id, seats, now)
    return place


@repeated
def leave(participant: models.Participant, now: datetime) -> None:
    """Give up one's seat and stop waiting; the first who waits moves up."""
    _change(participant, now, lambda seats: seats.leave(participant.pk))


@repeated
def stop_waiting(participant: models.Participant, now: datetime) -> None:
    """Keep the seat that one has."""
    _change(participant, now, lambda seats: seats.stop_waiting(participant.pk))


def _change(participant: models.Participant, now: datetime, change: Callable[[Seating], None]) -> None:
    with transaction.atomic():
        hold(participant.workshop_id)
        seats = seating(_rows(participant.workshop_id), [participant.pk], now)
        change(seats)
        keep(participant.workshop_id, seats, now)


# --- For whoever changes seats


def hold(workshop_id: int) -> models.Workshop:
    """The workshop, held until the transaction ends."""
    found: models.Workshop = models.Workshop.objects.select_for_update().get(pk=workshop_id)
    return found


def _rows(workshop_id: int) -> list[models.Session]:
    return list(models.Session.objects.filter(workshop_id=workshop_id).order_by("pk"))


def seating(rows: Iterable[models.Session], participant_ids: Iterable[int], now: datetime) -> Seating:
    """The seats of a workshop that is held, with everybody who waits, and with these participants."""
    rooms = {row.pk: _room(row, now) for row in rows}
    people = models.Participant.objects
    ids = set(participant_ids) | set(people.filter(waits__in=list(rooms)).values_list("pk", flat=True))
    places = {
        pk: Place(holds, waits, number)
        for pk, holds, waits, number in people.filter(pk__in=ids).values_list("pk", "holds_id", "waits_id", "number")
    }
    counted = people.filter(holds__in=list(rooms)).values("holds_id").annotate(number=Count("pk")).order_by()
    return Seating(rooms, places, {row["holds_id"]: row["number"] for row in counted})


def _room(row: models.Session, now: datetime) -> Room:
    session, at = reading.session_of(row), reading.appointment_of(row)
    # Once it is over there is nothing to choose any more; nobody moves up then, either.
    is_over = at is not None and at.ends <= now
    return Room(session.seats, is_open=not (row.is_cancelled or row.is_retired or is_over))


def keep(workshop_id: int, seats: Seating, now: datetime) -> None:
    """Write down who has what, tell those who moved up, and have reminders follow."""
    changed = seats.changed()
    before = dict(models.Participant.objects.filter(pk__in=changed).values_list("pk", "holds_id"))
    for pk, place in changed.items():
        values: dict[str, Any] = {"holds_id": place.holds, "waits_id": place.waits, "number": place.number}
        if before.get(pk) != place.holds:
            values["chosen_at"] = now if place.holds is not None else None
        models.Participant.objects.filter(pk=pk).update(**values)
    for pk in seats.moved_up:
        telling.ask([pk], Notice.SEAT, changed[pk].holds)
    if changed:
        telling.follow_up(workshop_id, list(changed))
