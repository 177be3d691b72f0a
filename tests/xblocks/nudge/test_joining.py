"""Two learners turn out to be one: nothing is lost, nothing counts twice, and nothing that was said is changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xblocks.nudge.stage import DAY, NOW, course_row, known, learner, quiz
from xblocks.nudge import api, models
from xblocks.nudge.joining import stricter
from xblocks.nudge.memory import Memory, Rating, rebuilt
from xblocks.nudge.preferences import Preferences
from xblocks.nudge.sources import Identity

pytestmark = pytest.mark.django_db(transaction=True)

FIVE = Identity("moodle:school", "5")


def answered(identity: Identity, question: models.Question, when: datetime, rating: Rating = Rating.GOOD) -> None:
    api.record_review_from(
        identity,
        question.usage_key,
        question.question_id,
        rating,
        when,
        origin="moodle",
        content_hash="-",
        question_type="truefalse",
        recorded_at=NOW,
    )


def ann() -> Identity:
    row = learner("ann", last_active_at=None)
    return Identity(row.source, row.external_id)


def memory(card: models.Card) -> Memory:
    return Memory(card.stability, card.difficulty, card.last_review_at)


def test_what_was_answered_elsewhere_is_theirs_and_says_what_it_said() -> None:
    question, me = known(quiz()), ann()
    answered(FIVE, question, NOW - 9 * DAY, Rating.AGAIN)
    answered(FIVE, question, NOW - 5 * DAY)
    names = [field.attname for field in models.Review._meta.fields if field.attname != "learner_id"]
    before = list(models.Review.objects.order_by("pk").values(*names))
    assert api.join_learners(FIVE, me, NOW) == 2
    assert list(models.Review.objects.order_by("pk").values(*names)) == before
    row = api.learner(*me)
    assert set(models.Review.objects.values_list("learner", flat=True)) == {row.pk}
    card = models.Card.objects.get()
    assert (card.learner, card.reviews) == (row, 2)
    assert [one.course_key for one in api.courses_of(row)] == [question.course.course_key]
    row.refresh_from_db()
    assert (row.last_active_at, row.next_look_at) == (NOW - 5 * DAY, NOW)


def test_cards_of_both_are_what_the_whole_log_adds_up_to() -> None:
    question, me = known(quiz()), ann()
    answered(me, question, NOW - 9 * DAY)
    answered(FIVE, question, NOW - 7 * DAY, Rating.AGAIN)
    answered(me, question, NOW - 3 * DAY)
    answered(FIVE, question, NOW - 1 * DAY)
    api.join_learners(FIVE, me, NOW)
    card = models.Card.objects.get()
    log = [(Rating.GOOD, 9), (Rating.AGAIN, 7), (Rating.GOOD, 3), (Rating.GOOD, 1)]
    assert memory(card) == rebuilt((rating, NOW - days * DAY) for rating, days in log)
    assert card.reviews == 4
    assert card.due_at is not None
    assert card.due_at > NOW


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 40), st.sampled_from(Rating)),
        min_size=1,
        max_size=8,
        unique_by=lambda one: one[1],
    ),
    st.integers(0, 8),
)
def test_whenever_they_are_joined_it_is_as_if_they_had_always_been_one(
    log: list[tuple[bool, int, Rating]], at: int
) -> None:
    models.Learner.objects.all().delete()
    models.Question.objects.all().delete()
    question = models.Question.objects.create(
        course=course_row(), usage_key=USAGE, question_id="one", content_hash="-", type="truefalse"
    )
    me, other = ann(), Identity("openedx", "777")
    for number, (is_mine, hours, rating) in enumerate(log):
        if number == at:
            api.join_learners(FIVE, me, NOW)
        answered(me if is_mine or number >= at else FIVE, question, NOW - hours * timedelta(hours=13), rating)
        answered(other, question, NOW - hours * timedelta(hours=13), rating)
    api.join_learners(FIVE, me, NOW)
    api.join_learners(FIVE, me, NOW)
    joined, alone = (models.Card.objects.get(learner=api.learner(*one)) for one in (me, other))
    assert memory(joined) == memory(alone)
    assert (joined.reviews, joined.is_earned) == (alone.reviews, alone.is_earned)


USAGE = "block-v1:Microunits+OTHER+2026+type@microquiz+block@never"


def test_an_answer_that_arrived_for_both_is_one() -> None:
    question, me = known(quiz()), ann()
    for one in (me, FIVE):
        answered(one, question, NOW - DAY)
    api.join_learners(FIVE, me, NOW)
    assert models.Review.objects.count() == 1
    assert models.Card.objects.get().reviews == 1


def test_messages_of_both_count_and_none_takes_the_place_of_another() -> None:
    me = ann()
    rows = [api.learner(*FIVE), api.learner(*me)]
    for row in rows:
        models.Nudge.objects.create(
            learner=row, kind="reviews", slot="2027-03-09", reason="due", status="sent", planned_at=NOW - DAY,
            not_after=NOW, sent_at=NOW - DAY,
        )  # fmt: skip
    api.join_learners(FIVE, me, NOW)
    assert models.Nudge.objects.filter(learner=rows[1]).count() == 2
    row = api.learner(*me)
    # Both were left unanswered, and nothing was done since the learner was last active.
    assert row.ignored == 0
    answered(me, known(quiz()), NOW - 2 * DAY)
    api.join_learners(FIVE, me, NOW)
    row.refresh_from_db()
    assert row.ignored == 2


def test_appointments_move_too_unless_they_have_the_same_one() -> None:
    me, course = ann(), course_row()
    texts = {"en": {"subject": "S", "text": "T"}}
    for row, keys in ((api.learner(*FIVE), ("both", "alone")), (api.learner(*me), ("both",))):
        for key in keys:
            api.request_message(row, course, key, NOW, NOW + DAY, texts)
    api.join_learners(FIVE, me, NOW)
    assert sorted(models.Anchor.objects.values_list("learner__source", "key")) == [
        ("openedx", "alone"),
        ("openedx", "both"),
    ]


def test_who_is_held_out_in_one_place_is_not_nudged() -> None:
    me, question = ann(), known(quiz())
    answered(FIVE, question, NOW - 9 * DAY)
    models.Participation.objects.update(is_held_out=True)
    answered(me, question, NOW - 2 * DAY)
    api.join_learners(FIVE, me, NOW)
    kept = models.Participation.objects.get()
    assert (kept.is_held_out, kept.began_at) == (True, NOW - 9 * DAY)


@pytest.mark.parametrize("mine", [None, Preferences(days=31, per_day=1)])
def test_a_stop_that_was_said_elsewhere_holds(mine: Preferences | None) -> None:
    me = ann()
    api.keep_preferences(api.learner(*FIVE), Preferences(is_stopped=True, days=3), NOW)
    if mine is not None:
        api.keep_preferences(api.learner(*me), mine, NOW)
    api.join_learners(FIVE, me, NOW)
    kept = api.preferences(api.learner(*me))
    assert kept.is_stopped
    assert kept.days == (3 if mine is None else 31)
    assert models.Preferences.objects.count() == 1


LIMIT = st.none() | st.integers(0, 7)
WISHES: Any = st.builds(
    Preferences,
    is_stopped=st.booleans(),
    weekly_digest=st.booleans(),
    paused_until=st.none() | st.just(NOW) | st.just(NOW + DAY),
    per_day=LIMIT,
    per_week=LIMIT,
    rest_hours=LIMIT,
)


@given(WISHES, WISHES)
def test_of_two_wishes_the_stricter_counts(mine: Preferences, theirs: Preferences) -> None:
    both = stricter(mine, theirs)
    for one in (mine, theirs):
        assert both.is_stopped >= one.is_stopped
        assert both.weekly_digest >= one.weekly_digest
        assert one.paused_until is None or (both.paused_until or NOW) >= one.paused_until
        assert one.per_day is None or (both.per_day is not None and both.per_day <= one.per_day)
        assert one.rest_hours is None or (both.rest_hours is not None and both.rest_hours >= one.rest_hours)
    assert stricter(both, theirs) == both


def test_what_comes_for_the_one_from_elsewhere_afterwards_is_moved_by_the_next_joining() -> None:
    question, me = known(quiz()), ann()
    api.learner(*FIVE)
    api.join_learners(FIVE, me, NOW)
    answered(FIVE, question, NOW - DAY)
    assert api.join_learners(FIVE, me, NOW) == 1
    assert models.Card.objects.get().learner == api.learner(*me)


def test_nobody_there_is_nothing_to_join() -> None:
    assert api.join_learners(FIVE, ann(), NOW) == 0


def test_nobody_is_joined_to_themselves_or_to_one_who_is_joined() -> None:
    me = ann()
    api.learner(*FIVE)
    six = Identity("moodle:school", "6")
    api.learner(*six)
    with pytest.raises(ValueError, match="themselves"):
        api.join_learners(me, me, NOW)
    api.join_learners(FIVE, me, NOW)
    with pytest.raises(ValueError, match="joined to another"):
        api.join_learners(six, FIVE, NOW)


def test_who_is_forgotten_is_forgotten_with_what_they_were_elsewhere() -> None:
    me = ann()
    answered(FIVE, known(quiz()), NOW - DAY)
    api.join_learners(FIVE, me, NOW)
    api.forget_learner(*me)
    assert not models.Learner.objects.exists()
    assert not models.Review.objects.exists()
