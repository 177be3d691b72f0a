"""Learners who answer quizzes, wait, and practise: through the devstack's real runtime, with a clock that moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from devstack import clock
from tests.devstack.playing import Answer, add_block, block_for, call
from tests.xblocks.microquiz.quizzes import TRUTH, WRONG, answer
from xblocks.microquiz.practising import Prompt
from xblocks.nudge import api, models
from xblocks.nudge.practice import Practice, session_of

NUDGE = '<nudge url_name="practise" display_name="Practise here"/>'
TAGGED = """
<microquiz url_name="tagged">
  <truefalse id="one" right="true"><text>One?</text><tag>Links</tag></truefalse>
  <truefalse id="two" right="true"><text>Two?</text><tag>Links</tag><tag>Codes</tag></truefalse>
  <truefalse id="three" right="true"><text>Three?</text></truefalse>
</microquiz>
"""


@dataclass
class Time:
    """The devstack's clock, in a test's hands."""

    ahead: timedelta = timedelta()

    def pass_by(self, **span: float) -> None:
        """Move it forward: pass_by(days=30)."""
        self.ahead += timedelta(**span)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A clock that only this test moves."""
    time = Time()
    monkeypatch.setattr(clock, "ahead", lambda: time.ahead)
    return time


def many(number: int) -> str:
    """A quiz with so many questions, right when "true" is chosen."""
    items = "".join(
        f'<truefalse id="q{n}" right="true"><text>Question {n}?</text></truefalse>' for n in range(1, number + 1)
    )
    return f'<microquiz url_name="many">{items}</microquiz>'


def answer_all(quiz: UsageKey, kinds: Iterable[str] = TRUTH, user: str = "ann", right: bool = True) -> None:
    """Answer a quiz of one of each."""
    for kind in kinds:
        assert answer(quiz, kind, (TRUTH if right else WRONG)[kind], user).status == 200


def answer_true(quiz: UsageKey, ids: Iterable[str], user: str = "ann") -> None:
    """Answer questions of true or false."""
    for one in ids:
        assert answer(quiz, one, {"value": True}, user).status == 200


def nudge_block() -> UsageKey:
    """A nudge block in the tests' course."""
    return add_block(NUDGE)


def card_of(question_id: str) -> models.Card:
    """The only card of a question."""
    card: models.Card = models.Card.objects.select_related("question__course").get(question__question_id=question_id)
    return card


@dataclass
class Sitting:
    """A session as its page knows it."""

    block: UsageKey
    user: str = "ann"
    ask: dict[str, Any] = field(default_factory=dict)
    html: str = ""
    ticket: str = ""

    def __post_init__(self) -> None:
        reply = call(self.block, "practise", self.ask, self.user)
        assert reply.status == 200, reply.text
        self.html = reply.json["html"]
        found = re.search('data-ticket="([^"]+)"', self.html)
        self.ticket = found[1] if found else ""

    @property
    def names(self) -> Sequence[str]:
        """Of the questions, in their order."""
        return re.findall(r'data-q="([^"]+)"', self.html)

    def practice(self) -> Practice:
        """The same practice, as the server has it now."""
        made: Practice = block_for(self.block, self.user).practice()
        return made

    def prompt(self, question_id: str) -> Prompt:
        """What is asked of a question now."""
        practice = self.practice()
        began = session_of(self.ticket).began
        return next(
            p for p, _course in practice.prompts(api.cards(practice.learner), began) if p.question.id == question_id
        )

    def payload(self, question_id: str, response: Any) -> Any:
        """A response in ids as the page would send it, in tokens."""
        tokens = self.prompt(question_id).view().tokens

        def told(value: Any) -> Any:
            if isinstance(value, dict):
                return {tokens.get(key, key): told(one) for key, one in value.items()}
            if isinstance(value, list):
                return [told(one) for one in value]
            return tokens.get(value, value) if isinstance(value, str) else value

        return {key: told(value) for key, value in response.items()}

    def data(self, question_id: str, response: Any, **more: Any) -> dict[str, Any]:
        """What the page sends with an answer."""
        prompt = self.prompt(question_id)
        return {
            "question": prompt.name,
            "response": self.payload(question_id, response),
            "attempt": prompt.attempt,
            "elapsed_ms": 2000,
            **more,
        }

    def answer(self, question_id: str, response: Any = None, **more: Any) -> Answer:
        """Answer a question: right, unless something else is given."""
        if response is None:
            response = TRUTH.get(question_id, {"value": True})
        return self.send("answer", self.data(question_id, response, **more))

    def send(self, handler: str, data: Any) -> Answer:
        """Call a handler as the page does."""
        return call(self.block, handler, data, self.user, query=f"s={self.ticket}")
