"""Sessions as an iCalendar file, pure: one to import, or all of a learner's as a feed to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from xblocks.workshop import ics
from xblocks.workshop.ics_zone import vtimezone

PRODUCT = "-//Microunits//Workshop//EN"
ALARM = timedelta(hours=-3)
REFRESH = "PT1H"
"""How often a program that subscribes may ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A session in somebody's calendar.

    Attributes:
        uid: the same for ever, whatever changes.
        sequence: grows with each change, so that calendars take the newer one.
        starts, ends: in UTC; `zone`: whose clock shows it.
        changed_at: in UTC.
        organizer: a name; there is no address to answer to.
        alarm: what the reminder of the calendar says; "" for none.
    """

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    zone: ZoneInfo
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    organizer: str = ""
    is_cancelled: bool = False
    alarm: str = ""


def calendar(events: Sequence[Event], name: str, *, is_feed: bool = False) -> bytes:
    """A file with these events, and with the time zones that they name."""
    lines = ["VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    if is_feed:
        # NAME and REFRESH-INTERVAL are RFC 7986; the others are what programs knew before.
        lines += [f"NAME:{ics.text(name)}", f"X-WR-CALNAME:{ics.text(name)}"]
        lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"]
    for lines_of_zone in _zones(events):
        lines += lines_of_zone
    for event in events:
        lines += _event(event)
    return ics.as_bytes(ics.component("VCALENDAR", lines))


def _zones(events: Iterable[Event]) -> Iterable[tuple[str, ...]]:
    years: dict[ZoneInfo, list[int]] = {}
    for event in events:
        years.setdefault(event.zone, []).extend((event.starts.year, event.ends.year))
    return [vtimezone(zone, min(found), max(found)) for zone, found in years.items()]


def _event(event: Event) -> list[str]:
    local = event.starts.astimezone(event.zone)
    # A duration is what passes, so that it is right across a change of the clock, too.
    lines = [
        f"UID:{ics.text(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{ics.utc(event.changed_at)}",
        f"LAST-MODIFIED:{ics.utc(event.changed_at)}",
        f"DTSTART;TZID={event.zone.key}:{ics.wall(local)}",
        f"DURATION:{ics.duration(event.ends - event.starts)}",
        f"SUMMARY:{ics.text(event.summary)}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
    ]
    for name, value in (("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if value:
            lines.append(f"{name}:{ics.text(value)}")
    if event.url:
        lines.append(f"URL:{''.join(one for one in event.url if one > ' ')}")
    if event.organizer:
        lines.append(f"CONTACT:{ics.text(event.organizer)}")
    if event.alarm and not event.is_cancelled:
        trigger = f"TRIGGER:{ics.duration(ALARM)}"
        lines += ics.component("VALARM", ["ACTION:DISPLAY", f"DESCRIPTION:{ics.text(event.alarm)}", trigger])
    return ics.component("VEVENT", lines)
