"""The kinds of questions in Moodle XML, each as a draft of ours.

Element names and what they mean are Moodle's qformat_xml and the export methods of its question types.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from xblocks.base.problems import N_
from xblocks.microquiz import cloze_syntax
from xblocks.microquiz.codec import MAX_PARTS
from xblocks.microquiz.content import ID
from xblocks.microquiz.moodle_xml_source import (
    FORMATS,
    Source,
    decimal,
    flag,
    fraction,
    plain,
    rows,
    text_of,
    value,
)
from xblocks.microquiz.questions import Scoring
from xblocks.microquiz.reading import Draft, NotRead, choice_fields, right_choices, tag
from xblocks.microquiz.text_formats import TextFormat

ESSAY = N_("This is an essay, which nobody can grade at once; make it a reflection instead.")
DESCRIPTION = N_("This is a text and not a question; put it in the introduction of the quiz or in a text of its own.")
CALCULATED = N_("This is calculated anew for each learner; write it as a number question with fixed values.")
UNKNOWN = N_("There is no kind of question like “%(type)s” here; rewrite it as one that there is, such as a choice.")
UNITS = N_("Only the first unit, %(unit)s, is shown beside the answer; other units are not converted.")
ANY_NUMBER = N_("An answer that accepts any number (*) is left out.")
SUBSET = N_("Moodle asked for a part of these things only; here learners put all of them in order.")
TOO_MANY = N_("This text has more than %(most)d gaps; make it two questions.")
NO_CHOICE = N_("The gap [[%(number)s]] has no choice of that number.")

_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")


class _Reader:
    """One question while it is read."""

    def __init__(self, node: etree._Element, source: Source, draft: Draft, form: TextFormat) -> None:
        self.node = node
        self.source = source
        self.draft = draft
        self.form = form

    def line(self, node: etree._Element) -> int:
        return self.source.line(node)

    def markup(self, node: etree._Element | None) -> str:
        return self.source.markup(node, self.draft, self.form)

    def feedback(self, answer: etree._Element) -> str:
        return self.markup(answer.find("feedback"))

    def score(self, answer: etree._Element) -> float:
        return min(1.0, max(0.0, fraction(answer, self.line(answer))))


def draft_of(node: etree._Element, source: Source, category: str) -> Draft:
    """A <question> as a draft; questions of a category have it as a tag.

    Raises:
        NotRead: when it is of a kind that there is not here, or broken.
    """
    kind = node.get("type", "")
    line = source.line(node)
    if kind not in _KINDS:
        raise NotRead(line, _OTHER_KINDS.get(kind, UNKNOWN), type=kind[:40])
    draft = Draft(line, {"id": "", "title": value(node, "name")})
    question = node.find("questiontext")
    form = TextFormat.HTML if question is None else FORMATS.get(question.get("format", "").strip(), TextFormat.HTML)
    reader = _Reader(node, source, draft, form)
    _read_common(reader, question, category)
    _KINDS[kind](reader)
    return draft


def _read_common(reader: _Reader, question: etree._Element | None, category: str) -> None:
    node, draft = reader.node, reader.draft
    for path, name in (("text", "questiontext"), ("points", "defaultgrade"), ("explanation", "generalfeedback")):
        found = node.find(name)
        if found is not None:
            draft.lines[path] = reader.line(found)
    draft.raw["text"] = reader.markup(question)
    if points := value(node, "defaultgrade"):
        draft.raw["points"] = float(decimal(points, draft.line_of("points")))
    draft.raw["explanation"] = {"text": reader.markup(node.find("generalfeedback"))}
    draft.raw["feedback"] = {
        "right": reader.markup(node.find("correctfeedback")),
        "partly": reader.markup(node.find("partiallycorrectfeedback")),
        "wrong": reader.markup(node.find("incorrectfeedback")),
    }
    hints = (reader.markup(hint) for hint in node.findall("hint"))
    draft.raw["hints"] = [hint for hint in hints if hint]
    tags = [category, *(tag(text_of(each)) for each in node.findall("tags/tag"))]
    draft.raw["tags"] = [each for each in dict.fromkeys(tags) if each]
    _read_id(reader)


def _read_id(reader: _Reader) -> None:
    own = value(reader.node, "idnumber")
    if ID.match(own):
        reader.draft.raw["id"] = own
        reader.draft.own_id = True
    elif own:
        message = N_("The id %(id)s has signs that an id here cannot have, so this question got another.")
        reader.draft.remark(reader.draft.line, message, id=own[:64])


# --- Kinds


def _read_choices(reader: _Reader) -> None:
    single = flag(reader.node, "single", default=True)
    answers = reader.node.findall("answer")
    fractions = [fraction(answer, reader.line(answer)) for answer in answers]
    fields, remark = choice_fields(fractions, single)
    if remark:
        reader.draft.remark(reader.draft.line, remark)
    reader.draft.raw.update(fields)
    _choices(reader, answers, right_choices(fractions, single))


def _read_choice_set(reader: _Reader) -> None:
    """The plug-in qtype_multichoiceset: all right choices and no other, or nothing."""
    answers = reader.node.findall("answer")
    reader.draft.raw.update(type="multiple", scoring=Scoring.ALL_OR_NOTHING.value)
    _choices(reader, answers, [fraction(answer, reader.line(answer)) > 0 for answer in answers])


def _choices(reader: _Reader, answers: list[etree._Element], rights: list[bool]) -> None:
    reader.draft.raw["shuffle"] = flag(reader.node, "shuffleanswers", default=False)
    parts: list[tuple[int, dict[str, Any]]] = [
        (
            reader.line(answer),
            {
                "id": f"c{number}",
                "text": reader.markup(answer),
                "right": right,
                "feedback": reader.feedback(answer),
            },
        )
        for number, (answer, right) in enumerate(zip(answers, rights, strict=True), start=1)
    ]
    rows(reader.draft, "choices", parts)


def _read_statement(reader: _Reader) -> None:
    """Answers are called true and false; in old exports, in any language, the first is true."""
    raw: dict[str, Any] = {"type": "truefalse"}
    for index, answer in enumerate(reader.node.findall("answer")[:2]):
        name = text_of(answer).lower()
        says = name if name in ("true", "false") else ("true", "false")[index]
        raw[f"feedback_{says}"] = reader.feedback(answer)
        if fraction(answer, reader.line(answer)) > 0:
            raw["right"] = says == "true"
    if "right" not in raw:
        raise NotRead(
            reader.draft.line, N_("Neither true nor false is marked as right; give one of them 100 per cent.")
        )
    reader.draft.raw.update(raw)


def _read_short_text(reader: _Reader) -> None:
    exact = flag(reader.node, "usecase", default=False)
    reader.draft.raw.update(type="shorttext", fold_case=not exact, fold_accents=not exact)
    parts: list[tuple[int, dict[str, Any]]] = [
        (
            reader.line(answer),
            {"pattern": text_of(answer), "score": reader.score(answer), "feedback": reader.feedback(answer)},
        )
        for answer in reader.node.findall("answer")
    ]
    rows(reader.draft, "answers", parts)


def _read_number(reader: _Reader) -> None:
    parts: list[tuple[int, dict[str, Any]]] = []
    for answer in reader.node.findall("answer"):
        line, given = reader.line(answer), _given(answer)
        if given == "*":
            if reader.score(answer) > 0:
                reader.draft.remark(line, ANY_NUMBER)
            else:
                reader.draft.raw["feedback"]["wrong"] = reader.feedback(answer)
            continue
        part = {
            "value": str(decimal(given, line)),
            "tolerance": str(decimal(value(answer, "tolerance") or "0", line)),
            "score": reader.score(answer),
            "feedback": reader.feedback(answer),
        }
        parts.append((line, part))
    rows(reader.draft, "answers", parts)
    reader.draft.raw["type"] = "number"
    units = [value(unit, "unit_name") for unit in reader.node.findall("units/unit")]
    if units:
        reader.draft.raw["unit"] = units[0]
    if len(units) > 1:
        reader.draft.remark(reader.draft.line, UNITS, unit=units[0])


def _given(answer: etree._Element) -> str:
    """The number of an answer; very old exports write it without a <text>."""
    inner = answer.find("text")
    return (text_of(answer) if inner is not None else (answer.text or "").strip()) or "*"


def _read_matching(reader: _Reader) -> None:
    pairs: list[tuple[int, dict[str, Any]]] = []
    distractors: list[str] = []
    for part in reader.node.findall("subquestion"):
        left, right = reader.markup(part), plain(part.find("answer"))
        if left:
            pairs.append((reader.line(part), {"id": f"p{len(pairs) + 1}", "left": left, "right": right}))
        else:
            reader.draft.lines[f"distractors/{len(distractors)}"] = reader.line(part)
            distractors.append(right)
    rows(reader.draft, "pairs", pairs)
    reader.draft.raw.update(type="matching", distractors=distractors)


def _read_ordering(reader: _Reader) -> None:
    """The fraction of an answer is its place, from 1."""
    answers = sorted(reader.node.findall("answer"), key=lambda answer: fraction(answer, reader.line(answer)))
    items: list[tuple[int, dict[str, Any]]] = [
        (reader.line(answer), {"id": f"i{number}", "text": reader.markup(answer)})
        for number, answer in enumerate(answers, start=1)
    ]
    rows(reader.draft, "items", items)
    whole = value(reader.node, "gradingtype").upper() in ("ALL_OR_NOTHING", "-1")
    reader.draft.raw["type"] = "ordering"
    reader.draft.raw["scoring"] = (Scoring.ALL_OR_NOTHING if whole else Scoring.PARTIAL).value
    if value(reader.node, "selecttype").upper() in ("RANDOM", "CONTIGUOUS", "1", "2"):
        reader.draft.remark(reader.draft.line, SUBSET)


def _read_embedded(reader: _Reader) -> None:
    found = cloze_syntax.read(reader.draft.raw["text"])
    line = reader.draft.line_of("text")
    if found.fatal is not None:
        raise NotRead(line, found.fatal.message, **found.fatal.params)
    for remark in found.remarks:
        reader.draft.remark(line, remark.message, **remark.params)
    reader.draft.raw.update(type="cloze", text=found.text, gaps=found.gaps)
    points = sum(found.weights, 0.0)
    if points and not value(reader.node, "defaultgrade"):
        reader.draft.raw["points"] = points


def _read_selected(reader: _Reader) -> None:
    _read_picked(reader, "selectoption")


def _read_dragged(reader: _Reader) -> None:
    _read_picked(reader, "dragbox")


def _read_picked(reader: _Reader, name: str) -> None:
    """In the text, [[2]] is where the second choice belongs; what one may pick there are the choices of its group."""
    choices = [(plain(node), value(node, "group") or "1") for node in reader.node.findall(name)]
    gaps: list[dict[str, Any]] = []

    def gap(match: re.Match[str]) -> str:
        if len(gaps) == MAX_PARTS:
            raise NotRead(reader.draft.line_of("text"), TOO_MANY, most=MAX_PARTS)
        right = int(match.group(1)) - 1
        if not 0 <= right < len(choices):
            raise NotRead(reader.draft.line_of("text"), NO_CHOICE, number=match.group(1))
        gaps.append({"kind": "picked", "id": f"g{len(gaps) + 1}", "options": _options(choices, right)})
        return f"[[g{len(gaps)}]]"

    reader.draft.raw["text"] = _PLACE.sub(gap, reader.draft.raw["text"])
    reader.draft.raw.update(type="cloze", gaps=gaps)


def _options(choices: list[tuple[str, str]], right: int) -> list[dict[str, Any]]:
    """The choices of the right one's group; of those that say the same, one."""
    texts = dict.fromkeys(text for text, group in choices if group == choices[right][1])
    return [
        {"id": f"o{number}", "text": text, "right": text == choices[right][0]}
        for number, text in enumerate(texts, start=1)
    ]


_KINDS: dict[str, Callable[[_Reader], None]] = {
    "multichoice": _read_choices,
    "multichoiceset": _read_choice_set,
    "truefalse": _read_statement,
    "shortanswer": _read_short_text,
    "numerical": _read_number,
    "matching": _read_matching,
    "match": _read_matching,
    "ddmatch": _read_matching,
    "ordering": _read_ordering,
    "cloze": _read_embedded,
    "multianswer": _read_embedded,
    "gapselect": _read_selected,
    "ddwtos": _read_dragged,
}

_OTHER_KINDS = {
    "essay": ESSAY,
    "description": DESCRIPTION,
    "calculated": CALCULATED,
    "calculatedsimple": CALCULATED,
    "calculatedmulti": CALCULATED,
}
