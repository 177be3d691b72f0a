"""The sweep: who is looked at, what is written before anything is sent, when to look again, what is found again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from devstack.people import person
from devstack.platform import Devstack
from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.base.platform import platform
from xblocks.nudge import api, models, tasks
from xblocks.nudge.listening import look_at_enrolled
from xblocks.nudge.preferences import Preferences
from xblocks.nudge.sweeping import DONE_WITHIN, TAKEN_WITHIN, Swept, skip, sweep

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


class Hands:
    """Keeps what was handed out, in the order of handing out."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def __call__(self, nudge_ids: Sequence[int]) -> None:
        self.ids.extend(nudge_ids)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def question() -> models.Question:
    return known(quiz())


def test_whoever_has_something_due_is_written_to_the_ledger_before_it_is_handed_out(
    question: models.Question, hands: Hands
) -> None:
    row = learner()
    due(row, question)
    swept = sweep(NOW, hands)
    nudge = models.Nudge.objects.get()
    assert hands.ids == [nudge.pk]
    assert (nudge.learner, nudge.kind, nudge.slot, nudge.status) == (row, "reviews", "2027-03-10", "planned")
    assert nudge.questions == 1
    # In Amsterdam the quiet hours begin at 20:00.
    assert nudge.not_after == NOW.replace(hour=19)
    assert [(line.course, line.questions) for line in nudge.courses.all()] == [(question.course, 1)]
    assert (swept.looked_at, dict(swept.planned)) == (1, {"reviews": 1})


def test_a_second_sweep_finds_nobody_left_to_look_at(question: models.Question, hands: Hands) -> None:
    due(learner(), question)
    sweep(NOW, hands)
    assert sweep(NOW, hands) == Swept()
    assert len(hands.ids) == 1


def test_after_a_message_the_learner_is_looked_at_when_the_next_may_come(
    question: models.Question, hands: Hands
) -> None:
    row = learner()
    due(row, question)
    sweep(NOW, hands)
    row.refresh_from_db()
    assert row.next_look_at == (NOW + DAY).replace(hour=7)


def test_who_has_nothing_due_is_looked_at_when_something_is(question: models.Question, hands: Hands) -> None:
    row = learner()
    due(row, question, at=NOW + 5 * DAY)
    swept = sweep(NOW, hands)
    row.refresh_from_db()
    assert not hands.ids
    assert dict(swept.not_sent) == {"nothing_due": 1}
    assert row.next_look_at == NOW + 5 * DAY


def test_who_can_hear_nothing_more_is_not_looked_at_again(question: models.Question, hands: Hands) -> None:
    row = learner()
    due(row, question)
    api.keep_preferences(row, Preferences(is_stopped=True), NOW)
    sweep(NOW, hands)
    row.refresh_from_db()
    assert row.next_look_at is None
    assert not hands.ids
    # Who changes their mind is looked at at once.
    api.keep_preferences(row, Preferences(), NOW)
    sweep(NOW, hands)
    assert len(hands.ids) == 1


@pytest.mark.parametrize("change", ["retired", "withheld", "stopped", "ended", "suspended", "held out", "elsewhere"])
def test_nothing_is_sent_to(question: models.Question, hands: Hands, change: str) -> None:
    row = learner()
    due(row, question)
    match change:
        case "retired":
            models.Question.objects.update(is_retired=True)
        case "withheld":
            models.Question.objects.update(withheld_until=NOW + DAY)
        case "stopped":
            course_row(is_stopped=True)
        case "ended":
            course_row(ends_at=NOW)
        case "suspended":
            ann = person("ann")
            ann.is_active = False
            ann.save()
        case "held out":
            models.Participation.objects.update(is_held_out=True)
        case "elsewhere":
            models.Learner.objects.update(source="moodle:school")
    sweep(NOW, hands)
    assert not hands.ids
    assert not models.Nudge.objects.exists()


def test_nobody_who_is_unenrolled_hears_anything(
    question: models.Question, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(learner(), question)
    monkeypatch.setattr(type(platform()), "enrolled", lambda self, users, courses: {})
    sweep(NOW, hands)
    assert not hands.ids


def test_who_is_away_is_asked_about_once_a_week_and_written_to_when_back(
    question: models.Question, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = learner()
    due(row, question)
    with monkeypatch.context() as away:
        away.setattr(type(platform()), "enrolled", lambda self, users, courses: {})
        sweep(NOW, hands)
    row.refresh_from_db()
    assert row.next_look_at == NOW + 7 * DAY
    look_at_enrolled(enrollment=SimpleNamespace(is_active=False, user=SimpleNamespace(id=int(row.external_id))))
    assert sweep(NOW + DAY, hands).looked_at == 0
    monkeypatch.setattr(type(platform()), "now", lambda self: NOW + DAY)
    look_at_enrolled(enrollment=SimpleNamespace(is_active=True, user=SimpleNamespace(id=int(row.external_id))))
    sweep(NOW + DAY, hands)
    assert len(hands.ids) == 1


def test_who_is_back_in_a_course_unheard_of_hears_within_a_week_whatever_another_course_waits_for(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, other = known(quiz()), known(quiz("there"), row=course_row("course-v1:Microunits+OTHER+2026"))
    row = learner()
    due(row, left)
    due(row, other, at=NOW + 60 * DAY)
    with monkeypatch.context() as away:
        away.setattr(type(platform()), "enrolled", lambda self, users, courses: {other.course.course_key: set(users)})
        sweep(NOW, hands)
        row.refresh_from_db()
        assert row.next_look_at == NOW + 7 * DAY
        # Where nothing would come there is nothing to return to.
        models.Card.objects.filter(question=left).update(due_at=None)
        sweep(NOW + 7 * DAY, hands)
        row.refresh_from_db()
        assert row.next_look_at == NOW + 60 * DAY


def test_a_course_whose_mail_somebody_turned_off_in_the_platform_is_left_out_of_their_mail(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = known(quiz()), course_row("course-v1:Microunits+OTHER+2026")
    second = models.Question.objects.create(
        course=other, usage_key=quiz("second"), question_id="one", content_hash="-", type="truefalse"
    )
    row = learner()
    due(row, one)
    due(row, second)
    turned_off = {one.course.course_key: {int(row.external_id)}}
    monkeypatch.setattr(type(platform()), "opted_out", lambda self, users, courses: turned_off)
    sweep(NOW, hands)
    assert list(models.NudgeCourse.objects.values_list("course_id", "questions")) == [(other.pk, 1)]


def test_what_somebody_turned_off_is_mail_and_the_tray_goes_on(
    question: models.Question, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = learner()
    due(row, question)
    turned_off = {question.course.course_key: {int(row.external_id)}}
    monkeypatch.setattr(type(platform()), "opted_out", lambda self, users, courses: turned_off)
    sweep(NOW, hands)
    assert not hands.ids
    row.refresh_from_db()
    assert row.next_look_at == NOW + 7 * DAY
    models.Preferences.objects.create(learner=row, channel="tray")
    sweep(NOW + 7 * DAY, hands)
    assert len(hands.ids) == 1


def test_what_is_due_in_a_course_that_may_not_send_hides_nothing_of_the_others(hands: Hands) -> None:
    stopped = known(quiz())
    models.Course.objects.update(is_stopped=True)
    other = course_row("course-v1:Microunits+OTHER+2026")
    second = models.Question.objects.create(
        course=other,
        usage_key=other.course_key.make_usage_key("microquiz", "x"),
        question_id="q",
        content_hash="-",
        type="single",
    )
    row = learner()
    due(row, stopped)
    due(row, second, at=NOW + 5 * DAY)
    sweep(NOW, hands)
    row.refresh_from_db()
    assert row.next_look_at == NOW + 5 * DAY


def test_what_is_withheld_comes_when_it_may_be_told(question: models.Question, hands: Hands) -> None:
    models.Question.objects.update(withheld_until=NOW + 2 * DAY)
    row = learner()
    due(row, question)
    sweep(NOW, hands)
    row.refresh_from_db()
    assert row.next_look_at == NOW + 2 * DAY
    sweep(NOW + 2 * DAY, hands)
    assert len(hands.ids) == 1


def test_the_admins_switch_stops_everything_and_forgets_nobody(question: models.Question, hands: Hands) -> None:
    due(learner(), question)
    site = models.Site.objects.create(is_stopped=True)
    assert sweep(NOW, hands) == Swept()
    site.is_stopped = False
    site.save()
    sweep(NOW, hands)
    assert len(hands.ids) == 1


def test_the_admins_bounds_hold_for_every_course(question: models.Question, hands: Hands) -> None:
    models.Site.objects.create(bounds={"loosest": {"quiet": (1 << 24) - 1 - (1 << 15)}})
    row = learner()
    due(row, question)
    sweep(NOW, hands)
    row.refresh_from_db()
    assert not hands.ids
    # The only hour left, 15:00 in Amsterdam.
    assert row.next_look_at == NOW.replace(hour=14)


def test_one_message_tells_of_all_courses(hands: Hands) -> None:
    first = known(quiz())
    other = course_row("course-v1:Microunits+OTHER+2026")
    second = models.Question.objects.create(
        course=other,
        usage_key=other.course_key.make_usage_key("microquiz", "x"),
        question_id="q",
        content_hash="-",
        type="single",
    )
    row = learner()
    due(row, first)
    due(row, second)
    sweep(NOW, hands)
    nudge = models.Nudge.objects.get()
    assert nudge.questions == 2
    assert {line.course_id: line.questions for line in nudge.courses.all()} == {first.course_id: 1, other.pk: 1}


@pytest.fixture
def two_courses() -> tuple[models.Learner, models.Question, models.Question]:
    """Somebody with a question due for ten days in a course with one message a week, and one since yesterday in
    another."""
    row = learner()
    quiet = known(quiz(), row=course_row(policy={"per_week": 1}))
    busy = known(quiz("busy"), row=course_row("course-v1:Microunits+OTHER+2026"))
    due(row, quiet, at=NOW - 10 * DAY)
    due(row, busy)
    return row, quiet, busy


def told(row: models.Learner, question: models.Question, at: datetime, questions: int = 1, **more: str) -> None:
    """A message about the course of a question that was sent then."""
    nudge = models.Nudge.objects.create(
        learner=row,
        kind="reviews",
        slot=str(at),
        reason="due",
        planned_at=at,
        not_after=at,
        sent_at=at,
        **{"status": "sent", **more},
    )
    models.NudgeCourse.objects.create(nudge=nudge, course=question.course, questions=questions)


def test_the_next_message_is_kept_for_the_course_that_has_waited_longest(
    two_courses: tuple[models.Learner, models.Question, models.Question], hands: Hands
) -> None:
    row, quiet, busy = two_courses
    told(row, busy, NOW - 3 * DAY)
    assert dict(sweep(NOW, hands).not_sent) == {"turn": 1}
    row.refresh_from_db()
    # When the week is empty.
    assert row.next_look_at == (NOW + 4 * DAY).replace(hour=7)
    sweep(row.next_look_at, hands)
    nudge = models.Nudge.objects.get(pk=hands.ids[0])
    assert {line.course_id for line in nudge.courses.all()} == {quiet.course_id, busy.course_id}
    # The quiet one was told of now, so the busy one comes when it may.
    row.refresh_from_db()
    assert row.next_look_at == (NOW + 5 * DAY).replace(hour=7)


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ({}, False),
        # It was in the message, but nothing of it was asked.
        ({"questions": 0}, True),
        ({"status": "skipped"}, True),
        ({"status": "uncertain"}, False),
    ],
)
def test_a_course_that_was_told_of_lately_does_not_wait_yet(
    two_courses: tuple[models.Learner, models.Question, models.Question],
    hands: Hands,
    line: dict[str, Any],
    is_kept: bool,
) -> None:
    row, quiet, busy = two_courses
    told(row, busy, NOW - 3 * DAY)
    told(row, quiet, NOW - 5 * DAY, **line)
    assert ("turn" in sweep(NOW, hands).not_sent) is is_kept


def test_a_course_with_all_the_questions_of_a_message_leaves_some_to_the_others(
    two_courses: tuple[models.Learner, models.Question, models.Question], hands: Hands
) -> None:
    row, quiet, busy = two_courses
    for name in ("two", "three"):
        due(row, known(busy.usage_key, name, busy.course))
    sweep(NOW, hands)
    nudge = models.Nudge.objects.get()
    assert {line.course_id: line.questions for line in nudge.courses.all()} == {quiet.course_id: 1, busy.course_id: 2}


def many(question: models.Question, number: int = 25) -> None:
    for one in range(number):
        due(learner(User.objects.create(username=f"u{one}", email=f"u{one}@example.com")), question)


def test_learners_are_read_in_pages_and_the_statements_do_not_grow_with_a_page(
    question: models.Question, hands: Hands
) -> None:
    many(question)
    # Within a transaction there is one lane, whose statements are all of this connection.
    with CaptureQueriesContext(connection) as small, transaction.atomic():
        sweep(NOW, hands, page=5)
    assert len(hands.ids) == len(set(hands.ids)) == 25
    models.Nudge.objects.all().delete()
    models.Learner.objects.update(next_look_at=NOW)
    with CaptureQueriesContext(connection) as large, transaction.atomic():
        sweep(NOW, hands, page=25)
    assert len(large) < len(small) / 2
    assert len(large) < 30


def test_everybody_is_decided_about_once_where_many_are_waiting(question: models.Question, hands: Hands) -> None:
    many(question, 40)
    swept = sweep(NOW, hands, page=3)
    assert (swept.looked_at, dict(swept.planned)) == (40, {"reviews": 40})
    assert len(hands.ids) == len(set(hands.ids)) == models.Nudge.objects.count() == 40
    assert not models.Learner.objects.filter(next_look_at__lte=NOW).exists()


def test_who_cannot_hand_out_fails_the_sweep_wherever_it_is_and_forgets_nobody(
    question: models.Question, hands: Hands
) -> None:
    many(question)

    def fails_later(nudge_ids: Sequence[int]) -> None:
        hands(nudge_ids)
        if len(hands.ids) > 6:
            raise ConnectionError("the queue is gone")

    with pytest.raises(ConnectionError):
        sweep(NOW, fails_later, page=3)
    # The next sweep takes those who were not decided about; what was written and not taken comes again later.
    sweep(NOW, hands, page=3)
    assert models.Nudge.objects.count() == 25
    later = Hands()
    assert sweep(NOW + TAKEN_WITHIN + timedelta(seconds=1), later, page=3).again == 25
    assert len(set(later.ids)) == 25


def test_when_to_look_at_each_again_is_written_down_at_once(question: models.Question, hands: Hands) -> None:
    counted = []
    for number in (2, 12):
        users = [User.objects.create(username=f"user{number}.{one}") for one in range(number)]
        rows = [learner(user, last_active_at=NOW - timedelta(minutes=one)) for one, user in enumerate(users)]
        for row in rows[1:]:
            due(row, question)
        with CaptureQueriesContext(connection) as captured:
            sweep(NOW, hands)
        counted.append(len(captured))
        for row in rows:
            row.refresh_from_db()
        # A day's rest after each was active, and for who has no question, nothing at all.
        assert [row.next_look_at for row in rows] == [None, *(row.last_active_at + DAY for row in rows[1:])]
    assert counted[0] == counted[1]
    assert not hands.ids


# --- Messages that other components ask for


def texts(subject: str = "The workshop") -> dict[str, dict[str, str]]:
    return {"en": {"subject": subject, "text": "It is in two days.", "button": "Prepare"}}


def test_a_message_is_sent_when_another_component_asked_for_it(hands: Hands) -> None:
    row, course = learner(next_look_at=None), course_row()
    api.request_message(row, course, "workshop:1:before", NOW + HOUR, NOW + DAY, texts(), path="/courses/")
    sweep(NOW, hands)
    assert not hands.ids
    sweep(NOW + HOUR, hands)
    nudge = models.Nudge.objects.get()
    assert (nudge.kind, nudge.slot) == ("anchored", "workshop:1:before")
    assert nudge.anchor_id == models.Anchor.objects.get().pk
    nudge.status = "sent"
    nudge.save()
    sweep(NOW + 2 * HOUR, hands)
    assert len(hands.ids) == 1


def test_a_message_that_was_asked_for_can_be_moved_and_taken_back(hands: Hands) -> None:
    row, course = learner(next_look_at=None), course_row()
    api.request_message(row, course, "k", NOW, NOW + HOUR, texts())
    api.request_message(row, course, "k", NOW + 2 * HOUR, NOW + 3 * HOUR, texts("Moved"))
    sweep(NOW, hands)
    assert not hands.ids
    api.cancel_message(row, "k")
    sweep(NOW + 2 * HOUR, hands)
    assert not hands.ids


def test_a_message_that_was_dropped_while_its_learner_was_away_can_be_asked_for_again(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, course = learner(next_look_at=None), course_row()
    api.request_message(row, course, "k", NOW + HOUR, NOW + DAY, texts())
    with monkeypatch.context() as away:
        away.setattr(Devstack, "enrolled", lambda *_arguments: {})
        sweep(NOW + HOUR, hands)
    assert models.Anchor.objects.get().is_done
    api.request_message(row, course, "k", NOW + 2 * HOUR, NOW + DAY, texts())
    sweep(NOW + 2 * HOUR, hands)
    assert len(hands.ids) == 1
    # What is on its way, or there, is not asked for once more by that.
    for status in ("planned", "sent"):
        models.Nudge.objects.update(status=status)
        api.request_message(row, course, "k", NOW + 3 * HOUR, NOW + DAY, texts())
        assert models.Anchor.objects.get().is_done
    sweep(NOW + 3 * HOUR, hands)
    assert models.Nudge.objects.count() == 1


def test_a_request_that_cannot_be_kept_is_refused() -> None:
    row, course = learner(), course_row()
    with pytest.raises(ValueError, match="span"):
        api.request_message(row, course, "k", NOW, NOW, texts())
    with pytest.raises(ValueError, match="en"):
        api.request_message(row, course, "k", NOW, NOW + HOUR, {"nl": texts()["en"]})
    for path in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        with pytest.raises(ValueError, match="slash"):
            api.request_message(row, course, "k", NOW, NOW + HOUR, texts(), path=path)


# --- What died on the way


def test_what_nobody_took_is_handed_out_again(question: models.Question, hands: Hands) -> None:
    due(learner(), question)
    sweep(NOW, hands)
    sweep(NOW + TAKEN_WITHIN, hands)
    assert len(hands.ids) == 1
    swept = sweep(NOW + TAKEN_WITHIN + timedelta(seconds=1), hands)
    assert swept.again == 1
    assert hands.ids[0] == hands.ids[1]


def test_what_a_dead_worker_had_in_hand_is_uncertain_and_not_sent_again(
    question: models.Question, hands: Hands
) -> None:
    due(learner(), question)
    sweep(NOW, hands)
    models.Nudge.objects.update(status="claimed", claimed_at=NOW)
    swept = sweep(NOW + DONE_WITHIN + timedelta(seconds=1), hands)
    assert swept.uncertain == 1
    assert (swept.again, len(hands.ids)) == (0, 1)
    assert models.Nudge.objects.get().status == "uncertain"


def test_what_is_too_late_is_not_sent_and_its_learner_is_looked_at_again(
    question: models.Question, hands: Hands
) -> None:
    row = learner()
    due(row, question)
    sweep(NOW, hands)
    evening = NOW.replace(hour=19)
    swept = sweep(evening, hands)
    assert swept.expired == 1
    row.refresh_from_db()
    assert row.next_look_at == (NOW + DAY).replace(hour=7)
    sweep((NOW + DAY).replace(hour=7), hands)
    assert sorted(models.Nudge.objects.values_list("status", flat=True)) == ["planned", "skipped"]


def test_what_was_never_sent_frees_its_slot(hands: Hands) -> None:
    row, course = learner(next_look_at=None), course_row()
    api.request_message(row, course, "k", NOW, NOW + DAY, texts())
    sweep(NOW, hands)
    assert skip(models.Nudge.objects.get(), "too_late", NOW)
    sweep(NOW + HOUR, hands)
    assert len(set(hands.ids)) == 2


def test_what_is_on_its_way_cannot_be_skipped(question: models.Question, hands: Hands) -> None:
    due(learner(), question)
    sweep(NOW, hands)
    nudge = models.Nudge.objects.get()
    models.Nudge.objects.update(status="sent")
    assert not skip(nudge, "too_late", NOW)
    assert models.Nudge.objects.get().status == "sent"


def test_a_queue_that_does_not_answer_stops_nothing(
    question: models.Question, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    due(learner(), question)

    def refuse(*args: object) -> None:
        raise tasks.deliver.OperationalError("no queue")

    monkeypatch.setattr(tasks.deliver, "delay", refuse)
    sweep(NOW, tasks.hand_out)
    assert models.Nudge.objects.get().status == "planned"
    assert "queue" in caplog.text


# --- What is wrong with one learner


@pytest.mark.parametrize("wrong", ["wishes", "id", "zone", "channel", "policy"])
def test_somebody_about_whom_nothing_can_be_decided_keeps_nobody_waiting(
    question: models.Question, hands: Hands, wrong: str
) -> None:
    ann, bob, carol = learner("ann"), learner("bob"), learner("carol")
    for row in (ann, carol):
        due(row, question)
    match wrong:
        case "wishes":
            api.keep_preferences(bob, Preferences(hour=81), NOW)
        case "id":
            models.Learner.objects.filter(pk=bob.pk).update(external_id="bob@example.com")
        case "zone":
            api.keep_preferences(bob, Preferences(time_zone="Europe"), NOW)
        case "channel":
            api.keep_preferences(bob, Preferences(), NOW)
            models.Preferences.objects.update(channel="pigeon")
        case "policy":
            other = course_row("course-v1:Microunits+OTHER+2026", policy={"per_day": "many"})
            due(bob, known(quiz("elsewhere"), row=other))
    if wrong in ("wishes", "policy"):
        models.Participation.objects.get_or_create(
            learner=bob, course=question.course, defaults={"began_at": NOW - DAY}
        )
    sweep(NOW, hands)
    told = models.Nudge.objects.filter(pk__in=hands.ids).values_list("learner_id", flat=True)
    assert {ann.pk, carol.pk} <= set(told)


def test_it_is_said_who_that_is_and_it_is_tried_again(
    question: models.Question, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    row = learner()
    due(row, question)
    api.keep_preferences(row, Preferences(hour=81), NOW)
    swept = sweep(NOW, hands)
    row.refresh_from_db()
    assert (swept.looked_at, dict(swept.not_sent)) == (1, {"error": 1})
    assert f"learner {row.pk}" in caplog.text
    assert row.next_look_at == NOW + HOUR


# --- Courses


def test_a_course_that_cannot_be_asked_about_stops_nothing(
    question: models.Question, hands: Hands, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(learner(), question)
    models.Course.objects.update(facts_at=NOW - DAY)

    def broken(_platform: object, _course_key: object) -> None:
        raise KeyError("display_name")

    monkeypatch.setattr(type(platform()), "course", broken)
    sweep(NOW, hands)
    assert len(hands.ids) == 1
    assert "cannot be read" in caplog.text
    # It is not asked about again and again before the others.
    assert models.Course.objects.get().facts_at == NOW


def test_a_course_that_moved_its_end_is_noticed(question: models.Question, hands: Hands) -> None:
    models.Course.objects.update(facts_at=NOW - DAY, name="Old name")
    sweep(NOW, hands)
    row = models.Course.objects.get()
    assert row.name == "A course"
    assert row.facts_at != NOW - DAY


def test_the_command_sweeps_and_says_what_it_did(
    question: models.Question, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    due(learner(), question)
    due(learner("bob"), question, at=NOW + DAY)
    monkeypatch.setattr(type(platform()), "now", lambda self: NOW)
    call_command("send_nudges", "--here")
    said = capsys.readouterr().out
    assert "Looked at 2 learners. Messages: 1 reviews." in said
    assert "not now, nothing_due: 1" in said
    assert models.Nudge.objects.get().status == "sent"
