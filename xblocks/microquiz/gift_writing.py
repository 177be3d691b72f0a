"""A question as GIFT that Moodle reads; what GIFT cannot hold is left out here, `gift.write` keeps it in a comment."""

from __future__ import annotations

import json
import re
from decimal import Context

from xblocks.microquiz.content import encode
from xblocks.microquiz.gift_syntax import escape
from xblocks.microquiz.questions import (
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Question,
    Scoring,
    ShortText,
    SingleChoice,
    TrueFalse,
)

NOTES = "microunits:"

_SAFE_TAG = re.compile(r"[^\]\[<>`\\,\s](?:[^\]\[<>`\\,\n\t]{0,48}[^\]\[<>`\\,\s])?\Z")
_ARITHMETIC = Context(prec=28)


def notes(question: Question) -> str:
    """The comment that holds all of a question."""
    data = json.dumps(encode(question), ensure_ascii=False, separators=(",", ":"))
    # Moodle looks for [id:…] and [tag:…] in comments; within a text of the question they mean nothing.
    data = data.replace("[id:", "\\u005bid:").replace("[tag:", "\\u005btag:")
    return f"// {NOTES} {data}"


def visible(question: Question) -> str:
    """What Moodle reads of a question, its id and tags in a comment; "" for a type that GIFT does not know."""
    body = _body(question)
    if body is None:
        return ""
    labels = [f"[id:{question.id}]", *(f"[tag:{tag}]" for tag in question.tags if _SAFE_TAG.match(tag))]
    opening, lines = body
    title = f"::{escape(question.title)}::" if question.title else ""
    explanation = f"####{_markup(question.explanation.text)}" if question.explanation.text else ""
    head = f"{title}[html]{escape(question.text)}{opening}"
    if isinstance(question, TrueFalse):
        text = f"{head}{lines[0]}{explanation}}}"
    else:
        rows = [*lines, explanation] if explanation else lines
        text = "\n".join([head, *(f"\t{row}" for row in rows), "}"])
    return f"// {' '.join(labels)}\n{text}"


def _body(question: Question) -> tuple[str, list[str]] | None:
    """How the answers open, and their lines; None for a type that GIFT does not know."""
    match question:
        case SingleChoice():
            return "{", [
                f"{'=' if choice.right else '~'}{_markup(choice.text)}{_feedback(choice.feedback)}"
                for choice in question.choices
            ]
        case MultipleChoice():
            return "{", _multiple(question)
        case TrueFalse():
            return "{", [_statement(question)]
        case ShortText():
            return "{", [
                f"=%{percent(answer.score)}%{_plain(answer.pattern)}{_feedback(answer.feedback)}"
                for answer in question.answers
            ]
        case Number():
            otherwise = [f"~{_feedback(question.feedback.wrong)}"] if question.feedback.wrong else []
            return "{#", [*(_number(answer) for answer in question.answers), *otherwise]
        case Matching():
            pairs = [f"={_markup(pair.left)} -> {escape(pair.right)}" for pair in question.pairs]
            return "{", [*pairs, *(f"= -> {escape(text)}" for text in question.distractors)]
        case _:
            return None


def _multiple(question: MultipleChoice) -> list[str]:
    share = percent(1 / max(1, sum(choice.right for choice in question.choices)))
    wrong = {
        Scoring.PARTIAL: "",
        Scoring.PARTIAL_WITH_PENALTY: f"%-{share}%",
        Scoring.ALL_OR_NOTHING: "%-100%",
    }[question.scoring]
    return [
        f"~{f'%{share}%' if choice.right else wrong}{_markup(choice.text)}{_feedback(choice.feedback)}"
        for choice in question.choices
    ]


def _statement(question: TrueFalse) -> str:
    rightly, wrongly = question.feedback_true, question.feedback_false
    if not question.right:
        rightly, wrongly = wrongly, rightly
    text = "TRUE" if question.right else "FALSE"
    if rightly:
        return f"{text}#{_markup(wrongly)}#{_markup(rightly)}"
    return text + _feedback(wrongly)


def _number(answer: NumberAnswer) -> str:
    tolerance = answer.tolerance
    if answer.relative:
        tolerance = _ARITHMETIC.multiply(abs(answer.value), tolerance)
    return f"=%{percent(answer.score)}%{answer.value:f}:{tolerance:f}{_feedback(answer.feedback)}"


def percent(fraction: float) -> str:
    """A fraction as Moodle writes shares: per cent with at most five decimals."""
    return f"{fraction * 100:.5f}".rstrip("0").rstrip(".")


def _feedback(markup: str) -> str:
    return f"#{_markup(markup)}" if markup else ""


def _markup(markup: str) -> str:
    return _plain(markup.replace("->", "-&gt;"))


def _plain(text: str) -> str:
    """Text that is not taken for a format when it begins with a bracket."""
    return f"[html]{escape(text)}" if text.lstrip().startswith("[") else escape(text)
