"""Moodle XML, what Moodle 4.5 and 5.1 export from a question bank, read question by question.

Kept are texts (of all four formats), choices, answers, feedback, hints, tags, the general feedback as explanation, the
default mark as points and the id number where it fits as an id. Moodle's penalty for a further try is left: here that
is a setting of the quiz. A category becomes a tag, as in GIFT. Files inside the export cannot come along; their
addresses become /static/…, and a remark says what to upload. The kinds of questions are in `moodle_xml_types`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem
from xblocks.base.sanitise import clean_text
from xblocks.microquiz import safe_xml
from xblocks.microquiz.moodle_xml_source import Source, value
from xblocks.microquiz.moodle_xml_types import draft_of
from xblocks.microquiz.questions import Question
from xblocks.microquiz.reading import (
    MOST_QUESTIONS,
    LineProblem,
    NotRead,
    Reading,
    collect,
    prolog_end,
    tag_of_category,
)

MOST_CHARACTERS = 50_000_000

NOT_TEXT = N_("This is not text in the encoding that it names; save it as UTF-8 and try again.")

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Base64 holds no <, so what is between the tags of a file is known without reading on.
_FILE = re.compile(r"(<file\b[^<>]*>)([^<]+)(</file>)")

_Read = tuple[Question | None, list[LineProblem]]


def read(text: str | bytes, new_id: Callable[[], str]) -> Reading:
    """The questions of a Moodle XML text or file; one that cannot be read is left out and takes no others with it.

    Never raises, whatever the text. `new_id` gives an id to each question that has none that fits.
    """
    try:
        return collect(_read_all(*_root(decoded(text)), new_id))
    except NotRead as error:
        return Reading(problems=(error.problem,))


def decoded(text: str | bytes) -> str:
    """A file as text, in the encoding that it says it is in.

    Raises:
        NotRead: when it is not.
    """
    if isinstance(text, str):
        return clean_text(text)
    encoding = next((name for mark, name in _MARKS if text.startswith(mark)), "")
    if not encoding:
        declared = _DECLARED.match(text)
        encoding = _known(declared.group(1).decode() if declared else "utf-8")
    try:
        return clean_text(text.decode(encoding))
    except UnicodeDecodeError:
        raise NotRead(1, NOT_TEXT) from None


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if name not in _ENCODINGS:
        raise NotRead(1, NOT_TEXT)
    return name


def _root(text: str) -> tuple[etree._Element, Source]:
    """The <quiz>, and where it stands; a bare <question>, or several, are as good as a quiz of them."""
    if not text.strip():
        raise NotRead(1, N_("There is nothing here yet; paste the text of a Moodle XML file."))
    if len(text) > MOST_CHARACTERS:
        raise NotRead(1, N_("This is longer than %(most)d characters; paste it in parts."), most=MOST_CHARACTERS)
    start = prolog_end(text)
    if not text.startswith("<", start):
        raise NotRead(1, N_("This is not XML. If it is GIFT, choose GIFT and paste it there."))
    body = text if text.startswith("<!", start) else text[start:]
    skipped = 0 if body is text else text.count("\n", 0, start)
    if re.match(r"<\s*question\b", body):
        body = f"<quiz>{body}</quiz>"
    try:
        root = safe_xml.parse(_FILE.sub(_without_content, body))
    except ContentError as error:
        problem = error.problems[0]
        line = problem.path.rpartition(":")[2]
        raise NotRead(skipped + (int(line) if line else 1), problem.message, **problem.params) from None
    if root.tag != "quiz":
        message = N_("This is XML, but no Moodle quiz: its first element is %(tag)s, not quiz.")
        raise NotRead(skipped + 1, message, tag=f"<{root.tag}>"[:60])
    return root, Source(skipped)


def _without_content(match: re.Match[str]) -> str:
    return match.group(1) + "\n" * match.group(2).count("\n") + match.group(3)


def _read_all(root: etree._Element, source: Source, new_id: Callable[[], str]) -> list[_Read]:
    found: list[_Read] = []
    category = ""
    for node in root.iterchildren("*"):
        if node.tag != "question":
            message = N_("%(tag)s was expected here and %(found)s was found; it is left out.")
            problem = Problem("", message, {"tag": "<question>", "found": f"<{node.tag}>"[:60]})
            found.append((None, [LineProblem(source.line(node), problem)]))
        elif node.get("type") == "category":
            category = tag_of_category(value(node, "category"))
        elif len(found) >= MOST_QUESTIONS:
            message = N_("Only the first %(most)d questions were read; paste the rest on its own.")
            problem = Problem("", message, {"most": MOST_QUESTIONS})
            found.append((None, [LineProblem(source.line(node), problem, dropped=True)]))
            break
        else:
            found.append(_read_question(node, source, category, new_id))
    return found


def _read_question(node: etree._Element, source: Source, category: str, new_id: Callable[[], str]) -> _Read:
    try:
        draft = draft_of(node, source, category)
    except NotRead as error:
        return None, [error.problem]
    if not draft.own_id:
        draft.raw["id"] = new_id()
    return draft.finish()
