"""A question as Moodle has it: one of its core types, with what that type can hold and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from moodle_bridge.shapes import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a question, or the right-hand side of a pair.

    Attributes:
        text: markup where the type takes it (`is_markup`), else plain.
        score: -1 to 1; Moodle's nearest share of it is what counts.
        tolerance: of a number, an amount.
        left: what a pair's answer belongs to; None for what is no pair, "" for an answer that belongs nowhere.
        group: which list a choice of a gap belongs to.
    """

    text: str
    is_markup: bool = False
    score: Decimal = Decimal(0)
    feedback: str = ""
    tolerance: Decimal | None = None
    left: str | None = None
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleQuestion:
    """A question of Moodle's bank.

    Attributes:
        qtype: "multichoice", "truefalse", "shortanswer", "numerical", "ordering", "match", "multianswer", "gapselect".
        right, partly, wrong: what everybody hears, for types that have it; markup.
        explanation: Moodle's general feedback; markup.
        penalty: what a further try costs, 0..1.
        settings: what else the type has, by the name of its element in Moodle XML.
    """

    qtype: str
    key: str
    name: str
    text: str
    points: float
    right: str = ""
    partly: str = ""
    wrong: str = ""
    explanation: str = ""
    hints: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    penalty: float = 0.0
    answers: tuple[Answer, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_combined_feedback(self) -> bool:
        """Whether Moodle has a place for right, partly and wrong."""
        return self.qtype in COMBINED

    def markup(self) -> list[str]:
        """Every text that may show files."""
        of_answers = [text for one in self.answers for text in (one.text * one.is_markup, one.feedback, one.left or "")]
        return [self.text, self.right, self.partly, self.wrong, self.explanation, *self.hints, *of_answers]

    def fields(self) -> dict[str, Json]:
        """What it says, in the groups in which a person in Moodle edits it."""
        return {
            "name": self.name,
            "text": self.text,
            "points": self.points,
            "feedback": [self.right, self.partly, self.wrong, self.explanation],
            "hints": list(self.hints),
            "tags": sorted(self.tags),
            "answers": [_as_json(answer) for answer in self.answers],
            "settings": {"qtype": self.qtype, "penalty": self.penalty, **self.settings},
        }


COMBINED = frozenset({"multichoice", "match", "ordering", "gapselect"})


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "score": str(answer.score),
        "feedback": answer.feedback,
        "tolerance": None if answer.tolerance is None else str(answer.tolerance),
        "left": answer.left,
        "group": answer.group,
    }
