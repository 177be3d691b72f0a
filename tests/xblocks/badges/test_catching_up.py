"""What was done before a badge was there, and what nobody heard of, is found in the logs; once, however often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devstack import clock
from devstack.models import Completion, Grade, Usage
from devstack.people import person
from tests.xblocks.badges.test_awarding import badge
from tests.xblocks.badges.test_listening import COURSE, COURSE_KEY, give, has, practise, publish, quiz
from xblocks.badges import awarding, catching_up, models, tasks
from xblocks.badges.awarding import keep_badges
from xblocks.badges.catching_up import CaughtUp, follow, look_back, to_look_back
from xblocks.badges.criteria import Completed, FirstTry, Reviews, ScoreAtLeast, WeeksInARow
from xblocks.base.following import SETTLED_AFTER

pytestmark = pytest.mark.django_db(transaction=True)

SENDER = "microquiz@sender"


@pytest.fixture(autouse=True)
def clock_goes_on() -> Iterator[None]:
    yield
    clock.reset()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue loses whatever it is told."""
    monkeypatch.setattr(tasks.take_in, "delay", lambda *_arguments: None)


def looked_back() -> CaughtUp:
    return [CaughtUp(), *look_back(COURSE)][-1]


def everything() -> None:
    """Ann does all that there is to do, Bob a part of it."""
    key = quiz()
    give(key, "one")
    give(key, "two")
    practise(key, "one")
    give(key, "one", right=False, user="bob")


ALL = (Completed((SENDER,)), ScoreAtLeast((SENDER,), 1.0), FirstTry(2), Reviews(1, 7), WeeksInARow(1))


def test_a_badge_that_is_published_later_finds_what_was_done_before() -> None:
    everything()
    assert not models.Fact.objects.exists()
    publish(*ALL)
    assert (has(), has("bob")) == ([], [])
    caught = looked_back()
    assert (has(), has("bob")) == (["b0", "b1", "b2", "b3", "b4"], ["b4"])
    assert (caught.awards, caught.failed) == (6, 0)
    assert looked_back() == CaughtUp()


def test_what_is_found_is_what_would_have_been_heard() -> None:
    publish(*ALL)
    everything()
    columns = ("holder__external_id", "what", "at", "day", "block", "question", "attempt", "score")
    heard = set(models.Fact.objects.values_list(*columns))
    awards = {(one.holder_id, one.badge_id, one.earned_at) for one in models.Award.objects.all()}
    assert looked_back() == CaughtUp()
    models.Holder.objects.all().delete()
    looked_back()
    found = set(models.Fact.objects.values_list(*columns))
    # The gradebook knows only the last of its scores, which the quiz's own log has as well.
    assert {one for one in heard ^ found if one[1] != "scored"} == set()
    assert len({(one.badge_id, one.earned_at) for one in models.Award.objects.all()}) == len(awards)


def test_a_changed_badge_is_looked_for_again_and_another_text_is_not() -> None:
    everything()
    publish(FirstTry(1))
    assert to_look_back(clock.now()) == [COURSE]
    looked_back()
    assert to_look_back(clock.now()) == []
    keep_badges(COURSE, [replace(badge("b0", FirstTry(1)), name="Another name")], clock.now())
    assert to_look_back(clock.now()) == []
    publish(FirstTry(1), Reviews(1, 7))
    assert to_look_back(clock.now()) == [COURSE]
    looked_back()
    assert has() == ["b0", "b1"]
    # What is looked at is the same, but it is another badge.
    publish(FirstTry(2), Reviews(1, 7))
    assert to_look_back(clock.now()) == [COURSE]


def test_what_a_queue_lost_is_followed_up(deaf: None) -> None:
    publish(*ALL)
    looked_back()
    everything()
    assert has() == []
    caught = follow(clock.now())
    assert (has(), has("bob")) == (["b0", "b1", "b2", "b3", "b4"], ["b4"])
    assert caught.failed == 0
    assert follow(clock.now()) == CaughtUp()
    # Numbers that were given out lately are read again, as smaller ones may still appear; later they are not.
    assert set(models.Followed.objects.values_list("followed", flat=True)) == {0}
    clock.move(2 * SETTLED_AFTER)
    follow(clock.now())
    clock.move(2 * SETTLED_AFTER)
    follow(clock.now())
    assert min(models.Followed.objects.values_list("followed", flat=True)) > 0
    with CaptureQueriesContext(connection) as seen:
        follow(clock.now())
    assert len(seen) < 20


def test_where_there_are_no_badges_nothing_is_followed() -> None:
    everything()
    assert follow(clock.now()) == CaughtUp()
    assert not models.Followed.objects.exists()


def test_one_learner_who_cannot_be_kept_spoils_nothing_and_is_looked_for_a_day_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything()
    publish(WeeksInARow(1))
    bob, hear = str(person("bob").pk), awarding.hear

    def refuse(source: str, external_id: str, *more: Any) -> Any:
        if external_id == bob:
            raise RuntimeError
        return hear(source, external_id, *more)

    monkeypatch.setattr(awarding, "hear", refuse)
    assert looked_back().failed == 1
    assert (has(), has("bob")) == (["b0"], [])
    assert follow(clock.now()).failed == 1
    monkeypatch.setattr(awarding, "hear", hear)
    assert to_look_back(clock.now()) == []
    clock.move(catching_up.AGAIN + timedelta(minutes=1))
    tasks.catch_up()
    assert has("bob") == ["b0"]
    assert to_look_back(clock.now() + 2 * catching_up.AGAIN) == []


def test_what_was_secret_is_told_when_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    due = clock.now() + timedelta(hours=2)
    key = quiz(settings='show_answer="past_due"', due=due.isoformat())
    give(key, "one")
    publish(FirstTry(1))
    looked_back()
    assert has() == []
    assert to_look_back(due - timedelta(minutes=1)) == []
    clock.move(timedelta(hours=3))
    assert to_look_back(clock.now()) == [COURSE]
    looked_back()
    assert has() == ["b0"]
    assert to_look_back(clock.now()) == []


def test_records_of_the_platform_are_read_in_pages_and_again_only_when_they_changed(
    monkeypatch: pytest.MonkeyPatch, deaf: None
) -> None:
    monkeypatch.setattr(catching_up, "PAGE", 1)
    problem, video = (str(COURSE.make_usage_key(*one)) for one in (("problem", "p"), ("video", "v")))
    for name in ("ann", "bob"):
        Grade.objects.create(
            user=person(name), usage_key=problem, earned=8, possible=10, weighted_earned=8, weighted_possible=10
        )
        Completion.objects.create(user=person(name), usage_key=video, completion=1.0)
    Completion.objects.create(user=person("carol"), usage_key=video, completion=0.5)
    publish(ScoreAtLeast(("problem@p",), 0.8), Completed(("video@v",)))
    looked_back()
    assert (has(), has("bob"), has("carol")) == (["b0", "b1"], ["b0", "b1"], [])
    facts = models.Fact.objects.count()
    # Saved once more: another moment, and nothing new.
    Grade.objects.get(user=person("ann")).save()
    Completion.objects.filter(user=person("carol")).get().delete()
    Completion.objects.create(user=person("carol"), usage_key=video, completion=1.0)
    assert follow(clock.now()).facts == 1
    assert has("carol") == ["b1"]
    assert models.Fact.objects.count() == facts + 1


def test_a_quiz_that_is_gone_from_the_course_is_in_nobody_s_way(deaf: None) -> None:
    everything()
    publish(FirstTry(1), ScoreAtLeast((SENDER,), 0.5))
    Usage.objects.all().delete()
    assert looked_back().failed == 0
    assert follow(clock.now()).failed == 0
    # Their answers count, as nothing is left to keep secret, and the gradebook has the score.
    assert has() == ["b0", "b1"]


def test_the_command_catches_up_and_says_what_it_did() -> None:
    everything()
    publish(*ALL)
    said = StringIO()
    call_command("catch_up_badges", stdout=said, verbosity=2)
    assert f"{COURSE_KEY}: things done that were missing: " in said.getvalue()
    assert "Badges awarded: 6." in said.getvalue()
    assert "Since the last time: things done that were missing: 0. Badges awarded: 0." in said.getvalue()
    again = StringIO()
    call_command("catch_up_badges", course=COURSE_KEY, stdout=again)
    assert again.getvalue() == f"{COURSE_KEY}: things done that were missing: 0. Badges awarded: 0.\n"
    with pytest.raises(CommandError, match="no key of a course"):
        call_command("catch_up_badges", course="nonsense")


def test_what_is_kept_of_it_says_what_it_is() -> None:
    publish(FirstTry(1))
    looked_back()
    follow(clock.now())
    assert str(models.LookedBack.objects.get()) == COURSE_KEY
    assert str(models.Followed.objects.first()) == "log 1 followed to 0"
