"""A micro-quiz: a quiz in Moodle, its questions in the course's question bank."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moodle_bridge.addresses import carried, shown
from moodle_bridge.components import Component, Fate, File, Loss, Part
from moodle_bridge.keys import component_key, part_key
from moodle_bridge.kinds import Carried, Context
from moodle_bridge.moodle_question import MoodleQuestion
from moodle_bridge.moodle_xml_writing import write
from moodle_bridge.olx_course import Block, Inherited
from moodle_bridge.question_mapping import mapped
from moodle_bridge.shapes import Json
from xblocks.base.problems import N_
from xblocks.microquiz import olx
from xblocks.microquiz.questions import Image, Question, is_html
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings, ShowAnswer

TYPE = "microquiz"
KIND = "microquiz"
QUESTION = "question"

_ATTEMPTS = N_("In Moodle attempts count for the whole quiz: it may be taken %(count)d times.")
_CONFIDENCE = N_("Moodle does not ask how sure one is without letting it count; the question is left out.")
_WHEN_RIGHT = N_("Moodle cannot wait until an answer is right: what explains it is shown once the quiz was handed in.")
_WHEN_LAST = N_("Moodle cannot wait for the last attempt: the right answer is shown when the quiz has closed.")

DURING, AT_ONCE, WHILE_OPEN, WHEN_CLOSED = "during", "immediately", "open", "closed"
"""Moodle's moments of review: within the attempt, in the minutes after it, while the quiz is open, when it closed."""


def components(block: Block, context: Context) -> tuple[Carried]:
    """That block as a quiz with its questions.

    Raises:
        ContentError: the quiz cannot be read.
    """
    settings, questions = olx.read(block.element)
    key = component_key(block.usage_key)
    texts = _Texts(context)
    losses = list(_setting_losses(key, settings))
    intro = texts.markup(settings.introduction, key, "introduction")
    parts = []
    for question in questions:
        part, more = _part(question, key, settings, texts)
        parts.append(part)
        losses.extend(more)
    quiz = Component(
        kind=KIND,
        key=key,
        title=settings.display_name,
        origin=block.usage_key,
        fields={**_fields(settings, intro, block.inherited), "order": [part.key for part in parts]},
        parts=tuple(parts),
        files=tuple(texts.files.values()),
    )
    return (Carried(component=quiz, losses=(*losses, *texts.losses)),)


def _fields(settings: QuizSettings, intro: str, inherited: Inherited) -> Mapping[str, Json]:
    at_end = settings.feedback_timing is FeedbackTiming.END
    return {
        "name": settings.display_name,
        "intro": intro,
        "behaviour": "deferredfeedback" if at_end else "interactive",
        "attempts": settings.attempts_allowed,
        "grade": 0 if settings.ungraded else settings.weight,
        "shufflequestions": settings.shuffle_questions,
        "questionsperpage": int(settings.presentation is Presentation.ONE_AT_A_TIME),
        "review": _review(settings, at_end),
        "timeopen": _epoch(inherited.start),
        "timeclose": _epoch(inherited.due),
    }


def _review(settings: QuizSettings, at_end: bool) -> Json:
    """When what may be seen, as Moodle has it: for each thing its moments."""
    afterwards = [AT_ONCE, WHILE_OPEN, WHEN_CLOSED]
    always = afterwards if at_end else [DURING, *afterwards]
    answers = {
        ShowAnswer.NEVER: [],
        ShowAnswer.ATTEMPTED: always,
        ShowAnswer.CORRECT: [],
        ShowAnswer.LAST_ATTEMPT: [WHEN_CLOSED],
        ShowAnswer.PAST_DUE: [WHEN_CLOSED],
    }[settings.show_answer]
    explained = {ShowAnswer.NEVER: [], ShowAnswer.CORRECT: afterwards}.get(settings.show_answer, answers)
    return {
        "attempt": [DURING, *afterwards],
        "correctness": always,
        "marks": always,
        "specificfeedback": always,
        "generalfeedback": explained,
        "rightanswer": answers,
    }


def _epoch(moment: datetime | None) -> int:
    """Seconds since 1970; 0 is Moodle's "not set"."""
    return 0 if moment is None else int(moment.timestamp())


def _setting_losses(key: str, settings: QuizSettings) -> list[Loss]:
    losses = []

    def loses(of: str, message: str, fate: Fate = Fate.CHANGED, **params: object) -> None:
        losses.append(Loss(key=key, path=of, fate=fate, message=message, params=params))

    if settings.attempts_allowed:
        loses("attempts_allowed", _ATTEMPTS, count=settings.attempts_allowed)
    if settings.ask_confidence:
        loses("ask_confidence", _CONFIDENCE, Fate.LOST)
    if settings.show_answer is ShowAnswer.CORRECT:
        loses("show_answer", _WHEN_RIGHT)
    if settings.show_answer is ShowAnswer.LAST_ATTEMPT:
        loses("show_answer", _WHEN_LAST)
    return losses


def _part(question: Question, quiz: str, settings: QuizSettings, texts: _Texts) -> tuple[Part, tuple[Loss, ...]]:
    key = part_key(quiz, question.id)
    found = mapped(
        texts.question(question, key), key, penalty=settings.retry_penalty, gettext=texts.context.words.gettext
    )
    part = Part(
        kind=QUESTION,
        key=key,
        title=found.question.name,
        fields=found.question.fields(),
        payload={
            "qtype": found.question.qtype,
            "points": found.question.points,
            "xml": write(found.question, texts.shown_by(found.question)),
        },
    )
    return part, found.losses


class _Texts:
    """The texts of a quiz, the addresses of files in them made those that travel."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.files: dict[str, File] = {}
        self.losses: list[Loss] = []

    def markup(self, markup: str, key: str, of: str) -> str:
        text, files, missing = carried(markup, self.context.find, key, of)
        self.files.update({file.sha256: file for file in files})
        self.losses.extend(missing)
        return text

    def shown_by(self, question: MoodleQuestion) -> list[File]:
        return [self.files[sha256] for sha256 in dict.fromkeys(shown(" ".join(question.markup())))]

    def question(self, question: Question, key: str) -> Question:
        """The same question with every text as it travels."""
        travelled: Question = self._value(question, key, "")
        return travelled

    def _value(self, value: Any, key: str, path: str) -> Any:
        """A dataclass of a question with its markup changed, through all that it holds."""
        if isinstance(value, tuple):
            return tuple(self._value(one, key, f"{path}/{index}") for index, one in enumerate(value))
        if isinstance(value, Image):
            return dataclasses.replace(value, src=self._address(value.src, key))
        if not dataclasses.is_dataclass(value) or isinstance(value, type):
            return value
        changes: dict[str, Any] = {}
        for field in dataclasses.fields(value):
            item = getattr(value, field.name)
            here = f"{path}/{field.name}".lstrip("/")
            if is_html(field):
                many = isinstance(item, tuple)
                changed = tuple(self.markup(one, key, here) for one in (item if many else (item,)))
                changes[field.name] = changed if many else changed[0]
            else:
                changes[field.name] = self._value(item, key, here)
        return dataclasses.replace(value, **changes)

    def _address(self, src: str, key: str) -> str:
        if not src.startswith("/static/"):
            return src
        return self.markup(f'<img src="{src}">', key, "image/src").removeprefix('<img src="').removesuffix('">')
