"""Two people turn out to be one: somebody from another place has an account on this platform.

What they prepared there is prepared here too, and who was there was there. Where both had a seat, the account keeps its
own and the other one goes to whoever waits first. Reminders that were asked for in the other's name are those of the
account now (`nudge.join_learners`); they are worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.base.repeating import repeated
from xblocks.workshop import choosing, models, preparing, reading, taking_part, telling
from xblocks.workshop.plan import Completes


@repeated
def join(guest: tuple[str, str], account: tuple[str, str], now: datetime) -> None:
    """Make what somebody did elsewhere an account's. Safe to run again."""
    if guest == account:
        raise ValueError("a learner cannot be joined to themselves")
    with transaction.atomic():
        # Of two who join them at once, the second one finds nobody; who gives them something new meanwhile waits.
        rows = models.Person.objects.select_for_update()
        known = rows.filter(source=guest[0], external_id=guest[1]).first()
        if known is None:
            return
        mine, _is_new = models.Person.objects.get_or_create(source=account[0], external_id=account[1])
        # In one order, so that no two who join wait for each other.
        for workshop_id in known.workshops.order_by("workshop_id").values_list("workshop_id", flat=True):
            choosing.hold(workshop_id)
            people = models.Participant.objects.select_for_update().filter(workshop=workshop_id).order_by("pk")
            both = {one.person_id: one for one in people.filter(person__in=(known, mine))}
            other, own = both[known.pk], both.get(mine.pk)
            if own is None:
                values = {"person": mine, "asked": _anew(other.asked), "is_elsewhere": True}
                models.Participant.objects.filter(pk=other.pk).update(**values)
                own = models.Participant.objects.get(pk=other.pk)
            else:
                _merge(other, own, now)
            _follow(own, now)
        known.delete()


def _anew(asked: Iterable[str]) -> dict[str, str]:
    """Reminders that are there, of which nobody knows any more what they say."""
    return dict.fromkeys(asked, "")


def _merge(other: models.Participant, own: models.Participant, now: datetime) -> None:
    _merge_done(other, own)
    _merge_attendance(other, own)
    values: dict[str, Any] = {
        "began_at": min(other.began_at, own.began_at),
        "prepared_at": _first(other.prepared_at, own.prepared_at),
        "attended_at": _first(other.attended_at, own.attended_at),
        "noted_at": now,
        "is_elsewhere": True,
        "left_at": None if other.left_at is None else own.left_at,
        "asked": _anew({**other.asked, **own.asked}),
        "notices": max(other.notices, own.notices),
        "told": {**other.told, **own.told},
    }
    if not own.notice:
        values |= {"notice": other.notice, "notice_about_id": other.notice_about_id}
    seats = _seats(other, own)
    models.Participant.objects.filter(pk=other.pk).update(**dict.fromkeys(seats.keys() & {"holds_id", "waits_id"}))
    models.Participant.objects.filter(pk=own.pk).update(**values, **seats)
    # What is still the other's goes to whoever waits first.
    choosing.leave(other, now)
    other.delete()


def _seats(other: models.Participant, own: models.Participant) -> dict[str, Any]:
    """What the account takes over: a seat where it has none, and a place in line where it waits for nothing."""
    values: dict[str, Any] = {}
    holds = own.holds_id
    if holds is None and other.holds_id is not None:
        holds = other.holds_id
        values = {"holds_id": holds, "chosen_at": other.chosen_at}
    if own.waits_id is not None and own.waits_id == holds:
        values |= {"waits_id": None, "number": 0}
    elif own.waits_id is None and other.waits_id not in (None, holds):
        values |= {"waits_id": other.waits_id, "number": other.number}
    return values


def _merge_done(other: models.Participant, own: models.Participant) -> None:
    """What the account did counts; where it did nothing, what was done there."""
    mine = {row.item_id: row for row in own.done.all()}
    for row in other.done.all():
        there = mine.get(row.item_id)
        if there is None:
            models.Done.objects.filter(pk=row.pk).update(participant=own)
        elif there.done_at is None and row.done_at is not None:
            models.Done.objects.filter(pk=there.pk).update(text=row.text, done_at=row.done_at)


def _merge_attendance(other: models.Participant, own: models.Participant) -> None:
    """Who was there by one name was there."""
    mine = {row.session_id: row for row in own.attendance.all()}
    for row in other.attendance.all():
        there = mine.get(row.session_id)
        if there is None:
            models.Attendance.objects.filter(pk=row.pk).update(participant=own)
        elif row.was_there and not there.was_there:
            models.Attendance.objects.filter(pk=there.pk).update(was_there=True, at=row.at, by=row.by)


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _follow(own: models.Participant, now: datetime) -> None:
    """What both did together may be all; and the block is done for an account, which it was for nobody before."""
    one = models.Participant.objects.select_related("workshop", "person").get(pk=own.pk)
    preparing.look_anew(one, now)
    completes = reading.plan_of(one.workshop).completes
    is_done = one.prepared_at if completes is Completes.PREPARED else one.attended_at
    if is_done is not None:
        transaction.on_commit(lambda: taking_part.complete(one), robust=True)
    telling.follow_up(one.workshop_id, [one.pk])
