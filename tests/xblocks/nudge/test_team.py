"""The course team's figures: what the database sums up, for one course only, in as many statements for any number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.xblocks.nudge.teamwork import (
    DAY,
    HOUR,
    OTHER,
    card,
    course,
    learners,
    lively,
    now,
    nudge,
    questions,
    review,
    take_part,
)
from xblocks.nudge import models, team, team_ahead
from xblocks.nudge.limits import Bounds, Policy
from xblocks.nudge.team_figures import Coming, Group, NotSent, People, QuestionLine, Reach

pytestmark = pytest.mark.django_db

UTC_ZONE = ZoneInfo("UTC")
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def no_course_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, the figures are those of now."""
    monkeypatch.setattr(team, "SLOW_SECONDS", float("inf"))


def statements(of: models.Course) -> int:
    with CaptureQueriesContext(connection) as captured:
        team.figures(of, Bounds(), now(), UTC_ZONE)
    return len(captured)


def coming(of: models.Course, policy: Policy) -> Coming:
    return team_ahead.coming(of, team_ahead.planned(of, NOON, UTC_ZONE), policy, NOON, UTC_ZONE)


def lines(of: models.Course) -> tuple[QuestionLine, ...]:
    return team_ahead.lines(of, team_ahead.planned(of, NOON, UTC_ZONE))


def test_as_many_statements_for_five_learners_as_for_two_hundred() -> None:
    few = statements(lively(5))
    many = statements(lively(200, course(OTHER), held_out=40))
    assert few == many <= 12


def test_figures_that_took_long_are_shown_again_until_something_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    of, at = lively(3), now()
    cache.clear()
    assert not team.figures_lately(of, Bounds(), at, UTC_ZONE)[1]
    assert not team.figures_lately(of, Bounds(), at, UTC_ZONE)[1]
    monkeypatch.setattr(team, "SLOW_SECONDS", -1.0)
    first, _is_earlier = team.figures_lately(of, Bounds(), at, UTC_ZONE)
    with CaptureQueriesContext(connection) as captured:
        assert team.figures_lately(of, Bounds(), at, UTC_ZONE) == (first, True)
    assert len(captured) == 0
    of.policy = {"per_week": 1}
    again, is_earlier = team.figures_lately(of, Bounds(), at, UTC_ZONE)
    assert not is_earlier
    assert again.coming.messages < first.coming.messages
    assert not team.figures_lately(of, Bounds(), at + timedelta(hours=1), UTC_ZONE)[1]
    cache.clear()


def test_nobody_yet_is_no_error() -> None:
    found = team.figures(course(), Bounds(), now(), UTC_ZONE)
    assert found.people == People()
    assert found.recently == found.ever == Reach()
    assert found.questions == ()
    assert sum(number for _day, number in found.coming.days) == found.coming.messages == 0
    assert {week.answers for week in found.weeks} == {0}


def test_who_takes_part_and_who_of_them_hears_nothing() -> None:
    of = course()
    _ann, bob, carol, dirk, eve = learners(5, of, held_out=1)
    models.Preferences.objects.create(learner=bob, is_stopped=True, paused_until=NOON + DAY)
    models.Preferences.objects.create(learner=carol, paused_until=NOON + DAY)
    models.Preferences.objects.create(learner=dirk, channel="none", paused_until=NOON - DAY)
    models.Learner.objects.filter(pk=eve.pk).update(said_stop=True)
    away = models.Learner.objects.create(source="moodle:school", external_id="7")
    take_part([away], of)
    learners(3, course(OTHER))
    found = team.people_of(of, NOON)
    assert found == People(learners=6, held_out=1, opted_out=2, paused=1, gave_up=1, elsewhere=1)


def test_messages_count_once_and_learners_once_however_many_they_got() -> None:
    of, other = course(), course(OTHER)
    ann, bob = learners(2, of)
    nudge(ann, of, NOON - DAY, opened=True, acted=True)
    nudge(ann, of, NOON - 2 * DAY, opened=True)
    nudge(bob, of, NOON - 40 * DAY, acted=True)
    nudge(bob, of, NOON - 3 * DAY, "skipped", "opted_out")
    nudge(bob, of, NOON - 50 * DAY, "skipped", "opted_out")
    nudge(bob, of, NOON - 4 * DAY, "failed", "SMTPRecipientsRefused 550")
    nudge(bob, of, NOON - 5 * DAY, "planned")
    nudge(bob, other, NOON - DAY, opened=True)
    recently, ever = team.reach(of, NOON)
    assert recently == Reach(sent=2, failed=1, uncertain=0, skipped=1, reached=1, opened=1, acted=1)
    assert ever == Reach(sent=3, failed=1, uncertain=0, skipped=2, reached=2, opened=1, acted=2)
    assert team.not_sent(of, NOON) == (
        NotSent(status="skipped", reason="opted_out", recently=1, ever=2),
        NotSent(status="failed", reason="SMTPRecipientsRefused 550", recently=1, ever=1),
    )


def test_a_week_has_what_came_back_in_it_and_what_was_expected() -> None:
    of = course()
    (ann,), (first, second) = learners(1, of), questions(of)
    (elsewhere,) = questions(course(OTHER), 1)
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    review(ann, first, monday, 3, 0.8)
    review(ann, second, monday + HOUR, 1, 0.6)
    review(ann, first, monday - HOUR, 2, 0.9)
    # Not those: for the first time, tried again at once, of another course, long ago.
    review(ann, first, monday + 2 * HOUR, 1, None)
    review(ann, first, monday + 3 * HOUR, 1, 0.9999)
    review(ann, elsewhere, monday + HOUR, 1, 0.5)
    review(ann, first, monday - 100 * DAY, 1, 0.5)
    *earlier, before, this = team.weeks(team.questions_of(of), NOON, UTC_ZONE)
    assert (this.begins.isoformat(), this.answers, this.right) == ("2026-11-16", 2, 1)
    assert this.expected == pytest.approx(0.7)
    assert (before.answers, before.right, before.share) == (1, 1, 1.0)
    assert len(earlier) == team.WEEKS - 2
    assert not any(week.answers for week in earlier)


def test_weeks_begin_at_midnight_where_the_platform_is() -> None:
    of = course()
    (ann,), (first, _second) = learners(1, of), questions(of)
    review(ann, first, datetime(2026, 11, 15, 23, 30, tzinfo=UTC))
    assert team.weeks(team.questions_of(of), NOON, UTC_ZONE)[-1].answers == 0
    assert team.weeks(team.questions_of(of), NOON, ZoneInfo("Europe/Amsterdam"))[-1].answers == 1


def test_questions_of_the_next_days_with_what_waits_already_today() -> None:
    of = course()
    (ann, bob), (first, second) = learners(2, of), questions(of)
    (gone,) = questions(course(OTHER), 1, is_retired=True)
    card(ann, first, NOON - 9 * DAY)
    card(ann, second, NOON + timedelta(hours=11))
    card(bob, first, NOON + timedelta(hours=13))
    card(bob, second, NOON + 20 * DAY)
    card(bob, gone, NOON)
    days = coming(of, Policy()).days
    assert [number for _day, number in days] == [2, 1, *[0] * 12]
    assert days[0][0].isoformat() == "2026-11-18"


def test_messages_are_estimated_under_the_limits_of_course_and_learner() -> None:
    of = course()
    asked = questions(of, 6)
    busy, slow, off, apart, digest, ignoring, gone, paused, fewer = learners(9, of)
    models.Participation.objects.filter(learner=apart, course=of).update(is_held_out=True)
    take_part([apart], course(OTHER))
    models.Preferences.objects.create(learner=off, is_stopped=True)
    models.Preferences.objects.create(learner=digest, weekly_digest=True)
    models.Preferences.objects.create(learner=paused, paused_until=NOON + 30 * DAY)
    models.Preferences.objects.create(learner=fewer, per_week=2)
    models.Learner.objects.filter(pk=ignoring.pk).update(ignored=4)
    models.Learner.objects.filter(pk=gone.pk).update(said_stop=True, ignored=6)
    for who in (busy, off, apart, digest, ignoring, gone, paused, fewer):
        for number, question in enumerate(asked):
            card(who, question, NOON + number * DAY)
    card(slow, asked[0], NOON - DAY)
    card(slow, asked[1], NOON - 2 * DAY)
    card(slow, asked[2], NOON + 8 * DAY)
    found = coming(of, Policy(per_week=3))
    # 3 for who is busy, 1 for who has two waiting, 1 for a digest, 1 for who ignores them, 2 for who wants fewer.
    assert (found.messages, found.learners) == (8, 5)
    assert coming(of, Policy(per_week=5)).messages == 10
    # On two days of the week 2 fit: for who is busy and who wants fewer.
    assert coming(of, Policy(per_week=3, days=0b11)).messages == 7
    models.Preferences.objects.filter(learner=fewer).update(slow_after=1)
    models.Learner.objects.filter(pk=fewer.pk).update(ignored=1)
    assert coming(of, Policy(per_week=3)).messages == 7
    of.is_stopped = True
    assert coming(of, Policy(per_week=5)).messages == 0


def test_both_groups_with_each_learner_counted_once() -> None:
    of, other = course(), course(OTHER)
    asked, elsewhere = questions(of), questions(other, 1)
    apart, ann, bob, _still = learners(4, of, held_out=1)
    # Held out elsewhere is no matter here.
    take_part([ann, bob], other, held_out=2)
    for step, rating in enumerate((3, 3, 1)):
        review(ann, asked[0], NOON - DAY - step * HOUR, rating)
    review(bob, asked[1], NOON - DAY, 1)
    review(bob, elsewhere[0], NOON - DAY, 3)
    review(apart, asked[0], NOON - 2 * DAY, 3)
    review(apart, asked[0], NOON - 60 * DAY, 1)
    found = team.groups(of, team.questions_of(of), team.people_of(of, NOON), NOON)
    reminded, others = found[False], found[True]
    assert (reminded.learners, reminded.active, reminded.answers, reminded.squares) == (3, 2, 4, 10)
    assert reminded.right == pytest.approx(2 / 3)
    assert reminded.right_squares == pytest.approx(4 / 9)
    assert (others.learners, others.active, others.answers, others.right) == (1, 1, 1, 1.0)


def test_the_middle_day_of_a_question_is_that_of_the_middle_learner() -> None:
    of = course()
    first, second, never, unseen = questions(of, 4)
    ann, bob, carol, dirk = learners(4, of)
    for who, days in ((ann, -1), (bob, 2), (carol, 30)):
        card(who, first, NOON + days * DAY)
    for who, days in ((ann, 1), (bob, 5), (carol, 6), (dirk, 400)):
        card(who, second, NOON + days * DAY)
    card(dirk, first, None)
    card(ann, never, None)
    assert unseen.pk
    found = {line.name: line for line in lines(of)}
    assert list(found) == ["q1", "q2", "q3"]
    assert (found["q1"].learners, found["q1"].waiting, found["q1"].planned) == (4, 1, 3)
    assert [line.median for line in found.values()] == [NOON + 2 * DAY, NOON + 5 * DAY, None]


def test_a_question_that_was_removed_comes_back_to_nobody() -> None:
    of = course()
    (first, _second), (ann,) = questions(of), learners(1, of)
    card(ann, first, NOON)
    models.Question.objects.filter(pk=first.pk).update(is_retired=True)
    assert lines(of) == ()


# --- Counted one by one


@pytest.fixture
def crowded() -> models.Course:
    """A course with everything in it: cards that never come, questions that are hidden or were removed."""
    of = lively(60, held_out=12)
    lively(7, course(OTHER))
    for number, one in enumerate(models.Card.objects.order_by("pk")):
        if number % 7 == 0:
            models.Card.objects.filter(pk=one.pk).update(due_at=None)
        elif number % 5 == 0:
            models.Card.objects.filter(pk=one.pk).update(due_at=now() + timedelta(hours=number % 400))
    first, second, *_others = models.Question.objects.filter(course=of).order_by("pk")
    models.Question.objects.filter(pk=first.pk).update(is_retired=True)
    models.Question.objects.filter(pk=second.pk).update(withheld_until=now() + DAY)
    return of


def test_what_is_ahead_is_what_its_cards_count_up_to(crowded: models.Course) -> None:
    zone, at = ZoneInfo("Pacific/Chatham"), now()
    found = team.figures(crowded, Bounds(), at, zone)
    cards = [
        card
        for card in models.Card.objects.filter(question__course=crowded).select_related("question")
        if not card.question.is_retired
    ]
    today = at.astimezone(zone).date()
    days = {today + timedelta(days=number): 0 for number in range(team_ahead.DAYS_AHEAD)}
    for one in cards:
        day = max(one.due_at.astimezone(zone).date(), today) if one.due_at else None
        if day in days and one.question.withheld_until is None:
            days[day] += 1
    assert dict(found.coming.days) == days
    assert len({number for number in days.values() if number}) > 3
    assert {line.name: line for line in found.questions} == {
        name: _line(name, [card for card in cards if card.question.question_id == name]) for name in ("q2", "q3", "q4")
    }


def _line(name: str, cards: list[models.Card]) -> QuestionLine:
    days = sorted(card.due_at for card in cards if card.due_at)
    waiting = sum(day <= now() for day in days)
    median = days[(len(days) - 1) // 2]
    return QuestionLine(name=name, learners=len(cards), waiting=waiting, planned=len(days), median=median)


def test_both_groups_are_what_their_answers_count_up_to(crowded: models.Course) -> None:
    at = now()
    found = team.figures(crowded, Bounds(), at, UTC_ZONE).groups
    for held_out in (True, False):
        shares, answers = [], []
        whom = models.Participation.objects.filter(course=crowded, is_held_out=held_out)
        for learner_id in whom.values_list("learner_id", flat=True):
            mine = models.Review.objects.filter(learner=learner_id, question__course=crowded)
            came = [one for one in mine if one.recall_before and one.reviewed_at >= at - team.COMPARED]
            if came:
                answers.append(len(came))
                shares.append(sum(one.rating > 1 for one in came) / len(came))
        group = found[held_out]
        assert (group.learners, group.active, group.answers) == (len(whom), len(answers), sum(answers))
        assert group.squares == sum(number * number for number in answers)
        assert group.right == pytest.approx(sum(shares))
        assert group.right_squares == pytest.approx(sum(share * share for share in shares))
        assert group != Group()
