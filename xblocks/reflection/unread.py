"""OLX that could not be read: an import drops what a block refuses, so the block keeps it and tells the course team."""

from __future__ import annotations

from gettext import NullTranslations
from html import escape

from lxml import etree

from xblocks.base.problems import ContentError, Problem
from xblocks.reflection import olx

_NOT_WRITTEN = ("url_name", "xblock-family")


def kept_element(text: str) -> etree._Element:
    """What was imported, as an element, without what the platform adds itself."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    kept = etree.fromstring(text, parser)
    for name in _NOT_WRITTEN:
        kept.attrib.pop(name, "")
    return kept


def problems_of(text: str) -> tuple[Problem, ...]:
    """What keeps OLX from being read; nothing when it can be read by now."""
    try:
        olx.read(kept_element(text))
    except ContentError as error:
        return error.problems
    return ()


def render_unread(name: str, text: str, words: NullTranslations) -> str:
    """What the course team sees instead of the block."""
    what = words.gettext(
        "This reflection could not be read when it was imported. Learners find one open question instead. Its text is "
        "kept below."
    )
    how = words.gettext(
        "Mend it in the course's files and import them again, or write it anew with the editor: what you save there "
        "takes its place."
    )
    lines = "".join(
        f"<li>{escape(problem.sentence(words.gettext))} <code>{escape(problem.path)}</code></li>"
        for problem in problems_of(text)
    )
    kept = f"<summary>{words.gettext('As it was imported')}</summary><pre>{escape(text)}</pre>"
    return (
        f'<section class="mu mr"><h3 class="mu-title">{escape(name)}</h3><p>{what}</p><ul>{lines}</ul><p>{how}</p>'
        f"<details>{kept}</details></section>"
    )
