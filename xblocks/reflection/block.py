"""The reflection block: how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from xblocks.base.i18n import translator
from xblocks.base.page import fragment
from xblocks.reflection import olx
from xblocks.reflection.definition import Design, encode
from xblocks.reflection.editor import EditorMixin
from xblocks.reflection.handlers import HandlersMixin
from xblocks.reflection.showing import CSS
from xblocks.reflection.unread import render_unread


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class ReflectionBlock(EditorMixin, HandlersMixin, XBlock):
    """Where a learner writes for themselves first, and decides who else may read it."""

    has_author_view = True
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    # The LMS then lets staff look at it through a learner's eyes; they see the questions, never a text (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"
    OLX_OWN = ("content", *olx.ATTRIBUTES)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """What learners find, or what the team should mend."""
        if self.is_unread:
            return fragment(render_unread(self.name, self.unread, translator()), css=CSS)
        return super().author_view(context)

    # --- OLX

    @classmethod
    def read_olx(cls, node: etree._Element) -> Design:
        """The design that an element holds."""
        return olx.read(node)

    def take_olx(self, found: Design) -> None:
        """Have this design."""
        if encode(found):
            self.content = encode(found)

    def write_olx(self, node: etree._Element) -> None:
        """Write the design."""
        olx.write(node, self.design)
