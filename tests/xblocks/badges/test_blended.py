"""Workshops and reflections earn badges: heard of at once, or found where nobody heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from opaque_keys.edx.keys import UsageKey

from devstack.people import person
from tests.xblocks.badges.test_catching_up import looked_back
from tests.xblocks.badges.test_listening import COURSE, has, publish
from tests.xblocks.reflection.writing import hand_in, reflection
from tests.xblocks.workshop.stage import NOW, USAGE, at, clock_at, session, taking_part_in, workshop
from xblocks.badges import models, tasks, trying
from xblocks.badges.catching_up import CaughtUp, follow
from xblocks.badges.criteria import AllOf, Attended, Criterion, Prepared, Reflected
from xblocks.reflection import api as reflection_api
from xblocks.workshop import api as workshop_api
from xblocks.workshop import models as workshop_models
from xblocks.workshop.plan import Session

pytestmark = pytest.mark.django_db(transaction=True)

DAY = "workshop@day"
WEEK = "reflection@week1"
ALL: tuple[Criterion, ...] = (Prepared((DAY,)), Attended((DAY,)), Reflected((WEEK,)))


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue loses whatever it is told."""
    monkeypatch.setattr(tasks.take_in, "delay", lambda *_arguments: None)


@pytest.fixture
def row() -> workshop_models.Workshop:
    with clock_at(NOW):
        return workshop(at("a", 10))


def prepare(row: workshop_models.Workshop, moment: datetime, user: str = "ann") -> None:
    with clock_at(moment):
        one = taking_part_in(row, person(user), moment)
        workshop_api.tick(one, "read", is_done=True, now=moment)
        workshop_api.answer(one, "ask", "Why?", moment)


def be_there(row: workshop_models.Workshop, moment: datetime, user: str = "ann") -> None:
    with clock_at(moment):
        one = taking_part_in(row, person(user), moment)
        workshop_api.note_attendance(session(row, "a"), one, was_there=True, by="coach", now=moment)


def everything(row: workshop_models.Workshop) -> None:
    """Ann does all of it; Bob was there, and prepared himself afterwards."""
    prepare(row, NOW)
    be_there(row, NOW.replace(day=10, hour=15))
    be_there(row, NOW.replace(day=10, hour=15), "bob")
    prepare(row, NOW.replace(day=10, hour=20), "bob")
    with clock_at(NOW.replace(day=11)):
        assert hand_in(reflection()).status == 200


def test_coming_prepared_being_there_and_handing_in_earn_badges(row: workshop_models.Workshop) -> None:
    publish(*ALL, AllOf(ALL))
    prepare(row, NOW)
    assert has() == ["b0"]
    be_there(row, NOW.replace(day=10, hour=15))
    assert has() == ["b0", "b1"]
    assert hand_in(reflection()).status == 200
    assert has() == ["b0", "b1", "b2", "b3"]
    assert has("bob") == []
    # That something was written is known, and nothing of what.
    assert set(models.Fact.objects.values_list("what", "block", "question", "score")) == {
        ("prepared", DAY, "", 0.0),
        ("attended", DAY, "", 0.0),
        ("reflected", WEEK, "", 0.0),
    }


def test_who_prepares_after_the_session_began_did_not_come_prepared(row: workshop_models.Workshop) -> None:
    publish(Prepared((DAY,)))
    prepare(row, NOW.replace(day=10, hour=12))
    prepare(row, NOW.replace(day=10, hour=11, minute=59), "bob")
    assert (has(), has("bob")) == ([], ["b0"])
    looked_back()
    assert (has(), has("bob")) == ([], ["b0"])


def test_what_was_done_before_there_were_badges_is_found_and_as_it_would_have_been_heard(
    row: workshop_models.Workshop,
) -> None:
    everything(row)
    assert not models.Fact.objects.exists()
    publish(*ALL)
    caught = looked_back()
    assert (has(), has("bob")) == (["b0", "b1", "b2"], ["b1"])
    assert (caught.facts, caught.awards, caught.failed) == (4, 4, 0)
    assert looked_back() == CaughtUp()


def test_what_a_queue_lost_is_followed_up_once(deaf: None, row: workshop_models.Workshop) -> None:
    with clock_at(NOW):
        publish(*ALL)
        looked_back()
    everything(row)
    assert has() == []
    later = NOW.replace(day=12)
    with clock_at(later):
        follow(later)
        assert (has(), has("bob")) == (["b0", "b1", "b2"], ["b1"])
        assert follow(later) == CaughtUp()


def test_each_version_that_is_handed_in_counts_once_and_the_first_earns(row: workshop_models.Workshop) -> None:
    publish(Reflected((WEEK,)))
    key = reflection()
    assert hand_in(key).status == 200
    first = models.Award.objects.get().earned_at
    assert hand_in(key, "another text", turn=2, base=1).status == 200
    looked_back()
    assert models.Award.objects.get().earned_at == first
    assert models.Fact.objects.count() == 2


def test_a_badge_can_be_tried_on_what_workshops_and_reflections_keep(row: workshop_models.Workshop) -> None:
    everything(row)
    came = trying.tried(COURSE, AllOf(ALL), NOW)
    assert (came.looked, [who for who, _at in came.earned]) == (2, [("openedx", str(person("ann").pk))])


@pytest.mark.parametrize("missing", ["xblocks.workshop", "xblocks.reflection"])
def test_where_a_component_is_not_installed_the_others_are_asked(
    monkeypatch: pytest.MonkeyPatch, row: workshop_models.Workshop, missing: str
) -> None:
    everything(row)
    installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name != missing and installed(name))
    publish(*ALL)
    looked_back()
    assert has() == (["b2"] if missing == "xblocks.workshop" else ["b0", "b1"])


def test_they_are_read_in_pages_and_again_only_what_is_new(row: workshop_models.Workshop) -> None:
    users: list[Any] = [person(name) for name in ("ann", "bob", "carol")]
    key = reflection()

    def check(ask: Any, usage_key: UsageKey, since: datetime) -> None:
        first, rest = ask([usage_key], 0, 2), ask([usage_key], 2**40, 2)
        assert (len(first), rest) == (2, [])
        last = ask([usage_key], first[-1][0], 2)
        assert [one.external_id for _number, one in (*first, *last)] == [str(user.pk) for user in users]
        assert [one.external_id for _number, one in ask([usage_key], 0, 9, since)] == [
            str(user.pk) for user in users[1:]
        ]
        assert ask([COURSE.make_usage_key("workshop", "other")], 0, 9) == []

    for number, user in enumerate(users):
        prepare(row, NOW + timedelta(days=number), user.username)
    check(workshop_api.who_prepared, USAGE, NOW + timedelta(hours=20))
    for number, user in enumerate(users):
        be_there(row, NOW.replace(day=10, hour=15) + timedelta(hours=number), user.username)
        with clock_at(NOW + timedelta(days=number)):
            assert hand_in(key, user=user.username).status == 200
    check(workshop_api.who_attended, USAGE, NOW.replace(day=10, hour=15, minute=30))
    check(reflection_api.who_handed_in, key, NOW + timedelta(hours=20))


def test_what_was_done_long_before_it_was_heard_of_is_found_though_it_was_looked_for_since(
    deaf: None, row: workshop_models.Workshop
) -> None:
    """As a Moodle tells it: done yesterday, heard of now."""
    with clock_at(NOW):
        publish(Prepared((DAY,)))
        looked_back()
    heard = NOW + timedelta(days=1)
    with clock_at(heard):
        follow(heard)
    with clock_at(heard + timedelta(hours=1)):
        one = taking_part_in(row, person("ann"), NOW)
        workshop_api.tick(one, "read", is_done=True, now=NOW)
        workshop_api.answer(one, "ask", "Why?", NOW)
        follow(heard + timedelta(hours=1))
    assert has() == ["b0"]
    assert models.Award.objects.get().earned_at == NOW


def test_somebody_who_has_not_chosen_is_in_time_until_the_last_session_begins() -> None:
    with clock_at(NOW):
        row = workshop(at("a", 10), at("b", 12))
    publish(Prepared((DAY,)))
    prepare(row, NOW.replace(day=11))
    assert has() == ["b0"]
    one = taking_part_in(row, person("bob"), NOW)
    workshop_api.choose(one, "a", NOW)
    prepare(row, NOW.replace(day=11), "bob")
    assert has("bob") == []


def test_where_nobody_knows_yet_when_it_is_everybody_is_in_time() -> None:
    with clock_at(NOW):
        row = workshop(Session(id="later"))
    publish(Prepared((DAY,)))
    prepare(row, NOW)
    assert has() == ["b0"]
