"""A quiz made ready to be shown: parsed once for each content, not once for each request."""

from __future__ import annotations

import marshal
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from xblocks.base.problems import Problem
from xblocks.microquiz.content import content_hash, read_all
from xblocks.microquiz.pacing import minutes, seconds
from xblocks.microquiz.play import possible
from xblocks.microquiz.questions import (
    Matching,
    MultipleChoice,
    Ordering,
    Question,
    SingleChoice,
)
from xblocks.microquiz.responses import ids_of, rights_of
from xblocks.microquiz.shuffling import shuffled, token, tokens_for


@dataclass(frozen=True)
class Prepared:
    """The questions of one block, with everything about them that is the same for every learner.

    Attributes:
        questions: those that could be read.
        problems: what could not be read, for the course team.
        names: from question id to the token that stands for it on the page.
    """

    secret: bytes
    usage: str
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def names(self) -> dict[str, str]:
        """From question id to its token."""
        return {question.id: token(self.secret, self.usage, question.id, length=8) for question in self.questions}

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """From token to question."""
        return {self.names[question.id]: question for question in self.questions}

    @cached_property
    def hashes(self) -> dict[str, str]:
        """From question id to the hash of its content."""
        return {question.id: content_hash(question) for question in self.questions}

    @cached_property
    def seconds(self) -> dict[str, float]:
        """From question id to how long it takes, about."""
        return {question.id: seconds(question) for question in self.questions}

    def minutes_from(self, questions: Sequence[Question]) -> int:
        """Whole minutes for some of the questions, at least 1."""
        return max(1, math.ceil(sum(self.seconds[question.id] for question in questions) / 60))

    @cached_property
    def minutes(self) -> int:
        """How long the quiz takes, about."""
        return minutes(self.questions)

    @cached_property
    def possible(self) -> float:
        """Points that can be earned."""
        return possible(self.questions)

    def tokens(self, question: Question) -> dict[str, str]:
        """From id to token, for all that an answer to this question may name."""
        return tokens_for(self.secret, self.usage, question.id, ids_of(question))

    def ids(self, question: Question) -> dict[str, str]:
        """From token to id."""
        return {name: one for one, name in self.tokens(question).items()}

    def order(self, question: Question, learner: str) -> tuple[str, ...]:
        """The ids of what a learner sees in an order of its own; empty for types without one.

        The seed is a name for the learner ("" for everybody alike); the order is the same each time.
        """
        match question:
            case SingleChoice() | MultipleChoice():
                ids = tuple(choice.id for choice in question.choices)
                if not question.shuffle:
                    return ids
            case Ordering():
                return self._jumbled(question)
            case Matching():
                ids = tuple(right_id for right_id, _ in rights_of(question))
            case _:
                return ()
        return shuffled(ids, ids, self.secret, self.usage, question.id, learner)

    def _jumbled(self, question: Ordering) -> tuple[str, ...]:
        """The ids of things to put in order, in one order for all learners; the right one would be no question.

        With orders of their own, a few accounts would see every order but the right one. Of two things there are only
        two orders, so there the rule itself would tell, and either may stand first.
        """
        right = tuple(item.id for item in question.items)
        draw = 0
        while (order := shuffled(right, right, self.secret, self.usage, question.id, str(draw))) == right:
            if len(right) < 3:
                break
            draw += 1
        return order

    def arranged(self, learner: str) -> tuple[Question, ...]:
        """The questions in an order of this learner's own."""
        ids = [question.id for question in self.questions]
        return shuffled(self.questions, ids, self.secret, self.usage, learner)


def prepare(raw: list[dict[str, Any]], usage: str, secret: bytes) -> Prepared:
    """The prepared quiz of a block's `questions`; the last few hundred are kept ready."""
    # Version 2 writes equal data alike; from 3 on the bytes also tell which of its strings are one and the same object.
    return _prepare(marshal.dumps(raw, 2), usage, secret)


@lru_cache(maxsize=512)
def _prepare(raw: bytes, usage: str, secret: bytes) -> Prepared:
    questions, problems = read_all(marshal.loads(raw))  # noqa: S302 - our own bytes, dumped one line above
    return Prepared(secret, usage, questions, tuple(problems))
