"""All reflections of a learner as one PDF, pure: what they take along, for reading and printing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from gettext import NullTranslations
from pathlib import Path

from xblocks.reflection.handing_in import Part
from xblocks.reflection.markdown import Written
from xblocks.reflection.typesetting import BOX, Colour, Sheet

SOFT: Colour = (84, 92, 100)
LABEL: Colour = (11, 79, 133)


def render(
    title: str,
    all_written: Sequence[Written],
    words: NullTranslations,
    language: str,
    at: datetime,
    own_fonts: Sequence[Path] = (),
) -> bytes:
    """The document; arguments as those of `markdown.render` and `Sheet`."""
    with Sheet(title, language, at, own_fonts) as sheet:
        _write_all(sheet, title, "", all_written, words)
        if not sheet.has_gaps:
            return sheet.content()
    note = words.gettext(
        "Some characters cannot be shown in a PDF and stand here as a box: %(box)s. "
        "Take along your texts as Markdown, too: there they are whole."
    ) % {"box": BOX}
    with Sheet(title, language, at, own_fonts) as sheet:
        _write_all(sheet, title, note, all_written, words)
        return sheet.content()


def _write_all(sheet: Sheet, title: str, note: str, all_written: Sequence[Written], words: NullTranslations) -> None:
    sheet.heading(title, 0, 22)
    if note:
        sheet.write(note, 10, SOFT, before=2)
    if not all_written:
        sheet.write(words.gettext("You have not written anything yet."), before=4)
    for one in all_written:
        _write(sheet, one, words)


def _write(sheet: Sheet, one: Written, words: NullTranslations) -> None:
    sheet.rule(8)
    sheet.heading(one.title, 1, 16, before=6, keep=55)
    sheet.write(one.course, 10, SOFT, before=1)
    sheet.write(one.note, 10, SOFT)
    for handed, when in one.versions:
        heading = words.gettext("Version %(number)d, handed in on %(when)s")
        sheet.heading(heading % {"number": handed.number, "when": when}, 2, 12, before=5)
        _write_parts(sheet, handed.parts)
        if handed.commitment:
            day = f" ({handed.on.isoformat()})" if handed.on else ""
            _write_part(sheet, words.gettext("What I will do") + day, handed.commitment)
    for who, said in one.remarks:
        sheet.heading(who, 2, 12, before=5)
        _write_part(sheet, "", said)
    if one.draft:
        sheet.heading(words.gettext("Not handed in"), 2, 12, before=5)
        _write_parts(sheet, one.draft)
    for aside, when in one.aside:
        sheet.heading(words.gettext("Put aside on %(when)s") % {"when": when}, 2, 12, before=5)
        _write_parts(sheet, aside)


def _write_parts(sheet: Sheet, parts: Sequence[Part]) -> None:
    for part in parts:
        if part.text.strip():
            _write_part(sheet, part.label, part.text.strip("\n"))


def _write_part(sheet: Sheet, label: str, text: str) -> None:
    if label.strip():
        sheet.write(label, 10, LABEL, before=3, keep=8)
    sheet.write(text, before=1 if label.strip() else 3)
