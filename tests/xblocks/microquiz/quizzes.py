"""Quizzes and right answers for tests of the block, through the real runtime."""

from __future__ import annotations

import re
from typing import Any

from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import Answer, block_for, call

ONE_OF_EACH = """
<microquiz url_name="each" display_name="One of each" attempts_allowed="{attempts}" {more}>
  <single id="single"><text>Pick</text>
    <choice id="a" right="true">yes-a</choice>
    <choice id="b"><text>no-b</text><feedback>hear-b</feedback></choice>
    <hint>hint-one</hint><hint>hint-two</hint>
    <feedback when="wrong">hear-wrong</feedback><explanation>because-single</explanation></single>
  <multiple id="multiple"><text>Tick</text>
    <choice id="a" right="true">yes</choice><choice id="b" right="true">yes too</choice><choice id="c">no</choice>
  </multiple>
  <truefalse id="truefalse" right="false"><text>Is it?</text></truefalse>
  <shorttext id="shorttext"><text>Type</text><answer>secret-word</answer></shorttext>
  <number id="number"><text>Count</text><answer value="3.5" tolerance="0.1"/></number>
  <ordering id="ordering"><text>Sort</text><item id="x">first</item><item id="y">second</item>
    <item id="z">third</item></ordering>
  <matching id="matching"><text>Match</text><pair id="p"><left>1</left><right>one</right></pair>
    <pair id="q"><left>2</left><right>two</right></pair></matching>
  <cloze id="cloze"><text>A [[g]] and a [[h]].</text>
    <gap id="g" kind="typed"><answer>gap</answer></gap>
    <gap id="h" kind="picked"><option id="o" right="true">pick</option><option id="n">other</option></gap></cloze>
  <flashcard id="flashcard"><text>Front</text><back>secret-back</back></flashcard>
</microquiz>
"""

TRUTH: dict[str, Any] = {
    "single": {"choice": "a"},
    "multiple": {"choices": ["a", "b"]},
    "truefalse": {"value": False},
    "shorttext": {"text": "Secret-Word"},
    "number": {"text": "3,45"},
    "ordering": {"order": ["x", "y", "z"]},
    "matching": {"pairs": {"left:p": "right:p", "left:q": "right:q"}},
    "cloze": {"gaps": {"gap:g": "gap", "gap:h": "option:h:o"}},
    "flashcard": {"rating": "good"},
}
WRONG: dict[str, Any] = {
    "single": {"choice": "b"},
    "multiple": {"choices": ["c"]},
    "truefalse": {"value": True},
    "shorttext": {"text": "nothing of it"},
    "number": {"text": "7"},
    "ordering": {"order": ["z", "y", "x"]},
    "matching": {"pairs": {"left:p": "right:q", "left:q": "right:p"}},
    "cloze": {"gaps": {"gap:g": "nothing", "gap:h": "option:h:n"}},
}


def one_of_each(attempts: int = 0, more: str = "") -> str:
    """A quiz with every type of question; the id of each is the name of its type."""
    return ONE_OF_EACH.format(attempts=attempts, more=more)


def name_of(usage_key: UsageKey, question_id: str) -> str:
    """The token by which the page knows a question."""
    return str(block_for(usage_key).prepared.names[question_id])


def payload(usage_key: UsageKey, question_id: str, response: Any) -> Any:
    """A response in ids as the page would send it, in tokens."""
    prepared = block_for(usage_key).prepared
    question = next(one for one in prepared.questions if one.id == question_id)
    tokens = prepared.tokens(question)

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {tokens.get(key, key): told(one) for key, one in value.items()}
        if isinstance(value, list):
            return [told(one) for one in value]
        return tokens.get(value, value) if isinstance(value, str) else value

    if question.type == "flashcard":
        return response
    return {key: told(value) for key, value in response.items()}


def answer(usage_key: UsageKey, question_id: str, response: Any, user: Any = "ann", **more: Any) -> Answer:
    """Answer a question as the page does."""
    if question_id == "flashcard":
        call(usage_key, "turn", {"question": name_of(usage_key, question_id)}, user)
    data = {
        "question": name_of(usage_key, question_id),
        "response": payload(usage_key, question_id, response),
        **more,
    }
    return call(usage_key, "answer", data, user)


def text_of(html: str) -> str:
    """Markup without its tags."""
    return re.sub(r"<[^>]+>", " ", html)
