"""Moments around a session, pure: a wall clock in a time zone, and distances from it.

People say a session in the time of the place where it is. "Two days before" is a day of the calendar there, at the same
time on the clock, whatever the clock did in between; "three hours before" are hours that pass. It is how RFC 5545
(3.3.6) tells days from hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

MOST_DAYS = 365
_CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_WRITTEN = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?\Z")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far before or after a session: days of the calendar there, and then minutes that pass."""

    days: int = 0
    minutes: int = 0

    @property
    def length(self) -> timedelta:
        """How long that is as a rule, to put distances in order."""
        return timedelta(days=self.days, minutes=self.minutes)


def written(distance: Distance) -> str:
    """A distance as text: "2d", "3h", "1d30m"; none at all is "0m"."""
    hours, minutes = divmod(distance.minutes, 60)
    parts = ((distance.days, "d"), (hours, "h"), (minutes, "m"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0m"


def distance_of(text: str) -> Distance | None:
    """The distance that a text names, None when it names none or one of more than a year."""
    found = _WRITTEN.match(text)
    if not text or found is None:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    distance = Distance(days, hours * 60 + minutes)
    return distance if distance.length <= timedelta(days=MOST_DAYS) else None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of that name; None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: "Europe" is a directory where the zones lie.
        return None


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the clock of a zone shows a time.

    A time that comes twice is the first one; one that the clock leaves out is as far behind the change as it would have
    been (RFC 5545, 3.3.5).
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def before(local: datetime, zone: ZoneInfo, distance: Distance) -> datetime:
    """The moment so far before a time on the clock of a zone."""
    return moment_of(local - timedelta(days=distance.days), zone) - timedelta(minutes=distance.minutes)


def span_of(starts: datetime, ends: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when to when something is that a zone's clock times so, in UTC; never without length.

    Where it begins at a time that the clock leaves out, it is as long as its times say.
    """
    begin, end = moment_of(starts, zone), moment_of(ends, zone)
    return (begin, end) if end > begin else (begin, begin + max(ends - starts, timedelta(minutes=1)))


@lru_cache(maxsize=1)
def place_zones() -> tuple[str, ...]:
    """The time zones that are named after places, and UTC; for people to choose from."""
    return (*sorted(name for name in available_timezones() if name.partition("/")[0] in _CONTINENTS), "UTC")
