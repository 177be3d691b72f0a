"""A learner with a course, cards that are due, and a line of the ledger; and the links of a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack import clock
from devstack.models import Course
from xblocks.base.platform import Person
from xblocks.microquiz.api import PublishedQuestion, keep_published
from xblocks.microquiz.content import content_hash
from xblocks.microquiz.questions import Choice, Explanation, Question, SingleChoice
from xblocks.nudge import api, models
from xblocks.nudge.kinds import Kind

ASKED = SingleChoice(
    id="bank",
    text="<p>What do you look at <b>first</b>?</p>",
    choices=(
        Choice(id="a", text="The sender", right=True, feedback="hear-right"),
        Choice(id="b", text="The logo", feedback="hear-wrong"),
    ),
    hints=("hint-one", "hint-two"),
    explanation=Explanation(text="because-sender"),
)


@dataclass
class Scene:
    """Somebody to write to."""

    user: User
    person: Person
    learner: models.Learner
    course: models.Course
    now: datetime

    def nudge(self, kind: Kind = Kind.REVIEWS, **values: Any) -> models.Nudge:
        """A line of the ledger that somebody has in hand."""
        number = models.Nudge.objects.count()
        filled = {
            "slot": f"slot-{number}",
            "status": models.Status.CLAIMED,
            "reason": "due",
            "questions": 1,
            "planned_at": self.now - timedelta(minutes=1),
            "not_after": self.now + timedelta(hours=1),
        }
        return models.Nudge.objects.create(learner=self.learner, kind=kind, **{**filled, **values})

    def ask(self, question: Question = ASKED, **values: Any) -> models.Card:
        """A card that is due."""
        usage = UsageKey.from_string(f"block-v1:Org+C{self.course.pk}+R+type@microquiz+block@quiz")
        name = content_hash(question)
        published = PublishedQuestion(
            usage_key=usage,
            question=question,
            content_hash=name,
            is_hidden=False,
            withheld_until=None,
            shows_answer=True,
        )
        keep_published([published], self.now)
        models.Participation.objects.get_or_create(
            learner=self.learner, course=self.course, defaults={"began_at": self.now - timedelta(days=5)}
        )
        row = models.Question.objects.create(
            course=self.course,
            usage_key=usage,
            question_id=question.id,
            content_hash=name,
            type=question.type,
            **values,
        )
        return models.Card.objects.create(
            learner=self.learner,
            question=row,
            stability=3.0,
            difficulty=5.0,
            last_review_at=self.now - timedelta(days=5),
            due_at=self.now - timedelta(hours=1),
            reviews=1,
        )

    @property
    def about(self) -> Sequence[tuple[models.Course, int]]:
        """The course, as a message is about it."""
        return [(self.course, 1)]


def course(name: str = "Spot the phish", number: str = "PHISH") -> models.Course:
    """A course that is known."""
    Course.objects.get_or_create(key=f"course-v1:Org+{number}+R", defaults={"title": name[:255], "language": ""})
    return models.Course.objects.create(course_key=CourseKey.from_string(f"course-v1:Org+{number}+R"), name=name)


def scene(*, language: str = "", name: str = "Spot the phish", email: str = "ann@example.com") -> Scene:
    """Ann, in one course."""
    user = User.objects.create(username="ann", first_name="Ann-Secret", email=email)
    person = Person(user_id=user.pk, email=email, name="Ann-Secret", language=language)
    return Scene(user, person, api.learner_of(user), course(name), clock.now())


def text_of(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    """The HTML part."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def paths_in(text: str) -> dict[str, str]:
    """The links in a mail, as paths, by what they lead to ("go", "q", "stop")."""
    found = re.findall(r"https?://[^\s\"<>]+", text)
    return {urlsplit(one).path.split("/")[2]: urlsplit(one).path for one in found}


EPOCH = datetime(2026, 11, 22, 12, tzinfo=UTC)
