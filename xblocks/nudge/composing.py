"""Writing a message of the ledger: a letter in the language of whoever reads it, whichever way it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz
from xblocks.nudge import models
from xblocks.nudge.asking import due_cards
from xblocks.nudge.kinds import Kind
from xblocks.nudge.wording import Letter, Note, Occasion, Topic, letter, plain_question

Courses = Sequence[tuple[models.Course, int]]
"""The courses that a message is about, and how many questions of each it invites to."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter, and the language that it is in.

    Attributes:
        lang, is_rtl: what the letter really is written in, where its language has no catalogue of ours: English.
        question_id: the row of the question that it asks; None: none.
    """

    letter: Letter
    site: str
    language: str
    lang: str
    is_rtl: bool
    question_id: int | None


def compose(nudge: models.Nudge, spoken: str, courses: Courses, now: datetime, place: str = "") -> Composed | None:
    """The letter; None when what was to be said is gone.

    Args:
        spoken: the code of the language that the reader chose, "" for none.
        place: what people call the place where they take the course; "" is this platform.
    """
    kind = Kind(nudge.kind)
    texts: Any = None
    if kind is Kind.ANCHORED:
        anchor = models.Anchor.objects.filter(pk=nudge.anchor_id).first()
        if anchor is None:
            return None
        texts = anchor.texts
    language = _language(spoken, courses, texts)
    with translation.override(language):
        words = translator()
        is_ours = bool(words.info()) or texts is not None
        is_rtl = is_ours and translation.get_language_bidi()
        question_id, asked = _question(nudge, courses, now) if kind is Kind.REVIEWS else (None, "")
        site = place or platform().site_name()
        occasion = Occasion(
            kind=kind,
            variant=nudge.variant,
            topics=tuple(Topic(_name(course), number) for course, number in courses if number or len(courses) == 1),
            questions=nudge.questions,
            site=site,
            asked=asked,
            note=_note(texts, language) if texts is not None else None,
            rtl=is_rtl,
        )
        lang = html_language() if is_ours else "en"
        return Composed(letter(occasion, words), site, language, lang, is_rtl, question_id)


def _name(course: models.Course) -> str:
    return course.name or course.course_key.course


def _note(texts: Any, language: str) -> Note:
    said = texts.get(language) or texts["en"]
    return Note(said["subject"], said["text"], said.get("button") or _("Take a look"))


def _language(spoken: str, courses: Courses, texts: Any) -> str:
    """What they chose, else the course's language, else the platform's: the first that it can be written in."""
    known = set(texts) if texts is not None else None
    for wanted in _wanted(spoken, courses):
        language = _supported(wanted)
        if language is None:
            continue
        if known is None:
            with translation.override(language):
                if translator().info() or language.partition("-")[0] == "en":
                    return language
        elif language in known:
            return language
    return "en"


def _wanted(spoken: str, courses: Courses) -> Iterator[str]:
    yield spoken
    for course, _number in courses[:1]:
        facts = platform().course(course.course_key)
        yield facts.language if facts else ""
    yield settings.LANGUAGE_CODE


def _supported(language: str) -> str | None:
    """The platform's own code for a language ("nl" for "nl_NL"); None when it has none."""
    code = language.lower().replace("_", "-")
    # Also those that Django itself has no words for.
    if code in dict(settings.LANGUAGES):
        return code
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return None


def _question(nudge: models.Nudge, courses: Courses, now: datetime) -> tuple[int | None, str]:
    """The first of the due questions that a mail can ask: its row and its text."""
    ids = {course.pk for course, _number in courses}
    cards = due_cards(nudge.learner, now, course_ids=ids, limit=max(1, nudge.questions))
    contents = microquiz.get_questions(card.question.content_hash for card in cards)
    for card in cards:
        content = contents.get(card.question.content_hash)
        text = plain_question(content, translator()) if content else ""
        if text:
            return card.question_id, text
    return None, ""
