"""The micro-quiz block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from typing import Any

from lxml import etree
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import UserScope

from xblocks.base.problems import ContentError
from xblocks.microquiz import olx
from xblocks.microquiz.content import encode
from xblocks.microquiz.editor import EditorMixin
from xblocks.microquiz.fields import SETTINGS
from xblocks.microquiz.handlers import HandlersMixin
from xblocks.microquiz.reporting import ReportingMixin
from xblocks.microquiz.settings import QuizSettings
from xblocks.microquiz.unread import UnreadMixin

_DEFAULTS = QuizSettings()


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class MicroQuizBlock(EditorMixin, ReportingMixin, UnreadMixin, HandlersMixin, XBlock):
    """A few questions, close to the work, safe to get wrong."""

    has_author_view = True
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    block_settings_key = "microquiz"
    # The LMS then lets staff look at it through a learner's eyes; what they do there is kept nowhere (`recorded_for`).
    show_in_read_only_mode = True
    icon_class = "problem"

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *_rest: Any) -> MicroQuizBlock:
        """A block from OLX.

        The platform's imports go on without a block that raises, and only their log knows; they get one that keeps
        the text.

        Raises:
            ContentError: what cannot be read, each with its place; not where a runtime only tracks errors.
        """
        block: MicroQuizBlock = runtime.construct_xblock_from_class(cls, keys)
        try:
            settings, questions = olx.read(node)
        except ContentError as error:
            track = getattr(runtime, "error_tracker", None)
            if track is None:
                raise
            track(f"{keys.usage_id}: {error}")
            block.keep_unread(node)
            return block
        for name in SETTINGS:
            value = getattr(settings, name)
            if value != getattr(_DEFAULTS, name):
                setattr(block, name, getattr(value, "value", value))
        block.questions = [encode(question) for question in questions]
        # What the platform itself, or a mixin of it, keeps on every block (due, visible_to_staff_only, ...).
        for attribute, text in node.items():
            if attribute in block.fields and attribute not in SETTINGS:
                cls._set_field_if_present(block, attribute, text, {})
        for child in node.iterchildren(f"{{{olx.OPTION_NAMESPACE}}}*"):
            cls._set_field_if_present(block, etree.QName(child).localname, child.text, child.attrib)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write the block as OLX."""
        node.tag = self.xml_element_name()
        node.set("xblock-family", self.entry_point)
        for name, field in self.fields.items():
            ours = name in SETTINGS or name in ("questions", "unread", "parent", "children")
            if not ours and field.scope.user == UserScope.NONE and field.is_set_on(self):
                self._add_field(node, name, field)
        if self.is_unread:
            self.write_unread(node)
        else:
            olx.write(node, self.quiz_settings, self.prepared.questions)
