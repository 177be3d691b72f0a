"""What stands in one block of GIFT, as a draft of a question.

Which kind it is follows from the answers between { and }, tried in Moodle's order (qformat_gift): # is a number, ~ a
choice, = with -> a matching, T or F a statement, the rest short text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xblocks.base.problems import N_
from xblocks.microquiz.content import ID
from xblocks.microquiz.gift_syntax import Block, unmark
from xblocks.microquiz.reading import Draft, NotRead, choice_fields, right_choices, tag
from xblocks.microquiz.text_formats import TextFormat, as_markup

GAP = "_____"
MOST_ANSWERS = 500

_WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d{0,9})?)%")
_NUMBER = re.compile(r"[-+]?(?:\d{1,40}(?:[.,]\d{0,40})?|[.,]\d{1,40})(?:[eE][-+]?\d{1,2})?\Z")
_ONLY_CLOSING_TAGS = re.compile(r"(?:\s|</[a-z0-9]+>)*\Z")
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")

# Moodle's own notation, in comments above a question; a "]" within is written "\]".
_OWN_ID = re.compile(r"\[id:((?:\\\]|[^\]]){1,200})\]")
_OWN_TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`]){1,200})\]")


@dataclass(frozen=True)
class Piece:
    """A part of a block's text, and where in it that begins."""

    text: str
    at: int

    def split(self, separator: str, most: int = -1) -> list[Piece]:
        """The pieces between separators."""
        pieces = []
        at = self.at
        for text in self.text.split(separator, most):
            pieces.append(Piece(text, at))
            at += len(text) + len(separator)
        return pieces

    def strip(self) -> Piece:
        """The piece without blanks around it."""
        text = self.text.lstrip()
        return Piece(text.rstrip(), self.at + len(self.text) - len(text))

    def after(self, length: int) -> Piece:
        """The piece without its beginning."""
        return Piece(self.text[length:], self.at + length)


@dataclass(frozen=True)
class _Answers:
    """What stands between { and }, and what the readers of each kind share."""

    block: Block
    draft: Draft
    body: Piece
    form: TextFormat

    def line(self, piece: Piece) -> int:
        return self.block.line_at(piece.at)

    def markup(self, piece: Piece) -> str:
        return as_markup(*_formatted(piece.text, self.form))

    def list_of(self, name: str, parts: Iterator[tuple[Piece, dict[str, Any]]]) -> list[dict[str, Any]]:
        """The parts of a question, their lines noted."""
        out: list[dict[str, Any]] = []
        for piece, part in parts:
            self.draft.lines[f"{name}/{len(out)}"] = self.line(piece)
            out.append(part)
        return out


def draft_of(block: Block, category: str) -> Draft:
    """The question of a block; questions of a category have it as a tag.

    Raises:
        NotRead: when it is none.
    """
    text = Piece(block.text, 0).strip()
    line = block.line_at(text.at)
    title, text = _title(text)
    opening, closing = text.text.find("{"), text.text.find("}")
    if opening < 0 and closing < 0:
        raise NotRead(line, N_("There are no answers in { }, so this is a text and not a question; move it elsewhere."))
    if closing < opening or opening < 0:
        where = block.line_at(text.at + max(opening, closing, 0))
        raise NotRead(where, N_("{ and } do not match here. A question has no empty lines; write \\{ or \\} for text."))
    before, after = text.text[:opening], text.text[closing + 1 :]
    gap = "" if _ONLY_CLOSING_TAGS.match(after) else GAP
    question, form = _formatted(before + gap + after, TextFormat.MOODLE)
    draft = Draft(line, {"id": "", "title": title, "text": as_markup(question, form)})
    _read_comments(block, draft, category)
    if "{" in after or "}" in after:
        at = block.line_at(text.at + closing + 1)
        draft.remark(at, N_("There are more { or } after the answers; write \\{ and \\} when they are text."))
    body = Piece(text.text[opening + 1 : closing], text.at + opening + 1)
    _read_answers(block, draft, body, form)
    return draft


def _title(text: Piece) -> tuple[str, Piece]:
    end = text.text.find("::", 2) if text.text.startswith("::") else -1
    if end < 0:
        return "", text
    return unmark(text.text[2:end]), text.after(end + 2).strip()


def _formatted(text: str, form: TextFormat) -> tuple[str, TextFormat]:
    """A text without its [format] and in which format it is; `form` when it does not say."""
    text = text.strip()
    if text.startswith("["):
        name = text[1:12].partition("]")[0]
        if name in list(TextFormat) and text[len(name) + 1 : len(name) + 2] == "]":
            return unmark(text[len(name) + 2 :]), TextFormat(name)
    return unmark(text), form


def _read_comments(block: Block, draft: Draft, category: str) -> None:
    tags = [category] if category else []
    for line, comment in block.comments:
        draft.lines.setdefault("tags", line)
        own = _OWN_ID.search(comment)
        if own and not draft.own_id:
            name = own.group(1).strip()
            draft.own_id = ID.match(name) is not None
            if draft.own_id:
                draft.raw["id"] = name
            else:
                message = N_("The id %(id)s has signs that an id here cannot have, so this question got another.")
                draft.remark(line, message, id=name[:64])
        tags.extend(tag(found.replace("\\]", "]")) for found in _OWN_TAG.findall(comment))
    draft.raw["tags"] = [found for found in dict.fromkeys(tags) if found]


def _read_answers(block: Block, draft: Draft, body: Piece, form: TextFormat) -> None:
    at = body.text.rfind("####")
    if at >= 0:
        explanation = as_markup(*_formatted(body.text[at + 4 :], form))
        draft.raw["explanation"] = {"text": explanation}
        draft.lines["explanation"] = block.line_at(body.at + at)
        body = Piece(body.text[:at], body.at)
    answers = _Answers(block, draft, body.strip(), form)
    text = answers.body.text
    head = text.partition("#")[0].strip().upper()
    if sum(map(text.count, "~=")) > MOST_ANSWERS:
        raise NotRead(draft.line, N_("There are more answers here than fit; check whether a } is missing above."))
    if not text:
        raise NotRead(draft.line, N_("This is an essay, which nobody can grade at once; make it a reflection instead."))
    if text.startswith("#"):
        _read_number(answers)
    elif "~" in text:
        _read_choices(answers)
    elif "=" in text and "->" in text:
        _read_matching(answers)
    elif head in (*_TRUE, *_FALSE):
        _read_statement(answers, head in _TRUE)
    else:
        _read_short_text(answers)


def _weighed(piece: Piece, otherwise: float) -> tuple[Piece, float]:
    """An answer without its %weight%, and that as a fraction (1 is all points)."""
    found = _WEIGHT.match(piece.text)
    if not found:
        return piece, otherwise
    return piece.after(found.end()).strip(), float(Decimal(found.group(1).replace(",", ".")) / 100)


def _with_feedback(answers: _Answers, piece: Piece) -> tuple[Piece, str]:
    answer, *feedback = piece.split("#", 1)
    return answer.strip(), answers.markup(feedback[0]) if feedback else ""


def _listed(body: Piece, separator: str) -> list[Piece]:
    """The pieces that each begin with a separator; something before the first is one too."""
    pieces = [piece.strip() for piece in body.split(separator)]
    return pieces if pieces[0].text else pieces[1:]


def _read_choices(answers: _Answers) -> None:
    single = "=" in answers.body.text
    fractions: list[float] = []
    parts: list[dict[str, Any]] = []
    for piece in _choice_pieces(answers.body):
        right = piece.text.startswith("=")
        own, fraction = _weighed(piece.after(1).strip() if right else piece, 1.0 if right else 0.0)
        answer, feedback = _with_feedback(answers, own)
        answers.draft.lines[f"choices/{len(parts)}"] = answers.line(piece)
        fractions.append(fraction)
        parts.append({"id": f"c{len(parts) + 1}", "text": answers.markup(answer), "feedback": feedback})
    fields, remark = choice_fields(fractions, single)
    for part, right in zip(parts, right_choices(fractions, single), strict=True):
        part["right"] = right
    if remark:
        answers.draft.remark(answers.draft.line, remark)
    answers.draft.raw.update(fields, choices=parts)


def _choice_pieces(body: Piece) -> list[Piece]:
    """The choices, those that are right with their = in front, whether or not they also have a ~."""
    marked = [at for at, char in enumerate(body.text) if char in "~="]
    pieces = [Piece(body.text[: marked[0]], body.at)]
    for at, end in zip(marked, [*marked[1:], len(body.text)], strict=True):
        skip = 1 if body.text[at] == "~" else 0
        pieces.append(Piece(body.text[at + skip : end], body.at + at + skip))
    stripped = [piece.strip() for piece in pieces]
    return [
        piece
        for index, piece in enumerate(stripped)
        if piece.text or not (index == 0 or (index + 1 < len(stripped) and stripped[index + 1].text.startswith("=")))
    ]


def _read_matching(answers: _Answers) -> None:
    pairs: list[dict[str, Any]] = []
    distractors: list[str] = []
    for piece in _listed(answers.body, "="):
        left, *rest = piece.split("->", 1)
        if not rest:
            raise NotRead(answers.line(piece), N_("A matching needs -> between the two things: =this -> that."))
        right = unmark(rest[0].text)
        if not left.text.strip():
            answers.draft.lines[f"distractors/{len(distractors)}"] = answers.line(piece)
            distractors.append(right)
            continue
        answers.draft.lines[f"pairs/{len(pairs)}"] = answers.line(piece)
        pairs.append({"id": f"p{len(pairs) + 1}", "left": answers.markup(left), "right": right})
    answers.draft.raw.update(type="matching", pairs=pairs, distractors=distractors)


def _read_statement(answers: _Answers, right: bool) -> None:
    _, *feedback = answers.body.split("#", 2)
    wrongly, rightly = (*(answers.markup(piece) for piece in feedback), "", "")[:2]
    answers.draft.raw.update(
        type="truefalse",
        right=right,
        feedback_true=rightly if right else wrongly,
        feedback_false=wrongly if right else rightly,
    )


def _read_short_text(answers: _Answers) -> None:
    def parts() -> Iterator[tuple[Piece, dict[str, Any]]]:
        for piece in _listed(answers.body, "="):
            own, score = _weighed(piece, 1.0)
            answer, feedback = _with_feedback(answers, own)
            pattern, _ = _formatted(answer.text, answers.form)
            yield piece, {"pattern": pattern, "score": score, "feedback": feedback}

    answers.draft.raw.update(type="shorttext", answers=answers.list_of("answers", parts()))


def _read_number(answers: _Answers) -> None:
    numbers, *otherwise = answers.body.after(1).split("~", 1)

    def parts() -> Iterator[tuple[Piece, dict[str, Any]]]:
        for piece in _listed(numbers, "="):
            own, score = _weighed(piece, 1.0)
            answer, feedback = _with_feedback(answers, own)
            value, tolerance = _value(answers, answer)
            part = {"value": str(value), "tolerance": str(tolerance), "score": score, "feedback": feedback}
            yield piece, part

    answers.draft.raw.update(type="number", answers=answers.list_of("answers", parts()))
    if otherwise:
        _, feedback = _with_feedback(answers, otherwise[0])
        answers.draft.raw["feedback"] = {"wrong": feedback}


def _value(answers: _Answers, piece: Piece) -> tuple[Decimal, Decimal]:
    """A value and its tolerance from "5", "5:0.5" or "4.5..5.5"."""
    low, *high = piece.split("..", 1)
    if high:
        ends = sorted((_number(answers, low), _number(answers, high[0])))
        middle = (ends[0] + ends[1]) / 2
        return middle, ends[1] - middle
    value, *tolerance = piece.split(":", 1)
    return _number(answers, value), _number(answers, tolerance[0]) if tolerance else Decimal(0)


def _number(answers: _Answers, piece: Piece) -> Decimal:
    text = unmark(piece.text)
    if not _NUMBER.match(text):
        message = N_("%(text)s is not a number. Write {#5}, {#5:0.5} or {#4.5..5.5}; words go without the #.")
        raise NotRead(answers.line(piece), message, text=f"“{text[:40]}”")
    return Decimal(text.replace(",", "."))
