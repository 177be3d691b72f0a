"""What a learner may not see any more is not asked, neither in practice nor by mail; and nothing of theirs is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack.platform import Devstack
from tests.devstack.playing import COURSE_KEY, add_block, call, course, unit, view, who
from tests.xblocks.microquiz.quizzes import text_of
from tests.xblocks.nudge.learning import TAGGED, Sitting, Time, answer_true, nudge_block, time
from tests.xblocks.nudge.mailing import paths_in, scene
from tests.xblocks.nudge.stage import NOW, course_row, due, known, learner, quiz
from xblocks.base.platform import platform
from xblocks.nudge import api, links, models

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

OTHER = "course-v1:Microunits+OTHER+2026"


class Enrolments:
    """Who is enrolled in which course: everybody, but for those who left."""

    def __init__(self) -> None:
        self.left: set[str] = set()

    def leave(self, key: str = COURSE_KEY) -> None:
        self.left.add(key)

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        return {key: set() if str(key) in self.left else set(user_ids) for key in course_keys}


@pytest.fixture
def enrolments(monkeypatch: pytest.MonkeyPatch) -> Enrolments:
    made = Enrolments()
    monkeypatch.setattr(Devstack, "enrolled", lambda _self, *asked: made.enrolled(*asked))
    return made


@pytest.fixture
def studied(time: Time) -> UsageKey:
    """Questions of two courses, answered a month ago; and a block to practise in, in the first."""
    answer_true(add_block(TAGGED), ["one", "two", "three"])
    answer_true(add_block(TAGGED.replace("tagged", "other"), unit("other", course(OTHER))), ["one"])
    block = nudge_block()
    time.pass_by(days=30)
    return block


# --- Who has left a course


def test_a_course_that_one_has_left_is_not_asked_and_says_why(studied: UsageKey, enrolments: Enrolments) -> None:
    assert len(Sitting(studied).names) == 3
    enrolments.leave()
    assert not Sitting(studied).names
    said = text_of(view(studied))
    assert "You are not enrolled in this course" in said
    assert "Once you are enrolled again, its questions come back." in said
    assert call(studied, "student_view_user_state", {}).json["due"] == 0
    # What was learned is kept, and comes back with the learner.
    assert models.Card.objects.count() == 4
    enrolments.left.clear()
    assert len(Sitting(studied).names) == 3


def test_other_courses_are_asked_as_before(studied: UsageKey, enrolments: Enrolments) -> None:
    enrolments.leave()
    ann = api.learner_of(who("ann"))
    assert [str(card.question.course.course_key) for card in api.due_cards(ann, platform().now())] == [OTHER]
    client = Client()
    client.force_login(who("ann"))  # type: ignore[arg-type]
    page = client.get("/microunits/review/").content.decode()
    assert "1 question is waiting" in page
    enrolments.leave(OTHER)
    page = text_of(client.get("/microunits/review/").content.decode())
    assert "You have left the courses whose questions you answered." in page


def test_what_fills_the_page_of_a_course_that_was_left_does_not_hide_the_others(
    enrolments: Enrolments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_DUE", 2)
    row = learner()
    left = quiz("left")
    for name in ("one", "two", "three"):
        due(row, known(left, name), at=NOW.replace(year=2026))
    here = known(quiz("here"), row=course_row(OTHER))
    due(row, here)
    enrolments.leave()
    assert [card.question_id for card in api.due_cards(row, NOW)] == [here.pk]


def test_who_leaves_in_the_middle_of_a_session_is_not_asked_on(studied: UsageKey, enrolments: Enrolments) -> None:
    sitting = Sitting(studied)
    data = sitting.data("one", {"value": True})
    enrolments.leave()
    refused = sitting.send("answer", data)
    assert (refused.status, refused.json["error"]) == (409, "changed")
    assert models.Review.objects.filter(origin="practice").count() == 0


def test_somebody_from_elsewhere_is_asked_what_they_have(enrolments: Enrolments) -> None:
    row = models.Learner.objects.create(source="moodle:there", external_id="7")
    due(row, known(quiz()))
    enrolments.leave()
    assert len(api.due_cards(row, NOW)) == 1


def test_a_question_in_a_mail_is_not_asked_of_somebody_who_left(enrolments: Enrolments) -> None:
    ann = scene()
    card = ann.ask()
    nudge = ann.nudge()
    path = paths_in(links.question_address(ann.learner.pk, nudge.pk, card.question_id, ann.now, "en"))["q"]
    assert Client().get(path).status_code == 200
    enrolments.leave(str(ann.course.course_key))
    closed = Client().get(path)
    assert closed.status_code == 410
    page = text_of(closed.content.decode())
    assert "You are not enrolled in this course" in page
    assert "Go to the course" in page
    refused = Client().post(f"{path}/answer", "{}", content_type="application/json")
    assert (refused.status_code, refused.json()["error"]) == (409, "left")
    assert not models.Review.objects.exists()


def test_whether_somebody_is_enrolled_takes_two_statements(studied: UsageKey) -> None:
    from django.db import connection

    ann = api.learner_of(who("ann"))
    with CaptureQueriesContext(connection) as seen:
        api.due_cards(ann, platform().now())
    assert len(seen) == 3


def test_a_learner_without_anything_has_left_nothing(studied: UsageKey, enrolments: Enrolments) -> None:
    enrolments.leave()
    assert "Nothing to practise yet" in text_of(view(studied, user="bob"))
