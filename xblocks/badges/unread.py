"""What the course team is told of badges that could not be read when it was imported; pure."""

from __future__ import annotations

from gettext import NullTranslations

from xblocks.badges import olx
from xblocks.base import unread
from xblocks.base.problems import N_, Problem

_WHAT = N_(
    "These badges could not be read when they were imported. Nobody earns them until they are mended, and who has "
    "one of them keeps it. Their text is kept below."
)
_HOW = N_(
    "Mend it in the course's files and import them again, or write the badges anew with the editor: "
    "what you save there takes its place."
)


def problems_of(text: str) -> tuple[Problem, ...]:
    """What keeps OLX from being read; nothing when it can be read by now."""
    return unread.problems_of(text, olx.read)


def render_unread(name: str, text: str, words: NullTranslations) -> str:
    """What the course team sees instead of the badges."""
    return unread.render_unread(name, text, problems_of(text), words, what=_WHAT, how=_HOW, look="mb")
