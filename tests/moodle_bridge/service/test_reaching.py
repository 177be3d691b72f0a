"""Nudges for Moodle's learners: decided by the same policy, delivered as Moodle's notifications, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox

from moodle_bridge import client
from moodle_bridge.held import HELD, held_of
from moodle_bridge.patience import Patience
from moodle_bridge.plan_calls import UPSERT
from moodle_bridge.service import due_dates
from moodle_bridge.service.models import DueDate, Enrolment, Link, Site
from moodle_bridge.service.reaching import Moodle
from tests.moodle_bridge.double_companion import Companion
from tests.moodle_bridge.double_people import RefusalError
from tests.moodle_bridge.service.conftest import Clock
from tests.moodle_bridge.service.school import School
from xblocks.base.platform import platform
from xblocks.nudge import api, delivering, models, sweeping
from xblocks.nudge.preferences import Preferences
from xblocks.nudge.sources import Delivered, Fate, Guest, Identity, Outgoing

MORNING = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
"""A Wednesday, at 11:00 in Amsterdam."""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def taught(school: School, username: str = "anna", **more: Any) -> int:
    """A learner with three questions answered, and pulled."""
    learner = school.learner(username, **more)
    school.attempt(learner, 1, 0, 1)
    school.pull()
    return learner


def sweep(clock: type[Clock], at: datetime = MORNING) -> sweeping.Swept:
    """A sweep on the day on which everything is due."""
    clock.at = at
    models.Card.objects.update(due_at=at - timedelta(days=1))
    models.Learner.objects.filter(joined_to=None).update(next_look_at=at, last_active_at=at - timedelta(days=3))
    return sweeping.sweep(at, delivering.deliver)


def test_a_learner_is_reminded_in_moodle(school: School, clock: type[Clock]) -> None:
    anna = taught(school, lang="nl")
    assert sweep(clock).planned == {"reviews": 1}
    (notice,) = school.double.state.sent
    assert (notice["userid"], notice["courseid"]) == (anna, school.course)
    assert "Drie vragen" in notice["text"]
    assert "/mod/quiz/view.php?id=" in notice["url"]
    assert notice["urlname"] == "A course"
    assert "http://127.0.0.1:8000/microunits/" in notice["html"]
    assert "Moodle of School" in notice["text"]
    nudge = models.Nudge.objects.get()
    assert (nudge.status, nudge.via, notice["key"]) == (
        "sent",
        "moodle",
        f"nudge-{nudge.pk}-{int(nudge.planned_at.timestamp())}",
    )


def test_who_left_moodle_meanwhile_is_refused_there_and_that_is_in_the_ledger(
    school: School, clock: type[Clock]
) -> None:
    anna = taught(school)
    school.double.unenrol(school.course, anna)
    sweep(clock)
    nudge = models.Nudge.objects.get()
    assert (nudge.status, nudge.reason) == ("failed", "not_enrolled")


@pytest.mark.parametrize("trouble", ["cut after", "cut before"])
def test_a_connection_that_breaks_gives_nobody_two(
    school: School, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, trouble: Any
) -> None:
    taught(school)
    # The client itself tries four times; then the ledger waits, and asks again under the same key.
    for number in range(1, 5):
        school.double.fail(len(school.double.calls) + number, trouble)
    clock.at = MORNING
    monkeypatch.setattr(client, "Patience", lambda: Patience(first=0.01))
    sweep(clock)
    assert models.Nudge.objects.get().status == "claimed"
    clock.at = MORNING + timedelta(minutes=20)
    sweeping.sweep(clock.at, delivering.deliver)
    assert models.Nudge.objects.get().status == "sent"
    assert len(school.double.state.sent) == 1


def test_somebody_enrolled_here_gets_mail_and_somebody_only_there_a_notification(
    school: School, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = User.objects.create(username="anna", email="anna@example.org")
    anna = taught(school)
    sweep(clock)
    assert [mail.to for mail in outbox.outbox] == [["anna@example.org"]]
    assert not school.double.state.sent
    monkeypatch.setattr(type(platform()), "enrolled", lambda *_: {})
    sweep(clock, MORNING + timedelta(days=7))
    (notice,) = school.double.state.sent
    assert notice["userid"] == anna
    # Both count against the limits of one learner.
    row = api.learner("openedx", str(here.pk))
    assert models.Nudge.objects.filter(learner=row, status="sent").count() == 2


def test_what_moodle_would_take_for_a_tag_is_said_otherwise(school: School, clock: type[Clock]) -> None:
    taught(school)
    models.Course.objects.update(name="a <b> & c")
    sweep(clock)
    (notice,) = school.double.state.sent
    assert "a ‹b› & c" in notice["subject"] + notice["text"]


# --- What the source says


def test_moodles_learners_are_known_by_both_their_names(school: School) -> None:
    here = User.objects.create(username="anna", email="anna@example.org")
    taught(school)
    bob = school.learner("bob", lang="pt_br", timezone="Europe/Paris")
    school.pull()
    mine, theirs, nobody = (
        Identity("openedx", str(here.pk)),
        Identity("moodle:school", str(bob)),
        Identity("moodle:school", "x"),
    )
    moodle = Moodle()
    people = moodle.people([mine, theirs, nobody, Identity("moodle:other", str(bob))])
    assert set(people) == {mine, theirs}
    assert people[theirs] == Guest(language="pt-br", time_zone="Europe/Paris", site="Moodle of School")
    assert moodle.enrolled([mine, theirs], [school.course_key]) == {school.course_key: {mine, theirs}}


def test_a_place_leads_to_the_quiz_else_to_the_course(school: School) -> None:
    anna = Identity("moodle:school", str(taught(school)))
    moodle = Moodle()
    assert "/mod/quiz/view.php?id=" in moodle.address(anna, school.course_key, school.usage_key)
    course = f"{school.url}/course/view.php?id={school.course}"
    assert moodle.address(anna, school.course_key, None) == course
    Enrolment.objects.all().delete()
    assert moodle.address(anna, school.course_key, None) == course
    Link.objects.all().delete()
    assert moodle.address(anna, school.course_key, None) == ""


def test_a_message_to_somebody_who_takes_part_nowhere_is_refused(school: School) -> None:
    school.pull()
    one = Outgoing(
        key="k", to=Identity("moodle:school", "7"), course_keys=(school.course_key,), subject="S", text="T", html="",
        address="", button="",
    )  # fmt: skip
    assert Moodle().deliver([one]) == {"k": Delivered(Fate.REFUSED, "not_enrolled")}


def test_a_site_that_is_configured_no_longer_gives_no_answer(school: School, settings: Any) -> None:
    anna = Identity("moodle:school", str(taught(school)))
    settings.MICROUNITS_MOODLE["sites"] = {"other": settings.MICROUNITS_MOODLE["sites"]["school"]}
    settings.MICROUNITS_MOODLE["courses"]["phishing"]["site"] = "other"
    one = Outgoing(
        key="k", to=anna, course_keys=(school.course_key,), subject="S", text="T", html="", address="", button=""
    )
    assert Moodle().deliver([one]) == {}
    assert Moodle().address(anna, school.course_key, None).startswith("/course")


# --- Dates in calendars


def events(school: School) -> list[dict[str, Any]]:
    return [event.values for event in school.double.state.courses[school.course].events.values()]


def set_due(*moments: datetime) -> None:
    for card, at in zip(models.Card.objects.order_by("pk"), moments, strict=False):
        models.Card.objects.filter(pk=card.pk).update(due_at=at)


def keep(school: School) -> dict[str, int]:
    """Bring calendars up to date."""

    class Held:
        def renew(self) -> None: ...

    with school.client() as site:
        link = Link.objects.select_related("site").get()
        return dict(due_dates.keep(site, link, None, Held()))  # type: ignore[arg-type]


def test_a_learner_finds_in_their_calendar_when_questions_come_back(school: School, clock: type[Clock]) -> None:
    anna = taught(school, lang="nl")
    (event,) = events(school)
    assert event["userid"] == anna
    assert DueDate.objects.get().account.user == anna
    clock.at = MORNING
    set_due(MORNING + timedelta(days=2), MORNING + timedelta(days=2, hours=3), MORNING + timedelta(days=9))
    assert keep(school) == {"set": 1}
    (event,) = events(school)
    assert event["name"] == "2 vragen om op terug te kijken: A course"
    # At 8:00 of that day in Amsterdam, when messages may come too.
    assert event["timestart"] == int(datetime(2027, 3, 12, 7, 0, tzinfo=UTC).timestamp())
    assert keep(school) == {}


def test_a_date_moves_with_what_is_answered(school: School, clock: type[Clock]) -> None:
    anna = taught(school)
    before = events(school)[0]["timestart"]
    school.double.advance(86400 * 3)
    clock.at += timedelta(days=3)
    school.attempt(anna, 1, 1, 3)
    assert school.pull().dates == {"set": 1}
    (event,) = events(school)
    assert event["timestart"] > before


@pytest.mark.parametrize(
    "peace", [Preferences(is_stopped=True), Preferences(paused_until=MORNING + timedelta(days=30))]
)
def test_who_wants_peace_has_no_date(school: School, clock: type[Clock], peace: Preferences) -> None:
    anna = taught(school)
    clock.at = MORNING
    set_due(*[MORNING + timedelta(days=2)] * 3)
    keep(school)
    api.keep_preferences(api.learner("moodle:school", str(anna)), peace, MORNING)
    assert keep(school) == {"taken_away": 1}
    assert events(school) == []
    assert keep(school) == {}


@pytest.mark.parametrize(("code", "first"), [("nopermissions", {"failed": 1}), ("unknownkey", {"taken_away": 1})])
def test_a_date_that_moodle_does_not_take_away_now_is_taken_away_later(
    school: School, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, code: str, first: dict[str, int]
) -> None:
    anna = taught(school)
    clock.at = MORNING
    set_due(*[MORNING + timedelta(days=2)] * 3)
    keep(school)
    api.keep_preferences(api.learner("moodle:school", str(anna)), Preferences(is_stopped=True), MORNING)

    def refuse(*_: Any, **__: Any) -> None:
        raise RefusalError(code)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Companion, "remove", refuse)
        assert keep(school) == first
    assert keep(school) == ({"taken_away": 1} if "failed" in first else {})
    assert not DueDate.objects.exists()


def test_who_leaves_the_course_has_no_date(school: School, clock: type[Clock]) -> None:
    anna = taught(school)
    set_due(*[clock.at + timedelta(days=3)] * 3)
    keep(school)
    school.double.unenrol(school.course, anna)
    Link.objects.update(calendar_at=None)
    school.pull()
    assert events(school) == []


def test_a_day_that_passed_is_never_moved_on(school: School, clock: type[Clock]) -> None:
    taught(school)
    clock.at = MORNING
    set_due(*[MORNING + timedelta(days=2)] * 3)
    keep(school)
    before = events(school)
    clock.at = MORNING + timedelta(days=5)
    assert keep(school) == {}
    assert events(school) == before


def test_a_site_without_calendars_has_none(school: School, settings: Any) -> None:
    settings.MICROUNITS_MOODLE["sites"]["school"]["calendar"] = False
    taught(school)
    assert events(school) == []


def test_a_date_that_moodle_refuses_is_tried_again(school: School, clock: type[Clock]) -> None:
    taught(school)
    clock.at = MORNING
    set_due(*[MORNING + timedelta(days=2)] * 3)
    school.double.functions.discard(UPSERT)
    assert keep(school) == {"failed": 1}
    school.double.functions.add(UPSERT)
    assert keep(school) == {"set": 1}


def test_a_sync_leaves_learners_dates_alone(school: School) -> None:
    taught(school)
    assert len(events(school)) == 1
    assert Site.objects.get().title == "Moodle of School"
    with school.client() as site:
        held = held_of(site.call(HELD, {"courseid": school.course}))
    assert {one.kind for one in held} == {"microquiz", "question"}
