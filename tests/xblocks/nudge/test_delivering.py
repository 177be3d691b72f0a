"""Sending what the ledger says: once, by whoever takes it first, and only if it is still right to send it."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives

from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.base.platform import platform
from xblocks.nudge import api, models
from xblocks.nudge.delivering import deliver
from xblocks.nudge.preferences import Channel, Preferences
from xblocks.nudge.sweeping import sweep

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


class Clock:
    """The platform's time in a test."""

    at = NOW


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(type(platform()), "now", lambda self: made.at)
    return made


def planned(**learners: Any) -> models.Nudge:
    """A message to Ann about one question, in the ledger."""
    due(learner("ann", **learners), known(quiz()))
    sweep(NOW, lambda ids: None)
    return models.Nudge.objects.get()


def status() -> tuple[str, str]:
    nudge = models.Nudge.objects.get()
    return nudge.status, nudge.reason


def test_a_message_is_sent_and_the_ledger_says_when(clock: Clock) -> None:
    nudge = planned()
    clock.at = NOW + HOUR
    deliver([nudge.pk])
    nudge.refresh_from_db()
    assert (nudge.status, nudge.sent_at) == ("sent", NOW + HOUR)
    assert [mail.to for mail in outbox.outbox] == [["ann@example.com"]]
    assert models.Learner.objects.get().ignored == 1


def test_a_message_is_sent_once_however_often_it_is_handed_out() -> None:
    nudge = planned()
    deliver([nudge.pk, nudge.pk])
    deliver([nudge.pk])
    assert len(outbox.outbox) == 1


def test_one_that_is_gone_does_not_keep_the_others_from_being_sent() -> None:
    nudge = planned()
    deliver([nudge.pk + 1000, nudge.pk])
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize("change", ["practised", "stopped", "no channel", "paused", "team", "admin", "late", "retired"])
def test_it_is_not_sent_when_meanwhile(clock: Clock, change: str) -> None:
    nudge = planned()
    row = nudge.learner
    match change:
        case "practised":
            models.Learner.objects.update(last_active_at=NOW)
        case "stopped":
            api.keep_preferences(row, Preferences(is_stopped=True), NOW)
        case "no channel":
            api.keep_preferences(row, Preferences(channel=Channel.NONE), NOW)
        case "paused":
            api.keep_preferences(row, Preferences(paused_until=NOW + 3 * DAY), NOW)
        case "team":
            course_row(is_stopped=True)
        case "admin":
            models.Site.objects.create(is_stopped=True)
        case "late":
            clock.at = nudge.not_after
        case "retired":
            models.Question.objects.update(is_retired=True)
    deliver([nudge.pk])
    assert not outbox.outbox
    assert status()[0] == "skipped"
    assert status()[1]
    assert models.Learner.objects.get().ignored == 0


def test_who_practised_meanwhile_is_looked_at_again_later(clock: Clock) -> None:
    nudge = planned()
    models.Learner.objects.update(last_active_at=NOW, next_look_at=None)
    deliver([nudge.pk])
    look = models.Learner.objects.get().next_look_at
    assert look is not None
    assert look >= NOW + DAY


def test_what_the_transport_refuses_is_written_down_and_comes_another_day(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudge = planned()

    def refuse(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        raise SMTPRecipientsRefused({})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    deliver([nudge.pk])
    assert status()[0] == "failed"
    assert models.Learner.objects.get().ignored == 0
    tomorrow = datetime.fromisoformat("2027-03-11T10:00:00+00:00")
    sweep(tomorrow, lambda ids: None)
    assert sorted(models.Nudge.objects.values_list("status", flat=True)) == ["failed", "planned"]


def test_what_goes_wrong_in_the_middle_is_uncertain_and_the_others_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    question = known(quiz())
    for name in ("ann", "bob"):
        due(learner(name), question)
    sweep(NOW, lambda ids: None)
    send = EmailMultiAlternatives.send

    def stumble(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        if self.to == ["ann@example.com"]:
            raise RuntimeError("who knows")
        return int(send(self, fail_silently))

    monkeypatch.setattr(EmailMultiAlternatives, "send", stumble)
    deliver(models.Nudge.objects.order_by("learner__external_id").values_list("pk", flat=True))
    found = dict(models.Nudge.objects.values_list("learner__external_id", "status"))
    assert sorted(found.values()) == ["sent", "uncertain"]
    assert [mail.to for mail in outbox.outbox] == [["bob@example.com"]]
    # What may have arrived counts against the limits of the day.
    models.Learner.objects.update(next_look_at=NOW)
    sweep(NOW + HOUR, lambda ids: None)
    assert models.Nudge.objects.count() == 2


def test_after_many_that_were_ignored_a_goodbye_is_said_once(clock: Clock) -> None:
    row = learner("ann", ignored=6, last_active_at=NOW - 60 * DAY)
    due(row, known(quiz()))
    sweep(NOW, deliver)
    assert models.Nudge.objects.get().kind == "goodbye"
    row.refresh_from_db()
    assert row.said_stop
    for day in range(1, 40):
        clock.at = NOW + day * DAY
        models.Learner.objects.update(next_look_at=clock.at)
        sweep(clock.at, deliver)
    assert len(outbox.outbox) == 1


def test_a_long_silence_is_ended_by_one_comeback(clock: Clock) -> None:
    row = learner("ann", last_active_at=NOW - 30 * DAY)
    due(row, known(quiz()))
    sweep(NOW, deliver)
    assert models.Nudge.objects.get().kind == "comeback"
    row.refresh_from_db()
    assert row.comeback_at == NOW
    assert row.ignored == 1


def test_a_message_that_another_component_asked_for_says_what_it_said(clock: Clock) -> None:
    row = learner("ann", next_look_at=None, last_active_at=NOW - HOUR)
    texts = {"en": {"subject": "Your workshop is on Friday", "text": "Bring your questions.", "button": "Prepare"}}
    api.request_message(row, course_row(), "workshop:1:before", NOW, NOW + DAY, texts, path="/")
    sweep(NOW, deliver)
    assert [mail.subject for mail in outbox.outbox] == ["Your workshop is on Friday"]
    # Appointments do not count as ignored reminders.
    assert models.Learner.objects.get().ignored == 0


def test_a_message_that_was_taken_back_is_not_sent(clock: Clock) -> None:
    row = learner("ann", next_look_at=None)
    api.request_message(row, course_row(), "k", NOW, NOW + DAY, {"en": {"subject": "S", "text": "T"}})
    sweep(NOW, lambda ids: None)
    models.Anchor.objects.all().delete()
    deliver(models.Nudge.objects.values_list("pk", flat=True))
    assert not outbox.outbox
    assert status() == ("skipped", "cancelled")


def two_courses() -> tuple[models.Nudge, models.Course, models.Course]:
    """A planned message to Ann about two courses."""
    row = learner("ann")
    other = course_row("course-v1:Microunits+OTHER+2026", name="Other course")
    due(row, known(quiz()))
    due(row, known(quiz("elsewhere"), row=other))
    sweep(NOW, lambda ids: None)
    return models.Nudge.objects.get(), course_row(), other


def test_a_course_that_was_stopped_meanwhile_is_not_in_the_message_about_several(clock: Clock) -> None:
    nudge, stays, stopped = two_courses()
    course_row(str(stopped.course_key), is_stopped=True)
    deliver([nudge.pk])
    (mail,) = outbox.outbox
    assert "Other course" not in mail.body
    assert [line.course for line in models.NudgeCourse.objects.all()] == [stays]
    assert models.Nudge.objects.get().questions == 1


def test_a_question_that_was_taken_back_meanwhile_is_not_asked(clock: Clock) -> None:
    row, (one, other) = learner("ann"), (known(quiz()), known(quiz("elsewhere")))
    due(row, one)
    due(row, other)
    sweep(NOW, lambda ids: None)
    nudge = models.Nudge.objects.get()
    assert nudge.questions == 2
    models.Question.objects.filter(pk=other.pk).update(is_retired=True)
    deliver([nudge.pk])
    assert outbox.outbox[0].body.startswith("One question")
    nudge.refresh_from_db()
    assert (nudge.status, nudge.questions) == ("sent", 1)
    assert [line.questions for line in models.NudgeCourse.objects.all()] == [1]


def test_when_nothing_is_left_of_what_it_was_about_another_one_is_decided(clock: Clock) -> None:
    due(learner("ann"), known(quiz()))
    sweep(NOW, lambda ids: None)
    nudge = models.Nudge.objects.get()
    other = course_row("course-v1:Microunits+OTHER+2026", name="Other course")
    due(nudge.learner, known(quiz("elsewhere"), row=other))
    course_row(is_stopped=True)
    deliver([nudge.pk])
    assert not outbox.outbox
    sweep(NOW, deliver)
    assert ["Other course" in mail.body for mail in outbox.outbox] == [True]


def test_of_two_courses_the_one_without_a_question_of_its_own_waits_for_another_message(clock: Clock) -> None:
    nudge, one, other = two_courses()
    models.NudgeCourse.objects.filter(course=one).update(questions=0)
    course_row(str(other.course_key), is_stopped=True)
    deliver([nudge.pk])
    assert not outbox.outbox
    sweep(NOW, deliver)
    assert len(outbox.outbox) == 1


def test_a_learner_about_whom_nothing_can_be_read_does_not_keep_the_others_from_being_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    question = known(quiz())
    for name in ("ann", "bob"):
        due(learner(name), question)
    sweep(NOW, lambda ids: None)
    first, second = models.Nudge.objects.order_by("pk")
    models.Preferences.objects.create(learner=first.learner, hour=81)
    deliver([first.pk, second.pk])
    assert len(outbox.outbox) == 1
    first.refresh_from_db()
    assert (first.status, first.reason) == ("uncertain", "ValueError")
    assert f"Message {first.pk}" in caplog.text


TEXTS = {"en": {"subject": "Your workshop is on Friday", "text": "Bring your questions."}}


@pytest.fixture
def invited() -> models.Nudge:
    """A message before a workshop, planned and not yet sent."""
    row = learner("ann", next_look_at=None)
    api.request_message(row, course_row(), "k", NOW, NOW + DAY, TEXTS)
    sweep(NOW, lambda ids: None)
    return models.Nudge.objects.get()


def test_a_workshop_that_is_cancelled_at_the_last_moment_is_not_announced(invited: models.Nudge) -> None:
    api.cancel_message(invited.learner, "k")
    deliver([invited.pk])
    assert not outbox.outbox
    assert status() == ("skipped", "cancelled")


def test_a_workshop_that_is_moved_at_the_last_moment_is_announced_for_its_new_day(
    clock: Clock, invited: models.Nudge
) -> None:
    api.request_message(invited.learner, course_row(), "k", NOW + 5 * DAY, NOW + 6 * DAY, TEXTS)
    deliver([invited.pk])
    assert not outbox.outbox
    clock.at = NOW + 5 * DAY
    sweep(clock.at, deliver)
    assert len(outbox.outbox) == 1


def test_what_was_announced_is_neither_moved_nor_taken_back(invited: models.Nudge) -> None:
    deliver([invited.pk])
    api.request_message(invited.learner, course_row(), "k", NOW + 5 * DAY, NOW + 6 * DAY, TEXTS)
    api.cancel_message(invited.learner, "k")
    assert models.Anchor.objects.get().at == NOW


def test_a_moved_announcement_does_not_leave_in_the_place_of_a_reminder(invited: models.Nudge) -> None:
    due(invited.learner, known(quiz()))
    models.Anchor.objects.update(at=NOW + 5 * DAY, until=NOW + 6 * DAY)
    deliver([invited.pk])
    assert not outbox.outbox
    sweep(NOW, deliver)
    assert models.Nudge.objects.get(status="sent").kind == "reviews"


def test_an_announcement_that_must_leave_today_comes_before_a_reminder_that_was_planned(clock: Clock) -> None:
    nudge = planned()
    api.request_message(nudge.learner, course_row(), "k", NOW, NOW + HOUR, TEXTS)
    deliver([nudge.pk])
    assert not outbox.outbox
    sweep(NOW, deliver)
    assert [mail.subject for mail in outbox.outbox] == ["Your workshop is on Friday"]


def test_following_a_link_counts_as_being_there(clock: Clock) -> None:
    nudge = planned(ignored=2)
    deliver([nudge.pk])
    api.mark_opened(nudge.pk, nudge.learner_id, NOW + HOUR)
    api.mark_opened(nudge.pk, nudge.learner_id, NOW + 2 * HOUR)
    nudge.refresh_from_db()
    assert nudge.opened_at == NOW + HOUR
    row = models.Learner.objects.get()
    assert (row.ignored, row.last_active_at) == (0, NOW + HOUR)


def test_the_tray_is_used_where_the_learner_wants_it(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(type(platform()), "notify", lambda self, users, course, text, url: told.append(text) or True)
    row = learner("ann")
    due(row, known(quiz()))
    api.keep_preferences(row, Preferences(channel=Channel.TRAY), NOW)
    sweep(NOW, deliver)
    assert len(told) == 1
    assert not outbox.outbox
    assert status()[0] == "sent"


def test_once_a_message_has_left_the_next_may_come_sooner_than_if_it_had_left_at_the_last_moment(clock: Clock) -> None:
    # A night that is as short as the administrator allows.
    row = course_row(policy={"per_day": 2, "per_week": 6, "quiet": 1})
    ann, (one, other) = learner("ann"), (known(quiz(), row=row), known(quiz("elsewhere"), row=row))
    due(ann, one)
    due(ann, other)
    sweep(NOW, lambda ids: None)
    nudge = models.Nudge.objects.get()
    believed = models.Learner.objects.get().next_look_at
    clock.at = NOW + HOUR
    deliver([nudge.pk])
    looked = models.Learner.objects.get().next_look_at
    assert (looked, believed) == (NOW + 20 * HOUR, NOW + 23 * HOUR)
    # Who is looked at even sooner is looked at then.
    models.Nudge.objects.update(status="planned")
    models.Learner.objects.update(next_look_at=NOW)
    deliver([nudge.pk])
    assert models.Learner.objects.get().next_look_at == NOW
