"""The micro-quiz block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock

from xblocks.base.i18n import translator
from xblocks.base.olx_block import OlxMixin
from xblocks.base.page import fragment
from xblocks.microquiz import olx
from xblocks.microquiz.content import encode
from xblocks.microquiz.editor import EditorMixin
from xblocks.microquiz.fields import SETTINGS
from xblocks.microquiz.handlers import HandlersMixin
from xblocks.microquiz.questions import Question
from xblocks.microquiz.reporting import ReportingMixin
from xblocks.microquiz.settings import QuizSettings
from xblocks.microquiz.showing import CSS
from xblocks.microquiz.unread import render_unread

_DEFAULTS = QuizSettings()


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class MicroQuizBlock(EditorMixin, ReportingMixin, HandlersMixin, OlxMixin, XBlock):
    """A few questions, close to the work, safe to get wrong."""

    has_author_view = True
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    block_settings_key = "microquiz"
    # The LMS then lets staff look at it through a learner's eyes; what they do there is kept nowhere (`recorded_for`).
    show_in_read_only_mode = True
    icon_class = "problem"
    OLX_OWN = (*SETTINGS, "questions")

    @property
    def is_unread(self) -> bool:
        """Whether the text that was imported is all there is."""
        return bool(self.unread) and self.questions == []

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The quiz in Studio's unit page; what is to be mended, where it could not be read."""
        if not self.is_unread:
            return super().author_view(context)
        return fragment(render_unread(self.display_name, self.unread, translator()), css=CSS)

    # --- OLX

    @classmethod
    def read_olx(cls, node: etree._Element) -> tuple[QuizSettings, tuple[Question, ...]]:
        """The settings and the questions that an element holds."""
        return olx.read(node)

    def take_olx(self, found: tuple[QuizSettings, tuple[Question, ...]]) -> None:
        """Have these settings, as far as they are no defaults, and these questions."""
        settings, questions = found
        for name in SETTINGS:
            value = getattr(settings, name)
            if value != getattr(_DEFAULTS, name):
                setattr(self, name, getattr(value, "value", value))
        self.questions = [encode(question) for question in questions]

    def write_olx(self, node: etree._Element) -> None:
        """Write settings and questions."""
        olx.write(node, self.quiz_settings, self.prepared.questions)
