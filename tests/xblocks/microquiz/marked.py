"""One question of each type, in which everything has a name of its own that is found nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xblocks.microquiz import questions as q

COMMON: dict[str, Any] = {
    "text": "what-is-asked",
    "hints": ("hint-one", "hint-two"),
    "feedback": q.Feedback(right="general-right", partly="general-partly", wrong="general-wrong"),
    "explanation": q.Explanation(
        text="explanation-text", source_url="https://example.org/source-url", source_title="source-title"
    ),
}
GENERAL = {"general-right", "general-partly", "general-wrong", "hint-one", "hint-two"}
WHY = {"explanation-text", "source-url", "source-title"}

CHOICES = (
    q.Choice(id="id-right", text="text-right", right=True, feedback="hear-right"),
    q.Choice(id="id-wrong", text="text-wrong", feedback="hear-wrong"),
    q.Choice(id="id-other", text="text-other", feedback="hear-other"),
)
SINGLE = q.SingleChoice(id="id-single", **COMMON, choices=CHOICES)
MULTIPLE = q.MultipleChoice(id="id-multiple", **COMMON, choices=CHOICES)
TRUE_FALSE = q.TrueFalse(id="id-truefalse", **COMMON, feedback_true="hear-true", feedback_false="hear-false")
SHORT_TEXT = q.ShortText(
    id="id-shorttext",
    **COMMON,
    answers=(
        q.TextAnswer(pattern="pattern-right*", feedback="hear-right"),
        q.TextAnswer(pattern="nothing-of-it", score=0, feedback="hear-wrong"),
        q.TextAnswer(pattern="pattern-other", score=0.5, feedback="hear-other"),
    ),
)
NUMBER = q.Number(
    id="id-number",
    **COMMON,
    unit="kg",
    answers=(
        q.NumberAnswer(value=Decimal("271828.5"), tolerance=Decimal("161803.5"), feedback="hear-right"),
        q.NumberAnswer(value=Decimal(-98765432109876543210), score=0, feedback="hear-wrong"),
    ),
)
ORDERING = q.Ordering(
    id="id-ordering",
    **COMMON,
    items=(
        q.Item(id="id-first", text="item-1"),
        q.Item(id="id-second", text="item-2"),
        q.Item(id="id-third", text="item-3"),
    ),
)
MATCHING = q.Matching(
    id="id-matching",
    **COMMON,
    pairs=(q.Pair(id="id-cat", left="cat", right="mammal"), q.Pair(id="id-owl", left="owl", right="bird")),
    distractors=("fish",),
)
CLOZE = q.Cloze(
    id="id-cloze",
    **{**COMMON, "text": "what-is-asked [[id-typed]] and [[id-picked]]."},
    gaps=(
        q.TypedGap(
            id="id-typed",
            answers=(
                q.TextAnswer(pattern="pattern-right", feedback="hear-right"),
                q.TextAnswer(pattern="nothing-of-it", score=0, feedback="hear-wrong"),
            ),
        ),
        q.PickedGap(
            id="id-picked",
            options=(
                q.GapOption(id="id-on", text="on", right=True, feedback="hear-on"),
                q.GapOption(id="id-off", text="off", feedback="hear-off"),
            ),
        ),
    ),
)
FLASHCARD = q.Flashcard(id="id-flashcard", **COMMON, back="the-back")

ONE_OF_EACH: tuple[q.Question, ...] = (
    *(SINGLE, MULTIPLE, TRUE_FALSE, SHORT_TEXT, NUMBER, ORDERING, MATCHING, CLOZE, FLASHCARD),
)
SPECIFIC: dict[str, set[str]] = {
    "single": {"hear-right", "hear-wrong", "hear-other"},
    "multiple": {"hear-right", "hear-wrong", "hear-other"},
    "truefalse": {"hear-true", "hear-false"},
    "shorttext": {"pattern-right", "pattern-other", "hear-right", "hear-wrong", "hear-other"},
    "number": {"271828", "161803", "hear-right", "hear-wrong"},
    "cloze": {"pattern-right", "hear-right", "hear-wrong", "hear-on", "hear-off"},
    "flashcard": {"the-back"},
}
HEARD_WHEN_WRONG: dict[str, set[str]] = {
    "single": {"hear-wrong"},
    "multiple": {"hear-wrong"},
    "truefalse": {"hear-false"},
    "shorttext": {"hear-wrong"},
    "number": {"hear-wrong"},
    "cloze": {"hear-wrong", "hear-off"},
}
ANSWERS: dict[str, set[str]] = {
    "shorttext": {"pattern-right"},
    "number": {"271828"},
    "cloze": {"pattern-right"},
    "flashcard": {"the-back"},
}
"""What of the truth is written out, apart from what stands on the page anyway."""


def markers(question: q.Question) -> set[str]:
    """Everything that a learner has to earn."""
    return GENERAL | WHY | SPECIFIC.get(question.type, set())


def seen(question: q.Question, html: str) -> set[str]:
    """What of it is on a page."""
    return {marker for marker in markers(question) if marker in html}
