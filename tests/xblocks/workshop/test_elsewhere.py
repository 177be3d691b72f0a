"""Learners who take the workshop in another system: they are reminded, they prepare, and nothing is lost or doubled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xblocks.workshop import stage
from tests.xblocks.workshop.stage import DAY, HOUR, NOW, at
from xblocks.workshop import api, models, preparing, reading, reminders, scheduling
from xblocks.workshop.data import WorkshopData
from xblocks.workshop.plan import Item, ItemKind, Session
from xblocks.workshop.reminding import Occasion
from xblocks.workshop.signals import WORKSHOP_PREPARED_V1

pytestmark = pytest.mark.django_db

QUIZ = Item(id="quiz", kind=ItemKind.QUIZ, title="Do the quiz", block="microquiz@sender")
TICK = Item(id="tick", kind=ItemKind.TICK, title="Bring your phone")
GUEST = ("moodle:school", "7")


@pytest.fixture
def heard() -> Any:
    """What others hear of who is prepared."""
    found: list[WorkshopData] = []

    def hear(workshop: WorkshopData, **kwargs: Any) -> None:
        found.append(workshop)

    WORKSHOP_PREPARED_V1.connect(hear)
    yield found
    WORKSHOP_PREPARED_V1.disconnect(hear)


def guest(row: models.Workshop, who: tuple[str, str] = GUEST) -> models.Participant:
    return models.Participant.objects.select_related("workshop", "person").get(
        workshop=row, person__source=who[0], person__external_id=who[1]
    )


def done(one: models.Participant) -> set[str]:
    return preparing.done_by(one)


# --- Taking part


def test_learners_of_elsewhere_take_part_once_in_every_workshop_of_their_course() -> None:
    row = stage.workshop(at("thu", 10))
    other = stage.workshop(at("fri", 11), usage_key=stage.KEY.make_usage_key("workshop", "other"))
    for _again in range(2):
        api.join(stage.KEY, [GUEST, ("moodle:school", "8")], NOW)
    assert models.Participant.objects.count() == 4
    assert {one.workshop_id for one in models.Participant.objects.filter(person__external_id="7")} == {row.pk, other.pk}


def test_who_cannot_choose_a_session_is_reminded_to_prepare_for_the_earliest() -> None:
    row = stage.workshop(at("thu", 10), at("fri", 11))
    api.join(stage.KEY, [GUEST], NOW)
    (user,) = stage.people(1)
    here = stage.taking_part_in(row, user)
    rows = list(row.sessions.order_by("pk"))
    assert reminders.standing_of(stage.fresh(here), rows, NOW).must_choose
    standing = reminders.standing_of(guest(row), rows, NOW)
    assert (standing.must_choose, standing.session) == (False, stage.session(row, "thu"))
    coming = reminders._coming(row, reading.plan_of(row), guest(row), standing, preparing.progress_of(guest(row)), NOW)
    assert {message.occasion for message, _digest in coming.values()} == {Occasion.PREPARE}


# --- Preparing


def test_who_says_that_they_prepared_is_prepared_from_then_on() -> None:
    row = stage.workshop(at("thu", 10))
    said = NOW + HOUR
    assert api.note_prepared(*GUEST, stage.USAGE, said)
    one = guest(row)
    assert (done(one), one.prepared_at) == ({"read", "ask"}, said)
    assert api.note_prepared(*GUEST, stage.USAGE, said + HOUR)
    assert guest(row).prepared_at == said
    assert {item.done_at for item in one.done.all()} == {said}


def test_that_somebody_is_prepared_is_told_once_with_who_they_are(
    heard: list[WorkshopData], django_capture_on_commit_callbacks: Any
) -> None:
    stage.workshop(at("thu", 10))
    for later in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            api.note_prepared(*GUEST, stage.USAGE, NOW + later * HOUR)
    assert [(one.source, one.external_id, one.usage_key, one.at) for one in heard] == [(*GUEST, stage.USAGE, NOW)]


def test_who_takes_it_back_keeps_what_they_did_here_and_what_they_answered() -> None:
    row = stage.workshop(at("thu", 10), items=[*stage.ITEMS, TICK])
    (user,) = stage.people(1)
    one = stage.taking_part_in(row, user)
    preparing.tick(one, "tick", is_done=True, now=NOW)
    me, said = ("openedx", str(user.pk)), NOW + HOUR
    api.note_prepared(*me, stage.USAGE, said)
    preparing.answer(one, "ask", "How do I see it?", NOW + 2 * HOUR)
    api.take_back_prepared(*me, stage.USAGE, said, NOW + 3 * HOUR)
    assert done(one) == {"tick", "ask"}
    assert one.done.get(item_id="ask").text == "How do I see it?"
    assert stage.fresh(one).prepared_at == said


def test_an_answer_that_was_given_here_is_not_written_over() -> None:
    row = stage.workshop(at("thu", 10))
    (user,) = stage.people(1)
    one = stage.taking_part_in(row, user)
    preparing.answer(one, "ask", "Why?", NOW)
    api.note_prepared("openedx", str(user.pk), stage.USAGE, NOW + HOUR)
    assert one.done.get(item_id="ask").text == "Why?"
    assert done(one) == {"read", "ask"}


def test_a_quiz_is_done_by_answering_it_and_by_nothing_else() -> None:
    row = stage.workshop(at("thu", 10), items=[*stage.ITEMS, QUIZ])
    api.note_prepared(*GUEST, stage.USAGE, NOW)
    assert "quiz" not in done(guest(row))
    assert guest(row).prepared_at is None
    other = stage.KEY.make_usage_key("microquiz", "other")
    api.note_quiz(*GUEST, other, NOW)
    assert "quiz" not in done(guest(row))
    for _again in range(2):
        api.note_quiz(*GUEST, stage.KEY.make_usage_key("microquiz", "sender"), NOW + HOUR)
    assert guest(row).prepared_at == NOW + HOUR


def test_what_is_no_workshop_here_cannot_be_noted_yet() -> None:
    stage.course()
    unknown = stage.KEY.make_usage_key("workshop", "unknown")
    assert not api.note_prepared(*GUEST, unknown, NOW)
    assert not api.take_back_prepared(*GUEST, unknown, NOW, NOW)
    assert not models.Person.objects.exists()


SAID = st.lists(
    st.tuples(st.sampled_from(["done", "undone", "again", "tick", "untick", "answer"]), st.integers(1, 9)), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(SAID)
def test_in_the_end_it_is_as_they_last_said_and_no_answer_is_ever_lost(said: list[tuple[str, int]]) -> None:
    """Whatever they say there and do here, in turn; each time something later."""
    models.Person.objects.all().delete()
    row = stage.workshop(at("thu", 10), items=[*stage.ITEMS, TICK])
    user = User.objects.filter(username="p0").first() or stage.people(1)[0]
    one, me = stage.taking_part_in(row, user), ("openedx", str(user.pk))
    there: datetime | None = None
    answered, now = "", NOW
    for what, minutes in said:
        now += timedelta(minutes=minutes)
        if what == "done" and there is None:
            there = now
            api.note_prepared(*me, stage.USAGE, now)
            assert done(one) == {"read", "ask", "tick"}
        elif what == "undone" and there is not None:
            api.take_back_prepared(*me, stage.USAGE, there, now)
            assert not one.done.filter(done_at=there, text="").exists()
            there = None
        elif what == "again" and there is not None:
            before = list(one.done.order_by("pk").values_list("item_id", "done_at"))
            api.take_back_prepared(*me, stage.USAGE, now, now)
            assert list(one.done.order_by("pk").values_list("item_id", "done_at")) == before
        elif what in ("tick", "untick"):
            preparing.tick(one, "tick", is_done=what == "tick", now=now)
        elif what == "answer":
            answered = f"At {now}"
            preparing.answer(one, "ask", answered, now)
        if answered:
            assert one.done.get(item_id="ask").text == answered


# --- What is shown there


def test_a_session_is_told_as_it_is_and_as_it_was_planned() -> None:
    row = stage.workshop(at("thu", 10), at("fri", 11), Session(id="later"))
    (now,) = api.workshops_of(stage.KEY)
    assert (now.usage_key, now.title, now.plan) == (stage.USAGE, "Phishing day", reading.plan_of(row))
    assert [one.is_as_planned for one in now.sessions] == [True, True, True]
    scheduling.change(stage.session(row, "thu").pk, at("thu", 12), NOW + DAY)
    scheduling.cancel(stage.session(row, "fri").pk, NOW + DAY)
    thursday, friday, _later = api.workshops_of(stage.KEY)[0].sessions
    assert (thursday.session, thursday.planned, thursday.is_as_planned) == (at("thu", 12), at("thu", 10), False)
    assert (friday.is_cancelled, friday.is_as_planned) == (True, False)
    # What the course has no more is not told.
    stage.workshop(at("thu", 10), now=NOW + DAY)
    assert [one.session.id for one in api.workshops_of(stage.KEY)[0].sessions] == ["thu"]
