"""Moodle's embedded answers: a text in which {1:SHORTANSWER:=fire~%50%flame#Almost.} is a gap.

Source of the rules: Moodle's qtype_multianswer. A gap begins with what it weighs and its kind, its answers are apart
by ~, right is = or %100%, feedback follows #, and \\ } \\ # \\ ~ are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import as_plain_text

MOST_ANSWERS = 200

_START = re.compile(
    r"\{(\d{0,4}):"
    r"(?:(?P<typed>SHORTANSWER|SA|MW)|(?P<exact>SHORTANSWER_C|SAC|MWC)|(?P<number>NUMERICAL|NM)"
    r"|(?P<picked>MULTICHOICE(?:_[VH]?S?)?|MC[VH]?S?)|(?P<several>MULTIRESPONSE(?:_H?S?)?|MRH?S?)):"
)
_END = re.compile(r"(?<!\\)\}")
_SEPARATOR = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<![\\&])#")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d{0,9})?)%")
_NUMBER = re.compile(r"(-?(?:\d{1,40}[.,]?\d{0,40}|[.,]\d{1,40})(?:[eE][-+]?\d{1,3})?)(?::(.*))?\Z", re.DOTALL)
_UNESCAPE = re.compile(r"\\([}#~\\])")

TOLERANCE_LOST = N_("A gap here is a text, so the number %(number)s has no tolerance; add the forms that are right.")
ONE_RIGHT = N_("A list to pick from has one right option here; the first of them counts.")
PARTLY_RIGHT = N_("An option that was partly right counts as wrong here.")
SEVERAL_TO_TICK = N_(
    "A gap with boxes to tick (MULTIRESPONSE) has no place in a text here; make it a question of its own."
)
TOO_MANY = N_("This gap has more answers than fit; check whether a } is missing.")
NO_END = N_("This gap has no } at its end: %(text)s")
WEIGHTS = N_("The gaps counted for unequal shares; here each gap counts the same.")


@dataclass
class EmbeddedAnswers:
    """A text whose gaps are [[g1]], [[g2]], …, and what they are, as data for `content.read`.

    Attributes:
        weights: what each gap was worth, in Moodle's points.
        remarks: what is different here; `fatal` when the question cannot be.
    """

    text: str = ""
    gaps: list[dict[str, Any]] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    fatal: Problem | None = None


def read(source: str) -> EmbeddedAnswers:
    """The gaps of a text in Moodle's notation; never raises, and takes time in proportion to the text."""
    found = EmbeddedAnswers()
    parts: list[str] = []
    at = 0
    while start := _START.search(source, at):
        end = _END.search(source, start.end())
        if end is None:
            found.fatal = Problem("text", NO_END, {"text": source[start.start() : start.start() + 40]})
            break
        name = f"g{len(found.gaps) + 1}"
        parts.extend((_literal(source[at : start.start()]), f"[[{name}]]"))
        found.weights.append(int(start.group(1) or 1))
        _read_gap(found, name, str(start.lastgroup), source[start.end() : end.start()])
        at = end.end()
    found.text = "".join([*parts, _literal(source[at:])])
    if len(set(found.weights)) > 1:
        found.remarks.append(Problem("gaps", WEIGHTS))
    return found


def _literal(text: str) -> str:
    """Text in which nothing looks like one of our gaps."""
    return text.replace("[[", "[ [")


@dataclass(frozen=True)
class _Alternative:
    text: str
    score: float
    feedback: str


def _read_gap(found: EmbeddedAnswers, name: str, kind: str, body: str) -> None:
    texts = _SEPARATOR.split(body, MOST_ANSWERS)
    alternatives = [each for each in map(_alternative, texts[:MOST_ANSWERS]) if each.text]
    readers: dict[str, Callable[[EmbeddedAnswers, str, list[_Alternative]], dict[str, Any]]] = {
        "typed": _typed,
        "exact": _exact,
        "number": _number,
        "picked": _picked,
    }
    if kind == "several":
        found.fatal = Problem("gaps", SEVERAL_TO_TICK)
    elif len(texts) > MOST_ANSWERS:
        found.fatal = Problem("gaps", TOO_MANY)
    else:
        found.gaps.append(readers[kind](found, name, alternatives))


def _alternative(text: str) -> _Alternative:
    answer, *feedback = _FEEDBACK.split(text.strip(), 1)
    score = 0.0
    weight = _WEIGHT.match(answer)
    if answer.startswith("="):
        answer, score = answer[1:], 1.0
    elif weight:
        answer, score = answer[weight.end() :], float(Decimal(weight.group(1).replace(",", ".")) / 100)
    return _Alternative(
        unescape(_unescaped(answer)).strip(),
        min(1.0, max(0.0, score)),
        unescape(_unescaped(feedback[0])).strip() if feedback else "",
    )


def _unescaped(text: str) -> str:
    return _UNESCAPE.sub(r"\1", text)


def _typed(found: EmbeddedAnswers, name: str, alternatives: list[_Alternative]) -> dict[str, Any]:
    answers = [{"pattern": each.text, "score": each.score, "feedback": each.feedback} for each in alternatives]
    return {"kind": "typed", "id": name, "answers": answers}


def _exact(found: EmbeddedAnswers, name: str, alternatives: list[_Alternative]) -> dict[str, Any]:
    return _typed(found, name, alternatives) | {"fold_case": False, "fold_accents": False}


def _number(found: EmbeddedAnswers, name: str, alternatives: list[_Alternative]) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    for each in alternatives:
        number = _NUMBER.match(each.text)
        value = number.group(1) if number else each.text
        if number and (number.group(2) or "0").strip("0.,"):
            found.remarks.append(Problem("gaps", TOLERANCE_LOST, {"number": value}))
        forms = dict.fromkeys([value, value.replace(".", ","), value.replace(",", ".")] if number else [value])
        answers.extend({"pattern": form, "score": each.score, "feedback": each.feedback} for form in forms)
    return {"kind": "typed", "id": name, "answers": answers}


def _picked(found: EmbeddedAnswers, name: str, alternatives: list[_Alternative]) -> dict[str, Any]:
    rights = [index for index, each in enumerate(alternatives) if each.score > 0.999]
    if len(rights) > 1:
        found.remarks.append(Problem("gaps", ONE_RIGHT))
    if any(0 < each.score <= 0.999 for each in alternatives):
        found.remarks.append(Problem("gaps", PARTLY_RIGHT))
    options = [
        {
            "id": f"o{index + 1}",
            "text": as_plain_text(each.text) if "<" in each.text else each.text,
            "right": index in rights[:1],
            "feedback": each.feedback,
        }
        for index, each in enumerate(alternatives)
    ]
    return {"kind": "picked", "id": name, "options": options}
