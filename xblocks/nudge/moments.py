"""When something may be sent: the hours and days of a learner where they are, as moments in UTC.

A rule is three things: `quiet`, a mask of the 24 local hours in which nothing is sent (bit 0 is 0:00 to 1:00); `days`,
a mask of the 7 days on which something may be (bit 0 is Monday); `hour`, the only hour that is wanted, or None. All
moments here are aware and in UTC. A zone's clock is read hour by hour, so that hours that are skipped or come twice,
days that are left out and offsets of odd minutes are as the zone has them. Spans are kept, since learners share zones
and rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

EVERY_HOUR = (1 << 24) - 1
EVERY_DAY = (1 << 7) - 1


def hours(*numbers: int) -> int:
    """A mask of local hours."""
    return sum(1 << number for number in set(numbers))


# 20:00 to 8:00
QUIET_NIGHT = hours(*range(20, 24), *range(8))

# Where nothing is quiet and every day will do, a span would never end.
_LONGEST_DAYS = 8

_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until just before `end` something may be sent; one that runs on for days may be cut short."""

    start: datetime
    end: datetime


def is_allowed(now: datetime, zone: ZoneInfo, quiet: int, days: int, hour: int | None) -> bool:
    """Whether `now` is a moment at which something may be sent."""
    local = now.astimezone(zone)
    return bool(_wanted(quiet, hour) >> local.hour & 1 and days >> local.weekday() & 1)


def next_allowed(after: datetime, zone: ZoneInfo, quiet: int, days: int, hour: int | None) -> Window | None:
    """The first span at or after `after` in which something may be sent; None: there is never one."""
    wanted = _wanted(quiet, hour)
    days &= EVERY_DAY
    if not wanted or not days:
        return None
    day = after.toordinal()
    while True:
        for start, end in _spans(zone, wanted, days, day):
            if end > after:
                return Window(max(start, after), _run_on(end, zone, wanted, days, day))
        day += 1


def next_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `now` at which the local calendar shows another date."""
    today = local_day(now, zone)
    later = (change for day in count(now.toordinal()) for change in _dates(zone, day))
    return next(start for start, date in later if start > now and date != today)


def local_day(moment: datetime, zone: ZoneInfo) -> int:
    """The local date of a moment, as the number of its day (`date.toordinal`)."""
    return moment.astimezone(zone).toordinal()


def _wanted(quiet: int, hour: int | None) -> int:
    return EVERY_HOUR & ~quiet & (EVERY_HOUR if hour is None else 1 << hour)


def _run_on(end: datetime, zone: ZoneInfo, wanted: int, days: int, day: int) -> datetime:
    """The end of a span that ends at `end`, on a day of UTC; one that reaches midnight there may go on."""
    for following in range(day + 1, day + _LONGEST_DAYS):
        spans = _spans(zone, wanted, days, following)
        if not spans or spans[0][0] != end:
            break
        end = spans[0][1]
    return end


@lru_cache(maxsize=1 << 15)
def _spans(zone: ZoneInfo, wanted: int, days: int, day: int) -> tuple[tuple[datetime, datetime], ...]:
    """The allowed spans within one day of UTC, in their order, none touching the next."""
    spans: list[tuple[datetime, datetime]] = []
    pieces = _pieces(zone, day)
    ends = (*(start for start, _, _ in pieces[1:]), _midnight(day + 1))
    for (start, date, hour), end in zip(pieces, ends, strict=True):
        # Day 1 of the calendar is a Monday.
        if wanted >> hour & 1 and days >> (date - 1) % 7 & 1:
            goes_on = spans and spans[-1][1] == start
            spans.append((spans.pop()[0] if goes_on else start, end))
    return tuple(spans)


@lru_cache(maxsize=1 << 14)
def _dates(zone: ZoneInfo, day: int) -> tuple[tuple[datetime, int], ...]:
    """Which local dates there are during one day of UTC, each with its first moment there."""
    found: list[tuple[datetime, int]] = []
    for start, date, _ in _pieces(zone, day):
        if not found or found[-1][1] != date:
            found.append((start, date))
    return tuple(found)


@lru_cache(maxsize=1 << 11)
def _pieces(zone: ZoneInfo, day: int) -> tuple[tuple[datetime, int, int], ...]:
    """One day of UTC, cut wherever the local hour changes: (first moment, local date, local hour)."""
    return tuple(_cut(zone, _midnight(day), _midnight(day + 1)))


def _cut(zone: ZoneInfo, now: datetime, end: datetime) -> Iterator[tuple[datetime, int, int]]:
    while now < end:
        local = now.astimezone(zone)
        yield now, local.toordinal(), local.hour
        following = now + _HOUR - timedelta(minutes=local.minute, seconds=local.second)
        now = _before_change(zone, now, following)


def _before_change(zone: ZoneInfo, now: datetime, following: datetime) -> datetime:
    """`following`, or when the zone's offset changes if that is earlier."""
    offset = now.astimezone(zone).utcoffset()
    if following.astimezone(zone).utcoffset() == offset:
        return following
    low, high = 0, int((following - now) / _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if (now + middle * _SECOND).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return now + high * _SECOND


def _midnight(day: int) -> datetime:
    return datetime.fromordinal(day).replace(tzinfo=UTC)
