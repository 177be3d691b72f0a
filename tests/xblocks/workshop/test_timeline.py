"""What is due follows the session that somebody has; relative ones follow the day they began."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.workshop.strategies import items, moments, sessions
from xblocks.workshop.moments import Distance
from xblocks.workshop.plan import Fixed, Item, ItemKind, Later, Relative, Session
from xblocks.workshop.preparation import progress
from xblocks.workshop.timeline import appointment, earliest, is_in_time

NOW = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)


def fixed(name: str, day: int, zone: str = "Europe/Amsterdam") -> Session:
    return Session(id=name, when=Fixed(datetime(2026, 12, day, 13, 30), datetime(2026, 12, day, 16, 30)), zone=zone)


def test_a_session_is_at_the_time_of_its_own_place() -> None:
    for zone, hour in (("Europe/Amsterdam", 12), ("America/New_York", 18), ("Asia/Kathmandu", 7)):
        found = appointment(fixed("a", 3, zone))
        assert found is not None
        assert (found.starts.hour, found.ends - found.starts) == (hour, timedelta(hours=3))


def test_a_relative_session_counts_the_days_of_its_zone_from_when_the_learner_began() -> None:
    session = Session(id="r", when=Relative(14, time(10), time(11)), zone="Pacific/Kiritimati")
    # In Kiritimati it is the next day already.
    found = appointment(session, datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    assert found is not None
    assert found.local == datetime(2026, 11, 16, 10, 0)
    assert appointment(session) is None


def test_a_session_without_a_date_or_in_no_zone_is_no_appointment_yet() -> None:
    assert appointment(Session(id="l", when=Later())) is None
    assert appointment(fixed("a", 3, "Mars/Olympus")) is None


def test_the_earliest_session_that_has_not_ended_counts() -> None:
    offered = [fixed("past", 1), fixed("late", 9), fixed("soon", 3), fixed("same", 3), Session(id="open")]
    found = earliest(offered, datetime(2026, 12, 2, tzinfo=UTC))
    assert found is not None
    assert found.session.id == "soon"
    assert earliest(offered, datetime(2027, 1, 1, tzinfo=UTC)) is None


def test_something_is_in_time_before_the_last_session_begins_or_while_nobody_knows_when_that_is() -> None:
    found = [one for name, day in (("a", 3), ("b", 5)) if (one := appointment(fixed(name, day))) is not None]
    begins = datetime(2026, 12, 5, 12, 30, tzinfo=UTC)
    assert is_in_time(begins - timedelta(seconds=1), found)
    assert not is_in_time(begins, found)
    assert is_in_time(begins, [])


@given(session=sessions, item=items(), began=moments)
def test_nothing_is_due_after_the_session_began(session: Session, item: Item, began: datetime) -> None:
    found = appointment(session, began)
    if found is not None:
        assert found.due(item) <= found.starts < found.ends


@given(st.lists(items(), max_size=8, unique_by=lambda one: one.id), st.data())
def test_minutes_and_shares_add_up_and_the_farthest_due_is_next(found: list[Item], data: st.DataObject) -> None:
    done = data.draw(st.sets(st.sampled_from([one.id for one in found]))) if found else set()
    at = progress(found, done | {"no-longer-asked"})
    assert len(at.left) + len(done) == at.total == len(found)
    assert at.minutes_left <= at.minutes == sum(one.minutes for one in found)
    assert 0.0 <= at.share <= 1.0
    assert at.is_ready == (bool(found) and not at.left)
    assert at.next == (at.left[0] if at.left else None)
    due = [one.before.length for one in at.left]
    assert due == sorted(due, reverse=True)


def test_where_nothing_takes_any_minutes_things_are_counted() -> None:
    two = [Item(id=name, kind=ItemKind.TICK, title="x", minutes=0) for name in "ab"]
    assert progress(two, {"a"}).share == 0.5
    assert progress([], set()).share == 0.0


def test_a_zone_is_kept_with_the_appointment() -> None:
    found = appointment(fixed("a", 3))
    assert found is not None
    assert found.zone == ZoneInfo("Europe/Amsterdam")
    assert found.before(Distance(days=1)) == datetime(2026, 12, 2, 12, 30, tzinfo=UTC)
