"""When something may be sent, on every clock that people have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xblocks.nudge.moments import (
    EVERY_DAY,
    EVERY_HOUR,
    QUIET_NIGHT,
    hours,
    is_allowed,
    is_ever,
    local_days,
    next_allowed,
    span_mask,
    span_of,
)

ZONES = sorted(available_timezones())
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECOND = timedelta(seconds=1)

# Both changes of the clock in many zones, a leap day and the turn of the year lie near these.
EVENTFUL = [
    datetime(2024, 2, 28, 12, tzinfo=UTC),
    datetime(2026, 3, 8, 6, tzinfo=UTC),
    datetime(2026, 3, 28, 20, tzinfo=UTC),
    datetime(2026, 4, 4, 12, tzinfo=UTC),
    datetime(2026, 10, 3, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2026, 11, 1, 2, tzinfo=UTC),
    datetime(2027, 12, 31, 8, tzinfo=UTC),
    datetime(2028, 2, 28, 20, tzinfo=UTC),
]

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.one_of(
    st.builds(lambda at, span: at + span, st.sampled_from(EVENTFUL), st.timedeltas(timedelta(0), timedelta(days=2))),
    st.builds(datetime(2024, 1, 1, tzinfo=UTC).__add__, st.timedeltas(timedelta(0), timedelta(days=4700))),
)
rules = st.tuples(st.integers(0, EVERY_HOUR), st.integers(0, EVERY_DAY), st.none() | st.integers(0, 23))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(moments, zones, rules)
@settings(max_examples=300, deadline=None)
def test_a_span_is_allowed_from_end_to_end_and_nothing_before_it_is(
    after: datetime, zone: ZoneInfo, rule: tuple[int, int, int | None]
) -> None:
    span = next_allowed(after, zone, *rule)
    assert is_ever(*rule) == (span is not None)
    if span is None:
        quiet, days, hour = rule
        wanted = EVERY_HOUR & ~quiet & (EVERY_HOUR if hour is None else hours(hour))
        assert not wanted or not days
        return
    assert after <= span.start < span.end
    within = [span.start, span.end - SECOND, *every(timedelta(minutes=15), span.start, span.end)]
    assert all(is_allowed(moment, zone, *rule) for moment in within)
    before = every(timedelta(minutes=15), after, span.start)
    assert not any(is_allowed(moment, zone, *rule) for moment in before)
    if span.start > after:
        assert not is_allowed(span.start - SECOND, zone, *rule)


@given(st.integers(0, 23), st.integers(0, 23))
def test_a_span_of_hours_may_run_over_midnight(begin: int, end: int) -> None:
    assert span_of(span_mask(begin, end)) == (None if begin == end else (begin, end))
    assert span_mask(begin, end) ^ span_mask(end, begin) == (0 if begin == end else EVERY_HOUR)


def test_several_spans_are_none() -> None:
    assert span_of(hours(1, 2, 12)) is None
    assert span_of(EVERY_HOUR) is None


def every(step: timedelta, start: datetime, end: datetime) -> list[datetime]:
    return [start + n * step for n in range(min(400, -((start - end) // step)))]


@pytest.mark.parametrize("name", ZONES)
def test_the_night_is_quiet_in_every_zone_at_both_changes_of_its_clock(name: str) -> None:
    zone = ZoneInfo(name)
    for begin in EVENTFUL:
        now = begin
        while now < begin + timedelta(days=2):
            span = next_allowed(now, zone, QUIET_NIGHT, EVERY_DAY, None)
            assert span is not None
            assert 8 <= span.start.astimezone(zone).hour < 20
            assert 8 <= (span.end - SECOND).astimezone(zone).hour < 20
            assert not 8 <= span.end.astimezone(zone).hour < 20
            now = span.end


def test_an_hour_that_the_clock_skips_comes_a_week_later() -> None:
    only_sunday_at_2 = (0, hours(6), 2)
    span = next_allowed(at("2026-03-28T12:00"), AMSTERDAM, *only_sunday_at_2)
    assert span is not None
    assert span.start == at("2026-04-05T00:00")


def test_an_hour_that_comes_twice_is_one_span_of_two_hours() -> None:
    span = next_allowed(at("2026-10-24T12:00"), AMSTERDAM, 0, hours(6), 2)
    assert span is not None
    assert (span.start, span.end) == (at("2026-10-25T00:00"), at("2026-10-25T02:00"))


def test_lord_howe_moves_its_clock_by_half_an_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    short = next_allowed(at("2026-10-03T12:00"), zone, 0, hours(6), 2)
    long = next_allowed(at("2026-04-04T12:00"), zone, 0, hours(6), 1)
    assert short is not None
    assert long is not None
    assert (short.start, short.end - short.start) == (at("2026-10-03T15:30"), timedelta(minutes=30))
    assert long.end - long.start == timedelta(minutes=90)


def test_hours_begin_where_the_zone_has_them() -> None:
    span = next_allowed(at("2026-11-22T00:00"), ZoneInfo("Asia/Kathmandu"), 0, EVERY_DAY, 9)
    assert span is not None
    assert (span.start, span.end) == (at("2026-11-22T03:15"), at("2026-11-22T04:15"))


def test_a_day_that_samoa_left_out_is_no_day() -> None:
    apia = ZoneInfo("Pacific/Apia")
    friday = next_allowed(at("2011-12-29T12:00"), apia, 0, hours(4), None)
    assert friday is not None
    assert friday.start.astimezone(apia).date().isoformat() == "2012-01-06"
    starts, tomorrow = local_days(at("2011-12-30T09:00"), apia)
    assert starts[tomorrow] == at("2011-12-30T10:00")
    assert starts[tomorrow].astimezone(apia).date().isoformat() == "2011-12-31"


def test_a_leap_day_is_a_day() -> None:
    span = next_allowed(at("2028-02-28T20:00"), AMSTERDAM, QUIET_NIGHT, hours(1), 9)
    assert span is not None
    assert span.start == at("2028-02-29T08:00")


@pytest.mark.parametrize("rule", [(EVERY_HOUR, EVERY_DAY, None), (0, 0, None), (hours(9), EVERY_DAY, 9)])
def test_where_no_moment_can_be_there_is_none(rule: tuple[int, int, int | None]) -> None:
    assert next_allowed(at("2026-11-22T00:00"), AMSTERDAM, *rule) is None


def test_where_everything_is_allowed_a_span_is_at_least_a_day() -> None:
    span = next_allowed(at("2026-11-22T12:34"), AMSTERDAM, 0, EVERY_DAY, None)
    assert span is not None
    assert span.start == at("2026-11-22T12:34")
    assert span.end - span.start >= timedelta(days=1)


@given(moments, zones)
@settings(max_examples=200, deadline=None)
def test_local_days_follow_one_another(now: datetime, zone: ZoneInfo) -> None:
    starts, tomorrow = local_days(now, zone)
    assert starts[tomorrow - 1] <= now < starts[tomorrow]
    days = [start.astimezone(zone).toordinal() for start in starts[tomorrow - 7 : tomorrow + 8]]
    assert len(days) == 15
    assert days == list(range(days[0], days[0] + 15))
    assert days[6] == now.astimezone(zone).toordinal()
    assert all(
        (start - SECOND).astimezone(zone).toordinal() == day - 1
        for start, day in zip(starts[tomorrow - 7 :], days, strict=False)
    )
