"""How a quiz is played: the settings a course team chooses, each with a default that is good without choosing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.microquiz.codec import read_dataclass
from xblocks.microquiz.questions import html_text


class Presentation(StrEnum):
    """What stands on the page."""

    ONE_AT_A_TIME = "one_at_a_time"
    ALL_ON_A_PAGE = "all_on_a_page"


class FeedbackTiming(StrEnum):
    """When the learner hears how it went: after each answer, or when they hand in the whole quiz."""

    IMMEDIATE = "immediate"
    END = "end"


class ShowAnswer(StrEnum):
    """When the right answer and its explanation may be seen.

    Whoever has it right knows the answer, so the explanation follows a right answer in every mode, NEVER included.
    """

    NEVER = "never"
    ATTEMPTED = "attempted"
    CORRECT = "correct"
    LAST_ATTEMPT = "last_attempt"
    PAST_DUE = "past_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizSettings:
    """The settings of one quiz.

    Attributes:
        attempts_allowed: how often each question may be answered; 0 is without limit.
        retry_penalty: the share (0..1) of a question's points that each further attempt costs; 0: mistakes are free.
        ungraded: practice only; nothing goes to the gradebook.
        weight: what the whole quiz counts for in its subsection, in points.
    """

    display_name: str = "Micro-quiz"
    introduction: str = html_text()
    presentation: Presentation = Presentation.ONE_AT_A_TIME
    feedback_timing: FeedbackTiming = FeedbackTiming.IMMEDIATE
    show_answer: ShowAnswer = ShowAnswer.CORRECT
    attempts_allowed: int = 0
    retry_penalty: float = 0.0
    shuffle_questions: bool = False
    ask_confidence: bool = False
    ungraded: bool = False
    weight: float = 1.0


def read_settings(raw: Any) -> tuple[QuizSettings | None, list[Problem]]:
    """Settings from data as the editor sends them, and every problem; None when there is any."""
    problems: list[Problem] = []
    settings: QuizSettings | None = read_dataclass(QuizSettings, raw, "settings", problems)
    if settings is not None:
        problems.extend(problem.under("settings") for problem in check_settings(settings))
    return (None if problems else settings), problems


def check_settings(settings: QuizSettings) -> list[Problem]:
    """What should still be mended in settings whose shape is right."""
    problems = []
    if not settings.display_name.strip():
        problems.append(Problem("display_name", N_("Give the quiz a name.")))
    if not 0 <= settings.attempts_allowed <= 1000:
        problems.append(Problem("attempts_allowed", N_("Attempts go from 0 (no limit) to 1000.")))
    if not 0 <= settings.retry_penalty <= 1:
        problems.append(Problem("retry_penalty", N_("A penalty goes from 0 (none) to 1 (all points).")))
    if not 0 <= settings.weight <= 1000:
        problems.append(Problem("weight", N_("The weight goes from 0 to 1000.")))
    return problems
