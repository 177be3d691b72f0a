"""The outer form of GIFT: blocks between empty lines, comments, categories, escapes.

Text is handled with each escaped character (\\~ \\= \\# \\{ \\} \\: \\n) replaced by a mark, a control character that
cleaned text cannot hold, so that what is left of ~ = # { } : is structure. Source of the rules: Moodle's
qformat_gift, which splits at empty lines, ignores lines that begin with // and knows those escapes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

SPECIAL = "~=#{}:"
_MARKS = dict(zip(SPECIAL, "\x01\x02\x03\x04\x05\x06", strict=True)) | {"n": "\x0e", "\\": "\\"}
_UNMARK = {ord(mark): char for char, mark in _MARKS.items() if char in SPECIAL} | {0x0E: "\n", 0x1E: None}
_ESCAPE = re.compile(r"\\([~=#{}:n\\])")
_ESCAPED = {ord(char): f"\\{char}" for char in (*SPECIAL, "\\")} | {ord("\n"): "\\n"}

# Stands where a comment was: a line end that counts but is not text. Python strips it like a blank.
_GONE = "\x1e"


@dataclass(frozen=True)
class Block:
    """Lines without an empty one between them.

    Attributes:
        line: of the first line.
        text: what is not comment, with marks.
        comments: line and text after the // of each comment.
    """

    line: int
    text: str
    comments: tuple[tuple[int, str], ...]
    category: bool = False

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer(f"[\n{_GONE}]", self.text)]

    def line_at(self, offset: int) -> int:
        """The line in which an offset into the text is."""
        return self.line + bisect_left(self._ends, offset)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a cleaned text; a category is a block of its own."""
    lines: list[str] = []
    for number, line in enumerate([*text.removeprefix("\ufeff").split("\n"), ""], start=1):
        if not line.strip():
            if lines:
                yield _block(number - len(lines), lines)
            lines = []
        elif line.lstrip().startswith("$CATEGORY:"):
            if lines:
                yield _block(number - len(lines), lines)
            yield Block(number, line.strip().removeprefix("$CATEGORY:").strip(), (), category=True)
            lines = []
        else:
            lines.append(line)


def _block(first: int, lines: list[str]) -> Block:
    comments: list[tuple[int, str]] = []
    parts: list[str] = []
    for index, line in enumerate(lines):
        stripped = line.lstrip()
        if stripped.startswith("//"):
            comments.append((first + index, stripped[2:].strip()))
            parts.append(_GONE)
        else:
            parts.extend((_ESCAPE.sub(lambda match: _MARKS[match.group(1)], line), "\n"))
    return Block(first, "".join(parts), tuple(comments))


def unmark(text: str) -> str:
    """Text as it was meant: marks become what they stand for, blanks around it go."""
    return text.translate(_UNMARK).strip()


def escape(text: str) -> str:
    """Text so that all of it is text again when it is read."""
    return text.translate(_ESCAPED)
