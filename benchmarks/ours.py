"""Our own block as a contender: five questions, two of them answered through the real handler."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import ScopeIds

from benchmarks.contenders import ANSWERS, QUESTIONS, Contender
from benchmarks.memory_runtime import COURSE, MemoryRuntime, build

BLOCK_TYPE = "microquiz"
AUTHORED = ("display_name", "questions", "presentation", "feedback_timing", "show_answer", "attempts_allowed")
_LEARNERS = itertools.count(1000)


def olx(count: int) -> str:
    """A quiz of so many questions, each with choices, feedback, a hint and an explanation, as a careful author has."""
    questions = "".join(
        f"""<single id="q{index}"><text>{QUESTIONS[index % len(QUESTIONS)]}</text>
        <choice id="a" right="true"><text>{ANSWERS[0]}</text>
        <feedback>Names can be anything; addresses less so.</feedback></choice>
        <choice id="b"><text>{ANSWERS[1]}</text><feedback>Anybody may write any name there.</feedback></choice>
        <choice id="c">{ANSWERS[2]}</choice><choice id="d">{ANSWERS[3]}</choice>
        <hint>What is hard to copy?</hint>
        <explanation source="https://www.example.org/phishing" title="About phishing">
        Logos are easily copied.</explanation>
        <tag>senders</tag></single>"""
        for index in range(count)
    )
    return f'<microquiz display_name="Spotting phishing">{questions}</microquiz>'


def load() -> type[XBlock]:
    """Our class, by its entry point."""
    cls: type[XBlock] = XBlock.load_class(BLOCK_TYPE)
    return cls


def authored(count: int = 5) -> dict[str, Any]:
    """What the course team's fields hold after the quiz was imported."""
    usage = COURSE.make_usage_key(BLOCK_TYPE, "bench")
    keys = ScopeIds(None, BLOCK_TYPE, usage, usage)
    block = load().parse_xml(etree.fromstring(olx(count)), MemoryRuntime(), keys)
    return {name: getattr(block, name) for name in AUTHORED}


def half_answered(count: int = 5, others: Sequence[int] = ()) -> dict[str, Any]:
    """All fields, with two of the questions answered by a learner; `others` get the same answers into their logs."""
    learner = next(_LEARNERS)
    block = build(load(), BLOCK_TYPE, authored(count), MemoryRuntime(learner))
    for index in (0, 1):
        response = answer(block, index)
        if response.status_code != 200:
            raise SystemExit(f"an answer was refused: {response.text}")
    _give_answers(learner, others)
    return {name: field.read_json(block) for name, field in block.fields.items() if field.is_set_on(block)}


def _give_answers(learner: int, others: Sequence[int]) -> None:
    """What one learner answered stands in the logs of others too, so that the learner's state is theirs."""
    from xblocks.microquiz.models import Answer

    answers = list(Answer.objects.filter(user_id=learner))
    copies = []
    for other in others:
        for given in answers:
            copy = Answer(**{field.attname: getattr(given, field.attname) for field in Answer._meta.fields})
            copy.pk, copy.user_id = None, other
            copies.append(copy)
    Answer.objects.bulk_create(copies)


def request_for(block: XBlock, index: int, choice: str = "a") -> Request:
    """The request by which the page answers the question at `index`."""
    question = block.prepared.questions[index]
    body: Mapping[str, Any] = {
        "question": block.prepared.names[question.id],
        "response": {"choice": block.prepared.tokens(question)[choice]},
        "elapsed_ms": 4200,
    }
    return Request.blank("/", method="POST", content_type="application/json", body=json.dumps(body).encode())


def answer(block: XBlock, index: int) -> Response:
    """Answer the question at `index`, rightly."""
    response: Response = block.handle("answer", request_for(block, index))
    return response


def contender() -> Contender:
    """Ours, for the measurements beside the peers."""
    return Contender(
        BLOCK_TYPE, "", half_answered(), lambda fragment: all(question in fragment.content for question in QUESTIONS)
    )
