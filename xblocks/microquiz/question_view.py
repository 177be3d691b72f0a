"""What is to be shown of one question; the block fills it in, `question_page` writes it as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xblocks.base.problems import N_
from xblocks.microquiz.grading import Mark
from xblocks.microquiz.play import Rules
from xblocks.microquiz.questions import Question, Rating
from xblocks.microquiz.responses import Response

RATINGS = {
    Rating.AGAIN: N_("Not yet"),
    Rating.HARD: N_("With effort"),
    Rating.GOOD: N_("Yes"),
    Rating.EASY: N_("Easily"),
}
"""How a learner says how well they knew a card, in words from the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What is to be shown of one question.

    Attributes:
        name: the question's token; also makes the page's ids.
        place: its number on the page, from 1, of `total`.
        tokens: from id to token, for everything an answer may name.
        order: ids of what is shuffled (choices, items, right-hand texts), in this learner's order.
        response: what the learner answered last, or has typed so far; None at first.
        mark: of that response, where feedback may be seen.
        hints_taken: how many hints are open.
        turned: the flashcard shows its back.
        minutes_left: how long this and what follows take, about; 0 where that is not to be said.
        attempt: which try the next answer will be.
        locked: inputs cannot be used (a visitor who is not signed in).
    """

    question: Question
    rules: Rules
    name: str
    place: int
    total: int = 1
    tokens: Mapping[str, str]
    order: tuple[str, ...] = ()
    response: Response | None = None
    mark: Mark | None = None
    hints_taken: int = 0
    turned: bool = False
    ask_confidence: bool = False
    hand_in: bool = False
    locked: bool = False
    current: bool = False
    attempt: int = 1
    minutes_left: int = 0

    @property
    def may_answer(self) -> bool:
        """Inputs are open."""
        return self.rules.may_answer and not self.locked
