"""When everything around a session is for one learner, pure.

Preparation is due relative to the session that the learner chose, or else to the earliest one that is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from xblocks.workshop.moments import Distance, before, span_of, zone_of
from xblocks.workshop.plan import Fixed, Item, Relative, Session


@dataclass(frozen=True, slots=True)
class Appointment:
    """A session as one learner has it.

    Attributes:
        local: when it starts, as the clock of its zone shows it.
        starts, ends: in UTC.
    """

    session: Session
    local: datetime
    zone: ZoneInfo
    starts: datetime
    ends: datetime

    def before(self, distance: Distance) -> datetime:
        """The moment so far before it."""
        return before(self.local, self.zone, distance)

    def due(self, item: Item) -> datetime:
        """When something to prepare is due: never after the session began."""
        return self.before(item.before)


def appointment(session: Session, began: datetime | None = None) -> Appointment | None:
    """A session with its moments; None while nobody knows when it is.

    Args:
        began: when the learner began, in UTC, for sessions that are relative to it.
    """
    zone = zone_of(session.zone)
    times = _times(session, began, zone) if zone is not None else None
    if zone is None or times is None:
        return None
    starts, ends = span_of(*times, zone)
    return Appointment(session, times[0], zone, starts, ends)


def _times(session: Session, began: datetime | None, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    when = session.when
    if isinstance(when, Fixed):
        return when.starts, when.ends
    if isinstance(when, Relative) and began is not None:
        day = began.astimezone(zone).date() + timedelta(days=when.days)
        return datetime.combine(day, when.starts), datetime.combine(day, when.ends)
    return None


def is_in_time(at: datetime, appointments: Iterable[Appointment]) -> bool:
    """Whether a moment is before the last of these; while nobody knows when any of them is, nothing has begun."""
    starts = [one.starts for one in appointments]
    return not starts or at < max(starts)


def earliest(sessions: Iterable[Session], now: datetime, began: datetime | None = None) -> Appointment | None:
    """The first of the sessions that has not ended yet; of two at one time the one that stands first."""
    found = [one for session in sessions if (one := appointment(session, began)) is not None and one.ends > now]
    return min(found, key=lambda one: one.starts, default=None)
