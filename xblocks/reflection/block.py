"""The reflection block: how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import UserScope

from xblocks.base.i18n import translator
from xblocks.base.page import fragment
from xblocks.base.problems import ContentError
from xblocks.reflection import olx
from xblocks.reflection.definition import encode
from xblocks.reflection.editor import EditorMixin
from xblocks.reflection.handlers import HandlersMixin
from xblocks.reflection.showing import CSS
from xblocks.reflection.unread import kept_element, render_unread

OWN = ("display_name", "content", "unread", "weight")


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class ReflectionBlock(EditorMixin, HandlersMixin, XBlock):
    """Where a learner writes for themselves first, and decides who else may read it."""

    has_author_view = True
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    # The LMS then lets staff look at it through a learner's eyes; they see the questions, never a text (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """What learners find, or what the team should mend."""
        if self.is_unread:
            return fragment(render_unread(self.name, self.unread, translator()), css=CSS)
        return super().author_view(context)

    # --- OLX

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *_rest: Any) -> ReflectionBlock:
        """A block from OLX.

        The platform's imports go on without a block that raises, and only their log knows; they get one that keeps
        the text.

        Raises:
            ContentError: what cannot be read, each with its place; not where a runtime only tracks errors.
        """
        block: ReflectionBlock = runtime.construct_xblock_from_class(cls, keys)
        if node.get("display_name"):
            block.display_name = str(node.get("display_name"))
        try:
            design = olx.read(node)
        except ContentError as error:
            track = getattr(runtime, "error_tracker", None)
            if track is None:
                raise
            track(f"{keys.usage_id}: {error}")
            block.unread = etree.tostring(node, encoding="unicode", with_tail=False)
            return block
        if encode(design):
            block.content = encode(design)
        # What the platform itself, or a mixin of it, keeps on every block (due, visible_to_staff_only, ...).
        for attribute, text in node.items():
            if attribute in block.fields and attribute not in OWN and attribute not in olx.ATTRIBUTES:
                cls._set_field_if_present(block, attribute, text, {})
        if node.get("weight") is not None:
            cls._set_field_if_present(block, "weight", str(node.get("weight")), {})
        for child in node.iterchildren(f"{{{olx.OPTION_NAMESPACE}}}*"):
            cls._set_field_if_present(block, etree.QName(child).localname, child.text, child.attrib)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write the block as OLX; what was imported and could not be read, as it was."""
        node.tag = self.xml_element_name()
        node.set("xblock-family", self.entry_point)
        for name, field in self.fields.items():
            if name in ("display_name", "content", "unread", "parent", "children"):
                continue
            if field.scope.user == UserScope.NONE and field.is_set_on(self):
                self._add_field(node, name, field)
        if self.is_unread:
            kept = kept_element(self.unread)
            for name, value in kept.items():
                node.set(name, value)
            node.text = kept.text
            node.extend(kept)
            return
        if self.fields["display_name"].is_set_on(self):
            node.set("display_name", self.display_name)
        olx.write(node, self.design)
