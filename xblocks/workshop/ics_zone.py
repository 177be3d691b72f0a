"""A time zone as iCalendar's VTIMEZONE, pure: what the zone's clock does around some moments, change by change.

No rules are written, since a rule is a guess about years to come: each change is there as zoneinfo knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from xblocks.workshop import ics

_SECOND = timedelta(seconds=1)
_STEP = timedelta(days=7)
"""No zone changes its clock and back within so short a time that both would be missed, but for a few of long ago."""
_MARGIN = timedelta(days=370)


@lru_cache(maxsize=128)
def vtimezone(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[str, ...]:
    """A zone as it is for everything within some years, both included."""
    begin = datetime(first_year, 1, 1, tzinfo=UTC) - _MARGIN
    end = datetime(last_year, 12, 31, tzinfo=UTC) + _MARGIN
    lines = [f"TZID:{ics.text(zone.key)}"]
    lines += _observance(begin, _offset(begin, zone), zone)
    for at in changes(zone, begin, end):
        lines += _observance(at, _offset(at - _SECOND, zone), zone)
    return tuple(ics.component("VTIMEZONE", lines))


def changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments in UTC, after one and until another, at which the offset of a zone changes or its name does."""
    at = begin
    while at < end:
        following = min(at + _STEP, end)
        if _state(at, zone) != _state(following, zone):
            yield _change(zone, at, following)
        at = following


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first moment of the state that holds at `high`, to the second."""
    before = _state(low, zone)
    while high - low > _SECOND:
        middle = low + (high - low) // 2 // _SECOND * _SECOND
        if _state(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _observance(at: datetime, before: timedelta, zone: ZoneInfo) -> list[str]:
    """What holds from a moment on; its DTSTART is what the clock would have shown without the change (3.6.5)."""
    local = at.astimezone(zone)
    lines = [
        f"DTSTART:{ics.wall((at + before).replace(tzinfo=None))}",
        f"TZOFFSETFROM:{ics.offset(before)}",
        f"TZOFFSETTO:{ics.offset(_offset(at, zone))}",
        f"TZNAME:{ics.text(local.tzname() or zone.key)}",
    ]
    return ics.component("DAYLIGHT" if local.dst() else "STANDARD", lines)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _state(at: datetime, zone: ZoneInfo) -> tuple[timedelta | None, str | None, bool]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.tzname(), bool(local.dst())
