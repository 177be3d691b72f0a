"""Everything that a learner wrote, for them to take along: in every course, handed in or not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from gettext import NullTranslations
from pathlib import Path

from django.conf import settings
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.reflection import api, markdown, names, pdf
from xblocks.reflection.drafting import Answers
from xblocks.reflection.handing_in import COMMITMENT, ON, Handed, Part, last_of_here, says_the_same
from xblocks.reflection.remarks import SIGNS
from xblocks.reflection.sharing import Shared
from xblocks.reflection.sharing_page import from_elsewhere, readers

log = logging.getLogger(__name__)

Moment = Callable[[datetime], str]


def as_markdown(user_id: int, moment: Moment, words: NullTranslations) -> str:
    """The document, the oldest first.

    Args:
        moment: says when something was, in words.
    """
    return markdown.render(_title(words), _all_written(user_id, moment, words), words)


def as_pdf(user_id: int, moment: Moment, words: NullTranslations, language: str, now: datetime) -> bytes:
    """The same for reading and printing.

    Fonts of the setting MICROUNITS_REFLECTION_PDF_FONTS (a list of files) are asked for characters that ours lack.
    """
    return pdf.render(_title(words), _all_written(user_id, moment, words), words, language, now, _own_fonts())


def _own_fonts() -> tuple[Path, ...]:
    named = [Path(one) for one in getattr(settings, "MICROUNITS_REFLECTION_PDF_FONTS", ())]
    for file in named:
        if not file.is_file():
            log.error("MICROUNITS_REFLECTION_PDF_FONTS names %s, and there is no such file.", file)
    return tuple(file for file in named if file.is_file())


def _title(words: NullTranslations) -> str:
    return words.gettext("What I wrote")


def _all_written(user_id: int, moment: Moment, words: NullTranslations) -> list[markdown.Written]:
    courses: dict[CourseKey, str] = {}
    written = []
    for row, own in api.all_own(user_id):
        if row.course_key not in courses:
            courses[row.course_key] = _name(row.course_key)
        written.append(_written(str(row.title), courses[row.course_key], own, moment, words))
    return written


def _name(course_key: CourseKey) -> str:
    course = platform().course(course_key)
    return course.name if course and course.name else str(course_key)


def _written(title: str, course: str, own: api.Own | None, moment: Moment, words: NullTranslations) -> markdown.Written:
    title = title or words.gettext("A reflection")
    if own is None:
        note = words.gettext("It is kept, but cannot be opened at the moment. Take it along again later.")
        return markdown.Written(title, course, note)
    last = last_of_here(own.versions)
    answers = own.draft.answers
    return markdown.Written(
        title,
        course,
        _who(own, words),
        versions=[(handed, moment(handed.at)) for handed in own.versions],
        draft=() if last and says_the_same(last, answers) else _parts(answers, last, words),
        aside=[(_parts(one.answers, last, words), moment(one.at)) for one in own.draft.aside],
        remarks=_remarks(own, moment, words),
    )


def _who(own: api.Own, words: NullTranslations) -> str:
    """Who can read what was handed in last."""
    if own.versions and own.versions[-1].origin:
        return from_elsewhere(own.versions[-1].origin, words)
    shared = own.shared[-1] if own.shared else Shared()
    return readers(shared.level, with_buddy=shared.buddy is not None, words=words)


def _remarks(own: api.Own, moment: Moment, words: NullTranslations) -> list[tuple[str, str]]:
    said = api.remarks_to(own)
    named = names.for_learners({one.author_id for one in said})
    about = words.gettext("%(name)s, on version %(number)d, %(when)s")
    return [
        (
            about % {"name": named[one.author_id], "number": one.number, "when": moment(one.at)},
            one.said.text or words.gettext(SIGNS[one.said.sign]),
        )
        for one in said
    ]


def _parts(answers: Answers, last: Handed | None, words: NullTranslations) -> Sequence[Part]:
    """Answers with their questions, as far as these are kept: what was handed in holds them, a draft does not."""
    labels = {part.prompt: part.label for part in last.parts} if last else {}
    labels |= {COMMITMENT: words.gettext("What I will do"), ON: words.gettext("On this day")}
    return [Part(name, labels.get(name, ""), text) for name, text in answers.items()]
