"""OLX that could not be read: an import drops what a block refuses, so the block keeps it and tells the course team."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations
from html import escape
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.core import XBlockMixin
from xblock.fields import Scope, String

from xblocks.base.i18n import translator
from xblocks.base.page import fragment
from xblocks.base.problems import ContentError, Problem
from xblocks.microquiz import olx
from xblocks.microquiz.safe_xml import parse
from xblocks.microquiz.showing import CSS, ShowingMixin

_NOT_WRITTEN = ("url_name", "xblock-family")


class UnreadMixin(ShowingMixin, XBlockMixin):
    """What the block does with text that it cannot read."""

    # The element as it was imported; counts until somebody has written questions in its place.
    unread = String(default="", scope=Scope.content)

    @property
    def is_unread(self) -> bool:
        """Whether the text that was imported is all there is."""
        return bool(self.unread) and self.questions == []

    def keep_unread(self, node: etree._Element) -> None:
        """Keep an element as it is."""
        self.unread = etree.tostring(node, encoding="unicode", with_tail=False)
        if node.get("display_name"):
            self.display_name = node.get("display_name")

    def write_unread(self, node: etree._Element) -> None:
        """Write what was imported as it was, so that nothing of it is lost by an export."""
        kept = etree.fromstring(self.unread, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
        for name, value in kept.items():
            if name not in _NOT_WRITTEN:
                node.set(name, value)
        node.text = kept.text
        node.extend(kept)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The quiz in Studio's unit page; what is to be mended, where it could not be read."""
        if not self.is_unread:
            return super().author_view(context)
        return fragment(render_unread(self.display_name, self.unread, translator()), css=CSS)


def problems_of(text: str) -> tuple[Problem, ...]:
    """What keeps OLX from being read; nothing when it can be read by now."""
    try:
        olx.read(parse(text))
    except ContentError as error:
        return error.problems
    return ()


def render_unread(name: str, text: str, words: NullTranslations) -> str:
    """What the course team sees instead of the quiz."""
    what = words.gettext(
        "This quiz could not be read when it was imported, so learners see no questions yet. Its text is kept below."
    )
    how = words.gettext(
        "Mend it in the course's files and import them again, or write the quiz anew with the editor: "
        "what you save there takes its place."
    )
    lines = "".join(
        f"<li>{escape(problem.sentence(words.gettext))} <code>{escape(problem.path)}</code></li>"
        for problem in problems_of(text)
    )
    kept = f"<summary>{words.gettext('As it was imported')}</summary><pre>{escape(text)}</pre>"
    return (
        f'<section class="mu"><h3 class="mu-title">{escape(name)}</h3><p>{what}</p><ul>{lines}</ul><p>{how}</p>'
        f"<details>{kept}</details></section>"
    )
