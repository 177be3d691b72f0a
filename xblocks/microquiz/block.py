"""The micro-quiz block: its fields, and how it is written as OLX. What it does is in the mixins it is made of."""

from __future__ import annotations

from typing import Any

from lxml import etree
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, Integer, List, Scope, String, UserScope

from xblocks.microquiz import olx
from xblocks.microquiz.content import encode
from xblocks.microquiz.editor import EditorMixin
from xblocks.microquiz.playing import PlayingMixin
from xblocks.microquiz.reporting import ReportingMixin
from xblocks.microquiz.scoring import ScoringMixin
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings, ShowAnswer
from xblocks.microquiz.showing import ViewsMixin

_DEFAULTS = QuizSettings()
SETTINGS = tuple(QuizSettings.__dataclass_fields__)


@XBlock.wants("user", "i18n", "settings", "replace_urls", "studio_user_permissions")
class MicroQuizBlock(EditorMixin, ReportingMixin, ViewsMixin, PlayingMixin, ScoringMixin, XBlock):  # type: ignore[misc]
    """A few questions, close to the work, safe to get wrong."""

    has_author_view = True
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE
    block_settings_key = "microquiz"
    icon_class = "problem"

    display_name = String(default=_DEFAULTS.display_name, scope=Scope.settings)
    introduction = String(default="", scope=Scope.content)
    questions = List(default=[], scope=Scope.content)
    presentation = String(default=_DEFAULTS.presentation.value, scope=Scope.settings)
    feedback_timing = String(default=_DEFAULTS.feedback_timing.value, scope=Scope.settings)
    show_answer = String(default=_DEFAULTS.show_answer.value, scope=Scope.settings)
    attempts_allowed = Integer(default=_DEFAULTS.attempts_allowed, scope=Scope.settings)
    retry_penalty = Float(default=_DEFAULTS.retry_penalty, scope=Scope.settings)
    shuffle_questions = Boolean(default=_DEFAULTS.shuffle_questions, scope=Scope.settings)
    ask_confidence = Boolean(default=_DEFAULTS.ask_confidence, scope=Scope.settings)
    ungraded = Boolean(default=_DEFAULTS.ungraded, scope=Scope.settings)
    weight = Float(default=_DEFAULTS.weight, scope=Scope.settings)

    # The sum of this learner's log of answers (`play.to_state`).
    play_state = Dict(default={}, scope=Scope.user_state)
    # What helps on the way and is not worth a log: {"hints": {id: open}, "turned": [id], "saved": {id: answer}}.
    aids = Dict(default={}, scope=Scope.user_state)
    # A score set by the course team, as a share of what is possible.
    override_share = Float(default=None, scope=Scope.user_state)

    @property
    def quiz_settings(self) -> QuizSettings:
        """The settings as a value."""
        return QuizSettings(
            display_name=self.display_name,
            introduction=self.introduction,
            presentation=Presentation(self.presentation),
            feedback_timing=FeedbackTiming(self.feedback_timing),
            show_answer=ShowAnswer(self.show_answer),
            attempts_allowed=self.attempts_allowed,
            retry_penalty=self.retry_penalty,
            shuffle_questions=self.shuffle_questions,
            ask_confidence=self.ask_confidence,
            ungraded=self.ungraded,
            weight=_DEFAULTS.weight if self.weight is None else self.weight,
        )

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *_rest: Any) -> MicroQuizBlock:
        """A block from OLX.

        Raises:
            ContentError: what cannot be read, each with its place.
        """
        settings, questions = olx.read(node)
        block: MicroQuizBlock = runtime.construct_xblock_from_class(cls, keys)
        for name in SETTINGS:
            value = getattr(settings, name)
            if value != getattr(_DEFAULTS, name):
                setattr(block, name, getattr(value, "value", value))
        block.questions = [encode(question) for question in questions]
        # What the platform itself, or a mixin of it, keeps on every block (due, visible_to_staff_only, ...).
        for name, text in node.items():
            if name in block.fields and name not in SETTINGS:
                cls._set_field_if_present(block, name, text, {})
        for child in node.iterchildren(f"{{{olx.OPTION_NAMESPACE}}}*"):
            cls._set_field_if_present(block, etree.QName(child).localname, child.text, child.attrib)
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write the block as OLX."""
        node.tag = self.xml_element_name()
        node.set("xblock-family", self.entry_point)
        for name, field in self.fields.items():
            ours = name in SETTINGS or name in ("questions", "parent", "children")
            if not ours and field.scope.user == UserScope.NONE and field.is_set_on(self):
                self._add_field(node, name, field)
        olx.write(node, self.quiz_settings, self.prepared.questions)
