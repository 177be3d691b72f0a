"""How long a quiz takes: an estimate that a learner between two meetings can rely on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz.questions import Flashcard, MultipleChoice, Question, SingleChoice

WORDS_A_SECOND = 3.3
"""Silent reading of plain prose: about 200 words a minute, the slow side of Brysbaert 2019 (238 on average)."""

SECONDS_TO_ANSWER = {
    "single": 10,
    "multiple": 15,
    "truefalse": 6,
    "shorttext": 12,
    "number": 15,
    "ordering": 25,
    "matching": 25,
    "cloze": 20,
    "flashcard": 12,
}


def seconds(question: Question) -> float:
    """Seconds to read and answer one question, feedback included."""
    texts = [question.text, question.explanation.text]
    if isinstance(question, SingleChoice | MultipleChoice):
        texts += [choice.text for choice in question.choices]
    elif isinstance(question, Flashcard):
        texts.append(question.back)
    words = sum(len(as_plain_text(text).split()) for text in texts)
    return SECONDS_TO_ANSWER[question.type] + words / WORDS_A_SECOND


def minutes(questions: Sequence[Question]) -> int:
    """Whole minutes for the questions, at least 1 (0 for none)."""
    return math.ceil(sum(map(seconds, questions)) / 60) if questions else 0
