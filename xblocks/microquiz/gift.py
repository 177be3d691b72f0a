"""GIFT, the format in which Moodle writes questions as text: read from it, and written so that Moodle can read it.

Written questions come back whole: a comment (`// microunits: {…}`) above the GIFT text holds what GIFT cannot. Whoever
edits the GIFT text by hand is believed; the comment then only adds what that text has no place for (see
`gift_merging`). Types that GIFT does not know (ordering, cloze, flashcard) are such a comment only.

Decisions on what Moodle knows and we do not:
- A `$CATEGORY` becomes a tag of the questions below it: its last name, unless it is one of Moodle's own.
- `[markdown]` is rendered as far as questions use it (see `text_formats`), `[moodle]` is markup whose line ends count.
- Weights become the nearest scoring, with a remark when that is not the same.
- `[id:…]` and `[tag:…]` in a comment are the id and the tags, as Moodle reads and writes them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import clean_text
from xblocks.microquiz import content
from xblocks.microquiz.gift_merging import merge
from xblocks.microquiz.gift_questions import draft_of
from xblocks.microquiz.gift_syntax import Block, blocks
from xblocks.microquiz.gift_writing import NOTES, notes, visible
from xblocks.microquiz.questions import Question
from xblocks.microquiz.reading import (
    MOST_QUESTIONS,
    Draft,
    LineProblem,
    NotRead,
    Reading,
    collect,
    looks_like_xml,
    tag_of_category,
)

MOST_CHARACTERS = 1_000_000

NOT_IN_GIFT = N_("GIFT has no form for this kind of question: Moodle skips it. Read here again, it is still there.")
FIELD_NOT_IN_GIFT = N_("GIFT has no place for this: Moodle will not see it. Read here again, it is still there.")

_Read = tuple[Question | None, list[LineProblem]]


@dataclass(frozen=True, slots=True)
class Writing:
    """Questions as GIFT.

    Attributes:
        losses: what Moodle will not see, each with its path ("questions/2/hints"); reading it here loses nothing.
    """

    text: str
    losses: tuple[Problem, ...] = ()


def read(text: str, new_id: Callable[[], str]) -> Reading:
    """The questions of a GIFT text; one that is broken is left out and never takes others with it.

    Never raises, whatever the text. `new_id` gives an id to each question that has none of its own.
    """
    if looks_like_xml(text):
        return _refused(N_("This is XML, not GIFT. Choose Moodle XML and paste it there."))
    if len(text) > MOST_CHARACTERS:
        return _refused(N_("This is longer than %(most)d characters; paste it in parts."), most=MOST_CHARACTERS)
    found: list[_Read] = []
    category = ""
    for block in blocks(clean_text(text)):
        if block.category:
            category = tag_of_category(block.text)
        elif len(found) == MOST_QUESTIONS:
            message = N_("Only the first %(most)d questions were read; paste the rest on its own.")
            found.append((None, [LineProblem(block.line, Problem("", message, {"most": MOST_QUESTIONS}), True)]))
            break
        else:
            found.extend(_read_block(block, category, new_id))
    return collect(found)


def write(questions: Iterable[Question]) -> Writing:
    """Questions as GIFT for Moodle, with comments that hold the rest for `read`."""
    texts: list[str] = []
    losses: list[Problem] = []
    for index, question in enumerate(questions):
        text = visible(question)
        seen = _written(text, question)
        path = f"questions/{index}"
        if seen is None:
            texts.append(notes(question))
            losses.append(Problem(path, NOT_IN_GIFT))
            continue
        texts.append(text if seen == question else f"{notes(question)}\n{text}")
        losses.extend(Problem(f"{path}/{name}", FIELD_NOT_IN_GIFT) for name in _differing(question, seen))
    return Writing("".join(f"{text}\n\n" for text in texts), tuple(losses))


def _refused(message: str, **params: object) -> Reading:
    return Reading(problems=(LineProblem(1, Problem("", message, params), dropped=True),))


def _read_block(block: Block, category: str, new_id: Callable[[], str]) -> list[_Read]:
    line, base, found = _kept(block)
    remarks: list[_Read] = [(None, found)] if found else []
    if not block.text.strip():
        return remarks + ([_alone(line, base)] if base else [])
    draft, edited, problems = _read_visible(block, category, base.id if base else "", new_id)
    if base is None or edited is None or draft is None:
        return [*remarks, (edited, problems)]
    written = _written(visible(base), base)
    if written is None:
        return [*remarks, (base, []), (dataclasses.replace(edited, id=new_id()), problems)]
    if edited == written:
        return [*remarks, (base, [])]
    return [*remarks, _checked(draft, merge(base, written, edited), problems)]


def _read_visible(
    block: Block, category: str, own_id: str, new_id: Callable[[], str]
) -> tuple[Draft | None, Question | None, list[LineProblem]]:
    try:
        draft = draft_of(block, category)
    except NotRead as error:
        return None, None, [error.problem]
    if not draft.own_id:
        draft.raw["id"] = own_id or new_id()
    return (draft, *draft.finish())


def _kept(block: Block) -> tuple[int, Question | None, list[LineProblem]]:
    """The question in the comments of a block, and in which line."""
    for line, comment in block.comments:
        if comment.startswith(NOTES):
            question, problems = content.read(_json(comment.removeprefix(NOTES)))
            if question is not None and not problems:
                return line, question, []
            message = N_("The comment that holds the rest of this question was changed, so only the text below counts.")
            return line, None, [LineProblem(line, Problem("", message), dropped=not block.text.strip())]
    return block.line, None, []


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _alone(line: int, base: Question) -> _Read:
    """A question that is only a comment; one whose GIFT text was taken away is meant to go."""
    if _written(visible(base), base) is None:
        return base, []
    message = N_("The text of this question is gone. Leave no empty line below this comment, or remove it too.")
    return None, [LineProblem(line, Problem("", message), dropped=True)]


def _written(text: str, question: Question) -> Question | None:
    """What one reads in the GIFT text of a question; None when that is another question than it should be."""
    found = [block for block in blocks(text) if not block.category]
    if len(found) != 1:
        return None
    _, seen, _ = _read_visible(found[0], "", question.id, lambda: question.id)
    return seen if type(seen) is type(question) else None


def _checked(draft: Draft, question: Question, remarks: list[LineProblem]) -> _Read:
    problems = content.check(question)
    if problems:
        return None, [LineProblem(draft.line_of(problem.path), problem, dropped=True) for problem in problems]
    return question, remarks


def _differing(question: Question, seen: Question) -> list[str]:
    """The fields that look different in the GIFT text; ids of parts are nobody's to see."""
    own, other = (_without_ids(content.encode(each)) for each in (question, seen))
    return sorted(name for name in {*own, *other} if own.get(name) != other.get(name))


def _without_ids(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _without_ids(value) for name, value in data.items() if name != "id"}
    return [_without_ids(value) for value in data] if isinstance(data, list) else data
