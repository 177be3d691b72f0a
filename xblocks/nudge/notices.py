"""Messages to people in other places, handed to the source that reaches them there.

The ledger says which source is asked before it is asked. A place never sends one key twice, so that what had no answer
is simply asked for again (`sweeping.recover`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from xblocks.base.platform import platform
from xblocks.nudge import links, models, sources
from xblocks.nudge.asking import due_cards
from xblocks.nudge.composing import Composed, Courses, compose
from xblocks.nudge.loading import Known
from xblocks.nudge.notice_page import render_notice
from xblocks.nudge.sources import Delivered, Identity, Outgoing
from xblocks.nudge.wording import Addresses, as_text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is ready for a source.

    Attributes:
        look_at: when to look at its learner again if it is sent now.
    """

    nudge: models.Nudge
    source: str
    outgoing: Outgoing
    look_at: datetime | None = None


def source_for(one: Known, about: Courses) -> str | None:
    """The source that is to send a message; None: this platform does.

    Who is enrolled here in a course that it is about hears of it here.
    """
    keys = [str(course.course_key) for course, _number in about]
    if one.person is not None and any(key not in one.places for key in keys):
        return None
    return next((one.places[key] for key in keys if key in one.places), None)


def written(nudge: models.Nudge, one: Known, source: str, about: Courses, now: datetime) -> Waiting | None:
    """The message in words; None when nothing is left to say."""
    there = sources.registered()[source]
    language = (one.person.language if one.person else "") or (one.guest.language if one.guest else "")
    composed = compose(nudge, language, about, now, one.guest.site if one.guest else "")
    if composed is None:
        return None
    to = Identity(one.source, one.external_id)
    addresses = _addresses(nudge, composed, now, _address(nudge, composed, to, there, about, now))
    outgoing = Outgoing(
        key=key_of(nudge),
        to=to,
        course_keys=tuple(course.course_key for course, _number in about),
        subject=composed.letter.subject,
        text=as_text(composed.letter, addresses),
        html=render_notice(composed.letter, addresses, composed.lang, rtl=composed.is_rtl),
        address=addresses.go,
        button=composed.letter.button,
        course=about[0][0].name if about else "",
    )
    return Waiting(nudge, source, outgoing)


def key_of(nudge: models.Nudge) -> str:
    """What a message is called elsewhere, for ever: also when a restored database gives its number once more."""
    return f"nudge-{nudge.pk}-{int(nudge.planned_at.timestamp())}"


def hand_over(waiting: Sequence[Waiting]) -> Iterator[tuple[Waiting, Delivered | None]]:
    """Has sources send messages; what became of each, None for those that had no answer."""
    by_source: dict[str, list[Waiting]] = defaultdict(list)
    for one in waiting:
        by_source[one.source].append(one)
    for name, some in by_source.items():
        ids = [one.nudge.pk for one in some]
        models.Nudge.objects.filter(pk__in=ids, status=models.Status.CLAIMED).update(via=name)
        try:
            answers = sources.registered()[name].deliver([one.outgoing for one in some])
        except Exception:
            log.exception("%s did not say what became of %d messages; it is asked again.", name, len(some))
            answers = {}
        for one in some:
            yield one, answers.get(one.outgoing.key)


def _address(
    nudge: models.Nudge, composed: Composed, to: Identity, there: sources.Source, about: Courses, now: datetime
) -> str:
    """Where the most forgotten of the due questions is asked there, or what it tells of stands; else the course."""
    ids = {course.pk for course, _number in about}
    question: models.Question | None = None
    if composed.question_id is not None:
        question = models.Question.objects.select_related("course").filter(pk=composed.question_id).first()
    elif nudge.questions:
        question = next((card.question for card in due_cards(nudge.learner, now, course_ids=ids, limit=1)), None)
    if question is not None:
        return there.address(to, question.course.course_key, question.usage_key)
    if not about:
        return ""
    anchor = models.Anchor.objects.filter(pk=nudge.anchor_id).first() if nudge.anchor_id is not None else None
    return there.address(to, about[0][0].course_key, anchor.usage_key if anchor is not None else None)


def _addresses(nudge: models.Nudge, composed: Composed, now: datetime, go: str) -> Addresses:
    """Links to pages of ours need no account; they are there when this site has an address."""
    if not platform().site_url():
        return Addresses(go=go, stop="")
    learner_id, language, question_id = nudge.learner_id, composed.language, composed.question_id
    return Addresses(
        go=go,
        stop=links.stop_address(learner_id, nudge.pk, language),
        question=links.question_address(learner_id, nudge.pk, question_id, now, language) if question_id else "",
    )
