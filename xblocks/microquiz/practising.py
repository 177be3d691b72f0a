"""A question asked by itself, outside of its quiz: once, without points, with feedback straight away; pure.

What asks it (practice, a link in a mail) keeps how it went. The page is the quiz's own: `question_page` writes the
question and microquiz.js sends the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xblocks.microquiz.grading import grade
from xblocks.microquiz.play import Rules, Standing
from xblocks.microquiz.prepared import Prepared
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.questions import Flashcard, Question
from xblocks.microquiz.responses import Response, read
from xblocks.microquiz.shuffling import token


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question that is asked by itself.

    Attributes:
        secret: of the installation; tokens and orders are made from it.
        usage: the quiz that the question is from.
        place: where it is asked; the same question may stand on one page twice, and each has a name of its own.
        seed: who is asked and for which time; choices stand in another order when the seed is another.
        shows_answer: the right answer and why it is so may be told.
        may_retry: what was not right may be tried again at once, as long as the answer was not told.
        attempt: which time it is asked, from 1; the page sends it back, so that nothing is taken twice.
    """

    secret: bytes = field(repr=False)
    question: Question
    usage: str
    place: str
    seed: str
    shows_answer: bool = True
    may_retry: bool = False
    hints_taken: int = 0
    is_turned: bool = False
    attempt: int = 1

    @property
    def name(self) -> str:
        """The token that stands for the question on the page."""
        return name_of(self.secret, self.place, self.usage, self.question.id)

    @property
    def hints_left(self) -> int:
        """How many hints are still closed."""
        return max(0, len(self.question.hints) - self.hints_taken)

    def view(
        self,
        response: Response | None = None,
        *,
        number: int = 1,
        total: int = 1,
        current: bool = False,
        minutes_left: int = 0,
    ) -> QuestionView:
        """What is to be shown: the question, or with a response (of `take`) how that was.

        Args:
            number: its place among `total` questions, from 1.
        """
        prepared = self._prepared
        mark = None if response is None else grade(self.question, response)
        rules = self._rules(None if mark is None else mark.score)
        return QuestionView(
            question=self.question,
            rules=rules,
            name=self.name,
            place=number,
            total=total,
            tokens=prepared.tokens(self.question),
            order=prepared.order(self.question, self.seed),
            response=response,
            mark=mark,
            hints_taken=min(self.hints_taken, len(self.question.hints)),
            turned=self.is_turned or response is not None,
            current=current,
            attempt=self.attempt + (response is not None and rules.may_answer),
            minutes_left=minutes_left,
        )

    def take(self, payload: object) -> Response:
        """The response that the page sent.

        Raises:
            ResponseError: it cannot be taken; see its `name`.
        """
        if isinstance(self.question, Flashcard) and not self.is_turned:
            # What one has not looked at one cannot have known.
            payload = {"rating": None}
        return read(self.question, payload, self._prepared.ids(self.question))

    def _rules(self, score: float | None) -> Rules:
        if score is None:
            return Rules(Standing.OPEN, True, feedback=False, answer=False, explanation=False, attempts_left=None)
        standing = Standing.RIGHT if score >= 1 else Standing.PARTLY if score > 0 else Standing.WRONG
        is_open = standing is not Standing.RIGHT and not self.shows_answer and not isinstance(self.question, Flashcard)
        return Rules(
            standing,
            may_answer=self.may_retry and is_open,
            feedback=True,
            answer=self.shows_answer,
            explanation=self.shows_answer or standing is Standing.RIGHT,
            attempts_left=None,
        )

    @property
    def _prepared(self) -> Prepared:
        return Prepared(self.secret, self.usage, (self.question,), ())


def name_of(secret: bytes, place: str, usage: str, question_id: str) -> str:
    """The token that stands on a page for a question of a quiz."""
    return token(secret, "practising", place, usage, question_id, length=8)
