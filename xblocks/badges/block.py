"""The badges block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import List, Scope, String, UserScope

from xblocks.badges import olx
from xblocks.badges.definition import Badge, decode_all, encode
from xblocks.badges.editor import EditorMixin
from xblocks.badges.showing import CSS, ShowingMixin
from xblocks.badges.unread import kept_element, render_unread
from xblocks.base.i18n import _, translator
from xblocks.base.page import fragment
from xblocks.base.problems import N_, ContentError

DEFAULT_NAME = N_("Badges")
OWN = ("display_name", "badges", "unread")


class Content(List):
    """A list that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class BadgesBlock(EditorMixin, ShowingMixin, XBlock):
    """The badges of a course: what they are, and how far a learner is."""

    has_author_view = True
    # A place that one returns to, and nothing that is ever done: a unit must not wait for it.
    completion_mode = XBlockCompletionMode.EXCLUDED
    # The LMS then lets staff look at it through a learner's eyes; what they do there is kept nowhere (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"

    # Studio shows this in its menu, and as the block's name until it has another.
    display_name = String(default=DEFAULT_NAME, scope=Scope.settings)
    badges: Any = Content(default=[], scope=Scope.content)
    # The element as it was imported, when it could not be read; counts until somebody has written badges in its place.
    unread = String(default="", scope=Scope.content)

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
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *_rest: Any) -> BadgesBlock:
        """A block from OLX.

        The platform's imports go on without a block that raises, and only their log knows; they get one that keeps
        the text.

        Raises:
            ContentError: what cannot be read, each with its place; not where a runtime only tracks errors.
        """
        block: BadgesBlock = runtime.construct_xblock_from_class(cls, keys)
        if node.get("display_name"):
            block.display_name = str(node.get("display_name"))
        try:
            badges = olx.read(node)
        except ContentError as error:
            track = getattr(runtime, "error_tracker", None)
            if track is None:
                raise
            track(f"{keys.usage_id}: {error}")
            block.unread = etree.tostring(node, encoding="unicode", with_tail=False)
            return block
        if badges:
            block.badges = [encode(badge) for badge in badges]
        # What the platform itself, or a mixin of it, keeps on every block (visible_to_staff_only, ...).
        for attribute, text in node.items():
            if attribute in block.fields and attribute not in OWN:
                cls._set_field_if_present(block, attribute, text, {})
        for child in node.iterchildren(f"{{{olx.OPTION_NAMESPACE}}}*"):
            cls._set_field_if_present(block, etree.QName(child).localname, child.text, child.attrib)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write the block as OLX; what was imported and could not be read, as it was."""
        node.tag = self.xml_element_name()
        node.set("xblock-family", self.entry_point)
        for name, field in self.fields.items():
            if name in (*OWN, "parent", "children"):
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
        olx.write(node, self.own_badges())
