"""The workshop block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Dict, Scope, String

from xblocks.base.i18n import _, translator
from xblocks.base.olx_block import OlxMixin
from xblocks.base.page import fragment
from xblocks.base.problems import N_, ContentError
from xblocks.workshop import definition, olx
from xblocks.workshop.editor import EditorMixin
from xblocks.workshop.plan import Plan
from xblocks.workshop.showing import CSS
from xblocks.workshop.unread import render_unread

DEFAULT_NAME = N_("Workshop")


class Content(Dict):
    """Content that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class WorkshopBlock(EditorMixin, OlxMixin, XBlock):
    """A workshop: sessions to choose from, and what to prepare."""

    has_author_view = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    # It is done when its learner is ready, or was there; not when it was looked at.
    has_custom_completion = True
    # The LMS then lets staff look at it through a learner's eyes; what they do there is kept nowhere (`is_own`).
    show_in_read_only_mode = True
    icon_class = "other"
    OLX_OWN = ("plan_data",)

    # Studio shows this in its menu, and as the block's name until it has another.
    display_name = String(default=DEFAULT_NAME, scope=Scope.settings)
    # As `definition.encode` writes it.
    plan_data: Any = Content(default={}, scope=Scope.content)

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
    def read_olx(cls, node: etree._Element) -> Plan:
        """The plan that an element holds."""
        return olx.read(node)

    def take_olx(self, found: Plan) -> None:
        """Have this plan."""
        if found != Plan():
            self.plan_data = definition.encode(found)

    def write_olx(self, node: etree._Element) -> None:
        """Write the plan."""
        olx.write(node, self.own_plan())
