"""Dates of a quiz that are a learner's own: who was given more time must not hear an answer before it is over.

Everybody's dates are on the question, a learner's on their card, as the quiz had them at their last answer there, or as
they were given more time since (`extensions`). The later one counts; and where there is no date for anybody any more,
there is none for them either.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Greatest


def own(everybodys: datetime | None, learners: datetime | None) -> datetime | None:
    """A date of a quiz as it holds for a learner: their own where it is later; None where nobody has one."""
    return learners if everybodys is not None and learners is not None and learners > everybodys else everybodys


def to_keep(everybodys: datetime | None, learners: datetime | None) -> datetime | None:
    """What a card keeps of a learner's date: nothing where it is everybody's."""
    return learners if own(everybodys, learners) != everybodys else None


def shown(now: datetime) -> Q:
    """Of cards: their question is not withheld from their learner now (`own`, as a condition)."""
    everybody = Q(question__withheld_until__lte=now)
    return Q(question__withheld_until=None) | everybody & (Q(withheld_until=None) | Q(withheld_until__lte=now))


def comes_at() -> Greatest:
    """Of cards with a due date: when they come, which is later where their question is withheld (`own`)."""
    learners = Case(When(question__withheld_until=None, then=F("due_at")), default=Coalesce("withheld_until", "due_at"))
    return Greatest("due_at", Coalesce("question__withheld_until", "due_at"), learners)
