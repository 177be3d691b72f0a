"""The badges block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import List, Scope, String

from xblocks.badges import olx
from xblocks.badges.definition import Badge, decode_all, encode
from xblocks.badges.editor import EditorMixin
from xblocks.badges.showing import CSS, ShowingMixin
from xblocks.badges.unread import render_unread
from xblocks.base.i18n import _, translator
from xblocks.base.olx_block import OlxMixin
from xblocks.base.page import fragment
from xblocks.base.problems import N_, ContentError

DEFAULT_NAME = N_("Badges")


class Content(List):
    """A list that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class BadgesBlock(EditorMixin, ShowingMixin, OlxMixin, XBlock):
    """The badges of a course: what they are, and how far a learner is."""

    has_author_view = True
    # A place that one returns to, and nothing that is ever done: a unit must not wait for it.
    completion_mode = XBlockCompletionMode.EXCLUDED
    # The LMS then lets staff look at it through a learner's eyes; what they do there is kept nowhere (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"
    OLX_OWN = ("badges",)

    # Studio shows this in its menu, and as the block's name until it has another.
    display_name = String(default=DEFAULT_NAME, scope=Scope.settings)
    badges: Any = Content(default=[], scope=Scope.content)

    @property
    def name(self) -> str:
        """What the block is called; without a name of its own, by its use, in the reader's language."""
        return _(DEFAULT_NAME) if self.display_name in ("", DEFAULT_NAME) else str(self.display_name)

    @property
    def is_unread(self) -> bool:
        """Whether the text that was imported is all there is."""
        return bool(self.unread) and self.badges == []

    def own_badges(self) -> tuple[Badge, ...]:
        """The badges that this block holds, but for those that cannot be read."""
        found: list[Badge] = []
        for raw in self.badges if isinstance(self.badges, list) else ():
            try:
                found += decode_all([raw])
            except ContentError:
                # An earlier release allowed it; the editor says what to mend.
                continue
        return tuple(found)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The badges in Studio's unit page, and what the team should mend."""
        if self.is_unread:
            return fragment(render_unread(self.name, self.unread, translator()), css=CSS)
        return fragment(self.render_preview(), css=CSS)

    # --- OLX

    @classmethod
    def read_olx(cls, node: etree._Element) -> tuple[Badge, ...]:
        """The badges that an element holds."""
        return olx.read(node)

    def take_olx(self, found: tuple[Badge, ...]) -> None:
        """Hold these badges."""
        if found:
            self.badges = [encode(badge) for badge in found]

    def write_olx(self, node: etree._Element) -> None:
        """Write the badges, but for those that cannot be read."""
        olx.write(node, self.own_badges())
