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
from xblocks.nudge import api, asking, catalogue, delivering, links, models
from xblocks.nudge.sweeping import AWAY, sweep

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


class Groups:
    """Who belongs to which group of which partition; and how often that was asked."""

    def __init__(self) -> None:
        self.members: dict[tuple[int, int], set[int]] = {}
        self.asked = 0
        self.is_broken = False

    def join(self, user: str, partition: int = 50, group: int = 1) -> None:
        self.members.setdefault((partition, group), set()).add(who(user).pk)

    def leave(self, user: str) -> None:
        for members in self.members.values():
            members.discard(who(user).pk)

    def in_groups(
        self, user_ids: Collection[int], course_key: CourseKey, groups: Mapping[int, Collection[int]]
    ) -> set[int]:
        self.asked += 1
        if self.is_broken:
            raise RuntimeError("no modulestore")
        found = set(user_ids)
        for partition, ids in groups.items():
            found &= set().union(*(self.members.get((partition, one), set()) for one in ids))
        return found


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> Groups:
    made = Groups()
    monkeypatch.setattr(Devstack, "in_groups", lambda _self, *asked: made.in_groups(*asked))
    return made


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
    monkeypatch.setattr(asking, "MOST_DUE", 2)
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
    # The other two read the cards.
    assert len(seen) == 4


def test_a_learner_without_anything_has_left_nothing(studied: UsageKey, enrolments: Enrolments) -> None:
    enrolments.leave()
    assert "Nothing to practise yet" in text_of(view(studied, user="bob"))


# --- Who has left a group


def parted(access: Mapping[str, list[int]], name: str = "parted") -> UsageKey:
    """A quiz for groups only."""
    return add_block(TAGGED.replace("tagged", name), unit(name, group_access=access))


def test_content_of_a_group_that_one_has_left_is_not_asked_and_comes_back(time: Time, groups: Groups) -> None:
    groups.join("ann")
    answer_true(parted({"50": [1, 2]}), ["one", "two"])
    answer_true(add_block(TAGGED), ["three"])
    block = nudge_block()
    time.pass_by(days=30)
    assert len(Sitting(block).names) == 3
    sitting = Sitting(block)
    groups.leave("ann")
    assert len(Sitting(block).names) == 1
    assert len(Sitting(block, ask={"tag": "Links"}).names) == 0
    assert call(block, "student_view_user_state", {}).json["known"] == 1
    # Also in the middle of a session.
    refused = sitting.send("answer", {"question": sitting.names[0], "response": {"value": True}, "attempt": 2})
    assert (refused.status, refused.json["error"]) == (409, "changed")
    groups.join("ann", group=2)
    assert len(Sitting(block).names) == 3


def test_somebody_has_to_belong_to_one_group_of_each_partition(time: Time, groups: Groups) -> None:
    groups.join("ann")
    answer_true(parted({"50": [1], "51": [7]}), ["one"])
    block = nudge_block()
    time.pass_by(days=30)
    assert not Sitting(block).names
    groups.join("ann", partition=51, group=7)
    assert len(Sitting(block).names) == 1


def test_what_is_for_no_group_at_all_is_not_asked(time: Time, groups: Groups) -> None:
    groups.join("ann")
    answer_true(parted({"50": []}), ["one"])
    block = nudge_block()
    time.pass_by(days=30)
    assert models.Question.objects.get().groups == {"50": []}
    assert not Sitting(block).names


def test_what_cannot_be_known_is_not_asked(time: Time, groups: Groups, caplog: pytest.LogCaptureFixture) -> None:
    groups.join("ann")
    answer_true(parted({"50": [1]}), ["one"])
    answer_true(add_block(TAGGED), ["three"])
    block = nudge_block()
    time.pass_by(days=30)
    groups.is_broken = True
    assert len(Sitting(block).names) == 1
    assert "nothing of that is asked" in caplog.text


def test_a_course_that_shows_everything_to_everybody_asks_for_no_group(studied: UsageKey, groups: Groups) -> None:
    Sitting(studied)
    sweep(platform().now(), lambda ids: None)
    assert not groups.asked


def test_what_is_published_for_groups_is_followed(time: Time, groups: Groups) -> None:
    key = add_block(TAGGED, unit("open"))
    answer_true(key, ["one"])
    block = nudge_block()
    time.pass_by(days=30)
    unit("open", group_access={"50": [1]})
    catalogue.refresh_course(models.Course.objects.get())
    assert not Sitting(block).names
    unit("open", group_access={"50": [1], "51": []}).settings.clear()
    unit("open", graded=False)
    catalogue.refresh_course(models.Course.objects.get())
    assert not models.Question.objects.get().is_restricted
    assert len(Sitting(block).names) == 1


def test_the_sweep_reminds_nobody_of_what_they_do_not_see_and_looks_again_within_a_week(
    time: Time, groups: Groups
) -> None:
    key = parted({"50": [1]})
    for user in ("ann", "bob"):
        groups.join(user)
        answer_true(key, ["one", "two"], user)
    groups.leave("bob")
    time.pass_by(days=30)
    now = platform().now().replace(hour=12)
    swept = sweep(now, lambda ids: None)
    assert (dict(swept.planned), dict(swept.not_sent)) == ({"comeback": 1}, {"nothing_more": 1})
    # One question of both for both: who sees it is asked once.
    assert groups.asked == 1
    nudge = models.Nudge.objects.select_related("learner").get()
    assert (nudge.learner.external_id, nudge.questions) == (str(who("ann").pk), 2)
    bob = models.Learner.objects.get(external_id=str(who("bob").pk))
    assert bob.next_look_at == now + AWAY
    groups.join("bob")
    assert sum(sweep(now + AWAY, lambda ids: None).planned.values()) >= 1


def test_a_message_counts_what_is_seen_and_is_not_sent_for_the_rest(time: Time, groups: Groups) -> None:
    groups.join("ann")
    answer_true(parted({"50": [1]}), ["one", "two"])
    answer_true(add_block(TAGGED), ["three"])
    time.pass_by(days=30)
    now = platform().now().replace(hour=12)
    time.ahead += now - platform().now()
    groups.leave("ann")
    assert dict(sweep(now, lambda ids: None).planned) == {"comeback": 1}
    nudge = models.Nudge.objects.get()
    assert nudge.questions == 1
    # Between deciding and sending the learner leaves the group of all that was to be asked.
    models.Question.objects.filter(question_id="three").update(is_restricted=True, groups={"50": [1]})
    delivering.deliver([nudge.pk])
    nudge.refresh_from_db()
    assert (nudge.status, nudge.reason) == ("skipped", "nothing_more")


def test_what_comes_later_waits_for_its_moment_to_be_asked_for(time: Time, groups: Groups) -> None:
    groups.join("ann")
    answer_true(parted({"50": [1]}), ["one"])
    card = models.Card.objects.get()
    time.pass_by(hours=30)
    swept = sweep(platform().now(), lambda ids: None)
    assert dict(swept.not_sent) == {"nothing_due": 1}
    assert models.Learner.objects.get().next_look_at >= card.due_at
    assert not groups.asked


def test_a_question_in_a_mail_is_not_asked_of_somebody_who_does_not_see_it(groups: Groups) -> None:
    ann = scene()
    card = ann.ask(groups={"50": [1]}, is_restricted=True)
    nudge = ann.nudge()
    path = paths_in(links.question_address(ann.learner.pk, nudge.pk, card.question_id, ann.now, "en"))["q"]
    groups.join("ann")
    assert Client().get(path).status_code == 200
    groups.leave("ann")
    closed = Client().get(path)
    assert closed.status_code == 410
    assert "This question is no longer asked" in text_of(closed.content.decode())


def test_somebody_from_elsewhere_belongs_to_groups_of_another_platform(groups: Groups) -> None:
    row = models.Learner.objects.create(source="moodle:there", external_id="7")
    due(row, known(parted({"50": [1]})))
    assert len(api.due_cards(row, NOW)) == 1
    assert not groups.asked
