"""When something may be sent: the hours and days of a learner where they are, as moments in UTC.

A rule is three things: `quiet`, a mask of the 24 local hours in which nothing is sent (bit 0 is 0:00 to 1:00); `days`,
a mask of the 7 days on which something may be (bit 0 is Monday); `hour`, the only hour that is wanted, or None. All
moments here are aware and in UTC. A zone's clock is read hour by hour, so that hours that are skipped or come twice,
days that are left out and offsets of odd minutes are as the zone has them. Spans are kept, since learners share zones
and rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EVERY_HOUR = (1 << 24) - 1
EVERY_DAY = (1 << 7) - 1


def hours(*numbers: int) -> int:
    """A mask of local hours."""
    return sum(1 << number for number in set(numbers))


def span_mask(begin: int, end: int) -> int:
    """The hours from one until another, over midnight where need be; none when they are the same."""
    return hours(*((begin + step) % 24 for step in range((end - begin) % 24)))


def span_of(mask: int) -> tuple[int, int] | None:
    """From which hour until which a mask is set; None when that is no single span of a part of the day."""
    starts = [hour for hour in range(24) if mask >> hour & 1 and not mask >> (hour - 1) % 24 & 1]
    ends = [hour for hour in range(24) if not mask >> hour & 1 and mask >> (hour - 1) % 24 & 1]
    return (starts[0], ends[0]) if len(starts) == 1 else None


QUIET_NIGHT = span_mask(20, 8)

# So many days of UTC are worked out and kept together.
_STRETCH = 8

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
    return not quiet >> local.hour & 1 and bool(days >> local.weekday() & 1) and hour in (None, local.hour)


def is_ever(quiet: int, days: int, hour: int | None) -> bool:
    """Whether there is any moment at all at which something may be sent."""
    return bool(days and (EVERY_HOUR if hour is None else 1 << hour) & ~quiet)


def next_allowed(after: datetime, zone: ZoneInfo, quiet: int, days: int, hour: int | None) -> Window | None:
    """The first span at or after `after` in which something may be sent; None: there is never one."""
    span = next_span(after, zone, quiet, days, hour)
    return None if span is None else Window(*span)


def next_span(
    after: datetime, zone: ZoneInfo, quiet: int, days: int, hour: int | None
) -> tuple[datetime, datetime] | None:
    """`next_allowed` as a plain pair, for whoever asks a hundred thousand times."""
    wanted = EVERY_HOUR & ~quiet if hour is None else (1 << hour) & ~quiet
    if not wanted or not days:
        return None
    spans, ends = _spans(zone, wanted, days, after.toordinal() // _STRETCH)
    span = spans[bisect_right(ends, after)]
    return span if span[0] >= after else (after, span[1])


def local_days(now: datetime, zone: ZoneInfo) -> tuple[tuple[datetime, ...], int]:
    """When the local days around `now` begin, and the index of the first that begins after `now`.

    There are at least 7 before the index, the day of `now` being the last of them, and 8 from it on. A date that the
    zone leaves out is no day, and one that comes twice is one.
    """
    starts = _local_days(zone, now.toordinal() // _STRETCH)
    return starts, bisect_right(starts, now)


@lru_cache(maxsize=1 << 13)
def _spans(
    zone: ZoneInfo, wanted: int, days: int, stretch: int
) -> tuple[tuple[tuple[datetime, datetime], ...], tuple[datetime, ...]]:
    """The allowed spans of a stretch of days of UTC, up to the first that ends behind it; and the ends of them all."""
    spans: list[tuple[datetime, datetime]] = []
    behind, day = _midnight((stretch + 1) * _STRETCH), stretch * _STRETCH
    while not spans or spans[-1][1] <= behind:
        for start, end, date, hour in _pieces(zone, day):
            # Day 1 of the calendar is a Monday.
            if wanted >> hour & 1 and days >> (date - 1) % 7 & 1:
                goes_on = spans and spans[-1][1] == start
                spans.append((spans.pop()[0] if goes_on else start, end))
        day += 1
    return tuple(spans), tuple(end for _, end in spans)


@lru_cache(maxsize=1 << 12)
def _local_days(zone: ZoneInfo, stretch: int) -> tuple[datetime, ...]:
    """When each local day begins, for a stretch of days of UTC and as many as a week needs before and behind it."""
    starts: list[datetime] = []
    latest = 0
    for day in range((stretch - 1) * _STRETCH - 1, (stretch + 2) * _STRETCH + 1):
        for start, _, date, _ in _pieces(zone, day):
            if date > latest:
                starts.append(start)
                latest = date
    return tuple(starts)


@lru_cache(maxsize=1 << 11)
def _pieces(zone: ZoneInfo, day: int) -> tuple[tuple[datetime, datetime, int, int], ...]:
    """One day of UTC, cut wherever the local hour changes: (first moment, end, local date, local hour)."""
    begin, end = _midnight(day), _midnight(day + 1)
    change = _change(zone, begin, end)
    return (*_hours(zone, begin, change), *_hours(zone, change, end))


def _change(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """When the zone's offset changes within a day, to the second; `end` where it does not."""
    offset = begin.astimezone(zone).utcoffset()
    low, high = 0, int((end - begin) / _SECOND)
    if end.astimezone(zone).utcoffset() == offset:
        return end
    while high - low > 1:
        middle = (low + high) // 2
        if (begin + middle * _SECOND).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return begin + high * _SECOND


def _hours(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, int, int]]:
    """A span without a change of the zone's offset, cut where the local hour changes."""
    local = begin.astimezone(zone).replace(tzinfo=None)
    while begin < end:
        full = local.replace(minute=0, second=0) + _HOUR
        following = min(begin + (full - local), end)
        yield begin, following, local.toordinal(), local.hour
        begin, local = following, full


def _midnight(day: int) -> datetime:
    return datetime.fromordinal(day).replace(tzinfo=UTC)
