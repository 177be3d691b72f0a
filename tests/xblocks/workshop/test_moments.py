"""Days before a session are days of its own calendar, hours are hours that pass; in every zone, around every change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.workshop.strategies import ZONES, distances, locals_, zones, zones_with_changes
from xblocks.workshop.moments import Distance, before, distance_of, moment_of, span_of, written, zone_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SAMOA = ZoneInfo("Pacific/Apia")
around = st.integers(-36 * 60, 36 * 60).map(lambda number: timedelta(minutes=number))


def is_shown(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock of a zone ever shows a time."""
    return moment_of(local, zone).astimezone(zone).replace(tzinfo=None) == local


def test_two_days_before_is_at_the_same_time_on_the_clock_across_both_changes() -> None:
    # The clock goes forward on 29 March 2026 and back on 25 October.
    for session in (datetime(2026, 3, 30, 9, 30), datetime(2026, 10, 26, 9, 30)):
        due = before(session, AMSTERDAM, Distance(days=2)).astimezone(AMSTERDAM)
        assert due.replace(tzinfo=None) == session - timedelta(days=2)
    assert moment_of(datetime(2026, 3, 30, 9, 30), AMSTERDAM) - before(
        datetime(2026, 3, 30, 9, 30), AMSTERDAM, Distance(days=2)
    ) == timedelta(hours=47)


def test_three_hours_before_are_three_hours_that_pass_across_both_changes() -> None:
    forward, back = datetime(2026, 3, 29, 4, 0), datetime(2026, 10, 25, 4, 0)
    assert before(forward, AMSTERDAM, Distance(minutes=180)) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert before(back, AMSTERDAM, Distance(minutes=180)) == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_counts_and_one_left_out_lies_behind_the_change() -> None:
    assert moment_of(datetime(2026, 10, 25, 2, 30), AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of(datetime(2026, 3, 29, 2, 30), AMSTERDAM).astimezone(AMSTERDAM).hour == 3


def test_a_day_that_a_zone_left_out_is_no_trap() -> None:
    # Samoa went over the date line: there was no 30 December 2011.
    session = datetime(2011, 12, 31, 10, 0)
    assert before(session, SAMOA, Distance(days=1)) == moment_of(session, SAMOA)
    assert before(session, SAMOA, Distance(days=2)) == datetime(2011, 12, 29, 20, 0, tzinfo=UTC)


@given(local=locals_, zone=zones, distance=distances)
def test_days_are_days_of_the_zone_and_minutes_pass_in_every_zone(
    local: datetime, zone: ZoneInfo, distance: Distance
) -> None:
    found = before(local, zone, distance)
    day = found + timedelta(minutes=distance.minutes)
    wall = local - timedelta(days=distance.days)
    if is_shown(wall, zone):
        assert day.astimezone(zone).replace(tzinfo=None) == wall
    assert found.tzinfo is UTC
    assert found <= moment_of(local, zone)


def test_around_every_change_of_every_zone_days_keep_the_time_on_the_clock() -> None:
    for zone, at in zones_with_changes():
        for hours in range(-26, 27, 1):
            local = (at + timedelta(hours=hours)).astimezone(zone).replace(tzinfo=None, fold=0)
            moments = [before(local, zone, Distance(days)) for days in range(3)]
            assert moments == sorted(moments, reverse=True)
            for days, moment in enumerate(moments):
                wall = local - timedelta(days=days)
                if is_shown(wall, zone):
                    assert moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall
                assert before(local, zone, Distance(days, 180)) == moment - timedelta(hours=3)


def test_every_zone_there_is_was_looked_at() -> None:
    assert len(ZONES) > 400
    assert len({zone.key for zone, _at in zones_with_changes()}) > 100


def test_there_are_changes_in_both_directions_to_look_at() -> None:
    directions = set()
    for zone, at in zones_with_changes():
        was = (at - timedelta(seconds=1)).astimezone(zone).utcoffset()
        now = at.astimezone(zone).utcoffset()
        assert was is not None
        assert now is not None
        directions.add(now > was)
    assert directions == {True, False}


@given(local=locals_, zone=zones, first=distances, second=distances)
def test_what_is_due_days_earlier_is_never_due_later(
    local: datetime, zone: ZoneInfo, first: Distance, second: Distance
) -> None:
    near, far = sorted((first.days, second.days))
    assert before(local, zone, Distance(far)) <= before(local, zone, Distance(near))


@given(change=st.sampled_from(zones_with_changes()), begin=around, lasts=st.integers(1, 600))
def test_a_session_around_a_change_of_the_clock_has_a_length(
    change: tuple[ZoneInfo, datetime], begin: timedelta, lasts: int
) -> None:
    zone, at = change
    # Also times that the clock leaves out.
    local = (at + begin).astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(minutes=17)
    starts, ends = span_of(local, local + timedelta(minutes=lasts), zone)
    assert starts == moment_of(local, zone)
    assert starts < ends <= starts + timedelta(minutes=lasts, hours=25)


def test_a_session_that_begins_at_a_time_left_out_is_as_long_as_its_times_say() -> None:
    starts, ends = span_of(datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 3, 15), AMSTERDAM)
    assert ends - starts == timedelta(minutes=45)


@given(distances)
def test_a_distance_is_read_as_it_was_written(distance: Distance) -> None:
    assert distance_of(written(distance)) == distance


@pytest.mark.parametrize("text", ["", "2", "d", "2 d", "-2d", "2w", "3h2d", "400d", "two days"])
def test_what_is_no_distance_is_none(text: str) -> None:
    assert distance_of(text) is None


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Nowhere", "../etc/passwd", "x" * 500])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_of(name) is None
