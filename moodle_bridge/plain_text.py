"""What a person wrote in an editor of Moodle, as lines of plain text; pure.

Paragraphs stay paragraphs, items of lists keep their dash or number, a picture is its description. A format that is not
HTML is text already: Markdown reads well as it is.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

HTML, AUTO = 1, 0
"""Moodle's numbers: HTML; and its own, which is HTML in which an end of line counts."""

_PARAGRAPHS = frozenset("p div h1 h2 h3 h4 h5 h6 blockquote pre ul ol table section article header footer".split())
_LINES = frozenset("li tr dt dd br hr figcaption".split())
_UNSEEN = frozenset(("script", "style", "head", "title", "template"))
_CELLS = frozenset(("td", "th"))
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")
_MANY_LINES = re.compile(r"\n{3,}")


def plain_text(text: str, form: int = HTML) -> str:
    """A text of Moodle without its markup.

    Args:
        form: Moodle's number for what it is.
    """
    if form not in (HTML, AUTO):
        return _tidy(text)
    reader = _Reader(keeps_lines=form == AUTO)
    reader.feed(text)
    reader.close()
    return _tidy("".join(reader.found))


def _tidy(text: str) -> str:
    lines = [_BLANKS.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self, *, keeps_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._keeps_lines = keeps_lines
        self._unseen: list[str] = []
        self._in_pre = 0
        # For each list that is open the number of its last item; None where items have no numbers.
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag in ("ul", "ol"):
            self._break(1 if self._lists else 2)
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag in _PARAGRAPHS:
            self._break(2)
            self._in_pre += tag == "pre"
        elif tag == "br":
            self.found.append("\n")
        elif tag in _LINES:
            self._break(1)
        elif tag in _CELLS:
            self.found.append(" ")
        elif tag == "img":
            self.found.append(f" {dict(attrs).get('alt') or ''} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            self._unseen.remove(tag)
        elif tag in ("ul", "ol"):
            self._lists = self._lists[:-1]
            self._break(1 if self._lists else 2)
        elif tag in _PARAGRAPHS:
            self._in_pre = max(0, self._in_pre - (tag == "pre"))
            self._break(2)
        elif tag in _LINES:
            self._break(1)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        keeps = self._keeps_lines or self._in_pre
        self.found.append(data if keeps else data.replace("\n", " "))

    def _item(self) -> None:
        self._break(1)
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            self.found.append(f"{self._lists[-1]}. ")
        else:
            self.found.append("- ")

    def _break(self, lines: int) -> None:
        """So many ends of lines, but for those that are there already, and none before the first word."""
        said = "".join(self.found[-8:]).rstrip(" \t\r\f\v\xa0")
        # An item's own mark is followed by what stands in it, be it a paragraph.
        if not said or re.search(r"(?:^|\n) *(?:-|\d+\.)$", said):
            return
        self.found.append("\n" * max(0, lines - (len(said) - len(said.rstrip("\n")))))
