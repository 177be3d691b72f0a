"""All reflections of a learner as one Markdown document (CommonMark), pure: what they take along.

What they wrote stays text: a line that begins with a dash or a hash is no list and no heading of the document's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from xblocks.reflection.handing_in import Handed, Part

_MARKS = re.compile(r"([\\`*_\[\]<>|~&])")
_AT_START = re.compile(r"(?m)^([ \t]*)(?:(#+|[-+=]+|:)|(\d+)([.)]))(?=\s|$|[-=+])")
_INDENT = re.compile(r"(?m)^[ \t]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A reflection with everything that belongs to it.

    Attributes:
        note: what there is to say of it, in a sentence.
        versions: what was handed in with when that was, in words; the oldest first.
        draft: what was not handed in, or has changed since.
        aside: texts that were put aside, each with when that was.
        remarks: what others wrote about it, each with who did and when.
    """

    title: str
    course: str
    note: str
    versions: Sequence[tuple[Handed, str]] = ()
    draft: Sequence[Part] = ()
    aside: Sequence[tuple[Sequence[Part], str]] = ()
    remarks: Sequence[tuple[str, str]] = ()


def render(title: str, all_written: Sequence[Written], words: NullTranslations) -> str:
    """The document."""
    parts = [f"# {escape_line(title)}"]
    if not all_written:
        parts.append(words.gettext("You have not written anything yet."))
    for one in all_written:
        parts += _written(one, words)
    return "\n\n".join(parts) + "\n"


def _written(one: Written, words: NullTranslations) -> list[str]:
    parts = [f"## {escape_line(one.title)}", f"{escape_line(one.course)}  \n{escape_line(one.note)}"]
    for handed, when in one.versions:
        heading = words.gettext("Version %(number)d, handed in on %(when)s")
        parts.append(f"### {escape_line(heading % {'number': handed.number, 'when': when})}")
        parts += _parts(handed.parts)
        if handed.commitment:
            day = f" ({handed.on.isoformat()})" if handed.on else ""
            parts.append(f"**{escape_line(words.gettext('What I will do'))}{day}**\n\n{escape(handed.commitment)}")
    for who, said in one.remarks:
        parts.append(f"### {escape_line(who)}")
        parts.append(escape(said))
    if one.draft:
        parts.append(f"### {escape_line(words.gettext('Not handed in'))}")
        parts += _parts(one.draft)
    for aside, when in one.aside:
        parts.append(f"### {escape_line(words.gettext('Put aside on %(when)s') % {'when': when})}")
        parts += _parts(aside)
    return parts


def _parts(parts: Sequence[Part]) -> list[str]:
    return [
        f"**{escape_line(part.label)}**\n\n{escape(part.text)}" if part.label else escape(part.text)
        for part in parts
        if part.text.strip()
    ]


def escape(text: str) -> str:
    """A text of several lines, each of which stays a line."""
    marked = _MARKS.sub(r"\\\1", _INDENT.sub("", text.strip()))
    lines = _AT_START.sub(_escaped_start, marked).split("\n")
    # A backslash before a line end keeps it; an empty line parts paragraphs by itself.
    kept = [
        f"{line}\\" if line.strip() and following.strip() else line.rstrip()
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
    ]
    return "\n".join(kept)


def escape_line(text: str) -> str:
    """A text on one line."""
    return escape(" ".join(text.split()))


def _escaped_start(found: re.Match[str]) -> str:
    blanks, mark, number, point = found.groups()
    return f"{blanks}\\{mark}" if mark else f"{blanks}{number}\\{point}"
