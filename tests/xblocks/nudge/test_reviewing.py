"""Recording reviews: the log, the card, the ledger and the next look, in few statements; late and doubled ones too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.devstack.playing import call, view
from tests.xblocks.microquiz.quizzes import answer, name_of
from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.base import repeating
from xblocks.microquiz import api as microquiz
from xblocks.nudge import api, listening, models, reviewing
from xblocks.nudge.activity import LOOK_AFTER
from xblocks.nudge.memory import Memory, Rating, rebuilt, reviewed
from xblocks.nudge.reviewed import Reviewed
from xblocks.nudge.reviewing import record

pytestmark = pytest.mark.django_db(transaction=True)


def review(
    question: models.Question,
    rating: Rating = Rating.GOOD,
    when: datetime = NOW,
    user_id: str = "77",
    **more: Any,
) -> models.Card:
    return record(
        Reviewed(
            source="openedx",
            external_id=user_id,
            course_key=question.course.course_key,
            usage_key=question.usage_key,
            question_id=question.question_id,
            content_hash=question.content_hash,
            rating=rating,
            when=when,
            origin="practice",
            **more,
        )
    )


def statements(seen: CaptureQueriesContext) -> list[str]:
    """Those of recording itself; what others do who hear of it is theirs."""
    transactions, others = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"), ("devstack_recorded", "microunits_badges_")
    told = [query["sql"] for query in seen if not query["sql"].startswith(transactions)]
    return [sql for sql in told if not any(name in sql for name in others)]


def test_an_answer_in_a_quiz_is_a_review_of_its_question() -> None:
    key = quiz()
    assert answer(key, "one", {"value": False}).status == 200
    row = models.Review.objects.get()
    assert (row.rating, row.origin, row.recall_before) == (Rating.AGAIN, "quiz", None)
    card = models.Card.objects.select_related("question__course").get()
    assert card.question.tags == ["mail"]
    assert str(card.question.course.course_key) == str(key.course_key)
    assert card.question.course.name == "A course"
    assert card.due_at is not None
    assert models.Participation.objects.get().learner == card.learner
    assert microquiz.get_questions([card.question.content_hash])[card.question.content_hash].id == "one"


def test_hints_and_ratings_of_the_quiz_reach_the_memory() -> None:
    key = quiz()
    call(key, "turn", {"question": name_of(key, "three")})
    assert call(key, "answer", {"question": name_of(key, "three"), "response": {"rating": "easy"}}).status == 200
    assert models.Review.objects.get().rating == Rating.EASY


def test_a_first_answer_makes_the_learner_known_and_looks_at_them_soon() -> None:
    key = quiz()
    answer(key, "one", {"value": True})
    row = models.Learner.objects.get()
    assert row.source == "openedx"
    assert row.next_look_at == row.last_active_at + LOOK_AFTER


def test_a_review_of_a_known_question_takes_four_statements() -> None:
    question = known(quiz())
    review(question)
    for days in (3, 9):
        with CaptureQueriesContext(connection) as seen:
            review(question, when=NOW + days * DAY)
        assert len(statements(seen)) == 4, statements(seen)


def test_after_a_message_only_the_first_answer_about_its_course_takes_one_more(
    digest: dict[str, models.Question],
) -> None:
    ann = models.Learner.objects.get().external_id
    for question in digest.values():
        # Whoever has answered there before participates.
        review(question, when=NOW - DAY, user_id=ann)
    taken = []
    for course, hours in (("here", 1), ("here", 2), ("there", 3), ("there", 30)):
        with CaptureQueriesContext(connection) as seen:
            review(digest[course], when=NOW + timedelta(hours=hours), user_id=ann)
        taken.append(len(statements(seen)))
    assert taken == [5, 4, 5, 4]


def test_the_card_is_what_the_log_adds_up_to() -> None:
    question = known(quiz())
    ratings = [Rating.AGAIN, Rating.GOOD, Rating.HARD, Rating.EASY, Rating.AGAIN]
    for number, rating in enumerate(ratings):
        card = review(question, rating, NOW + number * 3 * DAY)
    log = [(Rating(row.rating), row.reviewed_at) for row in models.Review.objects.order_by("reviewed_at")]
    memory = rebuilt(log)
    kept = models.Card.objects.get()
    assert memory is not None
    assert kept.stability == pytest.approx(memory.stability)
    assert kept.difficulty == pytest.approx(memory.difficulty)
    assert kept.reviews == 5
    assert (card.stability, card.due_at) == (pytest.approx(kept.stability), kept.due_at)
    assert [row.recall_before is None for row in models.Review.objects.order_by("reviewed_at")] == [True] + [False] * 4


def test_what_arrives_twice_is_one_review() -> None:
    question = known(quiz())
    first = review(question)
    again = review(question, Rating.AGAIN)
    assert models.Review.objects.count() == 1
    assert again.stability == pytest.approx(first.stability)
    assert models.Card.objects.get().reviews == 1


def test_what_arrives_late_takes_its_place_in_the_log() -> None:
    question = known(quiz())
    review(question, Rating.GOOD, NOW)
    review(question, Rating.GOOD, NOW + 6 * DAY)
    review(question, Rating.AGAIN, NOW + 3 * DAY)
    memory: Memory | None = None
    for rating, days in ((Rating.GOOD, 0), (Rating.AGAIN, 3), (Rating.GOOD, 6)):
        memory = reviewed(memory, rating, NOW + days * DAY)
    kept = models.Card.objects.get()
    assert memory is not None
    assert kept.stability == pytest.approx(memory.stability)
    assert kept.last_review_at == NOW + 6 * DAY
    assert kept.reviews == 3


def test_being_active_ends_what_counted_as_ignoring() -> None:
    question = known(quiz())
    row = learner("ann", ignored=5, said_stop=True, comeback_at=NOW - DAY)
    due(row, question)
    nudge = models.Nudge.objects.create(
        learner=row, kind="reviews", slot="x", status="sent", reason="due", planned_at=NOW, not_after=NOW, sent_at=NOW
    )
    review(question, when=NOW + timedelta(hours=2), user_id=row.external_id, nudge_id=nudge.pk)
    row.refresh_from_db()
    assert (row.ignored, row.said_stop, row.comeback_at) == (0, False, None)
    assert models.Review.objects.get().nudge_id == nudge.pk


@pytest.fixture
def digest() -> dict[str, models.Question]:
    """Questions of two courses, and a message about both that was sent to Ann."""
    row = learner("ann")
    asked = {"here": known(quiz()), "there": known(quiz("there"), row=course_row("course-v1:Microunits+OTHER+2026"))}
    nudge = models.Nudge.objects.create(
        learner=row, kind="reviews", slot="x", status="sent", reason="due", planned_at=NOW, not_after=NOW, sent_at=NOW
    )
    for question in asked.values():
        due(row, question)
        models.NudgeCourse.objects.create(nudge=nudge, course=question.course, questions=1)
    return asked


def acted() -> dict[str, datetime | None]:
    lines = models.NudgeCourse.objects.select_related("course")
    return {"there" if "OTHER" in str(line.course.course_key) else "here": line.acted_at for line in lines}


def test_an_answer_counts_for_its_own_course_of_a_message_about_several(digest: dict[str, models.Question]) -> None:
    ann = models.Learner.objects.get().external_id
    review(digest["there"], when=NOW + DAY, user_id=ann)
    assert acted() == {"here": None, "there": NOW + DAY}
    review(digest["there"], when=NOW + 1.5 * DAY, user_id=ann)
    assert acted() == {"here": None, "there": NOW + DAY}
    # The first one counts, also when it arrives last.
    review(digest["there"], when=NOW + DAY / 2, user_id=ann)
    assert acted() == {"here": None, "there": NOW + DAY / 2}


def test_an_answer_before_a_message_or_long_after_it_is_not_an_answer_to_it(
    digest: dict[str, models.Question],
) -> None:
    ann = models.Learner.objects.get().external_id
    for when in (NOW - DAY, NOW + 3 * DAY):
        review(digest["here"], when=when, user_id=ann)
    assert acted() == {"here": None, "there": None}


def test_an_answer_through_a_message_is_one_to_it_however_late(digest: dict[str, models.Question]) -> None:
    ann = models.Learner.objects.get().external_id
    review(digest["here"], when=NOW + 6 * DAY, user_id=ann, nudge_id=models.Nudge.objects.get().pk)
    assert acted() == {"here": NOW + 6 * DAY, "there": None}
    assert models.Review.objects.get().nudge_id == models.Nudge.objects.get().pk


def test_a_look_that_was_to_come_sooner_stays() -> None:
    question = known(quiz())
    row = learner("ann", next_look_at=NOW + LOOK_AFTER / 2)
    due(row, question)
    review(question, user_id=row.external_id)
    row.refresh_from_db()
    assert row.next_look_at == NOW + LOOK_AFTER / 2


def test_nothing_comes_back_after_the_course_has_ended() -> None:
    question = known(quiz(), row=course_row(ends_at=NOW + DAY / 2))
    assert review(question).due_at is None


def test_who_is_held_out_stays_held_out_and_is_chosen_by_hash() -> None:
    question = known(quiz(), row=course_row(holdout_share=0.5))
    for number in range(60):
        review(question, user_id=str(number))
    held_out = models.Participation.objects.filter(is_held_out=True).count()
    assert 15 <= held_out <= 45
    before = dict(models.Participation.objects.values_list("learner__external_id", "is_held_out"))
    course_row(holdout_share=0.0)
    review(question, when=NOW + DAY, user_id="0")
    assert dict(models.Participation.objects.values_list("learner__external_id", "is_held_out")) == before


def test_an_edited_question_is_asked_as_it_is_now() -> None:
    from tests.devstack.playing import import_olx

    key = quiz()
    answer(key, "one", {"value": True})
    before = models.Question.objects.get().content_hash
    edited = '<truefalse id="one" right="true"><text>Is it two?</text><tag>new</tag></truefalse>'
    import_olx(key, f"<microquiz>{edited}</microquiz>")
    answer(key, "one", {"value": True}, user="bob")
    row = models.Question.objects.get()
    assert row.content_hash != before
    assert row.tags == ["new"]
    assert microquiz.get_questions([row.content_hash])[row.content_hash].text == "Is it two?"


def test_a_first_answer_of_somebody_whose_row_was_made_by_a_page_leads_to_a_look() -> None:
    api.learner("openedx", "77")
    review(known(quiz()))
    assert models.Learner.objects.get().next_look_at == NOW + LOOK_AFTER


def test_a_first_answer_makes_a_row_that_is_looked_at() -> None:
    review(known(quiz()))
    row = models.Learner.objects.get()
    assert (row.last_active_at, row.next_look_at) == (NOW, NOW + LOOK_AFTER)


def test_a_review_for_which_the_database_made_way_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    question, tries = known(quiz()), []
    found = reviewing._found

    def give_way(one: Reviewed) -> Any:
        tries.append(one)
        if len(tries) < repeating.TRIES:
            raise OperationalError("Deadlock found when trying to get lock")
        return found(one)

    monkeypatch.setattr(reviewing, "_found", give_way)
    review(question)
    assert models.Review.objects.count() == 1
    tries.clear()
    # Within a transaction of somebody else's it is theirs to begin anew.
    with pytest.raises(OperationalError), transaction.atomic():
        review(question, when=NOW + DAY)
    assert len(tries) == 1


def test_an_answer_in_a_quiz_counts_though_its_review_fails(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_review: Reviewed) -> None:
        raise RuntimeError("no memory")

    # Then the platform's signals do not catch what their receivers raise.
    settings.DEBUG = True
    monkeypatch.setattr(listening, "record", broken)
    assert answer(quiz(), "one", {"value": True}).status == 200
    assert "was not kept as a review yet" in caplog.text


def test_a_learner_takes_everything_along_and_can_be_forgotten() -> None:
    key = quiz()
    answer(key, "one", {"value": True})
    answer(key, "two", {"choice": "a"})
    user_id = models.Learner.objects.get().external_id
    api.keep_preferences(models.Learner.objects.get(), api.preferences(models.Learner.objects.get()), NOW)
    kinds = [line["kind"] for line in api.export_learner("openedx", user_id)]
    assert kinds == ["learner", "preferences", "participation", "card", "card", "review", "review"]
    api.forget_learner("openedx", user_id)
    api.forget_learner("openedx", user_id)
    assert not list(api.export_learner("openedx", user_id))
    for model in (models.Learner, models.Card, models.Review, models.Participation, models.Preferences):
        assert not model.objects.exists()


def test_what_a_learner_takes_along_has_every_column_of_every_table() -> None:
    row = learner("ann")
    question = known(quiz())
    due(row, question)
    review(question, user_id=row.external_id)
    api.keep_preferences(row, api.preferences(row), NOW)
    texts = {"en": {"subject": "S", "text": "T"}}
    api.request_message(row, course_row(), "workshop", NOW, NOW + DAY, texts, path="/")
    sent = models.Nudge.objects.create(
        learner=row, kind="reviews", slot="2027-03-10", reason="due", planned_at=NOW, not_after=NOW
    )
    models.NudgeCourse.objects.create(nudge=sent, course=course_row(), questions=1)
    models.Learner.objects.create(source="moodle:school", external_id="5", joined_to=row)
    lines: dict[str, set[str]] = {}
    for line in api.export_learner(row.source, row.external_id):
        lines.setdefault(line["kind"], set()).update(line)
    tables = {
        "learner": models.Learner,
        "preferences": models.Preferences,
        "participation": models.Participation,
        "card": models.Card,
        "review": models.Review,
        "message": models.Nudge,
        "message_course": models.NudgeCourse,
        "anchor": models.Anchor,
    }
    assert set(lines) == {*tables, "known_elsewhere"}
    # Rows that others are told by, and what a message says of its anchor, which comes itself.
    unsaid = {"id", "learner_id", "learner", "question", "course", "nudge", "kind", "anchor_id", "joined_to"}
    for kind, model in tables.items():
        columns = {field.name for field in model._meta.get_fields() if field.concrete}
        assert columns - unsaid <= lines[kind], kind


def test_the_quiz_itself_is_not_touched_by_a_review_elsewhere() -> None:
    from tests.devstack.playing import grade_of, state_of

    key = quiz()
    answer(key, "one", {"value": True})
    before = (grade_of(key), state_of(key), view(key))
    question = models.Question.objects.select_related("course").get()
    api.record_review(
        models.Learner.objects.get(), question, Rating.AGAIN, NOW + 400 * DAY, origin="practice", content_hash="-"
    )
    assert (grade_of(key), state_of(key), view(key)) == before
