"""Questions as they are published: edited, removed, hidden, withheld; plans that follow a course."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import OperationalError, transaction

from tests.devstack.playing import add_block as add
from tests.devstack.playing import course, import_olx, unit
from tests.xblocks.microquiz.quizzes import answer
from tests.xblocks.nudge.stage import DAY, NOW, QUIZ, course_row, due, known, learner, quiz
from xblocks.base.repeating import repeated
from xblocks.microquiz import api as microquiz
from xblocks.nudge import api, catalogue, models, tasks
from xblocks.nudge.listening import forget_retired, refresh_published
from xblocks.nudge.planning import plan_course, to_plan

pytestmark = pytest.mark.django_db(transaction=True)


def published() -> None:
    """As when the course was published in Studio."""
    refresh_published(course_key=models.Course.objects.get().course_key)


def test_a_question_that_was_edited_is_asked_as_it_is_now() -> None:
    key = quiz()
    question = known(key)
    import_olx(
        key, '<microquiz><truefalse id="one" right="true"><text>New words</text><tag>b</tag></truefalse></microquiz>'
    )
    published()
    question.refresh_from_db()
    assert question.tags == ["b"]
    assert microquiz.get_questions([question.content_hash])[question.content_hash].text == "New words"


def test_a_question_that_was_removed_no_longer_comes_and_its_memory_stays() -> None:
    key = quiz()
    row = learner()
    due(row, known(key))
    import_olx(key, '<microquiz><truefalse id="other" right="true"><text>Other</text></truefalse></microquiz>')
    published()
    assert not api.due_cards(row, NOW)
    assert not api.cards(row)
    import_olx(key, QUIZ.format(name="sender", settings=""))
    published()
    assert [card.stability for card in api.due_cards(row, NOW)] == [2.0]


@pytest.mark.parametrize(
    ("inherited", "settings", "state"),
    [
        ({}, "", (False, None, True)),
        ({"visible_to_staff_only": True}, "", (True, None, True)),
        ({"show_correctness": "never"}, "", (True, None, True)),
        ({"show_correctness": "past_due"}, "", (True, None, True)),
        ({"show_correctness": "past_due", "due": "2027-04-01T00:00:00Z"}, "", (False, "2027-04-01", True)),
        ({"due": "2027-04-01T00:00:00Z"}, 'show_answer="past_due"', (False, "2027-04-01", True)),
        ({}, 'show_answer="past_due"', (True, None, True)),
        ({}, 'show_answer="never"', (False, None, False)),
        ({"start": "2027-04-01T00:00:00Z"}, "", (False, "2027-04-01", True)),
        (
            {"start": "2027-04-01T00:00:00Z", "due": "2027-04-09T00:00:00Z"},
            'show_answer="past_due"',
            (False, "2027-04-09", True),
        ),
    ],
)
def test_practice_tells_nothing_that_the_quiz_keeps_to_itself(inherited, settings, state) -> None:
    key = add(QUIZ.format(name="sender", settings=settings), unit("guarded", course(), **inherited))
    question = known(key)
    retired, until, shows = state
    assert question.is_retired is retired
    moment = None if until is None else datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert question.withheld_until == moment
    assert question.shows_answer is shows
    if moment is not None:
        row = learner()
        due(row, question)
        assert not api.due_cards(row, NOW)
        assert len(api.due_cards(row, moment)) == 1


def test_the_most_forgotten_come_first_and_a_tag_also_when_it_is_not_due() -> None:
    key, row = quiz(), learner()
    due(row, known(key, "one"), stability=50.0)
    due(row, known(key, "two"), stability=0.5)
    due(row, known(key, "three"), at=NOW + 9 * DAY)
    assert [card.question.question_id for card in api.due_cards(row, NOW)] == ["two", "one"]
    assert [card.question.question_id for card in api.due_cards(row, NOW, limit=1)] == ["two"]
    assert [card.question.question_id for card in api.due_cards(row, NOW - 2 * DAY, tag="mail")] == ["one"]
    elsewhere = course_row("course-v1:Microunits+OTHER+2026").course_key
    assert not api.due_cards(row, NOW, course_key=elsewhere)


def test_a_course_that_moves_its_target_plans_anew_and_looks_sooner() -> None:
    row = learner(next_look_at=NOW + 80 * DAY)
    card = due(row, known(quiz()), at=NOW + 80 * DAY, stability=100.0, last_review_at=NOW)
    target = course_row(target_at=NOW + 40 * DAY)
    assert plan_course(target, NOW, page=1) == 1
    card.refresh_from_db()
    row.refresh_from_db()
    assert NOW < card.due_at < NOW + 40 * DAY
    assert row.next_look_at == card.due_at
    assert plan_course(target, NOW) == 0


def test_whoever_waits_for_a_question_that_was_hidden_is_looked_at_when_it_is_shown_again() -> None:
    key = quiz()
    row = learner(next_look_at=None)
    card = due(row, known(key))
    import_olx(key, '<microquiz><truefalse id="other" right="true"><text>Other</text></truefalse></microquiz>')
    published()
    plan_course(course_row(), NOW)
    models.Learner.objects.update(next_look_at=None)
    import_olx(key, QUIZ.format(name="sender", settings=""))
    published()
    assert to_plan(NOW) == [course_row().pk]
    plan_course(course_row(), NOW)
    card.refresh_from_db()
    row.refresh_from_db()
    assert card.due_at == NOW - DAY
    assert row.next_look_at == NOW


def test_a_course_that_goes_on_after_all_finds_those_whom_its_end_had_silenced() -> None:
    row = learner(next_look_at=None)
    card = due(row, known(quiz()), stability=1.0)
    plan_course(course_row(), NOW)
    card.refresh_from_db()
    models.Learner.objects.update(next_look_at=None)
    # The sweep came between the end and the plan without questions that follows it.
    models.Course.objects.update(ends_at=NOW - DAY)
    catalogue.refresh_facts(models.Course.objects.get())
    plan_course(models.Course.objects.get(), NOW)
    row.refresh_from_db()
    assert row.next_look_at is not None


def test_attempts_that_are_left_hold_a_question_back_until_its_quiz_has_closed() -> None:
    row, question = learner(), known(quiz())
    card = due(row, question, is_earned=False)
    models.Question.objects.update(attempts=2, closes_at=NOW + 9 * DAY)
    plan_course(course_row(), NOW)
    card.refresh_from_db()
    assert card.due_at == NOW + 9 * DAY
    plan_course(course_row(ends_at=NOW + 9 * DAY), NOW)
    card.refresh_from_db()
    assert card.due_at is None


def test_a_course_whose_end_has_come_plans_nothing_more() -> None:
    card = due(learner(), known(quiz()))
    plan_course(course_row(ends_at=NOW - DAY), NOW)
    card.refresh_from_db()
    assert card.due_at is None


def test_plans_are_made_anew_once_when_the_target_has_passed_and_when_the_end_moved() -> None:
    row = course_row(target_at=NOW, planned_at=NOW - 9 * DAY)
    assert to_plan(NOW - DAY) == []
    assert to_plan(NOW) == [row.pk]
    card = due(learner(), known(quiz()))
    plan_course(row, NOW)
    assert to_plan(NOW + DAY) == []
    card.refresh_from_db()
    # No tail was asked for, so nothing comes after the target.
    assert card.due_at is None
    models.Course.objects.update(ends_at=NOW + 50 * DAY)
    catalogue.refresh_facts(models.Course.objects.get())
    assert to_plan(NOW) == [row.pk]


def test_a_course_that_is_gone_has_ended() -> None:
    row = course_row()
    course().delete()
    catalogue.refresh_facts(row)
    assert row.ends_at is not None


def test_tasks_about_what_is_gone_do_nothing() -> None:
    tasks.plan_course(12345)
    tasks.refresh_course("course-v1:No+Such+Course")
    tasks.deliver([12345])


def test_who_leaves_the_platform_is_forgotten() -> None:
    from devstack.people import person

    answer(quiz(), "one", {"value": True})
    forget_retired(None, user=person("ann"))
    forget_retired(None, user=person("ann"))
    forget_retired(None)
    assert not models.Learner.objects.exists()


def test_what_the_database_let_others_go_before_is_done_once_more_but_not_for_ever() -> None:
    met: list[int] = []

    @repeated
    def deed(lucky: int) -> str:
        met.append(lucky)
        if len(met) < lucky:
            raise OperationalError("deadlock")
        return "done"

    assert deed(3) == "done"
    assert len(met) == 3
    met.clear()
    with pytest.raises(OperationalError):
        deed(99)
    assert len(met) == 4
    met.clear()
    with pytest.raises(OperationalError), transaction.atomic():
        deed(99)
    assert len(met) == 1
