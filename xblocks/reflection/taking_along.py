"""Everything that a learner wrote, for them to take along: in every course, handed in or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from gettext import NullTranslations

from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform
from xblocks.reflection import api, markdown
from xblocks.reflection.drafting import Answers
from xblocks.reflection.handing_in import COMMITMENT, ON, Handed, Part, last_of_here, says_the_same

Moment = Callable[[datetime], str]


def as_markdown(user_id: int, moment: Moment, words: NullTranslations) -> str:
    """The document, the oldest first.

    Args:
        moment: says when something was, in words.
    """
    names: dict[CourseKey, str] = {}
    written = []
    for row, own in api.all_own(user_id):
        if row.course_key not in names:
            names[row.course_key] = _name(row.course_key)
        written.append(_written(str(row.title), names[row.course_key], own, moment, words))
    return markdown.render(words.gettext("What I wrote"), written, words)


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
        words.gettext("Only you can read this."),
        versions=[(handed, moment(handed.at)) for handed in own.versions],
        draft=() if last and says_the_same(last, answers) else _parts(answers, last, words),
        aside=[(_parts(one.answers, last, words), moment(one.at)) for one in own.draft.aside],
    )


def _parts(answers: Answers, last: Handed | None, words: NullTranslations) -> Sequence[Part]:
    """Answers with their questions, as far as these are kept: what was handed in holds them, a draft does not."""
    labels = {part.prompt: part.label for part in last.parts} if last else {}
    labels |= {COMMITMENT: words.gettext("What I will do"), ON: words.gettext("On this day")}
    return [Part(name, labels.get(name, ""), text) for name, text in answers.items()]
