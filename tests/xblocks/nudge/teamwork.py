"""A course with learners, as the course team's page finds it; written straight into the tables, whatever the number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack import clock
from devstack.models import Course as DevstackCourse
from xblocks.base.accounts import OPENEDX
from xblocks.nudge import models

KEY = "course-v1:Microunits+TEAM+2026"
OTHER = "course-v1:Microunits+OTHER+2026"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def now() -> datetime:
    """What the devstack's clock says, to the second."""
    return clock.now().replace(microsecond=0)


def course(key: str = KEY, **fields: Any) -> models.Course:
    """A course that the platform has too."""
    DevstackCourse.objects.get_or_create(key=key, defaults={"title": "Phishing, seen through", "language": "en"})
    name = {"name": "Phishing, seen through"}
    made, _ = models.Course.objects.get_or_create(
        course_key=CourseKey.from_string(key), defaults={**name, "facts_at": now(), **fields}
    )
    return made


def questions(of: models.Course, number: int = 2, **fields: Any) -> list[models.Question]:
    """Questions of a course whose contents nobody kept; they go by their ids."""
    usage = UsageKey.from_string(str(of.course_key).replace("course-v1", "block-v1") + "+type@microquiz+block@quiz")
    return models.Question.objects.bulk_create(
        models.Question(
            course=of,
            usage_key=usage,
            question_id=f"q{number}",
            content_hash="0" * 64,
            type="single",
            **fields,
        )
        for number in range(1, number + 1)
    )


def learners(number: int, of: models.Course, held_out: int = 0) -> list[models.Learner]:
    """New learners of a course with accounts; the first `held_out` of them are not reminded."""
    first = get_user_model().objects.count()
    users = [
        get_user_model().objects.create(username=f"learner{first + one}", email=f"learner{first + one}@example.com")
        for one in range(number)
    ]
    made = [models.Learner.objects.create(source=OPENEDX, external_id=str(user.pk)) for user in users]
    take_part(made, of, held_out)
    return made


def take_part(who: Sequence[models.Learner], of: models.Course, held_out: int = 0) -> None:
    models.Participation.objects.bulk_create(
        models.Participation(learner=one, course=of, is_held_out=place < held_out, began_at=now() - 60 * DAY)
        for place, one in enumerate(who)
    )


def card(learner: models.Learner, question: models.Question, due: datetime | None, **fields: Any) -> models.Card:
    values: dict[str, Any] = {"stability": 3.0, "difficulty": 5.0, "last_review_at": now() - 3 * DAY, "reviews": 1}
    values |= fields
    made: models.Card = models.Card.objects.create(learner=learner, question=question, due_at=due, **values)
    return made


def review(
    learner: models.Learner, question: models.Question, when: datetime, rating: int = 3, recall: float | None = 0.9
) -> None:
    models.Review.objects.create(
        learner=learner,
        question=question,
        rating=rating,
        reviewed_at=when,
        origin="practice",
        recall_before=recall,
        content_hash="0" * 64,
    )


def nudge(
    learner: models.Learner,
    of: models.Course,
    when: datetime,
    status: str = "sent",
    reason: str = "due",
    *,
    opened: bool = False,
    acted: bool = False,
) -> models.Nudge:
    made: models.Nudge = models.Nudge.objects.create(
        learner=learner,
        kind="reviews",
        slot=f"{when.isoformat()}",
        status=status,
        reason=reason,
        questions=2,
        planned_at=when,
        not_after=when + HOUR,
        sent_at=when if status == "sent" else None,
        opened_at=when + HOUR if opened else None,
    )
    models.NudgeCourse.objects.create(nudge=made, course=of, questions=2, acted_at=when + HOUR if acted else None)
    return made


def lively(number: int, of: models.Course | None = None, held_out: int = 0) -> models.Course:
    """A course in full swing: cards, reviews of many weeks, and messages."""
    of = of or course()
    asked, at = questions(of, 4), now().astimezone(UTC)
    for place, one in enumerate(learners(number, of, held_out)):
        for step, question in enumerate(asked):
            card(one, question, at + (place % 9 + step) * DAY - HOUR)
            review(one, question, at - (110 - place % 30) * DAY, recall=None)
            # Some more wrong at first, and less to do for those who hear nothing.
            for week in range(0, 10, 4 if place < held_out else 2):
                when = at - (week * 7 + (place + step) % 14) * DAY - step * HOUR
                wrong = (place * 7 + week * 5 + step * 3) % 11 < 1 + week // 3
                review(one, question, when, 1 if wrong else 3, 0.95 - (place + week) % 4 / 20)
        if place >= held_out:
            nudge(one, of, at - (place % 20 + 1) * DAY, opened=place % 2 == 0, acted=place % 3 == 0)
    return of
