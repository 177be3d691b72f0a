"""The fields of the micro-quiz, and what follows from them without a learner doing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

from django.conf import settings as django_settings
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import BlockUsageLocator
from xblock.core import XBlockMixin
from xblock.fields import Boolean, Dict, Float, Integer, List, Scope, String

from xblocks.base.learner import Viewer, viewer_of
from xblocks.base.platform import platform
from xblocks.microquiz.play import is_closed
from xblocks.microquiz.prepared import Prepared, prepare
from xblocks.microquiz.responses import still_fits
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings, ShowAnswer

_DEFAULTS = QuizSettings()
Choice = TypeVar("Choice", bound=StrEnum)
SETTINGS = tuple(QuizSettings.__dataclass_fields__)


def page_secret() -> bytes:
    """What tokens and orders on the page are made from; never leaves the server."""
    return sha256(b"microunits.microquiz:" + str(django_settings.SECRET_KEY).encode()).digest()


class Content(List):
    """A list that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


class State(Dict):
    """A dictionary that is only ever replaced, never changed in place, so that reading it need not copy it."""

    MUTABLE = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What is the case in one request: looked up once, asked for each question.

    Attributes:
        closed: the due date and its grace period are over.
        hidden: the course team hides results of the whole subsection.
        hints: by question id, how many are open.
        turned: ids of flashcards that were turned.
        saved: by question id, an answer that waits to be handed in, if the question can still be answered so.
        forgiven: by question id, how many attempts no longer count, since the course team reset them.
    """

    settings: QuizSettings
    prepared: Prepared
    viewer: Viewer
    closed: bool
    hidden: bool
    hints: Mapping[str, int]
    turned: Sequence[str]
    saved: Mapping[str, Any]
    forgiven: Mapping[str, int]

    @property
    def seed(self) -> str:
        """A name for the learner in shuffling; visitors share one order."""
        return str(self.viewer.user_id or "")

    @property
    def at_end(self) -> bool:
        """Feedback comes when the quiz is handed in."""
        return self.settings.feedback_timing is FeedbackTiming.END


class QuizFields(XBlockMixin):
    """What every part of the block builds on."""

    _situation: Situation | None = None

    display_name = String(default=_DEFAULTS.display_name, scope=Scope.settings)
    introduction = String(default="", scope=Scope.content)
    questions = Content(default=[], scope=Scope.content)
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
    play_state: Any = State(default={}, scope=Scope.user_state)
    # What helps on the way and is not worth a log. Three fields: the platform merges by field what two windows do.
    hints: Any = State(default={}, scope=Scope.user_state)  # {question id: how many are open}
    turned: Any = Content(default=[], scope=Scope.user_state)  # ids of flashcards that were turned
    saved: Any = State(default={}, scope=Scope.user_state)  # {question id: an answer that waits to be handed in}
    # The platform's "reset attempts" writes 0 here; then what was tried until now no longer counts against the limit.
    attempts = Integer(default=None, scope=Scope.user_state)
    forgiven: Any = State(default={}, scope=Scope.user_state)  # {question id: attempts that do not count}
    # A score set by the course team, as a share of what is possible.
    override_share = Float(default=None, scope=Scope.user_state)

    @property
    def quiz_settings(self) -> QuizSettings:
        """The settings as a value; the default of what Studio's own forms left empty or put there unasked."""
        return QuizSettings(
            display_name=self.display_name or _DEFAULTS.display_name,
            introduction=self.introduction or "",
            presentation=_known(Presentation, self.presentation, _DEFAULTS.presentation),
            feedback_timing=_known(FeedbackTiming, self.feedback_timing, _DEFAULTS.feedback_timing),
            show_answer=_known(ShowAnswer, self.show_answer, _DEFAULTS.show_answer),
            attempts_allowed=self.attempts_allowed or 0,
            retry_penalty=self.retry_penalty or 0.0,
            shuffle_questions=self.shuffle_questions,
            ask_confidence=self.ask_confidence,
            ungraded=self.ungraded,
            weight=_DEFAULTS.weight if self.weight is None else self.weight,
        )

    @property
    def usage_key(self) -> Any:
        """The block's key as everybody knows it.

        Where the platform collects data for its blocks API the key names a branch and a version of the course as well;
        what is made from the key (tokens, the log of answers) must not depend on these.
        """
        usage_id = self.scope_ids.usage_id
        if isinstance(usage_id, BlockUsageLocator) and usage_id.branch:
            return usage_id.for_branch(None).version_agnostic()
        return usage_id

    @property
    def prepared(self) -> Prepared:
        """The questions, ready to be shown; needs no learner."""
        return prepare(self.questions, str(self.usage_key), page_secret())

    @property
    def viewer(self) -> Viewer:
        """Who is in front of the page."""
        return viewer_of(self)

    def now(self) -> datetime:
        """The time now, in UTC."""
        return platform().now()

    @property
    def closed(self) -> bool:
        """Whether the due date and its grace period, which the platform lets blocks inherit, are over."""
        due = getattr(self, "due", None)
        if due is not None and due.tzinfo is None:
            due = due.replace(tzinfo=UTC)
        return is_closed(self.now(), due, getattr(self, "graceperiod", None))

    @property
    def results_are_hidden(self) -> bool:
        """Whether the course team hides results of the whole subsection (the platform's inherited setting)."""
        shown = getattr(self, "show_correctness", "always")
        return shown == "never" or (shown == "past_due" and not self.closed)

    @property
    def situation(self) -> Situation:
        """What is the case now; kept until the learner does something."""
        if self._situation is None:
            prepared = self.prepared
            self._situation = Situation(
                settings=self.quiz_settings,
                prepared=prepared,
                viewer=self.viewer,
                closed=self.closed,
                hidden=self.results_are_hidden,
                hints=self.hints,
                turned=self.turned,
                saved=_fitting(self.saved, prepared),
                forgiven=self.forgiven if self.attempts is None else _attempts(self.play_state),
            )
        return self._situation

    def help_with(self, **aids: Any) -> None:
        """Keep what helps on the way: hints, turned, saved, forgiven."""
        for name, value in aids.items():
            setattr(self, name, value)
        self._situation = None

    def recorded_for(self) -> int | None:
        """The user whose log this is; None where nothing is kept (previews, visitors, masquerading, libraries)."""
        viewer = self.viewer
        # In the platform a block may see the user of another block: all runtimes of a process share their services.
        if viewer.is_masquerading or self.is_preview or viewer.user_id != self.scope_ids.user_id:
            return None
        usage_key = self.usage_key
        in_course = isinstance(usage_key, UsageKey) and isinstance(usage_key.context_key, CourseKey)
        return viewer.user_id if in_course else None

    @property
    def is_preview(self) -> bool:
        """Shown on Studio's unit page, where answers live in the author's session."""
        return bool(getattr(self.runtime, "is_author_mode", False))


def _known(choices: type[Choice], name: Any, default: Choice) -> Choice:
    try:
        return choices(name)
    except ValueError:
        return default


def _attempts(play_state: Mapping[str, Any]) -> Mapping[str, int]:
    return {name: played["attempts"] for name, played in play_state.get("questions", {}).items()}


def _fitting(saved: Mapping[str, Any], prepared: Prepared) -> Mapping[str, Any]:
    """The saved answers without those whose question was edited past them, or removed."""
    if not saved:
        return saved
    return {
        question.id: saved[question.id]
        for question in prepared.questions
        if question.id in saved and still_fits(question, saved[question.id]["response"]) is not None
    }
