"""The questions: nine types, each a frozen dataclass.

A question is pure content. It says what is asked, what counts as right and what the learner hears about it; it does
not know who plays it. How it is written down is in `content`, how an answer is judged in `grading`.

Text that may hold markup is made with `html_text()`: it is sanitised on save and on display and written as CDATA in
OLX. Everything else is plain text. Ids are stable for the life of a question; a copy gets a new one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, get_args

HTML = "html"


def html_text(default: str = "") -> Any:
    """A field whose text may hold (sanitised) markup."""
    return field(default=default, metadata={"kind": HTML})


def is_html(of: dataclasses.Field[Any]) -> bool:
    """Whether a dataclass field holds markup."""
    return of.metadata.get("kind") == HTML


class Scoring(StrEnum):
    """How an answer of several parts becomes one score.

    ALL_OR_NOTHING: 1 when every part is right, else 0.
    PARTIAL: the share of the parts that are right. In multiple choice that is the share of the right choices that were
        taken; each choice beyond their number takes one off, or else taking all of them would always be right.
    PARTIAL_WITH_PENALTY: every wrong choice costs what a right one earns; never below 0.
    """

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"
    PARTIAL_WITH_PENALTY = "partial_with_penalty"


class Rating(StrEnum):
    """How well a learner says they knew a flashcard (FSRS's four grades)."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class Confidence(StrEnum):
    """How sure a learner says they are, before they see whether they are right."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture with the text that says the same; an empty `alt` says that it is decoration only."""

    src: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What the learner hears in general, whichever choice they made."""

    right: str = html_text()
    partly: str = html_text()
    wrong: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why the answer is the answer, and where one can read it."""

    text: str = html_text()
    source_url: str = ""
    source_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a single or multiple choice question."""

    id: str
    text: str = html_text()
    right: bool = False
    feedback: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAnswer:
    """A text that a learner may type, as a pattern in which * stands for any run of characters and \\* for a star.

    A score below 1 marks an answer that is partly right; 0 one that is foreseen as wrong and has feedback of its own.
    """

    pattern: str
    score: float = 1.0
    feedback: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAnswer:
    """A number that a learner may give, within a tolerance.

    Attributes:
        tolerance: how far off is still right; an amount, or a fraction of the value (0.05 is 5 %) when `relative`.
    """

    value: Decimal
    tolerance: Decimal = Decimal(0)
    relative: bool = False
    score: float = 1.0
    feedback: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to put in order."""

    id: str
    text: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two things that belong together; the right-hand one is plain text, because the learner picks it from a list."""

    id: str
    left: str = html_text()
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedGap:
    """A gap that the learner types into."""

    kind: ClassVar[str] = "typed"
    id: str
    answers: tuple[TextAnswer, ...] = ()
    fold_case: bool = True
    fold_accents: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GapOption:
    """One option of a gap that the learner picks from."""

    id: str
    text: str = ""
    right: bool = False
    feedback: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedGap:
    """A gap that the learner fills from a list."""

    kind: ClassVar[str] = "picked"
    id: str
    options: tuple[GapOption, ...] = ()


Gap = TypedGap | PickedGap


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What all types have.

    Attributes:
        id: stable; letters, digits, "-" and "_", at most 64, unique in its quiz.
        text: what is asked.
        title: a short name for lists and reports; empty: the beginning of the text serves.
        points: what the question weighs within its quiz, 0 or more.
        hints: shown one by one, on demand.
    """

    type: ClassVar[str]
    id: str
    text: str = html_text()
    title: str = ""
    points: float = 1.0
    image: Image = Image()
    hints: tuple[str, ...] = field(default=(), metadata={"kind": HTML})
    feedback: Feedback = Feedback()
    explanation: Explanation = Explanation()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(Question):
    """One of several."""

    type: ClassVar[str] = "single"
    choices: tuple[Choice, ...] = ()
    shuffle: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(Question):
    """Any number of several."""

    type: ClassVar[str] = "multiple"
    choices: tuple[Choice, ...] = ()
    shuffle: bool = True
    scoring: Scoring = Scoring.PARTIAL_WITH_PENALTY


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(Question):
    """A statement that holds or does not."""

    type: ClassVar[str] = "truefalse"
    right: bool = True
    feedback_true: str = html_text()
    feedback_false: str = html_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortText(Question):
    """A word or a few, typed."""

    type: ClassVar[str] = "shorttext"
    answers: tuple[TextAnswer, ...] = ()
    fold_case: bool = True
    fold_accents: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Question):
    """A number, typed; a decimal comma is as good as a point."""

    type: ClassVar[str] = "number"
    answers: tuple[NumberAnswer, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(Question):
    """Things to put in order; `items` stands in the right order. PARTIAL is Kendall's tau, never below 0."""

    type: ClassVar[str] = "ordering"
    items: tuple[Item, ...] = ()
    scoring: Scoring = Scoring.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Question):
    """Things that belong together; `distractors` are right-hand texts that belong nowhere."""

    type: ClassVar[str] = "matching"
    pairs: tuple[Pair, ...] = ()
    distractors: tuple[str, ...] = ()
    scoring: Scoring = Scoring.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Question):
    """A text with gaps; `[[id]]` in the text stands where the gap of that id is."""

    type: ClassVar[str] = "cloze"
    gaps: tuple[Gap, ...] = ()
    scoring: Scoring = Scoring.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Flashcard(Question):
    """Recall, turn the card, rate yourself. Rating honestly costs nothing: a card that was turned and rated is done."""

    type: ClassVar[str] = "flashcard"
    back: str = html_text()


AnyQuestion = SingleChoice | MultipleChoice | TrueFalse | ShortText | Number | Ordering | Matching | Cloze | Flashcard

TYPES: dict[str, type[Question]] = {cls.type: cls for cls in get_args(AnyQuestion)}
