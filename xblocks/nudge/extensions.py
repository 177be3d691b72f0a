"""Learners who are given more time for a quiz, also after they have answered it.

An answer tells the dates of its learner (`own_dates`). Whoever answers, is given more time and then leaves the quiz
alone would hear in practice what it still keeps to itself; so their cards learn of it when the time is given. The same
goes for answers of which only the log knows, which has no dates.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.microquiz import api as microquiz
from xblocks.nudge import models
from xblocks.nudge.own_dates import to_keep
from xblocks.nudge.planning import due_of_card, horizon_of
from xblocks.nudge.sweeping import hold, look_at_them

_CHANGES = ("withheld_until", "closes_at", "due_at")


@repeated
def heed(user_id: int, course_key: CourseKey, now: datetime) -> int:
    """Keep the dates that now hold for a learner with their cards of a course; how many changed. Safe to run twice."""
    learner = models.Learner.objects.filter(source=OPENEDX, external_id=str(user_id)).first()
    if learner is None:
        return 0
    dated = models.Card.objects.filter(learner=learner, question__course__course_key=course_key).exclude(
        question__withheld_until=None, question__closes_at=None
    )
    quizzes: set[Any] = set(dated.values_list("question__usage_key", flat=True))
    blocks = {usage_key: platform().block_for(usage_key, user_id) for usage_key in quizzes}
    dates = {usage_key: microquiz.dates_of(block, now) for usage_key, block in blocks.items() if block is not None}
    with transaction.atomic():
        hold(learner.pk)
        changed = _changed(dated.select_related("question__course"), dates, now)
        models.Card.objects.bulk_update(changed, _CHANGES)
        if changed:
            look_at_them([learner.pk], now)
    return len(changed)


def _changed(
    cards: Collection[models.Card], dates: dict[UsageKey, microquiz.Dates], now: datetime
) -> list[models.Card]:
    """The cards of which something is another now, as it is."""
    changed = []
    for card in cards:
        theirs, question = dates.get(card.question.usage_key), card.question
        if theirs is None:
            continue
        before = card.withheld_until, card.closes_at
        card.withheld_until = to_keep(question.withheld_until, theirs.withheld_until)
        card.closes_at = to_keep(question.closes_at, theirs.closes_at)
        if (card.withheld_until, card.closes_at) != before:
            card.due_at = due_of_card(card, horizon_of(question.course), now)
            changed.append(card)
    return changed


def heed_those_among(learners: Collection[tuple[int, CourseKey]], now: datetime) -> None:
    """`heed` whoever of the learners was given more time, by user and course: hardly anybody."""
    if learners:
        for user_id, course_key in _given_time({course_key for _id, course_key in learners}) & set(learners):
            heed(user_id, course_key, now)


def heed_all_in(course_key: CourseKey, now: datetime) -> None:
    """`heed` whoever was given more time in a course, after it was published, also before anybody listened."""
    for user_id, _key in _given_time({course_key}):
        heed(user_id, course_key, now)


def _given_time(course_keys: Collection[CourseKey]) -> set[tuple[int, CourseKey]]:
    given = platform().given_time(course_keys)
    return {(user_id, course_key) for course_key, users in given.items() for user_id in users}
