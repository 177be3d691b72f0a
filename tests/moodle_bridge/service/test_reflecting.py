"""Reflections that are handed in in Moodle: told once, and kept for who has an account here, wherever a pull ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from opaque_keys.edx.keys import UsageKey

from devstack import olx
from moodle_bridge.keys import component_key
from moodle_bridge.service import reflecting
from moodle_bridge.service.models import Link, Quiz, Reading, Site, Submission
from moodle_bridge.submissions import TEXTS
from tests.devstack.playing import add_block
from tests.moodle_bridge.double import connected
from tests.moodle_bridge.service.school import HASH, School
from tests.moodle_bridge.service.test_awards import publish
from xblocks.badges import api as badges
from xblocks.badges.criteria import Reflected
from xblocks.badges.definition import Badge
from xblocks.nudge.models import Anchor
from xblocks.reflection import api as reflections
from xblocks.reflection.data import ReflectionData
from xblocks.reflection.models import Version
from xblocks.reflection.signals import REFLECTION_SUBMITTED_V1

pytestmark = pytest.mark.django_db(transaction=True)

MARKER = "kingfisher-marker-text"
LOOK = '<reflection url_name="look" display_name="A look back" framework="tried" revisit_weeks="4"/>'


def put(school: School, usage_key: UsageKey) -> str:
    """Put a reflection into the double's course, as a sync would; its key."""
    key = component_key(str(usage_key))
    fields = {"name": {"value": "A look back", "hash": HASH}}
    call = {"courseid": school.course, "kind": "reflection", "key": key, "payload": {"fields": fields}}
    connected(school.double).call("local_microunits_upsert", call)
    return key


@pytest.fixture
def look(school: School) -> UsageKey:
    usage_key = add_block(LOOK)
    put(school, usage_key)
    return usage_key


@pytest.fixture
def heard() -> Iterator[list[ReflectionData]]:
    found: list[ReflectionData] = []

    def hear(reflection: ReflectionData, **more: Any) -> None:
        found.append(reflection)

    REFLECTION_SUBMITTED_V1.connect(hear)
    yield found
    REFLECTION_SUBMITTED_V1.disconnect(hear)


def hand_in(school: School, usage_key: UsageKey, learner: int, text: str = f"<p>{MARKER}</p>", **more: Any) -> int:
    return school.double.hand_in(school.course, component_key(str(usage_key)), learner, text, **more)


def here(username: str = "anna") -> User:
    return User.objects.create(username=f"{username}-here", email=f"{username}@example.org")


def texts(user: User, usage_key: UsageKey) -> list[str]:
    return [part.text for version in reflections.own(user.pk, usage_key).versions for part in version.parts]


def asked_for_texts(school: School) -> int:
    return school.double.calls.count(TEXTS)


# --- Who has an account here


def test_what_somebody_with_an_account_wrote_is_kept_for_them_and_told(
    school: School, look: UsageKey, heard: list[ReflectionData]
) -> None:
    user, anna = here(), school.learner()
    hand_in(school, look, anna)
    pulled = school.pull()
    assert (pulled.reflections, pulled.kept, pulled.problems) == (1, 1, {})
    assert texts(user, look) == [MARKER]
    (version,) = reflections.own(user.pk, look).versions
    assert version.origin == "Moodle of School"
    assert version.parts[0].label.startswith("What did you try?")
    assert [(one.source, one.external_id, one.usage_key, one.at) for one in heard] == [
        ("openedx", str(user.pk), look, version.at)
    ]
    assert Anchor.objects.get().at == version.at + timedelta(weeks=4)


def test_nothing_comes_twice_however_often_it_is_told(
    school: School, look: UsageKey, heard: list[ReflectionData]
) -> None:
    user, anna = here(), school.learner()
    hand_in(school, look, anna)
    school.pull()
    for _again in range(2):
        Site.objects.update(changes="")
        Reading.objects.all().delete()
        pulled = school.pull()
        assert (pulled.reflections, pulled.kept) == (0, 0)
    Submission.objects.all().delete()
    Reading.objects.all().delete()
    school.pull()
    assert texts(user, look) == [MARKER]
    assert len(heard) == 1


def test_each_time_something_else_is_handed_in_is_a_version(
    school: School, look: UsageKey, heard: list[ReflectionData]
) -> None:
    user, anna = here(), school.learner()
    for text in ("one", "two", "two"):
        hand_in(school, look, anna, f"<p>{text}</p>")
        school.pull()
        school.double.advance(600)
    assert texts(user, look) == ["one", "two"]
    assert len(heard) == 2


def test_what_is_taken_back_in_moodle_stays_with_its_writer(school: School, look: UsageKey) -> None:
    user, anna = here(), school.learner()
    row = hand_in(school, look, anna)
    school.pull()
    next(one for one in school.double.state.courses[school.course].submissions if one.id == row).status = "new"
    school.double.advance(600)
    school.pull()
    assert texts(user, look) == [MARKER]


def test_what_was_taken_back_before_it_was_read_is_not_asked_for_again_and_again(
    school: School, look: UsageKey
) -> None:
    user, anna = here(), school.learner()
    school.pull()
    row = hand_in(school, look, anna, "<p> </p>")
    school.pull()
    before = asked_for_texts(school)
    school.pull()
    assert (asked_for_texts(school), before, texts(user, look)) == (1, 1, [])
    assert Submission.objects.get(submission=row).kept_at is not None


# --- Who has none


def test_of_who_has_no_account_the_text_is_not_even_asked_for(
    school: School, look: UsageKey, heard: list[ReflectionData]
) -> None:
    anna = school.learner()
    hand_in(school, look, anna)
    pulled = school.pull()
    assert (pulled.reflections, pulled.kept, asked_for_texts(school)) == (1, 0, 0)
    assert [(one.source, one.external_id) for one in heard] == [("moodle:school", str(anna))]
    assert Anchor.objects.get().learner.source == "moodle:school"
    assert not Version.objects.exists()


def test_who_is_matched_later_gets_what_they_had_written_and_nobody_is_told_twice(
    school: School, look: UsageKey, heard: list[ReflectionData]
) -> None:
    anna = school.learner()
    hand_in(school, look, anna)
    school.pull()
    user = here()
    school.double.update(anna, lang="nl")
    assert school.pull().kept == 1
    assert texts(user, look) == [MARKER]
    assert len(heard) == 1


def test_an_account_that_is_deleted_in_moodle_leaves_what_is_its_writers_here(school: School, look: UsageKey) -> None:
    user, anna = here(), school.learner()
    hand_in(school, look, anna)
    school.pull()
    school.double.remove_user(anna)
    school.pull()
    assert not Submission.objects.exists()
    assert texts(user, look) == [MARKER]


# --- Wherever a pull ends


@pytest.mark.parametrize("stop", range(1, 5))
def test_a_pull_that_dies_anywhere_is_gone_on_with(
    school: School, look: UsageKey, monkeypatch: pytest.MonkeyPatch, heard: list[ReflectionData], stop: int
) -> None:
    monkeypatch.setattr(reflecting, "TEXTS_A_CALL", 2)
    users = [here(name) for name in ("ann", "bob", "cas")]
    for name in ("ann", "bob", "cas"):
        hand_in(school, look, school.learner(name), f"<p>{name}</p>")
    calls, whole = 0, reflections.take_in

    def dies(*arguments: Any, **more: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == stop:
            raise KeyboardInterrupt
        kept = whole(*arguments, **more)
        if calls == stop - 1:
            # Kept, but not yet noted: all of it goes back.
            raise KeyboardInterrupt
        return kept

    with monkeypatch.context() as mortal:
        mortal.setattr(reflections, "take_in", dies)
        with pytest.raises(KeyboardInterrupt):
            school.pull()
    school.pull()
    assert [texts(user, look) for user in users] == [["ann"], ["bob"], ["cas"]]
    assert sorted(one.external_id for one in heard) == sorted(str(user.pk) for user in users)
    assert asked_for_texts(school) <= 4


def test_texts_that_cannot_be_asked_for_now_are_asked_for_the_next_time(school: School, look: UsageKey) -> None:
    user, anna = here(), school.learner()
    hand_in(school, look, anna)
    school.double.functions.remove(TEXTS)
    pulled = school.pull()
    assert (pulled.reflections, pulled.kept) == (1, 0)
    assert TEXTS in str(pulled.problems)
    school.double.functions.add(TEXTS)
    assert school.pull().kept == 1
    assert texts(user, look) == [MARKER]


def test_a_text_that_cannot_be_kept_keeps_no_other_from_it_and_nothing_tells_what_it_was(
    school: School, look: UsageKey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = here("ann"), here("bob")
    for name in ("ann", "bob"):
        hand_in(school, look, school.learner(name), f"<p>{MARKER} {name}</p>")
    whole = reflections.take_in

    def fails(user_id: int, block: Any, told: Any, *arguments: Any, **more: Any) -> bool:
        if told.text.endswith("ann"):
            raise ValueError(told.text)
        return whole(user_id, block, told, *arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(reflections, "take_in", fails)
        pulled = school.pull()
    assert pulled.kept == 1
    assert "1 reflections are not kept yet" in str(pulled.problems)
    assert MARKER not in f"{caplog.text}{pulled}"
    assert school.pull().kept == 1
    assert texts(first, look) == [f"{MARKER} ann"]
    assert texts(second, look) == [f"{MARKER} bob"]


def test_a_reflection_that_is_gone_here_waits(school: School, look: UsageKey) -> None:
    user, anna = here(), school.learner()
    school.pull()
    olx.remove(look)
    hand_in(school, look, anna)
    pulled = school.pull()
    assert (pulled.reflections, pulled.kept) == (0, 0)
    assert texts(user, look) == []


def test_when_nothing_happened_moodle_is_asked_once(school: School, look: UsageKey) -> None:
    hand_in(school, look, school.learner())
    school.pull()
    before = school.double.requests
    school.pull()
    assert school.double.requests == before + 1


def test_a_course_without_reflections_costs_nothing_more(school: School) -> None:
    school.pull()
    assert "local_microunits_get_submissions" not in school.double.calls
    assert not Quiz.objects.filter(modname="assign").exists()


# --- Badges

BADGE = Badge("thinker", "Thinker", Reflected(("reflection@look",)))


def test_a_reflection_in_moodle_counts_for_badges_also_of_who_has_no_account(school: School, look: UsageKey) -> None:
    publish(school, BADGE)
    anna = school.learner()
    hand_in(school, look, anna)
    assert school.pull().earned == 1
    assert badges.awards_of("moodle:school", str(anna))


def test_a_badge_that_comes_later_is_held_against_what_was_handed_in_before(school: School, look: UsageKey) -> None:
    anna = school.learner()
    hand_in(school, look, anna)
    school.pull()
    publish(school, BADGE)
    assert school.pull().earned == 1


# --- Nothing leaks


def test_no_text_is_in_rows_logs_or_what_is_said(
    school: School, look: UsageKey, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    here()
    hand_in(school, look, school.learner())
    school.double.advance(3)
    call_command("pull_moodle")
    out, err = capsys.readouterr()
    assert "1 times somebody handed in a reflection." in out
    rows = [*Submission.objects.values(), *Link.objects.values(), *Site.objects.values(), *Reading.objects.values()]
    assert MARKER not in f"{out}{err}{caplog.text}{rows}"
