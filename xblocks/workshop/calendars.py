"""Sessions as events of a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from xblocks.base.i18n import _
from xblocks.base.platform import platform
from xblocks.base.sanitise import as_plain_text
from xblocks.workshop import models, reading
from xblocks.workshop.ics_calendar import Event, calendar


def session_file(workshop: models.Workshop, row: models.Session, began: datetime | None) -> bytes | None:
    """One session as a file; None while nobody knows when it is."""
    event = event_of(workshop, row, began)
    return calendar([event], workshop.title) if event is not None else None


def feed_file(person: models.Person) -> bytes:
    """All sessions that somebody has a seat in, and those of theirs that were cancelled; in a few statements."""
    found = []
    rows = models.Participant.objects.filter(person=person, workshop__is_retired=False).select_related("workshop")
    people = list(rows.order_by("pk"))
    sessions: dict[int, list[models.Session]] = {}
    for row in models.Session.objects.filter(workshop__in=[one.workshop_id for one in people]).order_by("pk"):
        sessions.setdefault(row.workshop_id, []).append(row)
    for one in people:
        for row in _theirs(one, sessions.get(one.workshop_id, ())):
            event = event_of(one.workshop, row, one.began_at)
            if event is not None:
                found.append(event)
    return calendar(found, _("My workshops"), is_feed=True)


def _theirs(one: models.Participant, rows: Iterable[models.Session]) -> list[models.Session]:
    """The session that they have, and those that they were told are cancelled, which calendars then strike out."""
    told = set(one.told)
    return [row for row in rows if row.pk == one.holds_id or (row.is_cancelled and str(row.pk) in told)]


def event_of(workshop: models.Workshop, row: models.Session, began: datetime | None) -> Event | None:
    """A session as an event; None while nobody knows when it is."""
    at = reading.appointment_of(row, began)
    if at is None:
        return None
    session, plan = at.session, reading.plan_of(workshop)
    site = platform().site_url()
    way = platform().block_url(workshop.usage_key)
    address = f"{site}{way}" if way.startswith("/") else way
    parts = [as_plain_text(plan.about), session.link if session.place else "", address]
    return Event(
        uid=f"{row.uid}@{urlsplit(site).hostname or 'microunits'}",
        sequence=row.sequence,
        starts=at.starts,
        ends=at.ends,
        zone=at.zone,
        changed_at=row.changed_at,
        summary=workshop.title,
        description="\n\n".join(part for part in parts if part),
        location=session.place or session.link,
        url=address,
        organizer=session.facilitator,
        is_cancelled=row.is_cancelled,
        alarm=workshop.title,
    )
