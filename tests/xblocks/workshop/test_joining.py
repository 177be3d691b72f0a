"""A learner from elsewhere turns out to have an account: one participant, one seat, each reminder once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from devstack.models import Completion
from devstack.people import person
from devstack.platform import Devstack
from tests.xblocks.workshop.stage import DAY, KEY, NOW, at, clock_at, fresh, session, taking_part_in, workshop
from xblocks.nudge import api as nudge
from xblocks.nudge import models as nudge_models
from xblocks.workshop import api, enrolling, models, scheduling, tasks, team
from xblocks.workshop.data import WorkshopData
from xblocks.workshop.plan import Completes
from xblocks.workshop.signals import WORKSHOP_PREPARED_V1

pytestmark = pytest.mark.django_db(transaction=True)

GUEST = ("moodle:school", "7")


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


@pytest.fixture
def ann() -> User:
    return person("ann")


def account(user: User) -> tuple[str, str]:
    return "openedx", str(user.pk)


def guest(row: models.Workshop, now: datetime = NOW) -> models.Participant:
    return api.participant(row, *GUEST, now, is_elsewhere=True)[0]


def join(user: User, now: datetime = NOW) -> models.Participant:
    """As the bridge does it: nudging first."""
    nudge.join_learners(nudge.Identity(*GUEST), nudge.Identity(*account(user)), now)
    api.join_learners(GUEST, account(user), now)
    assert not models.Person.objects.filter(source=GUEST[0], external_id=GUEST[1]).exists()
    found: models.Participant = models.Participant.objects.get(
        person__source="openedx", person__external_id=str(user.pk)
    )
    return found


def reminders(who: tuple[str, str]) -> dict[str, datetime]:
    rows = nudge_models.Anchor.objects.filter(
        learner__source=who[0], learner__external_id=who[1], is_done=False, key__contains=":before"
    )
    return {key.rpartition(":")[2]: moment for key, moment in rows.values_list("key", "at")}


def test_what_was_prepared_and_attended_elsewhere_goes_along(ann: User) -> None:
    row = workshop(at("a", 10), completes=Completes.ATTENDED)
    other = guest(row)
    api.choose(other, "a", NOW)
    api.tick(other, "read", is_done=True, now=NOW)
    api.answer(other, "ask", "Why?", NOW)
    api.note_attendance(session(row, "a"), other, was_there=True, by="coach", now=NOW)
    assert not Completion.objects.exists()
    one = join(ann, NOW + DAY)
    assert (one.pk, one.prepared_at, one.attended_at, one.holds) == (other.pk, NOW, NOW, session(row, "a"))
    (shown,) = team.everybody(row).rows
    assert (shown.name, shown.answers, shown.there) == (
        ann.first_name,
        {"read": "", "ask": "Why?"},
        {session(row, "a").pk: True},
    )
    assert Completion.objects.get(user=ann).completion == 1.0
    # Nobody is there by that name any more.
    api.join_learners(GUEST, account(ann), NOW)
    assert models.Participant.objects.count() == 1
    with pytest.raises(ValueError, match="joined to themselves"):
        api.join_learners(GUEST, GUEST, NOW)


def test_what_both_did_is_put_together_and_may_be_all(ann: User) -> None:
    row = workshop(at("a", 10))
    heard: list[WorkshopData] = []

    def hear(workshop: WorkshopData, **_more: Any) -> None:
        heard.append(workshop)

    WORKSHOP_PREPARED_V1.connect(hear)
    other, own = guest(row, NOW - DAY), taking_part_in(row, ann)
    api.tick(other, "read", is_done=True, now=NOW)
    api.answer(own, "ask", "Mine", NOW)
    one = join(ann, NOW + DAY)
    WORKSHOP_PREPARED_V1.disconnect(hear)
    assert one.pk == own.pk
    assert [(told.source, told.external_id, told.at) for told in heard] == [(*account(ann), NOW + DAY)]
    assert Completion.objects.get(user=ann).completion == 1.0
    assert reminders(account(ann)) == {}
    assert one.began_at == min(other.began_at, own.began_at)


def test_where_both_did_the_same_the_account_counts_unless_it_took_that_back(ann: User) -> None:
    row = workshop(at("a", 10))
    other, own = guest(row), taking_part_in(row, ann)
    api.answer(other, "ask", "Theirs", NOW)
    api.answer(own, "ask", "Mine", NOW)
    api.tick(other, "read", is_done=True, now=NOW)
    api.tick(own, "read", is_done=False, now=NOW)
    one = join(ann)
    done = dict(one.done.exclude(done_at=None).values_list("item_id", "text"))
    assert done == {"ask": "Mine", "read": ""}


def test_who_was_there_by_one_name_was_there(ann: User) -> None:
    row = workshop(at("a", 10), at("b", 12), at("c", 14))
    other, own = guest(row), taking_part_in(row, ann)
    for name, there, here in (("a", True, False), ("b", False, True), ("c", True, None)):
        api.note_attendance(session(row, name), other, was_there=there, by="coach", now=NOW)
        if here is not None:
            api.note_attendance(session(row, name), own, was_there=here, by="coach", now=NOW)
    one = join(ann)
    noted = dict(one.attendance.values_list("session__session_id", "was_there"))
    assert noted == {"a": True, "b": True, "c": True}


@pytest.mark.parametrize(
    ("theirs", "mine", "then"),
    [
        # What each has: a seat in one, a place in line for another; and what the account has in the end.
        ("a-", "--", "a-"),
        ("a-", "b-", "b-"),
        ("a-", "-c", "ac"),
        ("-c", "--", "-c"),
        ("-c", "b-", "bc"),
        ("ac", "b-", "bc"),
        ("ac", "--", "ac"),
        ("a-", "a-", "a-"),
        ("--", "b-", "b-"),
    ],
)
def test_there_is_one_seat_and_the_other_one_goes_to_who_waits(ann: User, theirs: str, mine: str, then: str) -> None:
    row = workshop(at("a", 10, seats=2), at("b", 12), at("c", 14, seats=1))
    api.choose(taking_part_in(row, person("carol")), "c", NOW)
    other, own = guest(row), taking_part_in(row, ann)
    for one, seats in ((other, theirs), (own, mine)):
        for name in seats.replace("-", ""):
            api.choose(one, name, NOW)
    waiting = [api.participant(row, "moodle:school", str(number), NOW)[0] for number in (20, 21, 22)]
    for one in waiting:
        api.choose(one, "a", NOW)
    taken = session(row, "a").holders.count()
    one = join(ann)
    held = tuple(seat.session_id if seat is not None else "-" for seat in (one.holds, one.waits))
    assert held == tuple(then)
    # All seats are taken as before, whoever has them now.
    assert session(row, "a").holders.count() == taken == 2
    assert session(row, "c").waiting.count() == then.count("c")


def test_who_waited_for_what_they_had_by_another_name_has_it(ann: User) -> None:
    row = workshop(at("a", 10, seats=1))
    other, own = guest(row), taking_part_in(row, ann)
    api.choose(other, "a", NOW)
    api.choose(own, "a", NOW)
    assert fresh(own).waits is not None
    one = join(ann)
    assert (one.holds, one.waits) == (session(row, "a"), None)


def test_each_reminder_is_there_once_and_says_what_is_so(ann: User) -> None:
    row = workshop(at("a", 10), at("b", 20))
    other, own = guest(row), taking_part_in(row, ann)
    api.choose(other, "a", NOW)
    api.choose(own, "b", NOW)
    join(ann)
    starts = NOW.replace(day=20, hour=12)
    wanted = {"before-7d": starts - 7 * DAY, "before-2d": starts - 2 * DAY, "before-3h": starts - timedelta(hours=3)}
    assert (reminders(account(ann)), reminders(GUEST)) == (wanted, {})


def test_who_has_no_row_here_is_reminded_by_their_account(ann: User) -> None:
    row = workshop(at("a", 10))
    api.choose(guest(row), "a", NOW)
    before = reminders(GUEST)
    assert set(before) == {"before-7d", "before-2d", "before-3h"}
    join(ann)
    assert (reminders(account(ann)), reminders(GUEST)) == (before, {})


def test_what_they_were_still_to_be_told_they_are_told(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    other = guest(row)
    api.choose(other, "a", NOW)
    taking_part_in(row, ann)
    with monkeypatch.context() as deaf:
        deaf.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
        scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    one = join(ann)
    assert (one.notice, one.notices) == ("", 1)
    told = nudge_models.Anchor.objects.get(learner__external_id=str(ann.pk), key__contains=":told-")
    assert told.texts["en"]["subject"].startswith("New time")


# --- Here and elsewhere


def test_who_takes_the_course_elsewhere_does_not_leave_by_not_being_enrolled_here(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = workshop(at("a", 10))
    api.choose(guest(row), "a", NOW)
    one = join(ann)
    monkeypatch.setattr(Devstack, "learners", lambda *_arguments: [])
    monkeypatch.setattr(Devstack, "enrolled", lambda *_arguments: {KEY: set()})
    enrolling.look_at_all(row, NOW)
    enrolling.look_at(ann.pk, KEY, NOW)
    assert fresh(one).left_at is None
    assert set(reminders(account(ann))) == {"before-7d", "before-2d", "before-3h"}
    api.left_elsewhere(KEY, [account(ann), ("moodle:school", "99")], NOW)
    assert fresh(one).left_at is not None
    assert reminders(account(ann)) == {}


def test_who_leaves_there_and_is_enrolled_here_goes_on_and_others_go(ann: User) -> None:
    row = workshop(at("a", 10))
    own, other = taking_part_in(row, ann), guest(row)
    api.participant(row, *account(ann), NOW, is_elsewhere=True)
    assert fresh(own).is_elsewhere
    api.left_elsewhere(KEY, [account(ann), GUEST], NOW)
    assert (fresh(own).left_at, fresh(own).is_elsewhere) == (None, False)
    assert fresh(other).left_at is not None
    assert {one.name for one in team.everybody(row).rows} == {ann.first_name}
