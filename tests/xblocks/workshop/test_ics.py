"""Calendar files: two readers that are not ours read back what was written, in every zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xblocks.workshop.strategies import ZONES, moments, zones_with_changes
from xblocks.workshop import ics
from xblocks.workshop.ics_calendar import Event, calendar
from xblocks.workshop.ics_zone import vtimezone

NOW = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
SHOWN = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120)
texts = SHOWN | st.sampled_from(["a\nb", "a,b;c\\d", "\\n", 'say "hi"', "é" * 90, "x" * 74 + "é", "👩‍🏫" * 40, ""])
# icalendar 6 reads a backslash that is escaped as if it escaped what follows, and %2C as a comma.
texts = texts.filter(lambda text: not {"\\", "%"} & set(text))


def event(**named: Any) -> Event:
    values: dict[str, Any] = {
        "uid": "6a0e2a9c@example.org",
        "sequence": 0,
        "starts": datetime(2026, 12, 3, 12, 30, tzinfo=UTC),
        "ends": datetime(2026, 12, 3, 15, 30, tzinfo=UTC),
        "zone": ZoneInfo("Europe/Amsterdam"),
        "changed_at": NOW,
        "summary": "Phishing in practice",
        "alarm": "Phishing in practice",
    } | named
    return Event(**values)


events = st.builds(
    lambda starts, lasts, zone, **named: event(starts=starts, ends=starts + lasts, zone=zone, **named),
    moments,
    st.integers(1, 3000).map(lambda number: timedelta(minutes=number)),
    st.sampled_from(ZONES).map(ZoneInfo),
    sequence=st.integers(0, 99),
    summary=texts,
    description=texts,
    location=texts,
    organizer=texts,
    url=st.sampled_from(["", "https://example.org/room?a=1,2;b"]),
    alarm=texts,
    is_cancelled=st.booleans(),
)


def read(content: bytes) -> Any:
    return icalendar.Calendar.from_ical(content)


def plain(value: Any) -> str:
    return str(value) if value is not None else ""


@settings(max_examples=60)
@given(st.lists(events, min_size=1, max_size=3))
def test_what_was_written_is_read_back_by_icalendar(written: list[Event]) -> None:
    found = read(calendar(written, "Workshops"))
    assert found.errors == []
    assert found["METHOD"] == "PUBLISH"
    for event, there in zip(written, found.walk("VEVENT"), strict=True):
        assert there.errors == []
        assert there["DTSTART"].dt.astimezone(UTC) == event.starts
        assert there["DURATION"].dt == event.ends - event.starts
        assert (there["UID"], there["SEQUENCE"]) == (event.uid, event.sequence)
        assert there["STATUS"] == ("CANCELLED" if event.is_cancelled else "CONFIRMED")
        assert plain(there["SUMMARY"]) == event.summary
        for name, value in (
            ("DESCRIPTION", event.description),
            ("LOCATION", event.location),
            ("URL", event.url),
            ("CONTACT", event.organizer),
        ):
            assert plain(there.get(name)) == value
        alarms = there.walk("VALARM")
        assert len(alarms) == int(bool(event.alarm) and not event.is_cancelled)
        assert all(one["TRIGGER"].dt == timedelta(hours=-3) for one in alarms)


@settings(max_examples=60)
@given(st.lists(events, min_size=1, max_size=2))
def test_a_strict_reader_finds_every_component_valid(written: list[Event]) -> None:
    found = vobject.readOne(calendar(written, "Workshops", is_feed=True).decode())
    assert found.validate(raiseException=True)
    assert [one.uid.value for one in found.vevent_list] == [one.uid for one in written]
    assert [one.status.value for one in found.vevent_list] == [
        "CANCELLED" if one.is_cancelled else "CONFIRMED" for one in written
    ]


def test_backslashes_and_all_that_is_escaped_are_read_back_as_they_were() -> None:
    hostile = "\\N \\n \\\\ \\; a,b;c\nd"
    found = vobject.readOne(calendar([event(summary=hostile, location=hostile)], "x").decode())
    assert found.vevent.summary.value == hostile
    assert found.vevent.location.value == hostile


@given(st.lists(events, max_size=3))
def test_lines_are_short_whole_and_ended_as_the_standard_says(written: list[Event]) -> None:
    content = calendar(written, "Workshops", is_feed=True)
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    # No character is torn apart.
    assert all(line.decode() is not None for line in lines)
    unfolded = content.decode().replace("\r\n ", "")
    assert all(":" in line for line in unfolded.split("\r\n") if line)


def offset_by(definition: tuple[str, ...], moment: datetime) -> timedelta:
    """What the clock of a VTIMEZONE is away from UTC at a moment, by the rule of RFC 5545, 3.6.5; read by icalendar."""
    component: Any = icalendar.Component.from_ical("\r\n".join(definition) + "\r\n")
    begun = [
        (one["DTSTART"].dt.replace(tzinfo=UTC) - one["TZOFFSETFROM"].td, one["TZOFFSETTO"].td)
        for one in component.subcomponents
    ]
    found: timedelta = max(one for one in begun if one[0] <= moment)[1]
    return found


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "Europe/Dublin", "Africa/Casablanca", "Australia/Lord_Howe"])
def test_a_zone_says_the_same_as_zoneinfo_before_and_behind_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    definition = vtimezone(zone, 2026, 2027)
    for where, at in zones_with_changes():
        if where.key == name:
            for moment in (at - timedelta(seconds=1), at, at + timedelta(hours=1)):
                assert offset_by(definition, moment) == moment.astimezone(zone).utcoffset()


@settings(max_examples=60)
@given(st.sampled_from(ZONES).map(ZoneInfo), moments)
def test_every_zone_says_the_same_as_zoneinfo(zone: ZoneInfo, moment: datetime) -> None:
    assert offset_by(vtimezone(zone, 2026, 2028), moment) == moment.astimezone(zone).utcoffset()


def test_a_zone_is_there_once_and_covers_all_its_events() -> None:
    late = event(uid="b", starts=datetime(2028, 7, 1, tzinfo=UTC), ends=datetime(2028, 7, 1, 1, tzinfo=UTC))
    found = read(calendar([event(), late], "Workshops"))
    assert [str(one["TZID"]) for one in found.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    last = max(one["DTSTART"].dt for one in found.walk("DAYLIGHT"))
    assert last.year >= 2028


def test_a_moved_session_is_the_same_event_with_a_greater_sequence() -> None:
    first = read(calendar([event()], "Workshops")).walk("VEVENT")[0]
    moved = read(calendar([event(sequence=1, is_cancelled=True)], "Workshops")).walk("VEVENT")[0]
    assert first["UID"] == moved["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"], moved["STATUS"]) == (0, 1, "CANCELLED")


def test_a_feed_has_a_name_and_says_how_often_to_ask() -> None:
    content = calendar([], "My workshops, all of them", is_feed=True)
    assert b"X-WR-CALNAME:My workshops\\, all of them" in content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in content
    assert b"REFRESH" not in calendar([event()], "x")


def test_values_that_would_break_out_of_their_line_cannot() -> None:
    hostile = "x\r\nATTENDEE:mailto:a@b\rSTATUS:CANCELLED\x00\x1b\x7f"
    found = read(calendar([event(summary=hostile, url="https://e.org/\r\nX:1", organizer=hostile)], hostile))
    there = found.walk("VEVENT")[0]
    assert "ATTENDEE" not in there
    assert there["STATUS"] == "CONFIRMED"
    assert "X" not in there


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "+0000"), (3600, "+0100"), (-12600, "-0330"), (1172, "+001932"), (-1, "-000001")]
)
def test_offsets_are_written_with_their_seconds_where_they_have_any(seconds: int, written: str) -> None:
    assert ics.offset(timedelta(seconds=seconds)) == written


def test_a_change_of_long_ago_keeps_its_seconds() -> None:
    lines = vtimezone(ZoneInfo("Europe/Amsterdam"), 1937, 1937)
    assert "TZOFFSETFROM:+001932" in lines
