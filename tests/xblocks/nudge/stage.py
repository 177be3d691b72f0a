"""Learners, questions and cards for tests of what nudging keeps, without a quiz that was played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from opaque_keys.edx.keys import CourseKey, UsageKey

from tests.devstack.playing import COURSE_KEY, add_block, course, who
from xblocks.nudge import catalogue, models

NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
"""A Wednesday, at 11:00 in Amsterdam, where the devstack's people live."""
DAY = timedelta(days=1)

QUIZ = """
<microquiz url_name="{name}" {settings}>
  <truefalse id="one" right="true"><text>Is it one?</text><tag>mail</tag></truefalse>
  <single id="two"><text>Which?</text><choice id="a" right="true">This</choice><choice id="b">That</choice>
    <tag>links</tag></single>
  <flashcard id="three"><text>Front</text><back>Back</back></flashcard>
</microquiz>
"""


def quiz(name: str = "sender", settings: str = "") -> UsageKey:
    """A quiz with three questions: one (true or false), two (single), three (flashcard)."""
    return add_block(QUIZ.format(name=name, settings=settings))


def course_row(key: str = COURSE_KEY, **values: Any) -> models.Course:
    """What is kept of a course, its facts fresh."""
    course(key)
    row, _ = models.Course.objects.get_or_create(
        course_key=CourseKey.from_string(key),
        defaults={"name": "A course", "facts_at": NOW + 365 * DAY, "planned_at": NOW},
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def known(usage_key: UsageKey, question_id: str = "one", row: models.Course | None = None) -> models.Question:
    """A question of a quiz, known to nudging."""
    catalogue.make_known(row or course_row(), usage_key, question_id, "-", "truefalse")
    return models.Question.objects.select_related("course").get(usage_key=usage_key, question_id=question_id)


def learner(user: str | User = "ann", **values: Any) -> models.Learner:
    """A learner who is to be looked at now, last active three days ago."""
    found = who(user)
    row, _ = models.Learner.objects.get_or_create(source="openedx", external_id=str(found.pk))
    for name, value in {"next_look_at": NOW, "last_active_at": NOW - 3 * DAY, **values}.items():
        setattr(row, name, value)
    row.save()
    return row


def due(row: models.Learner, question: models.Question, at: datetime = NOW - DAY, **values: Any) -> models.Card:
    """A card that is due."""
    models.Participation.objects.get_or_create(
        learner=row, course=question.course, defaults={"began_at": NOW - 10 * DAY}
    )
    card: models.Card = models.Card.objects.create(
        learner=row,
        question=question,
        **{"stability": 2.0, "difficulty": 5.0, "last_review_at": NOW - 3 * DAY, "due_at": at, "reviews": 1, **values},
    )
    return card
