"""What is still to come to a learner: only for what is not done, never what they have just seen, each name once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.workshop.strategies import moments, plans
from xblocks.workshop.moments import Distance
from xblocks.workshop.plan import REMINDERS, Fixed, Item, ItemKind, Plan, Session
from xblocks.workshop.preparation import progress
from xblocks.workshop.reminding import AFTER, AFTERWARDS, Occasion, Wanted, name_of, wanted
from xblocks.workshop.timeline import appointment

ITEM = Item(id="read", kind=ItemKind.READ, title="Read")
SESSION = Session(id="s", when=Fixed(datetime(2026, 12, 10, 13, 0), datetime(2026, 12, 10, 15, 0)))
STARTS = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)


def coming(now: datetime, *done: str, **named: Any) -> list[Wanted]:
    options: dict[str, Any] = {
        "since": datetime(2026, 11, 1, tzinfo=UTC),
        "is_chosen": True,
        "must_choose": False,
        "has_reflection": True,
    } | named
    return wanted(REMINDERS, appointment(SESSION), progress([ITEM], done), now=now, **options)


def test_seven_days_two_days_and_three_hours_before_and_then_a_look_back() -> None:
    found = coming(datetime(2026, 11, 20, tzinfo=UTC))
    assert [(one.name, one.at) for one in found] == [
        ("before-7d", STARTS - timedelta(days=7)),
        ("before-2d", STARTS - timedelta(days=2)),
        ("before-3h", STARTS - timedelta(hours=3)),
        (AFTERWARDS, STARTS + timedelta(hours=2) + AFTER),
    ]
    assert [one.until for one in found[:3]] == [found[1].at, found[2].at, STARTS]


def test_when_everything_is_done_only_the_look_back_is_left() -> None:
    assert [one.occasion for one in coming(datetime(2026, 11, 20, tzinfo=UTC), "read")] == [Occasion.AFTER]


def test_somebody_who_must_choose_is_asked_to_and_not_to_look_back() -> None:
    found = coming(datetime(2026, 11, 20, tzinfo=UTC), "read", is_chosen=False, must_choose=True)
    assert {one.occasion for one in found} == {Occasion.CHOOSE}


def test_what_should_have_come_before_one_knew_never_comes() -> None:
    now = STARTS - timedelta(days=1)
    found = coming(now, since=now, has_reflection=False)
    assert [one.name for one in found] == ["before-3h"]


def test_a_reminder_that_is_late_may_come_until_the_next_one() -> None:
    now = STARTS - timedelta(days=5)
    assert coming(now)[0].name == "before-7d"
    assert coming(STARTS - timedelta(days=2))[0].name == "before-2d"


def test_without_a_session_nothing_comes() -> None:
    found = wanted(
        REMINDERS,
        None,
        progress([ITEM], ()),
        since=STARTS,
        now=STARTS,
        is_chosen=False,
        must_choose=True,
        has_reflection=True,
    )
    assert found == []


@given(plan=plans, now=moments, since=moments, began=moments, data=st.data())
def test_each_name_is_there_once_and_each_span_has_room_and_is_not_over(
    plan: Plan, now: datetime, since: datetime, began: datetime, data: st.DataObject
) -> None:
    ids = [one.id for one in plan.items]
    done = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    at = progress(plan.items, done)
    for session in plan.sessions:
        found = appointment(session, began)
        coming = wanted(
            plan.reminders,
            found,
            at,
            since=since,
            now=now,
            is_chosen=data.draw(st.booleans()),
            must_choose=data.draw(st.booleans()),
            has_reflection=bool(plan.reflection),
        )
        assert len({one.name for one in coming}) == len(coming)
        assert all(one.at < one.until and now < one.until and since <= one.at for one in coming)
        before = [one for one in coming if one.occasion is not Occasion.AFTER]
        assert all(found is not None and one.until <= found.starts for one in before)
        # No two of them could ever be sent at one moment.
        spans = sorted((one.at, one.until) for one in before)
        assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_a_reminder_is_called_by_its_distance() -> None:
    assert name_of(Distance(1, 90)) == "before-1d1h30m"
