"""The parts of Moodle XML that all kinds of questions share: texts with their format and files, flags, numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast
from urllib.parse import unquote

from lxml import etree

from xblocks.base.problems import N_
from xblocks.base.sanitise import as_plain_text
from xblocks.microquiz.reading import Draft, NotRead
from xblocks.microquiz.text_formats import TextFormat, as_markup

FORMATS = {
    "html": TextFormat.HTML,
    "moodle_auto_format": TextFormat.MOODLE,
    "plain_text": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
}

_EMBEDDED = re.compile(r"@@PLUGINFILE@@/([^\s\"'<>?#)]{1,500})(?:\?[^\s\"'<>#)]{0,100})?")
_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\d{1,40}(?:[.,]\d{0,40})?|[.,]\d{1,40})(?:[eE][-+]?\d{1,2})?\Z")

UPLOAD = N_(
    "A file inside the export cannot come along. Upload %(file)s to this course's files under the name %(name)s."
)


class Source:
    """The file that is read: where things are in it, and which of its files were asked for already."""

    def __init__(self, lines_above: int = 0) -> None:
        self._lines_above = lines_above
        self._asked: set[str] = set()

    def line(self, node: etree._Element) -> int:
        """The line of an element in the text as it was pasted, from 1."""
        return self._lines_above + int(cast(int | None, node.sourceline) or 1)

    def markup(self, node: etree._Element | None, draft: Draft, form: TextFormat = TextFormat.HTML) -> str:
        """A text element as markup, the addresses of files within it made those of this course."""
        if node is None:
            return ""
        form = FORMATS.get(node.get("format", "").strip(), form)
        return self._with_addresses(as_markup(text_of(node), form), node, draft)

    def _with_addresses(self, markup: str, node: etree._Element, draft: Draft) -> str:
        def address(match: re.Match[str]) -> str:
            file = unquote(match.group(1)).rpartition("/")[2]
            name = _UNSAFE.sub("_", file) or "file"
            if name not in self._asked:
                self._asked.add(name)
                draft.remark(self.line(node), UPLOAD, file=file, name=name)
            return f"/static/{name}"

        return _EMBEDDED.sub(address, markup)


def text_of(node: etree._Element | None) -> str:
    """What stands in the <text> of an element, or in itself where Moodle writes it without one."""
    if node is None:
        return ""
    inner = node.find("text")
    return "".join(map(str, (node if inner is None else inner).itertext())).strip()


def value(node: etree._Element, name: str) -> str:
    """The text of a child; "" when there is none."""
    return text_of(node.find(name))


def plain(node: etree._Element | None, form: TextFormat = TextFormat.PLAIN) -> str:
    """A text that is plain here, whatever Moodle allowed in it."""
    text = text_of(node)
    form = form if node is None else FORMATS.get(node.get("format", "").strip(), form)
    return as_plain_text(text) if form == TextFormat.HTML or "<" in text else text


def flag(node: etree._Element, name: str, default: bool) -> bool:
    """Moodle writes a flag as true, 1 or an empty element."""
    found = node.find(name)
    if found is None:
        return default
    return text_of(found).lower() not in ("false", "0")


def decimal(text: str, line: int) -> Decimal:
    """A number as Moodle writes it.

    Raises:
        NotRead: when it is none.
    """
    text = text.strip()
    if not _DECIMAL.match(text):
        raise NotRead(line, N_("%(text)s is not a number."), text=f"“{text[:40]}”")
    return Decimal(text.replace(",", "."))


def fraction(node: etree._Element, line: int) -> float:
    """What an answer earns (1 is all points); Moodle writes per cent."""
    return float(decimal(node.get("fraction", "0") or "0", line) / 100)


def rows(draft: Draft, name: str, parts: list[tuple[int, dict[str, Any]]]) -> None:
    """Give a draft its parts, and note the line of each."""
    draft.raw[name] = [part for _, part in parts]
    draft.lines.update({f"{name}/{index}": line for index, (line, _) in enumerate(parts)})
