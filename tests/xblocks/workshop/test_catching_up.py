"""What a queue lost is found again by `catch_up_workshops`, which reads one course at once when it is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devstack.people import person
from tests.devstack.playing import add_block
from tests.xblocks.microquiz.quizzes import answer
from tests.xblocks.workshop.stage import KEY, NOW, at, clock_at, fresh, session, taking_part_in, workshop
from xblocks.base.following import SETTLED_AFTER
from xblocks.nudge import models as nudge
from xblocks.workshop import api, catching_up, models, publishing, scheduling, tasks
from xblocks.workshop.listening import read_published
from xblocks.workshop.plan import Item, ItemKind

pytestmark = pytest.mark.django_db(transaction=True)

OLX = (
    '<workshop url_name="day"><session id="a" starts="2026-12-10T13:30" ends="2026-12-10T16:30" zone="UTC"/></workshop>'
)


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


def said(**options: Any) -> str:
    told = StringIO()
    call_command("catch_up_workshops", stdout=told, **options)
    return told.getvalue().strip()


def caught_up() -> tuple[int, int]:
    """How many courses and people the workers were given again."""
    courses, people, _workshops = map(int, re.findall(r"\d+", said()))
    return courses, people


def told() -> int:
    return nudge.Anchor.objects.filter(key__contains=":told-").count()


def test_a_course_whose_reading_was_lost_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    add_block(OLX)
    monkeypatch.setattr(tasks.publish, "delay", lambda *_arguments: None)
    read_published(course_key=KEY)
    monkeypatch.undo()
    assert caught_up() == (0, 0)
    assert not models.Workshop.objects.exists()
    with clock_at(NOW + publishing.DONE_WITHIN + timedelta(minutes=1)):
        assert caught_up() == (1, 0)
        assert models.Workshop.objects.get().sessions.count() == 1
        assert caught_up() == (0, 0)


def test_who_was_not_told_of_a_moved_session_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    api.choose(taking_part_in(row, person("ann")), "a", NOW)
    monkeypatch.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    monkeypatch.undo()
    assert told() == 0
    assert caught_up() == (0, 1)
    assert caught_up() == (0, 0)
    assert told() == 1


def test_a_queue_that_does_not_answer_is_not_said_to_have_been_given_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    api.choose(taking_part_in(row, person("ann")), "a", NOW)

    def refuse(*_arguments: Any) -> None:
        raise tasks.follow_up.OperationalError

    monkeypatch.setattr(tasks.follow_up, "delay", refuse)
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    assert caught_up() == (0, 0)
    monkeypatch.undo()
    assert caught_up() == (0, 1)


def test_reminders_that_failed_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    monkeypatch.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    monkeypatch.undo()
    real = tasks.reminders.refresh

    def fail(*_arguments: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.reminders, "refresh", fail)
    with pytest.raises(ConnectionError):
        tasks.follow_up(row.pk, [ann.pk])
    monkeypatch.setattr(tasks.reminders, "refresh", real)
    assert caught_up() == (0, 1)
    reminder = nudge.Anchor.objects.get(key__endswith=":before-2d")
    assert reminder.at == NOW.replace(day=9, hour=12)


def reminders(user: str = "ann") -> dict[str, datetime]:
    """What somebody is still to be reminded of, and when."""
    rows = nudge.Anchor.objects.filter(learner__external_id=str(person(user).pk), is_done=False)
    return {key.rpartition(":")[2]: moment for key, moment in rows.values_list("key", "at")}


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The queue loses what it is told of learners, until it is undone."""
    for task in (tasks.follow_up, tasks.look_at_quiz):
        monkeypatch.setattr(task, "delay", lambda *_arguments: None)
    return monkeypatch


LATE = publishing.DONE_WITHIN + timedelta(minutes=1)


def test_reminders_that_a_queue_lost_follow_what_changed(deaf: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10), at("b", 17))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "b", NOW)
    deaf.undo()
    assert reminders() == {}
    # What changed just now is still being worked on.
    assert caught_up() == (0, 0)
    with clock_at(NOW + LATE):
        assert caught_up() == (0, 1)
        assert reminders()["before-2d"] == NOW.replace(day=15, hour=12)
        assert caught_up() == (0, 0)


def test_what_is_done_is_not_reminded_of_though_a_queue_lost_that(deaf: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    deaf.undo()
    api.choose(ann, "a", NOW)
    assert {"before-7d", "before-2d", "before-3h"} <= reminders().keys()
    deaf.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
    api.tick(ann, "read", is_done=True, now=NOW)
    api.answer(ann, "ask", "Why?", NOW)
    deaf.undo()
    assert reminders()
    with clock_at(NOW + LATE):
        assert caught_up() == (0, 1)
    assert reminders() == {}


def test_a_change_while_a_worker_reminds_is_not_taken_for_done(monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    ann = taking_part_in(row, person("ann"))
    api.choose(ann, "a", NOW)
    real = tasks.reminders.reading.plan_of

    def moved_meanwhile(*arguments: Any) -> Any:
        monkeypatch.undo()
        monkeypatch.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
        scheduling.change(session(row, "a").pk, at("a", 12), NOW)
        monkeypatch.undo()
        return real(*arguments)

    monkeypatch.setattr(tasks.reminders.reading, "plan_of", moved_meanwhile)
    tasks.follow_up(row.pk, [ann.pk])
    assert reminders()["before-2d"] == NOW.replace(day=8, hour=12)
    with clock_at(NOW + LATE):
        assert caught_up() == (0, 1)
    assert reminders()["before-2d"] == NOW.replace(day=10, hour=12)


QUIZ = """<microquiz url_name="sender">
  <truefalse id="one" right="true"><text>One?</text></truefalse>
</microquiz>"""


def test_a_quiz_of_which_nobody_heard_is_ticked(deaf: pytest.MonkeyPatch) -> None:
    key = add_block(QUIZ)
    quiz = Item(id="quiz", kind=ItemKind.QUIZ, title="The quiz", block="microquiz@sender")
    row = workshop(at("a", 10), items=[quiz])
    other = add_block(QUIZ.replace("sender", "other"))
    ann = taking_part_in(row, person("ann"))
    for one in (key, other):
        assert answer(one, "one", {"value": True}).status == 200
    deaf.undo()
    assert not models.Done.objects.exists()
    said()
    assert models.Done.objects.get().item_id == "quiz"
    assert fresh(ann).prepared_at is not None
    assert reminders() == {}
    said()
    assert models.Done.objects.count() == 1
    with clock_at(NOW + 2 * SETTLED_AFTER):
        said()
    with clock_at(NOW + 4 * SETTLED_AFTER):
        said()
    assert models.Followed.objects.get().followed > 0
    with CaptureQueriesContext(connection) as seen, clock_at(NOW + 4 * SETTLED_AFTER):
        said()
    assert len(seen) < 12


def test_where_no_workshop_asks_for_a_quiz_no_answer_is_followed() -> None:
    workshop(at("a", 10))
    key = add_block(QUIZ)
    assert answer(key, "one", {"value": True}).status == 200
    tasks.catch_up()
    assert not models.Followed.objects.exists()


def test_of_answers_that_two_follow_at_once_one_of_them_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    key = add_block(QUIZ)
    workshop(at("a", 10), items=[Item(id="quiz", kind=ItemKind.QUIZ, title="The quiz", block="microquiz@sender")])
    assert answer(key, "one", {"value": True}).status == 200
    asked: list[int] = []

    def beaten(_rows: Any, _found: Any, at: int) -> bool:
        asked.append(at)
        return False

    monkeypatch.setattr(catching_up, "move", beaten)
    said()
    assert len(asked) == 1


def test_a_course_is_read_at_once_when_it_is_named() -> None:
    add_block(OLX)
    assert said(course=str(KEY)) == f"The workshops of {KEY} are read."
    assert models.Workshop.objects.get().sessions.count() == 1
    with pytest.raises(CommandError, match="nonsense is no key of a course"):
        said(course="nonsense")
