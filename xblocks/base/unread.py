"""OLX that could not be read: an import drops what a block refuses, so a block keeps it and tells the team; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from gettext import NullTranslations
from html import escape
from typing import Any

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem

_NOT_WRITTEN = ("url_name", "xblock-family")
_KEPT = N_("As it was imported")


def kept_element(text: str) -> etree._Element:
    """What was imported, as an element, without what the platform adds itself."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    kept = etree.fromstring(text, parser)
    for name in _NOT_WRITTEN:
        kept.attrib.pop(name, "")
    return kept


def problems_of(text: str, read: Callable[[etree._Element], Any]) -> tuple[Problem, ...]:
    """What keeps OLX from being read; nothing when it can be read by now.

    Args:
        read: raises ContentError on an element that cannot be read.
    """
    try:
        read(kept_element(text))
    except ContentError as error:
        return error.problems
    return ()


def render_unread(
    name: str, text: str, problems: Sequence[Problem], words: NullTranslations, *, what: str, how: str, look: str = ""
) -> str:
    """What the course team sees instead of the block.

    Args:
        what: what could not be read and what learners find meanwhile, not translated yet.
        how: how to mend it, not translated yet.
        look: a class of the component, for its style sheet.
    """
    _ = words.gettext
    lines = "".join(
        f"<li>{escape(problem.sentence(_))} <code>{escape(problem.path)}</code></li>" for problem in problems
    )
    return (
        f'<section class="{" ".join(("mu", look)).strip()}"><h3 class="mu-title">{escape(name)}</h3>'
        f"<p>{escape(_(what))}</p><ul>{lines}</ul><p>{escape(_(how))}</p>"
        f"<details><summary>{escape(_(_KEPT))}</summary><pre>{escape(text)}</pre></details></section>"
    )
