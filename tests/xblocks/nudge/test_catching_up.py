"""No answer stays without its review: sweeps follow the quiz's log, and a command catches up with all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devstack import clock
from devstack.people import person
from tests.devstack.playing import call, import_olx
from tests.xblocks.microquiz.quizzes import answer, name_of
from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.base.following import SETTLED_AFTER
from xblocks.microquiz import models as quiz_models
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1
from xblocks.nudge import api, catching_up, listening, models
from xblocks.nudge.catching_up import catch_up, follow
from xblocks.nudge.memory import Rating, rebuilt
from xblocks.nudge.reviewing import record

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
UID = "microunits.nudge.review_answer"


@pytest.fixture
def deaf() -> Iterator[None]:
    """Nudging hears of no answer, as before it was installed."""
    assert QUESTION_ANSWERED_V1.disconnect(dispatch_uid=UID)
    yield
    QUESTION_ANSWERED_V1.connect(listening.review_answer, dispatch_uid=UID)


def logged(question: models.Question, when: datetime, score: float = 1.0, user: int = 77, **more: Any) -> None:
    """An answer in the quiz's log, without having been played."""
    seq = quiz_models.Answer.objects.filter(user_id=user, usage_key=question.usage_key).count() + 1
    quiz_models.Answer.objects.create(
        user_id=user,
        usage_key=question.usage_key,
        course_key=question.course.course_key,
        seq=seq,
        question_id=question.question_id,
        response={"value": True},
        score=score,
        answered_at=when,
        **{"attempt": seq, "content_hash": question.content_hash, **more},
    )


def caught_up(**only: Any) -> catching_up.CaughtUp:
    return [catching_up.CaughtUp(), *catch_up(**only)][-1]


def cards_and_reviews() -> list[Any]:
    cards = models.Card.objects.order_by("question__question_id", "learner__external_id")
    reviews = models.Review.objects.order_by("question__question_id", "learner__external_id", "reviewed_at")
    columns = ("learner__external_id", "question__question_id", "stability", "difficulty", "last_review_at")
    return [
        *cards.values_list(*columns, "due_at", "reviews", "is_earned"),
        *reviews.values_list(
            "learner__external_id",
            "question__question_id",
            "rating",
            "reviewed_at",
            "origin",
            "recall_before",
            "content_hash",
            "elapsed_ms",
        ),
    ]


def play(key: Any) -> None:
    """Two learners answer all there is, right and wrong, a flashcard too."""
    for user in ("ann", "bob"):
        answer(key, "one", {"value": user == "ann"}, user)
        answer(key, "two", {"choice": "b"}, user)
        call(key, "turn", {"question": name_of(key, "three")}, user)
        call(key, "answer", {"question": name_of(key, "three"), "response": {"rating": "hard"}}, user)


@pytest.mark.parametrize("way", ["sweep", "command"])
def test_a_course_that_installs_nudging_after_months_of_quizzes_gets_what_it_would_have_had(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = quiz()
    play(key)
    heard = cards_and_reviews()
    assert len(heard) == 12
    models.Learner.objects.all().delete()
    models.Course.objects.all().delete()
    monkeypatch.setattr(clock, "ahead", lambda: 60 * DAY)
    call_command("send_nudges" if way == "sweep" else "catch_up_reviews", stdout=StringIO())
    assert cards_and_reviews() == heard
    assert all(row.next_look_at <= clock.now() for row in models.Learner.objects.all())


def test_an_answer_whose_process_died_before_it_was_heard_is_a_review_after_the_next_sweep(deaf: None) -> None:
    answer(quiz(), "one", {"value": True})
    assert not models.Review.objects.exists()
    assert follow(clock.now()).recorded == 1
    assert models.Review.objects.get().rating == Rating.GOOD
    assert follow(clock.now()) == catching_up.CaughtUp(read=1)


def test_what_was_heard_is_not_recorded_again_and_costs_few_statements() -> None:
    play(quiz())
    now = clock.now() + HOUR
    follow(now)
    before = cards_and_reviews()
    with CaptureQueriesContext(connection) as seen:
        assert follow(now + SETTLED_AFTER) == catching_up.CaughtUp(read=6)
    assert len(seen) <= 9, [one["sql"] for one in seen]
    with CaptureQueriesContext(connection) as seen:
        assert follow(now + 2 * SETTLED_AFTER) == catching_up.CaughtUp()
    assert len(seen) <= 5, [one["sql"] for one in seen]
    assert cards_and_reviews() == before


def test_an_answer_that_appears_behind_others_is_not_passed_over() -> None:
    """Numbers are given out before an answer is kept: two transactions may end in the other order."""
    question = known(quiz())
    for day in range(3):
        logged(question, NOW + day * DAY)
    slow = quiz_models.Answer.objects.order_by("pk")[1]
    number, moment = slow.pk, slow.answered_at
    slow.delete()
    follow(NOW + 3 * DAY)
    # Long before the next sweep looks its transaction has ended.
    slow.pk = number
    slow.save(force_insert=True)
    follow(NOW + 3 * DAY + SETTLED_AFTER)
    assert models.Review.objects.filter(reviewed_at=moment).exists()
    assert models.Card.objects.get().reviews == 3


def test_a_long_log_is_followed_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "PAGE", 4)
    monkeypatch.setattr(catching_up, "MOST_A_SWEEP", 10)
    question, now = known(quiz()), NOW + 90 * DAY
    for number in range(25):
        logged(question, NOW + number * DAY, user=number % 3)
    assert follow(now).recorded == 12
    assert follow(now + SETTLED_AFTER) == catching_up.CaughtUp(read=24, recorded=12)
    assert follow(now + 2 * SETTLED_AFTER) == catching_up.CaughtUp(read=1, recorded=1)
    assert models.Review.objects.count() == 25


def test_a_clock_that_was_put_back_stops_nothing() -> None:
    question = known(quiz())
    follow(NOW + 90 * DAY)
    logged(question, NOW)
    assert follow(NOW).recorded == 1
    assert follow(NOW + MINUTE).recorded == 0


def test_two_sweeps_at_once_record_each_answer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    question = known(quiz())
    for number in range(3):
        logged(question, NOW + number * DAY)
    follow(NOW + 9 * DAY)
    logged(question, NOW + 3 * DAY)
    honest = catching_up._record_missing

    def another_first(page: Any, now: datetime, caught: catching_up.CaughtUp) -> None:
        monkeypatch.setattr(catching_up, "_record_missing", honest)
        follow(now)
        honest(page, now, caught)

    monkeypatch.setattr(catching_up, "_record_missing", another_first)
    assert follow(NOW + 10 * DAY).recorded == 0
    assert models.Card.objects.get().reviews == 4


def test_a_review_that_fails_is_tried_again_less_and_less_often_until_it_succeeds(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    question = known(quiz())
    logged(question, NOW)
    logged(question, NOW + DAY, user=78)

    def broken(review: Any) -> Any:
        if review.external_id == "77":
            raise RuntimeError("no memory")
        return record(review)

    with monkeypatch.context() as patched:
        patched.setattr(catching_up, "record", broken)
        assert follow(NOW + 2 * DAY) == catching_up.CaughtUp(read=2, recorded=1, failed=1)
        moments = [hour for hour in range(100) if follow(NOW + 2 * DAY + hour * HOUR + MINUTE).failed]
    # What is not settled yet is read twice.
    assert moments == [0, 1, 2, 4, 8, 16, 32, 56, 80]
    assert "tried again" in caplog.text
    assert follow(NOW + 9 * DAY).recorded == 1
    assert not models.MissedAnswer.objects.exists()
    assert models.Review.objects.count() == 2


def test_a_missed_answer_that_was_deleted_with_the_learners_state_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(known(quiz()), NOW)
    monkeypatch.setattr(catching_up, "record", lambda review: 1 / 0)
    follow(NOW + DAY)
    quiz_models.Answer.objects.all().delete()
    assert follow(NOW + 2 * DAY) == catching_up.CaughtUp()
    assert not models.MissedAnswer.objects.exists()


def test_in_whatever_order_answers_are_caught_up_with_the_card_is_what_the_log_adds_up_to() -> None:
    random = Random(7)
    for user in range(8):
        question = known(quiz(f"quiz{user}"))
        moments = [NOW + random.random() * 60 * DAY for _number in range(6)]
        for when in random.sample(moments, 6):
            logged(question, when, score=random.choice((0.0, 1.0)), user=user, content_hash=f"{user:064}")
        caught_up(since=NOW + 30 * DAY)
        caught_up()
        card = models.Card.objects.get(learner__external_id=str(user))
        reviews = models.Review.objects.filter(learner=card.learner).order_by("reviewed_at")
        log = [(Rating(row.rating), row.reviewed_at) for row in reviews]
        memory = rebuilt(log)
        assert memory is not None
        assert (card.reviews, card.last_review_at) == (6, max(moments))
        assert (card.stability, card.difficulty) == (
            pytest.approx(memory.stability),
            pytest.approx(memory.difficulty),
        )
        assert card.is_earned is any(rating > Rating.AGAIN for rating, _when in log)


def test_what_was_predicted_of_an_answer_that_came_late_is_what_was_remembered_before_it() -> None:
    question = known(quiz())
    for days in (0, 20, 10):
        logged(question, NOW + days * DAY)
        caught_up()
    in_order = dict(models.Review.objects.values_list("reviewed_at", "recall_before"))
    assert in_order[NOW] is None
    assert 0.5 < in_order[NOW + 10 * DAY] < 0.99


def test_questions_that_were_edited_or_removed_since_are_known_as_they_are_now() -> None:
    key = quiz()
    answer(key, "one", {"value": True})
    answer(key, "two", {"choice": "a"})
    models.Learner.objects.all().delete()
    models.Course.objects.all().delete()
    import_olx(key, '<microquiz><truefalse id="one" right="true"><text>New words</text></truefalse></microquiz>')
    caught_up()
    one, two = models.Question.objects.order_by("question_id")
    assert (one.is_retired, two.is_retired) == (False, True)
    assert one.content_hash != models.Review.objects.get(question=one).content_hash


def test_an_answer_from_before_the_goodbye_does_not_take_it_back() -> None:
    question = known(quiz())
    row = learner("ann", ignored=6, said_stop=True, comeback_at=NOW - 4 * DAY, last_active_at=NOW - 30 * DAY)
    due(row, question, last_review_at=NOW - 30 * DAY)
    for days, kind in ((9, "reviews"), (6, "reviews"), (4, "comeback"), (2, "anchored"), (1, "goodbye")):
        at = NOW - days * DAY
        nudge = models.Nudge.objects.create(
            learner=row, kind=kind, slot=str(days), status="sent", reason="", planned_at=at, not_after=at, sent_at=at
        )
        models.NudgeCourse.objects.create(nudge=nudge, course=question.course, questions=1)
    logged(question, NOW - 8 * DAY, user=person("ann").pk)
    caught_up()
    row.refresh_from_db()
    assert (row.ignored, row.said_stop, row.comeback_at) == (2, True, NOW - 4 * DAY)
    assert row.last_active_at == NOW - 8 * DAY
    # What it came after within two days was acted on, what came later was not.
    acted = dict(models.NudgeCourse.objects.values_list("nudge__slot", "acted_at"))
    assert acted == {"9": NOW - 8 * DAY, "6": None, "4": None, "2": None, "1": None}
    # One that is older still says nothing new of them.
    logged(question, NOW - 20 * DAY, user=person("ann").pk)
    caught_up()
    row.refresh_from_db()
    assert (row.ignored, row.last_active_at) == (2, NOW - 8 * DAY)


def test_a_target_that_has_passed_since_counts_as_passed() -> None:
    question = known(quiz(), row=course_row(target_at=clock.now() - DAY))
    logged(question, clock.now() - 30 * DAY)
    caught_up()
    assert models.Card.objects.get().due_at is None


def test_hints_of_a_practice_that_is_under_way_stay_open() -> None:
    question = known(quiz())
    logged(question, NOW)
    caught_up()
    models.Card.objects.update(hints_taken=1, is_turned=True)
    logged(question, NOW - 9 * DAY)
    caught_up()
    card = models.Card.objects.get()
    assert (card.hints_taken, card.is_turned, card.reviews) == (1, True, 2)


def test_a_used_up_last_attempt_is_earned_though_it_is_caught_up_with_first() -> None:
    question = known(quiz(settings='attempts_allowed="2"'))
    logged(question, NOW + DAY, score=0.0, attempt=2)
    caught_up()
    logged(question, NOW, score=0.0, attempt=1)
    caught_up()
    assert models.Card.objects.get().is_earned


def test_the_command_keeps_to_a_course_and_a_day_and_says_what_it_did() -> None:
    other = course_row("course-v1:Microunits+OTHER+2026")
    here, there = known(quiz()), known(quiz("elsewhere"), row=other)
    for question in (here, there):
        for days in (0, 10):
            logged(question, NOW + days * DAY)
    told = StringIO()
    call_command("catch_up_reviews", course=str(other.course_key), since="2027-03-15", stdout=told, verbosity=2)
    assert told.getvalue().splitlines() == [
        "Read 1 answers so far.",
        "Read 1 answers. Reviews that were missing: 1.",
    ]
    assert models.Review.objects.get().reviewed_at == NOW + 10 * DAY
    call_command("catch_up_reviews", since="2027-03-15T00:00Z", stdout=StringIO())
    assert models.Review.objects.count() == 2
    told = StringIO()
    call_command("catch_up_reviews", stdout=told)
    assert told.getvalue() == "Read 4 answers. Reviews that were missing: 2.\n"


def test_the_command_says_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(known(quiz()), NOW)
    monkeypatch.setattr(catching_up, "record", lambda review: 1 / 0)
    told = StringIO()
    call_command("catch_up_reviews", stdout=told)
    assert "Not recorded: 1." in told.getvalue()
    assert models.MissedAnswer.objects.count() == 1
    call_command("send_nudges", stdout=told)
    assert "To be tried again: 1." in told.getvalue()


@pytest.mark.parametrize("wrong", [{"course": "course"}, {"since": "yesterday"}, {"since": "2027-02-30"}])
def test_the_command_says_what_to_mend(wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="write it as"):
        call_command("catch_up_reviews", **wrong)


def test_the_door_says_what_it_has_come_to_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "PAGE", 2)
    question = known(quiz())
    for number in range(3):
        logged(question, NOW + number * DAY)
    assert [caught.read for caught in api.catch_up_reviews()] == [2, 3]
