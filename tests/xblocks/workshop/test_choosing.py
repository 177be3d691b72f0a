"""Choosing, changing and leaving a session; moved and cancelled ones are told once; preparation is noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from devstack.people import person
from tests.devstack.playing import add_block, call
from tests.xblocks.microquiz.quizzes import name_of
from tests.xblocks.workshop import stage
from tests.xblocks.workshop.stage import DAY, HOUR, KEY, NOW, at, clock_at, fresh, session, taking_part_in, workshop
from xblocks.nudge import models as nudge
from xblocks.workshop import api, attending, models, preparing, reminders, scheduling
from xblocks.workshop.data import WorkshopData
from xblocks.workshop.plan import Completes, Item, ItemKind, Relative, Session
from xblocks.workshop.signals import WORKSHOP_ATTENDED_V1, WORKSHOP_PREPARED_V1

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


@pytest.fixture
def heard() -> Iterator[list[tuple[str, WorkshopData]]]:
    told: list[tuple[str, WorkshopData]] = []

    def prepared(workshop: Any = None, **_more: Any) -> None:
        told.append(("prepared", workshop))

    def attended(workshop: Any = None, **_more: Any) -> None:
        told.append(("attended", workshop))

    WORKSHOP_PREPARED_V1.connect(prepared)
    WORKSHOP_ATTENDED_V1.connect(attended)
    yield told
    WORKSHOP_PREPARED_V1.disconnect(prepared)
    WORKSHOP_ATTENDED_V1.disconnect(attended)


def asked(user: str = "ann") -> dict[str, tuple[Any, str]]:
    """What nudging was asked to tell somebody and has not told: when, and the subject; by the end of its key."""
    rows = nudge.Anchor.objects.filter(learner__external_id=str(person(user).pk), is_done=False).order_by("at")
    return {row.key.partition(":")[2].partition(":")[2]: (row.at, row.texts["en"]["subject"]) for row in rows}


def test_a_seat_is_taken_and_reminders_follow_the_session() -> None:
    row = workshop(at("a", 10), at("b", 15, seats=1))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "b", NOW)
    starts = NOW.replace(day=15, hour=12)
    found = asked()
    assert {name: when for name, (when, _said) in found.items()} == {
        "before-7d": starts - 7 * DAY,
        "before-2d": starts - 2 * DAY,
        "before-3h": starts - 3 * HOUR,
    }
    assert found["before-2d"][1] == "Before “Phishing day”: 2 things left, about 15 minutes"
    api.leave(ann, NOW)
    # Two to choose from: what is due follows the earliest, and the message says to choose.
    assert {said for _when, said in asked().values()} == {"Choose your session: Phishing day"}
    assert asked()["before-2d"][0] == NOW.replace(day=8, hour=12)


def test_a_session_that_cannot_be_chosen_is_refused() -> None:
    row = workshop(at("a", 10), at("past", 1, hour=8))
    ann = taking_part_in(row, person("ann"))
    for name in ("past", "nowhere"):
        with pytest.raises(api.NoSuchSessionError):
            api.choose(ann, name, NOW)


def test_who_waits_moves_up_when_somebody_leaves_and_is_told_once() -> None:
    row = workshop(at("a", 10, seats=1), at("b", 15))
    ann, bob = (taking_part_in(row, person(name)) for name in ("ann", "bob"))
    api.choose(ann, "a", NOW)
    api.choose(bob, "b", NOW)
    assert api.choose(bob, "a", NOW).waits == session(row, "a").pk
    api.leave(ann, NOW)
    assert fresh(bob).holds_id == session(row, "a").pk
    told = [said for name, (_when, said) in asked("bob").items() if name.startswith("told")]
    assert told == ["You have a seat: Phishing day"]
    assert fresh(bob).notice == ""


def test_to_stop_waiting_keeps_the_seat_that_one_has() -> None:
    row = workshop(at("a", 10, seats=1), at("b", 15))
    ann, bob = (taking_part_in(row, person(name)) for name in ("ann", "bob"))
    api.choose(ann, "a", NOW)
    api.choose(bob, "b", NOW)
    api.choose(bob, "a", NOW)
    api.stop_waiting(bob, NOW)
    api.leave(ann, NOW)
    assert fresh(bob).holds_id == session(row, "b").pk


def test_a_moved_session_moves_its_reminders_and_tells_once() -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    for day in (11, 12, 17):
        scheduling.change(session(row, "a").pk, at("a", day), NOW)
    found = asked()
    told = {name: said for name, (_when, said) in found.items() if name.startswith("told")}
    assert list(told.values()) == ["New time: Phishing day"]
    text = nudge.Anchor.objects.get(key__contains=":told").texts
    assert "Thursday 17 December, 13:00–15:00 (Amsterdam)" in text["en"]["text"]
    assert text["nl"]["text"] != text["en"]["text"]
    assert found["before-7d"][0] == NOW.replace(day=10, hour=12)
    moved = session(row, "a")
    assert (moved.sequence, moved.moved_at) == (3, NOW)


def test_another_room_is_told_and_moves_nothing_and_more_seats_are_told_to_nobody() -> None:
    row = workshop(at("a", 10, seats=2))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    before = asked()
    scheduling.change(session(row, "a").pk, at("a", 10, seats=5), NOW)
    assert asked() == before
    scheduling.change(session(row, "a").pk, at("a", 10, seats=5, place="Room 2"), NOW)
    told = [said for name, (_when, said) in asked().items() if name.startswith("told")]
    assert told == ["Something changed: Phishing day"]
    assert session(row, "a").moved_at is None


def test_a_cancelled_session_takes_its_reminders_along_and_tells_once() -> None:
    row = workshop(at("a", 10), at("b", 15))
    ann, bob = (taking_part_in(row, person(name)) for name in ("ann", "bob"))
    api.choose(ann, "a", NOW)
    api.choose(bob, "b", NOW)
    untouched = asked("bob")
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    scheduling.cancel(session(row, "a").pk, NOW)
    scheduling.cancel(session(row, "a").pk, NOW)
    found = asked()
    assert [said for name, (_when, said) in found.items() if name.startswith("told")] == ["Cancelled: Phishing day"]
    assert fresh(ann).holds_id is None
    # What is left to choose is everybody's.
    assert found["before-2d"][0] == NOW.replace(day=13, hour=12)
    assert asked("bob") == untouched
    assert session(row, "a").is_cancelled
    scheduling.take_up_again(session(row, "a").pk, NOW)
    assert api.choose(ann, "a", NOW).holds == session(row, "a").pk


def test_who_waits_is_told_of_what_they_wait_for_and_that_their_own_seat_stays() -> None:
    row = workshop(at("a", 10, seats=1), at("b", 15))
    ann, bob = (taking_part_in(row, person(name)) for name in ("ann", "bob"))
    api.choose(ann, "a", NOW)
    api.choose(bob, "b", NOW)
    api.choose(bob, "a", NOW)
    scheduling.change(session(row, "a").pk, at("a", 11, seats=1), NOW)
    text = told_to("bob")
    assert "that you wait for is now on Friday 11 December" in text
    assert "You keep your seat in the session on Tuesday 15 December" in text
    assert "that you wait for" not in told_to("ann")
    assert "You keep your seat" not in told_to("ann")
    scheduling.cancel(session(row, "a").pk, NOW)
    text = told_to("bob")
    assert "does not take place" in text
    assert "You keep your seat in the session on Tuesday 15 December" in text
    assert "Choose another" not in text
    assert "Choose another" in told_to("ann")


def told_to(name: str) -> str:
    rows = nudge.Anchor.objects.filter(learner__external_id=str(person(name).pk), key__contains=":told")
    return str(rows.get().texts["en"]["text"])


def test_publishing_again_moves_nothing_back_that_the_team_moved_on_its_page() -> None:
    row = workshop(at("a", 10), at("b", 15))
    scheduling.change(session(row, "a").pk, at("a", 17), NOW)
    workshop(at("a", 10), at("b", 15), about="New words.")
    assert session(row, "a").facts == stage.facts(at("a", 17))
    # What changed in Studio counts.
    workshop(at("a", 10, place="Hall"), at("b", 15))
    assert session(row, "a").facts == stage.facts(at("a", 17, place="Hall"))
    workshop(at("a", 18, place="Hall"), at("b", 15))
    assert session(row, "a").facts == stage.facts(at("a", 18, place="Hall"))


def test_a_session_that_was_taken_out_of_the_plan_is_cancelled_and_comes_back_with_it() -> None:
    row = workshop(at("a", 10), at("b", 15))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "b", NOW)
    workshop(at("a", 10))
    assert session(row, "b").is_retired
    assert fresh(ann).holds_id is None
    workshop(at("a", 10), at("b", 15))
    assert not session(row, "b").is_retired
    assert not session(row, "b").is_cancelled


def test_of_one_session_with_seats_for_everybody_nobody_needs_to_choose() -> None:
    row = workshop(at("a", 10), reflection="reflection@day")
    stage.join_all(row)
    taking_part_in(row, person("ann"))
    api.choose(taking_part_in(row, person("bob")), "a", NOW)
    assert set(asked("bob")) == {"before-7d", "before-2d", "before-3h", "after"}


def test_who_notes_at_once_who_was_there_takes_nobody_s_look_back_away() -> None:
    row = workshop(at("a", 10), reflection="reflection@day")
    ann = taking_part_in(row, person("ann"))
    api.tick(ann, "read", is_done=True, now=NOW)
    assert "after" in asked()
    over = NOW.replace(day=10, hour=15)
    attending.note(session(row, "a"), ann, was_there=True, by="9", now=over)
    reminders.refresh(row, [ann.pk], over)
    assert asked()["after"][0] == NOW.replace(day=10, hour=14, minute=15)
    attending.note(session(row, "a"), ann, was_there=False, by="9", now=over)
    reminders.refresh(row, [ann.pk], over)
    assert "after" not in asked()


def test_everybody_who_takes_the_course_is_reminded_of_it_without_ever_having_opened_it() -> None:
    users = stage.people(3)
    row = workshop(at("a", 10))
    stage.join_all(row)
    stage.join_all(row)
    assert models.Participant.objects.count() == 3
    assert nudge.Anchor.objects.count() == 9
    assert {one.began_at for one in models.Participant.objects.all()} == {NOW - 30 * DAY}
    assert taking_part_in(row, users[0]).pk in models.Participant.objects.values_list("pk", flat=True)


def test_what_is_done_is_no_longer_reminded_of_and_tells_others_once(heard: list[tuple[str, WorkshopData]]) -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    assert api.tick(ann, "read", is_done=True, now=NOW).minutes_left == 5
    assert asked()["before-2d"][1] == "Before “Phishing day”: 1 thing left, about 5 minutes"
    assert api.answer(ann, "ask", " Where do I report it? ", NOW).is_ready
    assert asked() == {}
    api.tick(ann, "read", is_done=False, now=NOW)
    assert set(asked()) == {"before-7d", "before-2d", "before-3h"}
    api.tick(ann, "read", is_done=True, now=NOW + HOUR)
    assert [(what, told.external_id, told.at) for what, told in heard] == [("prepared", str(person("ann").pk), NOW)]
    assert fresh(ann).prepared_at == NOW


def test_an_empty_answer_takes_it_back_and_what_is_too_long_or_not_asked_is_refused() -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.answer(ann, "ask", "Why?", NOW)
    api.answer(ann, "ask", "  ", NOW)
    assert preparing.done_by(ann) == set()
    for item, text in (("ask", "x" * 5001), ("read", "x"), ("gone", "x")):
        with pytest.raises(api.PreparationError):
            api.answer(ann, item, text, NOW)
    with pytest.raises(api.PreparationError):
        api.tick(ann, "ask", is_done=True, now=NOW)


QUIZ = """
<microquiz url_name="sender">
  <truefalse id="one" right="true"><text>Is it one?</text></truefalse>
  <truefalse id="two" right="true"><text>Is it two?</text></truefalse>
</microquiz>
"""


def test_a_quiz_ticks_itself_once_all_of_it_was_answered() -> None:
    key = add_block(QUIZ)
    row = workshop(at("a", 10), items=[Item(id="quiz", kind=ItemKind.QUIZ, title="A quiz", block="microquiz@sender")])
    ann = taking_part_in(row, person("ann"))
    with pytest.raises(api.PreparationError):
        api.tick(ann, "quiz", is_done=True, now=NOW)
    call(key, "answer", {"question": name_of(key, "one"), "response": {"value": True}})
    assert preparing.done_by(ann) == set()
    call(key, "answer", {"question": name_of(key, "two"), "response": {"value": False}})
    assert preparing.done_by(ann) == {"quiz"}
    assert fresh(ann).prepared_at is not None


def test_a_quiz_that_was_answered_before_is_ticked_when_the_learner_comes() -> None:
    key = add_block(QUIZ)
    for question in ("one", "two"):
        call(key, "answer", {"question": name_of(key, question), "response": {"value": True}}, user="bob")
    row = workshop(at("a", 10), items=[Item(id="quiz", kind=ItemKind.QUIZ, title="A quiz", block="microquiz@sender")])
    ann, bob = (taking_part_in(row, person(name)) for name in ("ann", "bob"))
    preparing.tick_quizzes(ann, NOW)
    preparing.tick_quizzes(bob, NOW)
    assert (preparing.done_by(ann), preparing.done_by(bob)) == (set(), {"quiz"})


def test_attendance_is_noted_told_once_and_can_be_corrected(heard: list[tuple[str, WorkshopData]]) -> None:
    row = workshop(at("a", 10), completes=Completes.ATTENDED, reflection="reflection@day")
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    there = session(row, "a")
    assert attending.note(there, ann, was_there=False, by="7", now=NOW) is False
    # Who was not there has nothing to look back on.
    assert "after" not in asked()
    assert attending.note(there, ann, was_there=True, by="7", now=NOW) is True
    assert attending.note(there, ann, was_there=True, by="8", now=NOW) is False
    assert [what for what, _told in heard] == ["attended"]
    assert "after" in asked()
    attending.unnote(there, ann)
    assert not models.Attendance.objects.exists()
    assert fresh(ann).attended_at == NOW


def test_a_relative_session_follows_the_day_on_which_each_learner_began() -> None:
    one = replace(at("own", 10), when=Relative(20, time(13), time(15)))
    row = workshop(one)
    ann = taking_part_in(row, person("ann"))
    models.Participant.objects.filter(pk=ann.pk).update(began_at=NOW - 5 * DAY)
    api.choose(fresh(ann), "own", NOW)
    # Began on 26 November; 20 days later is 16 December.
    assert asked()["before-2d"][0] == NOW.replace(day=14, hour=12)


def test_a_session_whose_date_comes_later_is_chosen_before_and_reminded_of_then() -> None:
    row = workshop(Session(id="later", zone="Europe/Amsterdam"))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "later", NOW)
    assert asked() == {}
    scheduling.change(session(row, "later").pk, at("later", 15), NOW + HOUR)
    assert set(asked()) == {"told-1", "before-7d", "before-2d", "before-3h"}


def test_a_workshop_that_is_gone_from_its_course_reminds_nobody() -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    api.publish(KEY, NOW)
    assert asked() == {}
    assert fresh(ann).holds_id is not None


def test_who_leaves_the_platform_is_forgotten_and_their_seat_is_given_on() -> None:
    row = workshop(at("a", 10, seats=1))
    ann, bob = (taking_part_in(row, person(name)) for name in ("ann", "bob"))
    api.choose(ann, "a", NOW)
    api.choose(bob, "a", NOW)
    api.answer(ann, "ask", "Why?", NOW)
    kept = list(api.export_learner("openedx", str(person("ann").pk)))
    assert [one["kind"] for one in kept] == ["workshop", "prepared"]
    assert kept[1]["text"] == "Why?"
    api.forget_learner("openedx", str(person("ann").pk))
    api.forget_learner("openedx", str(person("ann").pk))
    assert list(api.export_learner("openedx", str(person("ann").pk))) == []
    assert fresh(bob).holds_id == session(row, "a").pk


def test_what_a_queue_lost_is_told_by_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    from xblocks.workshop import tasks

    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    monkeypatch.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    assert not [name for name in asked() if name.startswith("told")]
    monkeypatch.undo()
    with clock_at(NOW + timedelta(minutes=10)):
        tasks.catch_up()
    assert [name for name in asked() if name.startswith("told")] == ["told-1"]
    assert asked()["before-2d"][0] == NOW.replace(day=9, hour=12)
