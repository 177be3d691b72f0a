"""A course of many learners and learners with many cards, as a year of reminders leaves them; written as plain rows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LEARNERS, QUESTIONS = 10_000, 20
CARDS = 5_000
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
REVIEWS, MESSAGES = 4, 10
"""Of each card, and to each learner."""
CHUNK = 500
TAGS = ("passwords", "links", "senders", "attachments", "reporting", "phones", "papers", "visitors")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A course and the rows of its questions."""

    course: Any
    question_ids: Sequence[int]

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return str(self.course.course_key)


def course(name: str, questions: int) -> Asked:
    """A course with a target in two months; of twenty questions one is hidden until tomorrow and one must be earned."""
    from devstack.models import Course as DevstackCourse
    from xblocks.nudge import models

    key = f"course-v1:Microunits+{name}+2027"
    DevstackCourse.objects.create(key=key, language="en", title=name)
    made = models.Course.objects.create(
        course_key=key, name=name, facts_at=NOW, planned_at=NOW, target_at=NOW + 60 * DAY, tail=[30, 90]
    )
    models.Question.objects.bulk_create(
        models.Question(
            course=made,
            usage_key=f"block-v1:Microunits+{name}+2027+type@microquiz+block@{number // 20}",
            question_id=f"q{number}",
            content_hash=f"{name}-{number}",
            type=("single", "multiple", "truefalse")[number % 3],
            tags=[TAGS[number % 8], *([TAGS[number % 7]] if number % 5 == 0 else [])] if number % 9 else [],
            withheld_until=NOW + DAY if number % 20 == 19 else None,
            attempts=2 if number % 20 == 18 else 0,
        )
        for number in range(questions)
    )
    ids = models.Question.objects.filter(course=made).order_by("pk").values_list("pk", flat=True)
    return Asked(made, tuple(ids))


def learners(number: int, of: Asked, held_out: float = 0.05, messages: int = MESSAGES, seed: int = 2027) -> None:
    """So many new learners who have answered every question of a course."""
    from django.contrib.auth import get_user_model

    from xblocks.nudge import models

    users, draw = get_user_model().objects, random.Random(seed)
    for begin in range(0, number, CHUNK):
        size = min(CHUNK, number - begin)
        first = (users.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        users.bulk_create(
            users.model(pk=pk, username=f"learner{pk}", email=f"learner{pk}@example.com")
            for pk in range(first, first + size)
        )
        made = models.Learner.objects.bulk_create(
            models.Learner(
                source="openedx",
                external_id=str(pk),
                last_active_at=NOW - 3 * DAY,
                ignored=draw.choice((0, 0, 0, 1, 3)),
            )
            for pk in range(first, first + size)
        )
        ids = [one.pk for one in made] if made[0].pk else _ids(first, size)
        _preferences(ids, draw)
        for learner_id in ids:
            _take_part(learner_id, of, draw.random() < held_out)
        _cards(ids, of, draw)
        _messages(ids, of, messages, draw)


def studious(user: Any, of: Iterable[Asked], seed: int = 1) -> None:
    """A learner who has answered every question of these courses."""
    from xblocks.nudge import api

    learner_id, draw = api.learner_of(user).pk, random.Random(seed)
    for asked in of:
        _take_part(learner_id, asked, is_held_out=False)
        _cards([learner_id], asked, draw)


def _ids(first: int, size: int) -> list[int]:
    """Not every database tells the ids of what it was given."""
    from xblocks.nudge import models

    names = [str(pk) for pk in range(first, first + size)]
    found = models.Learner.objects.filter(source="openedx", external_id__in=names)
    return list(found.values_list("pk", flat=True))


def _take_part(learner_id: int, of: Asked, is_held_out: bool) -> None:
    from xblocks.nudge import models

    models.Participation.objects.create(
        learner_id=learner_id, course=of.course, is_held_out=is_held_out, began_at=NOW - 120 * DAY
    )


def _preferences(ids: Sequence[int], draw: random.Random) -> None:
    from xblocks.nudge import models

    models.Preferences.objects.bulk_create(
        models.Preferences(
            learner_id=learner_id,
            is_stopped=draw.random() < 0.1,
            channel=draw.choice(("mail", "mail", "both", "none")),
            weekly_digest=draw.random() < 0.2,
            per_week=draw.choice((None, 1, 2)),
            paused_until=draw.choice((None, None, NOW + 3 * DAY, NOW + 20 * DAY)),
        )
        for learner_id in ids[::5]
    )


def _cards(ids: Sequence[int], of: Asked, draw: random.Random) -> None:
    """Cards, each with the reviews that it comes from."""
    from xblocks.nudge import models
    from xblocks.nudge.rows import insert, moment

    cards, reviews = [], []
    for learner_id in ids:
        for question_id in of.question_ids:
            ages = sorted((draw.uniform(0.2, 84) for _ in range(REVIEWS - 1)), reverse=True)
            for number, age in enumerate((draw.uniform(85, 110), *ages)):
                at = moment((NOW - age * DAY).replace(microsecond=0))
                before = draw.uniform(0.6, 1) if number else None
                rating = 1 if draw.random() < 0.2 else 3
                reviews.append((learner_id, question_id, rating, at, "practice", before, "-"))
            due = None if draw.random() < 0.1 else moment(NOW + draw.uniform(-6, 30) * DAY)
            memory = (draw.lognormvariate(2, 1), draw.uniform(1, 10))
            cards.append((learner_id, question_id, *memory, at, due, REVIEWS, draw.random() < 0.8, 0, False))
    names = ("learner_id", "question_id", "stability", "difficulty", "last_review_at", "due_at", "reviews")
    insert(models.Card, (*names, "is_earned", "hints_taken", "is_turned"), cards)
    names = ("learner_id", "question_id", "rating", "reviewed_at", "origin", "recall_before", "content_hash")
    insert(models.Review, names, reviews)


def _messages(ids: Sequence[int], of: Asked, number: int, draw: random.Random) -> None:
    """A ledger: most were sent, half of them opened, a third acted upon."""
    from xblocks.nudge import models
    from xblocks.nudge.rows import insert, moment

    rows = []
    for learner_id in ids:
        for place in range(number):
            at = NOW - (8 * place + draw.uniform(0, 8)) * DAY
            status = draw.choice(("sent",) * 17 + ("skipped", "failed", "uncertain"))
            sent = moment(at) if status == "sent" else None
            opened = sent if draw.random() < 0.5 else None
            acted = sent if draw.random() < 0.3 else None
            why = "due" if status == "sent" else draw.choice(("opted_out", "too_late", "bounced"))
            row = (learner_id, "reviews", f"{at:%Y-%m-%d %H:%M}~{place}", status, why, 2, place % 3)
            rows.append((*row, moment(at), moment(at + DAY / 4), sent, opened, acted))
    names = ("learner_id", "kind", "slot", "status", "reason", "questions", "variant", "planned_at", "not_after")
    insert(models.Nudge, (*names, "sent_at", "opened_at", "acted_at"), rows)
    made = models.Nudge.objects.filter(learner_id__in=ids).values_list("pk", flat=True)
    insert(models.NudgeCourse, ("nudge_id", "course_id", "questions"), [(pk, of.course.pk, 2) for pk in made])
