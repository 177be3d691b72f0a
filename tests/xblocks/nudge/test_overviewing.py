"""What stands on the overview is what there is, counted card by card; for a learner of whom there is everything."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from statistics import fmean
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.keys import CourseKey

from tests.xblocks.nudge.stage import DAY, NOW, course_row, learner
from xblocks.microquiz.pacing import SECONDS_TO_ANSWER
from xblocks.nudge import api, models
from xblocks.nudge.horizon import simulated
from xblocks.nudge.memory import recall
from xblocks.nudge.overview_page import TagLine
from xblocks.nudge.overviewing import SECONDS_TO_READ, overview, overview_of_all
from xblocks.nudge.planning import horizon_of, memory_of
from xblocks.nudge.practice import MOST_ANYWAY, MOST_ASKED, Practice
from xblocks.nudge.preferences import Preferences
from xblocks.nudge.streak import streak

pytestmark = pytest.mark.django_db

KEYS = [f"course-v1:Microunits+{name}+2026" for name in ("ONE", "TWO", "THREE")]
CHATHAM = "Pacific/Chatham"
"""45 minutes beside every other clock."""


@pytest.fixture
def studious() -> models.Learner:
    """Somebody with 120 cards in each of three courses: one with a target ahead, one without, one that has passed."""
    draw, row = random.Random(7), learner()
    targets = (NOW + 50 * DAY, None, NOW - DAY)
    for key, target in zip(KEYS, targets, strict=True):
        course = course_row(key, target_at=target, tail=[30])
        models.Participation.objects.create(learner=row, course=course, began_at=NOW - 200 * DAY)
        _answered(row, _questions(course, draw), draw)
    return row


def _questions(course: models.Course, draw: random.Random) -> Sequence[models.Question]:
    block = str(course.course_key).replace("course-v1", "block-v1") + "+type@microquiz+block@quiz"
    models.Question.objects.bulk_create(
        models.Question(
            course=course,
            usage_key=block,
            question_id=f"q{number}",
            content_hash="-",
            type=draw.choice(("single", "truefalse", "flashcard")),
            tags=draw.sample(("links", "mail", "caf\u00e9"), draw.choice((0, 1, 2))),
            is_retired=draw.random() < 0.05,
            withheld_until=draw.choice((None, None, NOW - DAY, NOW, NOW + DAY)),
            closes_at=draw.choice((None, NOW - DAY, NOW + DAY)),
            attempts=draw.choice((0, 0, 2)),
        )
        for number in range(120)
    )
    return list(models.Question.objects.filter(course=course).order_by("pk"))


def _answered(row: models.Learner, questions: Sequence[models.Question], draw: random.Random) -> None:
    for question in questions:
        last = NOW - timedelta(hours=draw.randrange(1, 3000))
        models.Card.objects.create(
            learner=row,
            question=question,
            stability=draw.lognormvariate(2, 1),
            difficulty=draw.uniform(1, 10),
            last_review_at=last,
            due_at=draw.choice((None, NOW, NOW - draw.uniform(0, 9) * DAY, NOW + draw.uniform(0, 9) * DAY)),
            reviews=1,
            is_earned=draw.random() < 0.6,
        )
        for at in (last, last - 21 * DAY):
            models.Review.objects.create(
                learner=row, question=question, rating=3, reviewed_at=at, origin="quiz", content_hash="-"
            )


def practising(row: models.Learner, key: str = "") -> Practice:
    return Practice(
        source=row.source,
        external_id=row.external_id,
        place="here",
        course_key=CourseKey.from_string(key) if key else None,
        now=NOW,
        with_files=lambda _course_key, html: html,
    )


def _counted(cards: Sequence[models.Card]) -> dict[str, Any]:
    due = [card for card in cards if card.due_at is not None and card.due_at <= NOW]
    seconds = sum(SECONDS_TO_ANSWER[card.question.type] + SECONDS_TO_READ for card in due[:MOST_ASKED])
    return {"due": len(due), "minutes": ceil(seconds / 60)}


def _tags(cards: Sequence[models.Card]) -> dict[str, TagLine]:
    """Each tag's line, from reviews that are simulated one by one."""
    under = defaultdict(list)
    for card in cards:
        for tag in card.question.tags or [""]:
            under[tag].append(card)
    return {tag: _tag(tag, found) for tag, found in under.items()}


def _tag(tag: str, cards: Sequence[models.Card]) -> TagLine:
    horizon = horizon_of(cards[0].question.course)
    aim, then, kept = horizon.aim, None, None
    if aim is not None and aim > NOW:
        then = fmean(recall(memory_of(card), aim) for card in cards)
        kept = fmean(recall(_practised(card), aim) for card in cards)
    today = fmean(recall(memory_of(card), NOW) for card in cards)
    return TagLine(tag=tag, questions=len(cards), now=today, then=then, kept=kept)


def _practised(card: models.Card) -> Any:
    horizon, memory = horizon_of(card.question.course), memory_of(card)
    assert horizon.aim is not None
    for when, after in simulated(memory, horizon, NOW):
        if when >= horizon.aim:
            return memory
        memory = after
    return memory


def _same_tags(shown: Sequence[TagLine], cards: Sequence[models.Card]) -> None:
    expected = _tags(cards)
    assert {line.tag: line.questions for line in shown} == {tag: line.questions for tag, line in expected.items()}
    for line in shown:
        told = expected[line.tag]
        assert (line.now, line.then, line.kept) == pytest.approx((told.now, told.then, told.kept))
    assert [line.now for line in shown] == sorted(line.now for line in shown)


def _may_come(row: models.Learner, key: str = "") -> list[models.Card]:
    cards = models.Card.objects.filter(learner=row).select_related("question__course").order_by("pk")
    found = [card for card in cards if api.may_come(card, NOW)]
    return [card for card in found if key in ("", str(card.question.course.course_key))]


def test_one_course_is_told_as_its_cards_count_up(studious: models.Learner) -> None:
    for key in KEYS:
        view, cards = overview(practising(studious, key), "Practise"), _may_come(studious, key)
        assert {"due": view.due, "minutes": view.minutes} == _counted(cards)
        assert 0 < view.due < view.known == len(cards) < 120
        assert view.returns
        _same_tags(view.tags, cards)


def test_all_courses_are_told_as_their_cards_count_up(studious: models.Learner) -> None:
    view, cards = overview_of_all(practising(studious), "Practise"), _may_come(studious)
    assert (view.known, view.due) == (len(cards), _counted(cards)["due"])
    assert sorted(line.key for line in view.courses) == sorted(KEYS)
    for line in view.courses:
        mine = _may_come(studious, line.key)
        assert {"due": line.due, "minutes": line.minutes} == _counted(mine)
        _same_tags(line.tags, mine)


def test_it_says_when_the_next_one_of_each_course_comes_back(studious: models.Learner) -> None:
    models.Card.objects.update(due_at=None)
    for days, key in enumerate(KEYS[:2], 2):
        card = _may_come(studious, key)[0]
        models.Card.objects.filter(pk=card.pk).update(due_at=NOW + days * DAY)
    view = overview_of_all(practising(studious), "Practise")
    assert {line.key: line.returns for line in view.courses} == {
        KEYS[0]: "on Friday",
        KEYS[1]: "on Saturday",
        KEYS[2]: "",
    }
    assert view.returns == "on Friday"
    assert "on Friday" in practising(studious).nothing()


@pytest.mark.parametrize("zone", [CHATHAM, "America/St_Johns", "Pacific/Kiritimati", "Europe/Amsterdam"])
def test_weeks_of_practice_are_those_of_the_learner_s_own_calendar(studious: models.Learner, zone: str) -> None:
    api.keep_preferences(studious, Preferences(time_zone=zone), NOW)
    practice = practising(studious)
    # A Monday begins within one day of the database.
    monday = NOW.astimezone(practice.zone).replace(hour=0, minute=0, second=0, microsecond=0) - 163 * DAY
    first = models.Review.objects.filter(learner=studious).order_by("reviewed_at")[:2]
    for review, minutes in zip(first, (-1, 1), strict=True):
        models.Review.objects.filter(pk=review.pk).update(reviewed_at=monday + timedelta(minutes=minutes))
    moments = models.Review.objects.filter(learner=studious).values_list("reviewed_at", flat=True)
    dates = {moment.astimezone(practice.zone).date() for moment in moments}
    assert practice.streak() == streak(dates, NOW.astimezone(practice.zone).date())
    assert practice.streak().weeks > 1


def test_sessions_are_made_of_what_is_most_forgotten(studious: models.Learner) -> None:
    by_recall = sorted(_may_come(studious), key=lambda card: (recall(memory_of(card), NOW), card.pk))
    due = [card for card in by_recall if card.due_at is not None and card.due_at <= NOW]
    tagged = [card for card in by_recall if "caf\u00e9" in card.question.tags]
    practice = practising(studious)
    assert api.due_cards(practice.learner, NOW, limit=MOST_ASKED) == due[:MOST_ASKED]
    assert api.due_cards(practice.learner, NOW, tag="caf\u00e9", limit=MOST_ASKED) == tagged[:MOST_ASKED]
    assert practice._chosen("", anyway=True) == by_recall[:MOST_ANYWAY]
    course_ids = {due[0].question.course_id}
    mine = [card for card in due if card.question.course_id in course_ids]
    assert api.due_cards(practice.learner, NOW, course_ids=course_ids) == mine[:20]


def test_as_many_statements_for_ten_cards_as_for_all(studious: models.Learner) -> None:
    def statements(look: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            look()
        return len(captured)

    looks = (
        lambda: overview_of_all(practising(studious), "Practise"),
        lambda: overview(practising(studious, KEYS[0]), "Practise"),
        lambda: practising(studious).session("links", tag="links"),
        lambda: practising(studious).session("Practise", anyway=True),
    )
    many = [statements(look) for look in looks]
    few = models.Card.objects.filter(learner=studious).order_by("pk").values_list("pk", flat=True)[:10]
    models.Card.objects.exclude(pk__in=list(few)).delete()
    assert many == [statements(look) for look in looks]
    assert max(many) <= 10
