"""Moodle XML, written: one <question> for each question of Moodle's bank, or a whole file of them to import by hand.

Element names are those of Moodle's qformat_xml and of the export methods of its question types.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from lxml import etree

from moodle_bridge.addresses import distinct_names, in_moodle, shown
from moodle_bridge.components import File
from moodle_bridge.fractions import per_cent
from moodle_bridge.moodle_question import Answer, MoodleQuestion

ELEMENTS = {"match": "matching", "multianswer": "cloze"}
"""Question types that Moodle XML calls otherwise."""


def write(question: MoodleQuestion, files: Sequence[File]) -> str:
    """A question as a <question> of Moodle XML; files are named by their hash, for a companion that has their bytes.

    Args:
        files: those that its markup shows, all of them.
    """
    return etree.tostring(_Writer(question, files).element(), encoding="unicode", pretty_print=True)


def write_file(questions: Iterable[str], category: str, content: Callable[[str], bytes]) -> bytes:
    """A whole file, as Moodle's question bank imports it, in UTF-8.

    Args:
        questions: each as `write` gives it.
        category: of the course's bank, with slashes between a category and those within.
        content: from a file's hash to its bytes, which travel within.
    """
    root = etree.Element("quiz")
    node = etree.SubElement(root, "question", type="category")
    _text(etree.SubElement(node, "category"), f"$course$/top/{category}")
    for question in questions:
        root.append(etree.fromstring(question))
    for file in root.iter("file"):
        file.text = base64.b64encode(content(str(file.attrib.pop("sha256")))).decode()
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


class _Writer:
    """One question while it is written."""

    def __init__(self, question: MoodleQuestion, files: Sequence[File]) -> None:
        self.question = question
        self.names = distinct_names(files)
        self.root = etree.Element("question", type=ELEMENTS.get(question.qtype, question.qtype))

    def element(self) -> etree._Element:
        question = self.question
        _text(etree.SubElement(self.root, "name"), question.name)
        self.markup("questiontext", question.text)
        self.markup("generalfeedback", question.explanation)
        self.plain("defaultgrade", _number(question.points))
        self.plain("penalty", _number(question.penalty))
        self.plain("hidden", "0")
        self.plain("idnumber", question.key)
        if question.has_combined_feedback:
            self.markup("correctfeedback", question.right)
            self.markup("partiallycorrectfeedback", question.partly)
            self.markup("incorrectfeedback", question.wrong)
        self.settings()
        for number, answer in enumerate(question.answers, start=1):
            self.answer(answer, number)
        for hint in question.hints:
            self.markup("hint", hint)
        if question.tags:
            tags = etree.SubElement(self.root, "tags")
            for tag in question.tags:
                _text(etree.SubElement(tags, "tag"), tag)
        return self.root

    def plain(self, name: str, value: str) -> None:
        etree.SubElement(self.root, name).text = value

    def settings(self) -> None:
        for name, value in self.question.settings.items():
            if name == "unit":
                unit = etree.SubElement(etree.SubElement(self.root, "units"), "unit")
                etree.SubElement(unit, "multiplier").text = "1"
                etree.SubElement(unit, "unit_name").text = value
            else:
                self.plain(name, value)

    def answer(self, answer: Answer, number: int) -> None:
        match self.question.qtype:
            case "match":
                node = self.markup("subquestion", answer.left or "")
                _text(etree.SubElement(node, "answer"), answer.text)
            case "gapselect":
                node = etree.SubElement(self.root, "selectoption")
                _text(node, answer.text)
                etree.SubElement(node, "group").text = str(answer.group)
            case "ordering":
                self.markup("answer", answer.text).set("fraction", f"{number}")
            case _:
                self.scored(answer)

    def scored(self, answer: Answer) -> None:
        if answer.is_markup:
            node = self.markup("answer", answer.text)
        else:
            node = etree.SubElement(self.root, "answer", format="moodle_auto_format")
            _text(node, answer.text)
        node.set("fraction", per_cent(answer.score))
        if answer.tolerance is not None:
            etree.SubElement(node, "tolerance").text = format(answer.tolerance, "f")
        self.markup("feedback", answer.feedback, node)

    def markup(self, name: str, markup: str, parent: etree._Element | None = None) -> etree._Element:
        """An element with a text that may show files, and these beside it."""
        node = etree.SubElement(self.root if parent is None else parent, name, format="html")
        _text(node, in_moodle(markup, self.names))
        for sha256 in shown(markup):
            etree.SubElement(node, "file", name=self.names[sha256], path="/", encoding="base64", sha256=sha256)
        return node


def _text(node: etree._Element, text: str) -> None:
    inner = etree.SubElement(node, "text")
    inner.text = etree.CDATA(text) if ("<" in text or "&" in text) and "]]>" not in text else text


def _number(value: float) -> str:
    """A number as Moodle's columns hold it, with seven decimals."""
    return format(Decimal(str(round(value, 7))).normalize(), "f")
