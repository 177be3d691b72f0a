"""What the block and the pages show of a learner before practising: put together from what is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from xblocks.nudge.forecast import Outlook, Remembered, curve, outlooks, recall_by_tag
from xblocks.nudge.horizon import Horizon
from xblocks.nudge.memory import Rating
from xblocks.nudge.overview_page import CourseLine, OverviewView, TagLine, caption
from xblocks.nudge.pictures import forgetting_curve
from xblocks.nudge.planning import horizon_of
from xblocks.nudge.practice import MOST_ASKED, Practice
from xblocks.nudge.streak import in_words
from xblocks.nudge.when_words import date_in_words, on_day

SECONDS_TO_READ = 12
"""A question and what is said about it, about; its text is only read once it is asked."""
LEAST_AHEAD, MOST_AHEAD = timedelta(days=30), timedelta(days=180)
"""How far a picture of forgetting looks ahead."""

Cards = Sequence[Remembered]


def overview(practice: Practice, title: str, **more: Any) -> OverviewView:
    """What is due and remembered in one course."""
    words, cards = translator(), practice.remembered()
    horizon = horizon_of(practice.admitted.courses[cards[0].course_id]) if cards else Horizon()
    aim, found = horizon.aim, outlooks(cards, horizon, practice.now)
    return OverviewView(
        title=title,
        known=len(cards),
        **_waiting(practice, cards, practice.coming_back().values()),
        practise_url=practice.practise_url,
        course="" if practice.course_key is None else str(practice.course_key),
        is_left=not cards and practice.has_left(),
        tags=_tags(found),
        target="" if aim is None or aim <= practice.now else on_day(aim, practice.now, practice.zone, words),
        picture=_picture(practice, found, horizon),
        streak=in_words(practice.streak(), words) if cards else "",
        **more,
    )


def overview_of_all(practice: Practice, title: str, **more: Any) -> OverviewView:
    """What is due and remembered in all courses of a learner, those with something due first."""
    cards = practice.remembered()
    by_course: dict[int, list[Remembered]] = defaultdict(list)
    for card in cards:
        by_course[card.course_id].append(card)
    courses = practice.admitted.courses
    coming = practice.coming_back()
    lines = [
        _line(practice, courses[course_id], found, coming.get(course_id)) for course_id, found in by_course.items()
    ]
    return OverviewView(
        title=title,
        known=len(cards),
        **_waiting(practice, cards, coming.values()),
        practise_url=practice.practise_url,
        is_left=not cards and practice.has_left(),
        courses=sorted(lines, key=lambda line: (-line.due, line.name)),
        streak=in_words(practice.streak(), translator()) if cards else "",
        **more,
    )


def _line(practice: Practice, course: models.Course, cards: Cards, coming: datetime | None) -> CourseLine:
    key: CourseKey = course.course_key
    return CourseLine(
        key=str(key),
        name=course.name or str(key),
        url=platform().course_url(key),
        tags=_tags(outlooks(cards, horizon_of(course), practice.now)),
        **_waiting(practice, cards, [coming] if coming else []),
    )


def _waiting(practice: Practice, cards: Cards, coming: Iterable[datetime]) -> dict[str, Any]:
    due = [card for card in cards if card.is_due]
    return {
        "due": len(due),
        "minutes": _minutes(due[:MOST_ASKED]),
        "returns": practice.in_words(min(coming, default=None)),
    }


def _minutes(cards: Cards) -> int:
    return ceil(sum(SECONDS_TO_ANSWER.get(card.type, 0) + SECONDS_TO_READ for card in cards) / 60)


def _tags(found: Sequence[Outlook]) -> tuple[TagLine, ...]:
    return tuple(
        TagLine(tag=line.tag, questions=line.cards, now=line.today, then=line.at_target, kept=line.with_practice)
        for line in recall_by_tag(found)
    )


def _picture(practice: Practice, found: Sequence[Outlook], horizon: Horizon) -> str:
    """The forgetting curve of the question that is most in need of practice, with its name."""
    if not found:
        return ""
    card = min(found, key=lambda outlook: (outlook.today, outlook.card.card_id)).card
    reviews = models.Review.objects.filter(learner=practice.learner, question_id=card.question_id)
    log = [(Rating(rating), when) for rating, when in reviews.values_list("rating", "reviewed_at")]
    if not any(when <= practice.now for _rating, when in log):
        return ""
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
    question = microquiz.get_question(card.content_hash)
    name = short_name(question, 80) if question else ""
    return f"{drawn}<figcaption>{caption(name, translator())}</figcaption>" if name else drawn
