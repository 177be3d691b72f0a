"""The workshop block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Dict, Scope, String, UserScope

from xblocks.base.i18n import _, translator
from xblocks.base.page import fragment
from xblocks.base.problems import N_, ContentError
from xblocks.workshop import definition, olx
from xblocks.workshop.editor import EditorMixin
from xblocks.workshop.plan import Plan
from xblocks.workshop.showing import CSS
from xblocks.workshop.unread import kept_element, render_unread

DEFAULT_NAME = N_("Workshop")
OWN = ("display_name", "plan_data", "unread")


class Content(Dict):
    """Content that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class WorkshopBlock(EditorMixin, XBlock):
    """A workshop: sessions to choose from, and what to prepare."""

    has_author_view = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    # It is done when its learner is ready, or was there; not when it was looked at.
    has_custom_completion = True
    # The LMS then lets staff look at it through a learner's eyes; what they do there is kept nowhere (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"

    # Studio shows this in its menu, and as the block's name until it has another.
    display_name = String(default=DEFAULT_NAME, scope=Scope.settings)
    # As `definition.encode` writes it.
    plan_data: Any = Content(default={}, scope=Scope.content)
    # The element as it was imported, when it could not be read; counts until somebody has written a plan in its place.
    unread = String(default="", scope=Scope.content)

    @property
    def name(self) -> str:
        """What the block is called; without a name of its own, by its use, in the reader's language."""
        return _(DEFAULT_NAME) if self.display_name in ("", DEFAULT_NAME) else str(self.display_name)

    @property
    def is_unread(self) -> bool:
        """Whether the text that was imported is all there is."""
        return bool(self.unread) and not self.plan_data

    def own_plan(self) -> Plan:
        """The plan as it is written here; an empty one where an earlier release allowed what this one does not."""
        try:
            return definition.decode(self.plan_data)
        except ContentError:
            return Plan()

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The workshop in Studio's unit page."""
        if self.is_unread:
            return fragment(render_unread(self.name, self.unread, translator()), css=CSS)
        return self.render_preview()

    # --- OLX

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *_rest: Any) -> WorkshopBlock:
        """A block from OLX.

        The platform's imports go on without a block that raises, and only their log knows; they get one that keeps
        the text.

        Raises:
            ContentError: what cannot be read, each with its place; not where a runtime only tracks errors.
        """
        block: WorkshopBlock = runtime.construct_xblock_from_class(cls, keys)
        if node.get("display_name"):
            block.display_name = str(node.get("display_name"))
        try:
            plan = olx.read(node)
        except ContentError as error:
            track = getattr(runtime, "error_tracker", None)
            if track is None:
                raise
            track(f"{keys.usage_id}: {error}")
            block.unread = etree.tostring(node, encoding="unicode", with_tail=False)
            return block
        if plan != Plan():
            block.plan_data = definition.encode(plan)
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
        olx.write(node, self.own_plan())
