"""One question, answered from the mail: once, without signing in, and with nothing else of the learner's on the page.

The ticket in the link stands for the learner. It is good for this question only, and only until it has been answered,
here or anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction

from xblocks.base.handling import RefusedError
from xblocks.base.i18n import translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_, Problem
from xblocks.microquiz import api as microquiz
from xblocks.microquiz.grading import grade
from xblocks.microquiz.practising import Prompt
from xblocks.microquiz.question_page import render_hints, render_question
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.responses import ResponseError
from xblocks.nudge import api, models
from xblocks.nudge.links import Ticket
from xblocks.nudge.mail_page import Way, render_onward
from xblocks.nudge.memory import rating_of
from xblocks.nudge.practice import page_secret, zone_of
from xblocks.nudge.when_words import coming_back
from xblocks.nudge.wording import plain_question

ORIGIN = "mail"
PLACE = "mail"
_LONGEST = 60 * 60 * 1000

Reply = Mapping[str, Any]


class Closed(Enum):
    """Why a question is not asked."""

    EXPIRED = "expired"
    ANSWERED = "answered"
    GONE = "gone"
    LEFT = "left"


class ClosedError(Exception):
    """The question is not asked (any more).

    Attributes:
        course: where one can go instead; None when that is gone too.
    """

    def __init__(self, why: Closed, course: models.Course | None) -> None:
        super().__init__(why.value)
        self.why = why
        self.course = course


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked of one learner."""

    card: models.Card
    prompt: Prompt


def asked(ticket: Ticket, now: datetime) -> Asked:
    """The question that a ticket is for.

    Raises:
        ClosedError
    """
    assert ticket.question_id is not None
    rows = models.Card.objects.filter(learner_id=ticket.learner_id, question_id=ticket.question_id)
    card: models.Card | None = rows.select_related("question__course", "learner").first()
    nudge = models.Nudge.objects.filter(pk=ticket.nudge_id, learner_id=ticket.learner_id).first()
    if card is None or nudge is None:
        raise ClosedError(Closed.GONE, None)
    question = card.question
    if ticket.is_expired(now):
        raise ClosedError(Closed.EXPIRED, question.course)
    if card.last_review_at >= nudge.planned_at:
        raise ClosedError(Closed.ANSWERED, question.course)
    admitted = api.admission(card.learner, question.course.course_key)
    if not admitted.is_open(question):
        raise ClosedError(Closed.LEFT if admitted.has_left else Closed.GONE, question.course)
    content = microquiz.get_question(question.content_hash)
    # What was edited into something that a mail could not ask is for the course too.
    if not api.may_come(card, now) or content is None or not plain_question(content, translator()):
        raise ClosedError(Closed.GONE, question.course)
    prompt = Prompt(
        secret=page_secret(),
        question=content,
        usage=str(question.usage_key),
        place=PLACE,
        seed=str(ticket.nudge_id),
        shows_answer=api.shows_answer(card, now),
        hints_taken=card.hints_taken,
        attempt=card.reviews + 1,
    )
    return Asked(card, prompt)


def answer(ticket: Ticket, data: Reply, onward: Way, now: datetime) -> Reply:
    """Take the answer: {question, response, elapsed_ms?}. It is a review.

    Raises:
        ClosedError
        RefusedError
    """
    with transaction.atomic():
        # Two windows answer one after the other; the second one hears that it was answered.
        learner = models.Learner.objects.select_for_update().filter(pk=ticket.learner_id).first()
        one = asked(ticket, now)
        assert learner is not None
        _must_be(one, data)
        try:
            response = one.prompt.take(data.get("response"))
        except ResponseError as error:
            raise RefusedError(error.name, error.problem, 409 if error.name == "changed" else 400) from error
        view = one.prompt.view(response)
        after = api.record_review(
            learner,
            one.card.question,
            rating_of(grade(one.prompt.question, response).score, hints_used=one.card.hints_taken),
            now,
            origin=ORIGIN,
            content_hash=one.card.question.content_hash,
            elapsed_ms=_elapsed(data.get("elapsed_ms")),
            nudge_id=ticket.nudge_id,
        )
        models.Nudge.objects.filter(pk=ticket.nudge_id, opened_at=None).update(opened_at=now)
    words = translator()
    returns = "" if after.due_at is None else coming_back(after.due_at, now, zone_of(learner), words)
    return {"questions": {view.name: markup(one, view)}, "summary": render_onward(returns, onward, words)}


def hint(ticket: Ticket, data: Reply, _onward: Way, now: datetime) -> Reply:
    """Open the next hint: {question}.

    Raises:
        ClosedError
        RefusedError
    """
    one = asked(ticket, now)
    _must_be(one, data)
    if not one.prompt.hints_left:
        raise RefusedError("no_hint", Problem("", N_("This question has no hints.")))
    one.card.hints_taken += 1
    one.card.save(update_fields=["hints_taken"])
    more = asked(ticket, now)
    html = platform().with_course_files(one.card.question.course.course_key, render_hints(more.prompt.view()))
    return {"hints": html, "left": more.prompt.hints_left}


DEEDS = {"answer": answer, "hint": hint}


def markup(one: Asked, view: QuestionView) -> str:
    """The question, with pictures of its course that can be found."""
    return platform().with_course_files(one.card.question.course.course_key, render_question(view, translator()))


def _must_be(one: Asked, data: Reply) -> None:
    if data.get("question") != one.prompt.name:
        message = N_("This question was changed in the meantime. Load the page again to see it.")
        raise RefusedError("changed", Problem("", message), 409)


def _elapsed(value: Any) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(min(value, _LONGEST)) if is_number and value >= 0 else None
