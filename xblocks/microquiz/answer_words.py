"""Questions and answers in words: what is right, once it may be seen, and what was answered, for the course team."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations
from html import escape
from typing import Any

from xblocks.base.numerals import numeral
from xblocks.base.sanitise import as_plain_text, clean_html
from xblocks.microquiz.content import GAP
from xblocks.microquiz.question_view import RATINGS
from xblocks.microquiz.questions import (
    Cloze,
    Flashcard,
    Matching,
    MultipleChoice,
    Number,
    NumberAnswer,
    Ordering,
    PickedGap,
    Question,
    Rating,
    ShortText,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    TypedGap,
)


def short_name(question: Question, longest: int) -> str:
    """A question's title, or how its text or its picture's description begins; "" when it has nothing but a picture."""
    text = question.title.strip() or GAP.sub("…", as_plain_text(question.text)) or question.image.alt.strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


# --- The right answer, once it may be seen


def render_answer(question: Question, words: NullTranslations) -> str:
    """The right answer of a question as HTML."""
    match question:
        case SingleChoice() | MultipleChoice():
            return _list(clean_html(choice.text) for choice in question.choices if choice.right)
        case TrueFalse():
            return words.gettext("True") if question.right else words.gettext("False")
        case ShortText():
            return _first_right(question.answers)
        case Number():
            return _number_answer(question, words)
        case Ordering():
            return f"<ol>{''.join(f'<li>{clean_html(item.text)}</li>' for item in question.items)}</ol>"
        case Matching():
            return _list(f"{clean_html(pair.left)} → {escape(pair.right)}" for pair in question.pairs)
        case Cloze():
            gaps = {gap.id: f"<mark>{_gap_answer(gap)}</mark>" for gap in question.gaps}
            return f"<div>{GAP.sub(lambda found: gaps[found[1]], clean_html(question.text))}</div>"
        case Flashcard():
            return clean_html(question.back)
        case _:
            raise TypeError(f"no answer to show for {type(question).__name__}")


def _list(lines: Iterable[str]) -> str:
    items = list(lines)
    return items[0] if len(items) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in items)}</ul>"


def _first_right(answers: Iterable[TextAnswer]) -> str:
    pattern = next(answer.pattern for answer in answers if answer.score >= 1)
    return escape(pattern.replace("\\*", "\x00").replace("*", "…").replace("\x00", "*"))


def _number_answer(question: Number, words: NullTranslations) -> str:
    answer: NumberAnswer = next(answer for answer in question.answers if answer.score >= 1)
    return escape(f"{numeral(answer.value, words)} {question.unit}".strip())


def _gap_answer(gap: TypedGap | PickedGap) -> str:
    if isinstance(gap, PickedGap):
        return escape(next(option.text for option in gap.options if option.right))
    return _first_right(gap.answers)


def answer_in_words(question: Question, response: Any, words: NullTranslations) -> str:
    """A kept response as a course team reads it, on one line."""
    match question:
        case SingleChoice():
            return "".join(as_plain_text(c.text) for c in question.choices if c.id == response["choice"])
        case MultipleChoice():
            return "; ".join(as_plain_text(c.text) for c in question.choices if c.id in response["choices"])
        case TrueFalse():
            return words.gettext("True") if response["value"] else words.gettext("False")
        case Ordering():
            texts = {item.id: as_plain_text(item.text) for item in question.items}
            return " > ".join(texts[one] for one in response["order"])
        case Matching():
            rights = {f"right:{pair.id}": pair.right for pair in question.pairs}
            lefts = {pair.id: as_plain_text(pair.left) for pair in question.pairs}
            return "; ".join(
                f"{lefts[left]} = {rights.get(right, right.removeprefix('extra:'))}"
                for left, right in response["pairs"].items()
            )
        case Cloze():
            options = {
                (gap.id, option.id): option.text
                for gap in question.gaps
                if isinstance(gap, PickedGap)
                for option in gap.options
            }
            return "; ".join(options.get((gap, value), value) for gap, value in response["gaps"].items())
        case Flashcard():
            return words.gettext(RATINGS[Rating(response["rating"])])
        case _:
            return str(response["text"])
