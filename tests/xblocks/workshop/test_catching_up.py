"""What a queue lost is found again by `catch_up_workshops`, which reads one course at once when it is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from devstack.people import person
from tests.devstack.playing import add_block
from tests.xblocks.workshop.stage import KEY, NOW, at, clock_at, session, taking_part_in, workshop
from xblocks.nudge import models as nudge
from xblocks.workshop import api, models, publishing, scheduling, tasks
from xblocks.workshop.listening import read_published

pytestmark = pytest.mark.django_db(transaction=True)

OLX = (
    '<workshop url_name="day"><session id="a" starts="2026-12-10T13:30" ends="2026-12-10T16:30" zone="UTC"/></workshop>'
)


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


def caught_up(**options: Any) -> str:
    said = StringIO()
    call_command("catch_up_workshops", stdout=said, **options)
    return said.getvalue().strip()


def told() -> int:
    return nudge.Anchor.objects.filter(key__contains=":told-").count()


def test_a_course_whose_reading_was_lost_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    add_block(OLX)
    monkeypatch.setattr(tasks.publish, "delay", lambda *_arguments: None)
    read_published(course_key=KEY)
    monkeypatch.undo()
    assert caught_up() == "Courses handed out again: 0. Learners to be told: 0."
    assert not models.Workshop.objects.exists()
    with clock_at(NOW + publishing.DONE_WITHIN + timedelta(minutes=1)):
        assert caught_up() == "Courses handed out again: 1. Learners to be told: 0."
        assert models.Workshop.objects.get().sessions.count() == 1
        assert caught_up() == "Courses handed out again: 0. Learners to be told: 0."


def test_who_was_not_told_of_a_moved_session_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    api.choose(taking_part_in(row, person("ann")), "a", NOW)
    monkeypatch.setattr(tasks.follow_up, "delay", lambda *_arguments: None)
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    monkeypatch.undo()
    assert told() == 0
    assert caught_up() == "Courses handed out again: 0. Learners to be told: 1."
    assert caught_up() == "Courses handed out again: 0. Learners to be told: 0."
    assert told() == 1


def test_a_queue_that_does_not_answer_is_not_said_to_have_been_given_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    row = workshop(at("a", 10))
    api.choose(taking_part_in(row, person("ann")), "a", NOW)

    def refuse(*_arguments: Any) -> None:
        raise tasks.follow_up.OperationalError

    monkeypatch.setattr(tasks.follow_up, "delay", refuse)
    scheduling.change(session(row, "a").pk, at("a", 11), NOW)
    assert caught_up() == "Courses handed out again: 0. Learners to be told: 0."
    monkeypatch.undo()
    assert caught_up() == "Courses handed out again: 0. Learners to be told: 1."


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
    assert caught_up() == "Courses handed out again: 0. Learners to be told: 1."
    reminder = nudge.Anchor.objects.get(key__endswith=":before-2d")
    assert reminder.at == NOW.replace(day=9, hour=12)


def test_a_course_is_read_at_once_when_it_is_named() -> None:
    add_block(OLX)
    assert caught_up(course=str(KEY)) == f"The workshops of {KEY} are read."
    assert models.Workshop.objects.get().sessions.count() == 1
    with pytest.raises(CommandError, match="nonsense is no key of a course"):
        caught_up(course="nonsense")
