"""What the block and the pages show of a learner before practising: put together from what is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.utils.translation import get_language_bidi
from opaque_keys.edx.keys import CourseKey

from xblocks.base.i18n import translator
from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz
from xblocks.microquiz.answer_words import short_name
from xblocks.microquiz.pacing import SECONDS_TO_ANSWER
from xblocks.nudge import models
from xblocks.nudge.forecast import Remembered, curve, recall_by_tag
from xblocks.nudge.memory import Rating, recall
from xblocks.nudge.overview_page import CourseLine, OverviewView, TagLine, caption
from xblocks.nudge.pictures import forgetting_curve
from xblocks.nudge.planning import horizon_of, memory_of
from xblocks.nudge.practice import MOST_ASKED, Practice
from xblocks.nudge.streak import in_words
from xblocks.nudge.when_words import date_in_words, on_day

SECONDS_TO_READ = 12
"""A question and what is said about it, about; its text is only read once it is asked."""
LEAST_AHEAD, MOST_AHEAD = timedelta(days=30), timedelta(days=180)
"""How far a picture of forgetting looks ahead."""

Cards = Sequence[models.Card]


def overview(practice: Practice, title: str, **more: Any) -> OverviewView:
    """What is due and remembered in one course."""
    words, cards = translator(), practice.cards()
    course = cards[0].question.course if cards else None
    aim = horizon_of(course).aim if course is not None else None
    target = "" if aim is None or aim <= practice.now else on_day(aim, practice.now, practice.zone, words)
    return OverviewView(
        title=title,
        known=len(cards),
        **_waiting(practice, cards),
        practise_url=practice.practise_url,
        course="" if practice.course_key is None else str(practice.course_key),
        is_left=not cards and practice.has_left(),
        tags=_tags(cards, practice.now),
        target=target,
        picture=_picture(practice, cards),
        streak=in_words(practice.streak(), words) if cards else "",
        **more,
    )


def overview_of_all(practice: Practice, title: str, **more: Any) -> OverviewView:
    """What is due and remembered in all courses of a learner, those with something due first."""
    cards = practice.cards()
    by_course: dict[int, list[models.Card]] = defaultdict(list)
    for card in cards:
        by_course[card.question.course_id].append(card)
    lines = [_line(practice, found) for found in by_course.values()]
    return OverviewView(
        title=title,
        known=len(cards),
        **_waiting(practice, cards),
        practise_url=practice.practise_url,
        is_left=not cards and practice.has_left(),
        courses=sorted(lines, key=lambda line: (-line.due, line.name)),
        streak=in_words(practice.streak(), translator()) if cards else "",
        **more,
    )


def _line(practice: Practice, cards: Cards) -> CourseLine:
    course = cards[0].question.course
    key: CourseKey = course.course_key
    return CourseLine(
        key=str(key),
        name=course.name or str(key),
        url=platform().course_url(key),
        tags=_tags(cards, practice.now),
        **_waiting(practice, cards),
    )


def _waiting(practice: Practice, cards: Cards) -> dict[str, Any]:
    due = [card for card in cards if practice.is_due(card)]
    coming = [card.due_at for card in cards if card.due_at is not None and card.due_at > practice.now]
    return {
        "due": len(due),
        "minutes": _minutes(due[:MOST_ASKED]),
        "returns": practice.in_words(min(coming, default=None)),
    }


def _minutes(cards: Cards) -> int:
    return ceil(sum(SECONDS_TO_ANSWER.get(card.question.type, 0) + SECONDS_TO_READ for card in cards) / 60)


def _tags(cards: Cards, now: datetime) -> tuple[TagLine, ...]:
    if not cards:
        return ()
    remembered = [Remembered(str(card.pk), tuple(card.question.tags), memory_of(card)) for card in cards]
    lines = recall_by_tag(remembered, horizon_of(cards[0].question.course), now)
    return tuple(
        TagLine(tag=line.tag, questions=line.cards, now=line.today, then=line.at_target, kept=line.with_practice)
        for line in lines
    )


def _picture(practice: Practice, cards: Cards) -> str:
    """The forgetting curve of the question that is most in need of practice, with its name."""
    if not cards:
        return ""
    card = min(cards, key=lambda one: (recall(memory_of(one), practice.now), one.pk))
    reviews = models.Review.objects.filter(learner=practice.learner, question_id=card.question_id)
    log = [(Rating(rating), when) for rating, when in reviews.values_list("rating", "reviewed_at")]
    if not any(when <= practice.now for _rating, when in log):
        return ""
    horizon = horizon_of(card.question.course)
    aim = horizon.aim
    ahead = LEAST_AHEAD if aim is None else aim - practice.now + timedelta(days=7)
    until = practice.now + min(max(ahead, LEAST_AHEAD), MOST_AHEAD)
    drawn = forgetting_curve(
        curve(log, horizon, practice.now, until),
        name=f"mn-{practice.place_name}",
        rtl=get_language_bidi(),
        day=lambda when: date_in_words(when, when, practice.zone, translator()),
        words=translator(),
    )
    question = microquiz.get_questions([card.question.content_hash]).get(card.question.content_hash)
    name = short_name(question, 80) if question else ""
    return f"{drawn}<figcaption>{caption(name, translator())}</figcaption>" if name else drawn
