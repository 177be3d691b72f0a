"""When something may be sent: the hours and days of a learner where they are, as moments in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

EVERY_DAY = 0b1111111
# 20:00 to 8:00
QUIET_NIGHT = sum(1 << hour for hour in (*range(20, 24), *range(8)))


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until just before `end` (UTC) something may be sent."""

    start: datetime
    end: datetime


def is_allowed(now: datetime, zone: ZoneInfo, quiet: int, days: int, hour: int | None) -> bool:
    """Whether `now` (UTC) is a moment at which something may be sent."""
    raise NotImplementedError


def next_allowed(after: datetime, zone: ZoneInfo, quiet: int, days: int, hour: int | None) -> Window | None:
    """The first span at or after `after` (UTC) in which something may be sent; None: there is never one."""
    raise NotImplementedError
