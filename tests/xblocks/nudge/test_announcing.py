"""Reviews outside of quizzes are told once they are kept, once each; and whoever must not miss one reads the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from devstack.people import person
from tests.xblocks.nudge.stage import DAY, NOW, known, learner, quiz
from xblocks.nudge import api, models
from xblocks.nudge.data import ReviewData
from xblocks.nudge.memory import Rating
from xblocks.nudge.reviewed import QUIZ, Reviewed
from xblocks.nudge.reviewing import record
from xblocks.nudge.signals import REVIEW_RECORDED_V1

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard() -> Iterator[list[ReviewData]]:
    told: list[ReviewData] = []

    def listen(review: Any = None, **_more: Any) -> None:
        told.append(review)

    REVIEW_RECORDED_V1.connect(listen)
    yield told
    REVIEW_RECORDED_V1.disconnect(listen)


def review(day: float, origin: str = "practice", rating: Rating = Rating.GOOD) -> None:
    question = known(quiz()) if not models.Question.objects.exists() else models.Question.objects.get()
    record(
        Reviewed(
            source="openedx",
            external_id=str(person("ann").pk),
            course_key=question.usage_key.course_key,
            usage_key=question.usage_key,
            question_id=question.question_id,
            content_hash="h",
            rating=rating,
            when=NOW + day * DAY,
            origin=origin,
        )
    )


def test_a_review_outside_of_a_quiz_is_told_and_an_answer_in_one_is_not(heard: list[ReviewData]) -> None:
    review(0, QUIZ)
    review(1, "practice", Rating.AGAIN)
    review(2, "mail")
    assert [(one.origin, one.rating, one.is_first) for one in heard] == [
        ("practice", "again", False),
        ("mail", "good", False),
    ]
    assert (heard[0].reviewed_at, heard[0].question_id) == (NOW + DAY, "one")


def test_the_first_answer_of_all_is_told_as_such_also_when_it_comes_late(heard: list[ReviewData]) -> None:
    review(1, "moodle")
    review(0, "moodle")
    review(0, "moodle")
    assert [(one.reviewed_at, one.is_first) for one in heard] == [(NOW + DAY, True), (NOW, True)]


def test_nothing_is_told_of_what_is_not_kept_after_all(heard: list[ReviewData]) -> None:
    known(quiz())
    with transaction.atomic():
        review(0)
        transaction.set_rollback(True)
    assert heard == []


def test_a_listener_that_fails_undoes_no_review() -> None:
    def fail(**_more: Any) -> None:
        raise RuntimeError

    REVIEW_RECORDED_V1.connect(fail)
    try:
        review(0)
    finally:
        REVIEW_RECORDED_V1.disconnect(fail)
    assert models.Review.objects.count() == 1


def test_the_log_says_the_same_as_was_told_in_pages(heard: list[ReviewData]) -> None:
    review(0, QUIZ)
    for day in (1, 2, 3):
        review(day)
    (first, told), (second, _more) = api.logged_reviews(0, 2)
    assert told == heard[0]
    assert [one for _number, one in api.logged_reviews(first, 9)] == heard[1:]
    assert second < api.last_review()
    key = heard[0].course_key
    assert len(api.logged_reviews(0, 9, course_key=key)) == 3
    assert api.logged_reviews(0, 9, course_key=key.replace(run="another")) == []


def test_where_learners_live_is_what_they_chose_or_what_is_known() -> None:
    ann, bob = ("openedx", str(person("ann").pk)), ("openedx", str(person("bob").pk))
    row = learner("ann")
    models.Preferences.objects.create(learner=row, time_zone="Asia/Tokyo")
    found = api.time_zones([ann, bob, ("moodle:school", ann[1])])
    assert found == {ann: "Asia/Tokyo", bob: "Europe/Amsterdam"}
