"""Learners of other places: the same policy, a message over there, and never two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey

from tests.xblocks.nudge.places import Place, known_place
from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.base.platform import platform
from xblocks.nudge import api, delivering, models, sweeping
from xblocks.nudge.elsewhere import NOWHERE, elsewhere
from xblocks.nudge.links import question_address, stop_address
from xblocks.nudge.loading import Courses
from xblocks.nudge.loading import known as known_of
from xblocks.nudge.policy import Bounds
from xblocks.nudge.sources import Delivered, Fate, Identity

pytestmark = pytest.mark.django_db(transaction=True)

FIVE = Identity("place:school", "5")


class Clock:
    """The platform's time in a test."""

    at = NOW


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock.at = NOW
    monkeypatch.setattr(type(platform()), "now", lambda self: Clock.at)


@pytest.fixture
def place() -> Iterator[Place]:
    with known_place() as one:
        yield one


def row_of(identity: Identity = FIVE, **values: Any) -> models.Learner:
    """A learner of that place, to be looked at now."""
    row = api.learner(*identity)
    for name, value in {"next_look_at": NOW, "last_active_at": NOW - 3 * DAY, **values}.items():
        setattr(row, name, value)
    row.save()
    return row


def away(place: Place, *, identity: Identity = FIVE, **facts: Any) -> tuple[models.Learner, models.Question]:
    """A learner with something due, who takes the course there."""
    question = models.Question.objects.select_related("course").first() or known(quiz())
    row = row_of(identity)
    due(row, question)
    place.take_in(identity, question.course.course_key, **{"time_zone": "Europe/Amsterdam", **facts})
    return row, question


def sweep(now: Any = NOW) -> sweeping.Swept:
    Clock.at = now
    return sweeping.sweep(now, delivering.deliver)


def nudge() -> models.Nudge:
    """The first that was planned."""
    return models.Nudge.objects.order_by("pk")[0]


# --- Sent over there


def test_somebody_elsewhere_gets_their_message_there(place: Place) -> None:
    row, question = away(place)
    assert sweep().planned == {"reviews": 1}
    (sent,) = place.sent.values()
    assert (sent.to, sent.course_keys) == (FIVE, (question.course.course_key,))
    assert sent.key == f"nudge-{nudge().pk}-{int(NOW.timestamp())}"
    assert "One question" in sent.text
    assert sent.address == "https://place.example/sender"
    assert "https://place.example/sender" in sent.html
    assert (nudge().status, nudge().via) == ("sent", "place")
    row.refresh_from_db()
    assert row.ignored == 1
    assert not outbox.outbox


def test_it_is_in_their_language_and_names_that_place(place: Place) -> None:
    away(place, language="nl", site="School")
    sweep()
    (sent,) = place.sent.values()
    assert "School" in sent.text
    assert 'lang="nl"' in sent.html
    assert "Eén vraag" in sent.text


def test_the_same_policy_holds_quiet_hours_by_their_own_clock(place: Place) -> None:
    # 10:00 UTC is the middle of the night in Auckland.
    away(place, time_zone="Pacific/Auckland")
    assert sweep().not_sent == {"not_now": 1}
    assert not place.sent


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_stopped": True}, "course_stopped"),
        ({"ends_at": NOW - DAY}, "course_ended"),
    ],
)
def test_a_team_stops_messages_there_too(place: Place, change: dict[str, Any], reason: str) -> None:
    away(place)
    course_row(**change)
    assert sweep().not_sent == {reason: 1}


def test_who_is_held_out_there_gets_nothing(place: Place) -> None:
    away(place)
    models.Participation.objects.update(is_held_out=True)
    assert sum(sweep().planned.values()) == 0


def test_who_is_suspended_or_has_left_there_gets_nothing(place: Place) -> None:
    row, question = away(place, is_active=False)
    assert sweep().not_sent == {"suspended": 1}
    place.take_in(FIVE, time_zone="Europe/Amsterdam")
    place.there[question.course.course_key].clear()
    models.Learner.objects.update(next_look_at=NOW)
    assert sweep().not_sent == {"not_enrolled": 1}
    row.refresh_from_db()
    # They may be back.
    assert row.next_look_at == NOW + 7 * DAY


def test_a_learner_of_a_place_that_nobody_knows_is_left_alone(place: Place) -> None:
    away(place, identity=Identity("other:school", "5"))
    place.guests.clear()
    assert sweep().not_sent == {"suspended": 1}


def test_the_limits_hold_over_all_messages(place: Place) -> None:
    away(place)
    sweep()
    models.Learner.objects.update(next_look_at=NOW + timedelta(hours=2), last_active_at=None)
    assert sweep(NOW + timedelta(hours=2)).not_sent == {"too_close": 1}
    assert len(place.sent) == 1


# --- One learner in two places


def test_who_is_enrolled_only_there_is_written_to_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    question = known(quiz())
    row = learner("ann")
    due(row, question)
    place.take_in(Identity("openedx", row.external_id), question.course.course_key)
    monkeypatch.setattr(type(platform()), "enrolled", lambda *_: {})
    sweep()
    assert [sent.to for sent in place.sent.values()] == [("openedx", row.external_id)]
    assert not outbox.outbox


def test_who_is_enrolled_here_is_written_to_here(place: Place) -> None:
    question = known(quiz())
    row = learner("ann")
    due(row, question)
    place.take_in(Identity("openedx", row.external_id), question.course.course_key)
    sweep()
    assert not place.sent
    assert (nudge().status, nudge().via) == ("sent", None)


def test_a_course_in_which_they_are_enrolled_here_too_is_not_elsewhere(place: Place) -> None:
    here, there = (CourseKey.from_string(f"course-v1:Org+{name}+R") for name in ("HERE", "THERE"))
    ann = place.take_in(Identity("openedx", "7"), here, there)
    found = elsewhere({ann: 1}, {1: {10: False, 20: False}}, {here: 10, there: 20}, {(1, 10)})
    assert found.places == {(1, 20): "place"}
    assert elsewhere({ann: 1}, {1: {10: False}}, {here: 10}, {(1, 10)}) == NOWHERE


# --- What the place answers


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (Delivered(Fate.REFUSED, "suspended"), "failed", "suspended"),
        (Delivered(Fate.FAILED), "failed", "failed"),
        (Delivered(Fate.UNCERTAIN), "uncertain", "uncertain"),
    ],
)
def test_what_the_place_says_is_in_the_ledger(place: Place, answer: Delivered, status: str, reason: str) -> None:
    away(place)
    place.answers[0] = answer
    sweep()
    assert (nudge().status, nudge().reason) == (status, reason)


@pytest.mark.parametrize("lost", [None, ConnectionError("broke")])
def test_what_had_no_answer_is_asked_for_again_under_the_same_key(place: Place, lost: Any) -> None:
    away(place)
    place.answers[0] = lost
    sweep()
    assert (nudge().status, nudge().via) == ("claimed", "place")
    # Not while a worker may still have it in hand.
    assert sweep(NOW + timedelta(minutes=10)).again == 0
    assert sweep(NOW + timedelta(minutes=20)).again == 1
    assert nudge().status == "sent"
    assert len(place.asked) == 2
    assert place.asked[0] == place.asked[1]


def test_what_may_have_been_sent_and_is_not_wanted_any_more_is_uncertain(place: Place) -> None:
    row, _question = away(place)
    place.answers[0] = None
    sweep()
    api.keep_preferences(row, api.preferences(row).__class__(is_stopped=True), NOW)
    sweep(NOW + timedelta(minutes=20))
    assert (nudge().status, nudge().reason) == ("uncertain", "opted_out")
    assert len(place.asked) == 1


def test_what_may_have_been_sent_is_uncertain_when_its_time_is_over(place: Place) -> None:
    away(place)
    place.answers[0] = None
    sweep()
    sweep(NOW + 2 * DAY)
    assert nudge().status == "uncertain"


def test_what_may_have_been_sent_there_is_not_sent_here(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    question = known(quiz())
    row = learner("ann")
    due(row, question)
    place.take_in(Identity("openedx", row.external_id), question.course.course_key)
    with monkeypatch.context() as before:
        before.setattr(type(platform()), "enrolled", lambda *_: {})
        place.answers[0] = None
        sweep()
    sweep(NOW + timedelta(minutes=20))
    assert nudge().status == "uncertain"
    assert not outbox.outbox


def test_messages_of_one_task_go_together(place: Place) -> None:
    for number in range(3):
        away(place, identity=Identity("place:school", str(number)))
    sweep()
    assert [len(keys) for keys in place.asked] == [3]


# --- Links


def test_the_links_work_without_an_account_here(place: Place) -> None:
    away(place)
    sweep()
    (sent,) = place.sent.values()
    links = [word for word in sent.text.split() if word.startswith("http://127.0.0.1")]
    question, stop = (urlsplit(link).path for link in links)
    client = Client()
    page = client.get(question).content.decode()
    assert "Is it one?" in page
    assert "https://place.example/course" in page
    chosen = client.post(stop, {"choice": "stop"}).content.decode()
    assert "/microunits/settings" not in chosen
    assert "mm-link" not in chosen or "wishes" not in chosen
    assert api.preferences(api.learner(*FIVE)).is_stopped
    models.Learner.objects.update(next_look_at=NOW + 2 * DAY)
    assert sweep(NOW + 2 * DAY).not_sent == {"opted_out": 1}


def test_without_an_address_of_ours_only_the_place_is_linked(place: Place, settings: Any) -> None:
    away(place)
    settings.SITE_URL = ""
    sweep()
    (sent,) = place.sent.values()
    assert "127.0.0.1" not in sent.text + sent.html
    assert "https://place.example/sender" in sent.text


def test_a_question_is_not_asked_of_those_who_left_there(place: Place) -> None:
    row, question = away(place)
    sweep()
    place.there[question.course.course_key].clear()
    link = urlsplit(question_address(row.pk, nudge().pk, question.pk, NOW)).path
    response = Client().get(link)
    assert response.status_code == 410
    assert "https://place.example/course" in response.content.decode()


def test_a_restricted_question_is_asked_where_that_place_shows_it(place: Place) -> None:
    _row, question = away(place)
    models.Question.objects.filter(pk=question.pk).update(is_restricted=True, groups={"50": [1]})
    assert sweep().planned == {"reviews": 1}


def test_a_restricted_question_is_asked_beside_one_that_everybody_sees(place: Place) -> None:
    row, question = away(place)
    due(row, known(quiz("elsewhere"), row=question.course))
    models.Question.objects.filter(pk=question.pk).update(is_restricted=True, groups={"50": [1]})
    sweep()
    assert nudge().questions == 2


# --- Joined


def test_links_of_before_lead_to_the_learner_that_they_are(place: Place) -> None:
    row, question = away(place)
    sweep()
    ann = learner("ann")
    link = urlsplit(stop_address(row.pk, nudge().pk)).path
    ask = urlsplit(question_address(row.pk, nudge().pk, question.pk, NOW)).path
    api.join_learners(FIVE, Identity(ann.source, ann.external_id), NOW)
    assert "Is it one?" in Client().get(ask).content.decode()
    Client().post(link, {"choice": "stop"})
    assert api.preferences(ann).is_stopped
    assert api.learner(*FIVE) == ann


# --- What it costs


def test_without_a_place_nothing_more_is_asked() -> None:
    question = known(quiz())
    row = learner("ann")
    due(row, question)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(known_of([row.pk], NOW, Bounds(), Courses()))
        return len(captured)

    alone = statements()
    with known_place() as place:
        place.take_in(Identity("openedx", row.external_id))
        # Somebody who is enrolled here in all their courses is nobody else's business.
        place.people = None  # type: ignore[method-assign, assignment]
        assert statements() == alone
