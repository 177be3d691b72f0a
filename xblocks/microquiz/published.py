"""A quiz as it is published now, for components that ask its questions again later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

from opaque_keys.edx.keys import UsageKey

from xblocks.microquiz.questions import Question
from xblocks.microquiz.settings import QuizSettings, ShowAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedQuestion:
    """One question, and what its team lets learners know of it.

    Attributes:
        content_hash: `api.get_question` gives the content.
        is_hidden: learners do not see the quiz, or must never hear how an answer was.
        withheld_until: before that moment they must not see it or hear how an answer was; None when they may.
        closes_at: from then on the quiz takes no answers; None: it goes on.
        attempts: how often it may be answered there for points; 0: as often as one likes, at no cost, or no points.
        shows_answer: they may be told the right answer and why.
        earns_answer: they may be told once they had it right, or have no attempts left.
        groups: which groups of learners see the quiz, by partition, somebody having to belong to one of each; of an
            empty one, nobody does. Empty: everybody sees it.
    """

    usage_key: UsageKey
    question: Question
    content_hash: str
    is_hidden: bool
    withheld_until: datetime | None
    shows_answer: bool
    closes_at: datetime | None = None
    attempts: int = 0
    earns_answer: bool = False
    groups: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dates:
    """Until when a quiz keeps something to itself: for everybody, or for the learner to whom the block is bound.

    Attributes:
        withheld_until: before that moment they must not see its questions or hear how an answer was; None: they may.
        closes_at: from then on it takes no answers; None: it goes on.
    """

    withheld_until: datetime | None = None
    closes_at: datetime | None = None


def dates_of(block: Any, now: datetime) -> Dates:
    """The dates of a quiz block; where it is bound to a learner whose due date was extended, that is theirs."""
    closes = _closes(block)
    # A release date may be moved into the future after questions were answered.
    starts = _aware(getattr(block, "start", None))
    moments = (
        closes if _waits_for_due_date(block) else None,
        starts if starts is not None and starts > now else None,
    )
    return Dates(max((one for one in moments if one is not None), default=None), closes)


FOREVER = datetime.max.replace(tzinfo=UTC)


def secret_until(block: Any, now: datetime) -> datetime | None:
    """Until when a quiz tells nobody how their answers were: FOREVER where it never does, None where it does now."""
    dates = dates_of(block, now)
    # Without a due date it is never past it.
    if getattr(block, "show_correctness", "always") == "never" or (_waits_for_due_date(block) and not dates.closes_at):
        return FOREVER
    until = dates.withheld_until
    return until if until is not None and until > now else None


def _waits_for_due_date(block: Any) -> bool:
    shown = getattr(block, "show_correctness", "always")
    return shown == "past_due" or block.quiz_settings.show_answer is ShowAnswer.PAST_DUE


def published_questions(block: Any, now: datetime) -> list[PublishedQuestion]:
    """The questions of a quiz block that is bound to nobody; those that cannot be read are left out."""
    prepared = block.prepared
    settings = block.quiz_settings
    shown = getattr(block, "show_correctness", "always")
    dates, groups = dates_of(block, now), _groups(block)
    return [
        PublishedQuestion(
            usage_key=block.usage_key,
            question=question,
            content_hash=prepared.hashes[question.id],
            is_hidden=bool(getattr(block, "visible_to_staff_only", False))
            or shown == "never"
            # Without a due date it is never past it.
            or (_waits_for_due_date(block) and dates.closes_at is None),
            withheld_until=dates.withheld_until,
            shows_answer=settings.show_answer is not ShowAnswer.NEVER,
            closes_at=dates.closes_at,
            attempts=_attempts(settings),
            earns_answer=not settings.ungraded
            and settings.show_answer in (ShowAnswer.CORRECT, ShowAnswer.LAST_ATTEMPT),
            groups=groups,
        )
        for question in prepared.questions
    ]


def _attempts(settings: QuizSettings) -> int:
    """So many answers to a question can earn points; 0: without limit, or none do."""
    if settings.ungraded:
        return 0
    # Each further attempt costs a share, so some day there is nothing left to earn.
    worth = ceil(1 / settings.retry_penalty) if settings.retry_penalty else 0
    return min((number for number in (settings.attempts_allowed, min(worth, 1000)) if number), default=0)


def _groups(block: Any) -> dict[int, tuple[int, ...]]:
    """The platform's mixin has merged what the block and those around it say; False is where nothing is left of it."""
    merged = getattr(block, "merged_group_access", None) or {}
    return {int(partition): tuple(groups or ()) for partition, groups in merged.items() if groups or groups is False}


def _closes(block: Any) -> datetime | None:
    """When the due date and the grace period after it are over."""
    due: datetime | None = getattr(block, "due", None)
    if due is None:
        return None
    return _aware(due + (getattr(block, "graceperiod", None) or (due - due)))


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
