"""Who enrols late, leaves and comes back: their reminders, their seats, and what the facilitator sees are right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError as QueueError

from devstack.people import person
from tests.devstack.playing import add_block, call, view
from tests.xblocks.workshop import stage
from tests.xblocks.workshop.enrolments import Enrolled, told, told_of_role
from tests.xblocks.workshop.stage import DAY, NOW, at, clock_at, fresh, session, taking_part_in, workshop
from xblocks.nudge import models as nudge
from xblocks.workshop import api, enrolling, listening, models, publishing, scheduling, tasks, team, telling

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


@pytest.fixture
def enrolled(monkeypatch: pytest.MonkeyPatch) -> Enrolled:
    """Nobody, at first."""
    return Enrolled(monkeypatch)


def tell(name: str) -> None:
    """The platform tells that somebody's enrolment changed."""
    told(person(name).pk)


def reminders(name: str) -> dict[str, datetime]:
    """What somebody is still to be reminded of, and when."""
    rows = nudge.Anchor.objects.filter(learner__external_id=str(person(name).pk), is_done=False)
    return {key.rpartition(":")[2]: moment for key, moment in rows.values_list("key", "at")}


def here(row: models.Workshop) -> set[str]:
    """Whom the facilitator sees."""
    return {one.name for one in team.everybody(row).rows}


def part_of(row: models.Workshop, name: str) -> models.Participant:
    found: models.Participant = row.participants.get(person__external_id=str(person(name).pk))
    return found


def name_of(name: str) -> str:
    return str(person(name).first_name)


# --- Late


def test_who_enrols_after_publication_is_known_and_reminded_of_what_is_still_to_come(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10))
    late = NOW.replace(day=6)
    enrolled.add("ann", late)
    with clock_at(late):
        tell("ann")
        assert here(row) == {name_of("ann")}
    # Seven days before was on 3 December.
    assert set(reminders("ann")) == {"before-2d", "before-3h"}
    with clock_at(late):
        tell("ann")
    assert row.participants.count() == 1


def test_who_is_in_no_course_with_a_workshop_costs_one_statement(enrolled: Enrolled) -> None:
    enrolled.add("ann")
    with CaptureQueriesContext(connection) as seen:
        tell("ann")
    assert len([query for query in seen if "microunits" in query["sql"]]) == 1
    assert not models.Person.objects.exists()


@pytest.mark.parametrize("error", [QueueError("gone"), RuntimeError("broken")])
def test_enrolling_does_not_fail_with_us_and_is_looked_for_a_day_later(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    row = workshop(at("a", 10))
    enrolled.add("ann")

    def fail(*_arguments: Any) -> None:
        raise error

    monkeypatch.setattr(tasks.look_at_enrolment, "delay", fail)
    tell("ann")
    listening.look_at_enrolled(enrollment=SimpleNamespace())
    listening.look_at_enrolled()
    monkeypatch.undo()
    assert not row.participants.exists()


def test_what_was_not_heard_of_is_asked_a_day_later_and_once_a_day(enrolled: Enrolled) -> None:
    row = workshop(at("a", 20), at("b", 21))
    enrolled.add("ann")
    tell("ann")
    api.choose(part_of(row, "ann"), "a", NOW)
    enrolled.remove("ann")
    enrolled.add("bob", NOW + timedelta(hours=3))
    tasks.catch_up()
    assert here(row) == {name_of("ann")}
    later = NOW + enrolling.AGAIN + timedelta(minutes=1)
    with clock_at(later):
        tasks.catch_up()
        assert enrolling.outstanding(later) == []
    assert here(row) == {name_of("bob")}
    assert (reminders("ann"), set(reminders("bob"))) == ({}, {"before-7d", "before-2d", "before-3h"})
    publishing.retire(row, later)
    assert enrolling.outstanding(later + DAY) == []
    with clock_at(later + DAY):
        tasks.look_at_enrolments(row.pk)
    row.refresh_from_db()
    assert row.enrolments_seen_at < later + timedelta(hours=1)


def test_a_learner_who_joins_the_team_stands_in_no_list_and_is_back_when_they_leave_it(enrolled: Enrolled) -> None:
    row, ann = workshop(at("a", 10)), person("ann").pk
    enrolled.add("ann")
    tell("ann")
    enrolled.team.add(ann)
    # A role in all of an organisation, which is found within a day, and what is not told whole.
    told_of_role(ann, None)
    listening.look_at_role(course_access_role_data=SimpleNamespace())
    listening.look_at_role()
    assert here(row) == {name_of("ann")}
    told_of_role(ann)
    assert (here(row), reminders("ann")) == (set(), {})
    enrolled.team.remove(ann)
    told_of_role(ann)
    assert here(row) == {name_of("ann")}


def test_the_team_takes_part_only_when_it_opens_the_workshop(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10))
    enrolled.add("coach")
    enrolled.team.add(person("coach").pk)
    tell("coach")
    enrolling.look_at_all(row, NOW)
    assert here(row) == set()
    for _twice in range(2):
        api.participant(row, "openedx", str(person("coach").pk), NOW, only_looks=True)
        assert (here(row), reminders("coach")) == (set(), {})
    tasks.follow_up(row.pk, [part_of(row, "coach").pk])
    assert reminders("coach") == {}
    api.come_back(part_of(row, "coach"), NOW)
    api.tick(part_of(row, "coach"), "read", is_done=True, now=NOW)
    tell("coach")
    enrolling.look_at_all(row, NOW)
    assert here(row) == {name_of("coach")}


def test_in_its_page_too_the_team_takes_part_once_it_does_something() -> None:
    key = add_block('<workshop url_name="page"><session id="a" zone="UTC"/></workshop>')
    assert "Choose" in view(key, "team")
    row = models.Workshop.objects.get(usage_key=key)
    assert part_of(row, "team").left_at is not None
    assert call(key, "choose", {"session": "a"}, "team").status == 200
    assert part_of(row, "team").left_at is None
    assert part_of(row, "team").holds == session(row, "a")


def test_a_learner_who_joins_the_team_takes_part_if_they_did_something(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10))
    for name in ("ann", "bob", "carol"):
        enrolled.add(name)
        tell(name)
        enrolled.team.add(person(name).pk)
    api.choose(part_of(row, "bob"), "a", NOW)
    api.note_attendance(session(row, "a"), part_of(row, "carol"), was_there=True, by="bob", now=NOW)
    enrolling.look_at_all(row, NOW)
    assert here(row) == {name_of("bob"), name_of("carol")}
    assert reminders("ann") == {}


# --- Leaving


def test_who_leaves_gives_up_their_seat_and_hears_nothing_any_more(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10, seats=1))
    for name in ("ann", "bob", "carol"):
        enrolled.add(name)
        tell(name)
        api.choose(part_of(row, name), "a", NOW)
    assert (part_of(row, "ann").holds_id, part_of(row, "bob").waits_id) == (session(row, "a").pk,) * 2
    api.tick(part_of(row, "ann"), "read", is_done=True, now=NOW)
    enrolled.remove("ann")
    enrolled.remove("carol")
    for name in ("ann", "carol"):
        tell(name)
    assert here(row) == {name_of("bob")}
    (shown,) = team.sessions(team.everybody(row), "", {"a": ""}, NOW)
    assert (shown.come, shown.waiting) == (1, 0)
    assert part_of(row, "bob").holds is not None
    assert (reminders("ann"), reminders("carol")) == ({}, {})
    assert any(name.startswith("told-") for name in reminders("bob"))
    # A second word of it changes nothing; what is said to everybody does not reach them.
    tell("ann")
    scheduling.change(session(row, "a").pk, at("a", 12, seats=1), NOW)
    assert reminders("ann") == {}
    assert part_of(row, "ann").left_at is not None


def test_who_leaves_with_something_to_be_told_is_not_told(enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    enrolled.add("ann")
    tell("ann")
    api.choose(part_of(row, "ann"), "a", NOW)
    with monkeypatch.context() as deaf:
        deaf.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
        scheduling.change(session(row, "a").pk, at("a", 11), NOW)
        enrolled.remove("ann")
        tell("ann")
    assert part_of(row, "ann").notice == ""
    with clock_at(NOW + publishing.DONE_WITHIN + timedelta(minutes=1)):
        tasks.catch_up()
    assert reminders("ann") == {}


def test_who_had_been_there_is_still_seen_and_only_there(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10), at("b", 20))
    for name in ("ann", "bob", "carol"):
        enrolled.add(name)
        tell(name)
    a = session(row, "a")
    for name in ("ann", "bob"):
        api.choose(part_of(row, name), "a", NOW)
    after = NOW.replace(day=11)
    with clock_at(after):
        api.note_attendance(a, part_of(row, "ann"), was_there=True, by="coach", now=after)
        for name in ("ann", "bob", "carol"):
            enrolled.remove(name)
            tell(name)
    found = team.everybody(row)
    # Bob had a seat in what is over; nobody noted whether he was there.
    assert {one.name for one in found.of(a)} == {name_of("ann"), name_of("bob")}
    assert found.of(session(row, "b")) == []
    assert here(row) == {name_of("ann"), name_of("bob")}
    # A session that is over and is moved after all does not reach who is gone.
    with clock_at(after):
        scheduling.change(a.pk, at("a", 22), after)
    assert [reminders(name) for name in ("ann", "bob", "carol")] == [{}, {}, {}]


def test_of_a_course_that_the_platform_does_not_know_nobody_is_said_to_have_left(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = workshop(at("a", 10))
    enrolled.add("ann")
    tell("ann")
    taking_part = api.participant(row, "moodle:school", "7", NOW)[0]
    enrolled.since.clear()
    monkeypatch.setattr(enrolled, "enrolled", lambda *_arguments: {})
    enrolling.look_at_all(row, NOW)
    assert part_of(row, "ann").left_at is None
    monkeypatch.undo()
    # Learners of another place are not the platform's to speak of.
    assert fresh(taking_part).left_at is None


# --- Coming back


def test_who_comes_back_finds_what_they_prepared_and_is_reminded_of_what_is_still_to_come(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10, seats=2))
    enrolled.add("ann")
    tell("ann")
    ann = part_of(row, "ann")
    api.choose(ann, "a", NOW)
    api.tick(ann, "read", is_done=True, now=NOW)
    enrolled.remove("ann")
    tell("ann")
    back = NOW.replace(day=6)
    enrolled.add("ann")
    with clock_at(back):
        tell("ann")
        assert part_of(row, "ann").holds_id is None
        assert set(reminders("ann")) == {"before-2d", "before-3h"}
        assert set(team.everybody(row).rows[0].answers) == {"read"}
        api.choose(part_of(row, "ann"), "a", back)
    assert set(reminders("ann")) == {"before-2d", "before-3h"}
    since = fresh(ann).here_since
    tell("ann")
    assert fresh(ann).here_since == since


def test_who_comes_back_unheard_is_back_when_they_open_it_or_a_day_later(enrolled: Enrolled) -> None:
    row = workshop(at("a", 10))
    for name in ("ann", "bob"):
        enrolled.add(name)
        tell(name)
        enrolled.remove(name)
        tell(name)
        enrolled.add(name)
    assert here(row) == set()
    assert taking_part_in(row, person("ann")).left_at is None
    assert here(row) == {name_of("ann")}
    assert set(reminders("ann")) == {"before-7d", "before-2d", "before-3h"}
    enrolling.look_at_all(row, NOW)
    assert here(row) == {name_of("ann"), name_of("bob")}
    assert set(reminders("bob")) == {"before-7d", "before-2d", "before-3h"}


@pytest.mark.parametrize("heard", ["both", "coming back", "opening"])
def test_what_nudging_dropped_while_somebody_was_away_is_asked_for_again(enrolled: Enrolled, heard: str) -> None:
    row = workshop(at("a", 20))
    enrolled.add("ann")
    tell("ann")
    before = reminders("ann")
    enrolled.remove("ann")
    if heard == "both":
        tell("ann")
    # A sweep finds that they are not enrolled, and drops what it held for them.
    nudge.Anchor.objects.update(is_done=True)
    assert reminders("ann") == {}
    enrolled.add("ann")
    if heard == "opening":
        models.Participant.objects.update(left_at=NOW)
        taking_part_in(row, person("ann"))
    else:
        tell("ann")
    assert reminders("ann") == before
    enrolling.look_at_all(row, NOW)
    assert reminders("ann") == before


def test_a_word_that_comes_late_does_no_harm(enrolled: Enrolled) -> None:
    """Leaving and coming back are told in one order and heard of in another: what is so now counts."""
    row = workshop(at("a", 10))
    enrolled.add("ann")
    tell("ann")
    for _turn in range(3):
        tell("ann")
    assert part_of(row, "ann").left_at is None
    # Somebody who never took part leaves.
    tell("bob")
    assert here(row) == {name_of("ann")}


def test_many_are_looked_at_in_a_fixed_number_of_statements_when_nothing_changed() -> None:
    row = workshop(at("a", 10))
    stage.people(300)
    enrolling.look_at_all(row, NOW)
    with CaptureQueriesContext(connection) as seen:
        enrolling.look_at_all(row, NOW)
    assert len(seen) < 15
    assert row.participants.count() >= 300
    assert telling.PAGE < 300
