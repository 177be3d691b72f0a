"""Sessions as they are: moved, changed, cancelled and taken up again, by a team on its page or by what it published.

A course need not be published again to move a session (ADR 0029). What is written in Studio counts when it changed
there since it was last taken over, so that publishing something else moves nothing back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.base.repeating import repeated
from xblocks.workshop import choosing, definition, models, telling
from xblocks.workshop.messages import Notice
from xblocks.workshop.plan import Plan, Session

_TIMES = ("starts", "ends", "days", "zone")
_SEEN = ("place", "link", "facilitator")


@repeated
def change(session_id: int, session: Session, now: datetime) -> None:
    """Change a session to what a team says it is now."""
    with transaction.atomic():
        row = _held(session_id)
        _change(row, definition.encode_session(session), now)


@repeated
def cancel(session_id: int, now: datetime) -> None:
    """A session does not take place: its learners are told once, and keep what they prepared."""
    with transaction.atomic():
        row = _held(session_id)
        _cancel(row, now)


@repeated
def take_up_again(session_id: int, now: datetime) -> None:
    """A session that was cancelled takes place after all, for whoever chooses it."""
    with transaction.atomic():
        row = _held(session_id)
        if not row.is_cancelled:
            return
        row.is_cancelled = False
        _changed(row, now)
        row.save()
        telling.follow_up(row.workshop_id, _everybody(row.workshop_id))


@repeated
def take_over(workshop: models.Workshop, plan: Plan, title: str, now: datetime) -> None:
    """Take over what a team published."""
    with transaction.atomic():
        kept = choosing.hold(workshop.pk)
        raw = definition.encode(plan)
        is_other = kept.plan != raw or kept.title != title or kept.is_retired
        kept.plan, kept.title, kept.is_retired = raw, title, False
        kept.save()
        rows = {row.session_id: row for row in kept.sessions.all()}
        for place, session in enumerate(plan.sessions):
            _take_over(kept, rows.pop(session.id, None), place, session, now)
        for row in rows.values():
            if not row.is_retired:
                _cancel(row, now)
                row.is_retired = True
                row.save(update_fields=["is_retired"])
        if is_other:
            telling.follow_up(kept.pk, _everybody(kept.pk))


def _take_over(
    workshop: models.Workshop, row: models.Session | None, place: int, session: Session, now: datetime
) -> None:
    raw = definition.encode_session(session)
    if row is None:
        models.Session.objects.create(
            workshop=workshop, session_id=session.id, planned=raw, facts=raw, place_in_plan=place, changed_at=now
        )
        return
    row.place_in_plan = place
    if row.is_retired:
        row.is_retired = row.is_cancelled = False
        _changed(row, now)
    was, row.planned = row.planned, raw
    row.save()
    if was != raw:
        _change(row, _merged(was, raw, row.facts), now)


def _merged(was: Mapping[str, Any], planned: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with what changed in the plan; times change together."""
    changed = {name for name in {*was, *planned} if was.get(name) != planned.get(name)}
    if changed & set(_TIMES):
        changed |= set(_TIMES)
    kept = {name: value for name, value in facts.items() if name not in changed}
    return {**kept, **{name: planned[name] for name in changed if name in planned}}


# --- Parts; the workshop is held


def _held(session_id: int) -> models.Session:
    workshop_id = models.Session.objects.values_list("workshop_id", flat=True).get(pk=session_id)
    choosing.hold(workshop_id)
    found: models.Session = models.Session.objects.get(pk=session_id)
    return found


def _change(row: models.Session, facts: dict[str, Any], now: datetime) -> None:
    was, row.facts = row.facts, facts
    if was == facts:
        return
    is_moved = any(was.get(name) != facts.get(name) for name in _TIMES)
    is_seen = any(was.get(name) != facts.get(name) for name in _SEEN)
    if is_moved or is_seen:
        _changed(row, now)
    if is_moved:
        row.moved_at = now
    row.save()
    if (is_moved or is_seen) and not row.is_cancelled:
        telling.ask(_theirs(row), Notice.MOVED if is_moved else Notice.CHANGED, row.pk)
    seats = _seating(row, now)
    # There may be more seats, and a session that was over may be one that is to come.
    seats.refill(row.pk)
    choosing.keep(row.workshop_id, seats, now)
    telling.follow_up(row.workshop_id, _everybody(row.workshop_id) if is_moved else _theirs(row))


def _cancel(row: models.Session, now: datetime) -> None:
    if row.is_cancelled:
        return
    seats = _seating(row, now)
    seats.close(row.pk)
    row.is_cancelled = True
    _changed(row, now)
    row.save()
    telling.ask([who for who, _place in seats.lost], Notice.CANCELLED, row.pk)
    choosing.keep(row.workshop_id, seats, now)
    telling.follow_up(row.workshop_id, _everybody(row.workshop_id))


def _changed(row: models.Session, now: datetime) -> None:
    row.sequence += 1
    row.changed_at = now


def _seating(row: models.Session, now: datetime) -> Any:
    holders = models.Participant.objects.filter(holds=row).values_list("pk", flat=True)
    rows: Sequence[models.Session] = list(models.Session.objects.filter(workshop_id=row.workshop_id).order_by("pk"))
    return choosing.seating(rows, holders, now)


def _theirs(row: models.Session) -> list[int]:
    people = models.Participant.objects
    found = people.filter(holds=row).union(people.filter(waits=row), all=True).values_list("pk", flat=True)
    return sorted(found)


def _everybody(workshop_id: int) -> list[int]:
    """Also who has not chosen: what is due for them follows the earliest session."""
    found = models.Participant.objects.filter(workshop_id=workshop_id).values_list("pk", flat=True)
    return list(found.order_by("pk"))
