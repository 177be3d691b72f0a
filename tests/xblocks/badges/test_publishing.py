"""A course that is published has its badges read, kept and held against what was done before; nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from opaque_keys.edx.keys import CourseKey

from devstack import clock, olx
from devstack.models import Course
from tests.devstack.playing import add_block, import_olx, unit
from tests.xblocks.badges.course import BADGES, COURSE, NOW, badges, came_back, done, hear, quizzes
from xblocks.badges import models, publishing, tasks
from xblocks.badges.publication import read_published

pytestmark = pytest.mark.django_db(transaction=True)

ONE = '<badges><badge id="{id}" name="{name}"><completed blocks="{blocks}"/></badge></badges>'


def one(badge_id: str = "one", name: str = "One", blocks: str = "microquiz@sender") -> str:
    return ONE.format(id=badge_id, name=name, blocks=blocks)


def there() -> dict[str, bool]:
    """Badges by id, and whether they can be earned."""
    return {row.badge_id: not row.is_retired for row in models.Badge.objects.all()}


def test_who_did_enough_before_has_the_badge_once_it_is_published() -> None:
    quizzes()
    hear([done("sender", 9), done("links", 3)])
    badges()
    award = models.Award.objects.get()
    assert (award.badge.badge_id, award.earned_at) == ("both", NOW - timedelta(days=3))
    assert publishing.publish(COURSE, NOW) == 0


def test_the_blocks_are_known_by_name_then_and_in_what_was_earned() -> None:
    quizzes()
    hear([done("sender"), done("links")])
    badges()
    row = models.Badge.objects.get(badge_id="both")
    assert row.names == {"microquiz@sender": "Who is writing?", "microquiz@links": "Where does it go?"}
    assert [entry["name"] for entry in models.Award.objects.get().evidence] == ["Where does it go?", "Who is writing?"]


def test_a_new_name_of_a_block_is_known_without_a_change_of_the_badge() -> None:
    key = add_block('<microquiz url_name="sender" display_name="Old name"/>', unit("sender"))
    badges(one())
    import_olx(key, '<microquiz display_name="New name"/>')
    publishing.publish(COURSE, NOW)
    assert models.Badge.objects.get().names == {"microquiz@sender": "New name"}
    olx.remove(key)
    publishing.publish(COURSE, NOW)
    assert models.Badge.objects.get().names == {}


def test_several_blocks_hold_the_badges_together_and_the_first_of_two_with_one_id_counts() -> None:
    quizzes()
    first = add_block(one(name="First"), unit("badges"))
    add_block(one(name="Second"), unit("badges"))
    add_block(one("other"), unit("badges"))
    publishing.publish(COURSE, NOW)
    assert there() == {"one": True, "other": True}
    assert models.Badge.objects.get(badge_id="one").definition["name"] == "First"
    olx.remove(first)
    publishing.publish(COURSE, NOW)
    assert models.Badge.objects.get(badge_id="one").definition["name"] == "Second"


def test_what_is_gone_is_retired_and_comes_back_with_what_was_done_meanwhile() -> None:
    quizzes()
    key = badges(one())
    import_olx(key, one("other"))
    publishing.publish(COURSE, NOW)
    assert there() == {"one": False, "other": True}
    hear([done("sender")])
    assert [award.badge.badge_id for award in models.Award.objects.all()] == ["other"]
    import_olx(key, one())
    publishing.publish(COURSE, NOW)
    assert there() == {"one": True, "other": False}
    assert models.Award.objects.count() == 2


def test_a_hidden_block_s_badges_are_not_earned_yet() -> None:
    quizzes()
    unit("badges", visible_to_staff_only=True)
    badges()
    assert there() == {}


def test_what_cannot_be_read_retires_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from devstack.runtime import StudioRuntime

    quizzes()
    key = badges()
    monkeypatch.setattr(StudioRuntime, "error_tracker", staticmethod(str), raising=False)
    import_olx(key, "<badges><medal/></badges>")
    publishing.publish(COURSE, NOW)
    assert there() == {"back": True, "both": True, "steady": True}


def test_a_course_without_badges_costs_one_look() -> None:
    quizzes()
    assert publishing.publish(COURSE, NOW) == 0
    assert not models.Badge.objects.exists()


# --- Hearing of it


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A queue that takes what it is told, and loses it."""
    told: list[str] = []

    def lose(*arguments: Any) -> None:
        told.append(arguments[0])

    monkeypatch.setattr(tasks.publish, "delay", lose)
    return told


def at(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    monkeypatch.setattr(clock, "ahead", lambda: ahead)


def test_what_a_queue_lost_is_found_again(lost: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    quizzes()
    badges(publish=False)
    read_published(course_key=COURSE)
    assert lost == [str(COURSE)]
    call_command("publish_badges")
    assert lost == [str(COURSE)]
    monkeypatch.undo()
    at(monkeypatch, publishing.DONE_WITHIN + timedelta(minutes=1))
    call_command("publish_badges")
    assert len(there()) == 3
    assert not models.Published.objects.exists()


def test_what_is_asked_for_meanwhile_is_not_taken_for_done(monkeypatch: pytest.MonkeyPatch) -> None:
    quizzes()
    badges(publish=False)
    publishing.ask(COURSE, NOW)
    read: Callable[[CourseKey], publishing.CourseBadges] = publishing.read_course

    def asked_again(course_key: CourseKey) -> publishing.CourseBadges:
        found = read(course_key)
        publishing.ask(course_key, NOW)
        return found

    monkeypatch.setattr(publishing, "read_course", asked_again)
    publishing.publish(COURSE, NOW)
    assert models.Published.objects.count() == 1


def test_a_course_can_be_published_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    quizzes()
    hear(came_back())
    badges(publish=False)
    call_command("publish_badges", course=str(COURSE))
    assert "1 awards" in capsys.readouterr().out
    assert len(there()) == 3


def test_a_library_has_no_badges_to_earn(lost: list[str]) -> None:
    from opaque_keys.edx.locator import LibraryLocator

    read_published(course_key=LibraryLocator("Microunits", "LIB"))
    read_published()
    assert lost == []
    assert not models.Published.objects.exists()


def test_a_queue_that_does_not_answer_keeps_nobody_from_publishing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> None:
        raise tasks.publish.OperationalError("down")

    monkeypatch.setattr(tasks.publish, "delay", refuse)
    read_published(course_key=COURSE)
    assert models.Published.objects.count() == 1


def test_saving_in_the_devstack_publishes() -> None:
    quizzes()
    badges(BADGES, publish=False)
    assert Course.objects.exists()
    read_published(course_key=COURSE)
    assert len(there()) == 3
