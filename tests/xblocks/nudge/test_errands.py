"""What is to be done for a course is done, also when a queue loses it, and not taken for done too early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from devstack import clock
from tests.devstack.playing import import_olx
from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.nudge import catalogue, errands, models, planning, tasks, team_acting
from xblocks.nudge.limits import Bounds
from xblocks.nudge.listening import refresh_published
from xblocks.nudge.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
EDITED = '<microquiz><truefalse id="one" right="true"><text>New words</text><tag>new</tag></truefalse></microquiz>'


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A queue that takes what it is told, and loses it: the names of what it was told."""
    told: list[str] = []

    def lose(task: Any) -> Callable[..., None]:
        return lambda *arguments: told.append(task.name)

    for task in (tasks.refresh_course, tasks.plan_course, tasks.look_again, tasks.draw_holdout):
        monkeypatch.setattr(task, "delay", lose(task))
    return told


def at(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Move the clock."""
    monkeypatch.setattr(clock, "ahead", lambda: ahead)


def outstanding() -> set[str]:
    return set(models.Errand.objects.values_list("task", flat=True))


def test_a_refresh_that_a_queue_lost_is_done_by_a_later_sweep(lost: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    key = quiz()
    question = known(key)
    import_olx(key, EDITED)
    refresh_published(course_key=question.course.course_key)
    assert lost == ["microunits.nudge.refresh_course"]
    # The workers get their time first.
    call_command("send_nudges")
    assert lost.count("microunits.nudge.refresh_course") == 1
    monkeypatch.undo()
    at(monkeypatch, errands.DONE_WITHIN + MINUTE)
    call_command("send_nudges")
    question.refresh_from_db()
    assert question.tags == ["new"]
    assert Task.REFRESH not in outstanding()


def test_a_refresh_that_fails_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    course = known(quiz()).course

    def broken(*arguments: Any) -> None:
        raise RuntimeError("no modulestore")

    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "refresh_facts", broken)
        errands.ask([course.pk], Task.REFRESH, NOW)
        with pytest.raises(RuntimeError):
            catalogue.refresh_course(course)
    assert [one.course for one in errands.outstanding(NOW + errands.DONE_WITHIN)] == [course]
    catalogue.refresh_course(course)
    assert Task.REFRESH not in outstanding()


def test_publishing_a_course_that_nobody_has_answered_in_asks_for_nothing(lost: list[str]) -> None:
    refresh_published(course_key=quiz().course_key)
    refresh_published()
    assert not lost
    assert not outstanding()


def test_what_is_asked_for_while_it_is_done_is_done_once_more() -> None:
    course = course_row()
    errands.ask([course.pk], Task.PLAN, NOW)
    with errands.seen_to(course, Task.PLAN):
        errands.ask([course.pk], Task.PLAN, NOW)
    assert planning.to_plan(NOW) == [course.pk]
    with errands.seen_to(course, Task.PLAN):
        pass
    assert planning.to_plan(NOW) == []


def test_a_plan_is_made_by_what_was_chosen_last_however_long_ago_the_course_was_read() -> None:
    card = due(learner(), known(quiz()), at=NOW + 80 * DAY, stability=100.0, last_review_at=NOW)
    read_before = models.Course.objects.get()
    course_row(target_at=NOW + 40 * DAY)
    errands.ask([read_before.pk], Task.PLAN, NOW)
    planning.plan_course(read_before, NOW)
    card.refresh_from_db()
    assert card.due_at < NOW + 40 * DAY


def test_what_a_team_chose_follows_though_the_queue_loses_it(lost: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    row = learner(next_look_at=None)
    card = due(row, known(quiz()), at=NOW + 80 * DAY, stability=100.0, last_review_at=NOW)
    course, zone = models.Course.objects.get(), ZoneInfo("UTC")
    was = team_acting.settings_of(course, Bounds(), zone)
    wanted = replace(was, target=(NOW + 40 * DAY).date(), per_week=2, holdout=100)
    team_acting.keep_settings(course, wanted, Bounds(), zone, clock.now())
    assert outstanding() == {"plan", "look", "draw"}
    monkeypatch.undo()
    at(monkeypatch, errands.DONE_WITHIN + MINUTE)
    tasks.see_to_courses()
    card.refresh_from_db()
    row.refresh_from_db()
    assert card.due_at < NOW + 40 * DAY
    assert row.next_look_at is not None
    assert models.Participation.objects.get().is_held_out
    assert not outstanding()


def test_a_course_that_is_started_again_looks_at_its_learners_though_the_queue_loses_it() -> None:
    course = course_row(is_stopped=True)
    team_acting.switch(course, is_stopped=True, now=NOW)
    assert not outstanding()
    team_acting.switch(course, is_stopped=False, now=NOW)
    assert outstanding() == {"look"}
    team_acting.look_again(course, NOW)
    assert not outstanding()
