"""Telling learners once what changed about their session.

What is to be told is noted on the learner's row, together with the change itself. A worker asks nudging for the message
and takes the note away, in one transaction; whatever a queue loses is found again by the notes that are left. So are
reminders that have not followed a change, by a mark. What is not sent yet when something changes again is taken back,
so that of three moves in one night one message is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction

from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.nudge import api as nudge
from xblocks.workshop import models, reading
from xblocks.workshop.languages import in_every_language
from xblocks.workshop.messages import About, Notice
from xblocks.workshop.messages import notice as say

PAGE = 200
FRESH = timedelta(days=7)
"""So long it makes sense to hear of something without a date."""


def ask(participant_ids: Iterable[int], kind: Notice, session_id: int | None) -> None:
    """Note that these are to be told. Call it in the transaction of the change.

    Who was not told yet that they have a seat is told that, with the session as it is by then.
    """
    rows = models.Participant.objects.filter(pk__in=list(participant_ids))
    if kind in (Notice.MOVED, Notice.CHANGED):
        rows = rows.exclude(notice=Notice.SEAT.value)
    if kind is Notice.CHANGED:
        rows = rows.exclude(notice=Notice.MOVED.value)
    rows.update(notice=kind.value, notice_about=session_id)


def stale(now: datetime) -> dict[str, Any]:
    """What stands on a participant's row as long as their reminders have not followed."""
    return {"stale": uuid4().hex, "stale_since": now}


def follow_up(workshop_id: int, participant_ids: Collection[int]) -> None:
    """Have the workers tell and remind these, once the change is kept. Call it in the transaction of the change."""
    from xblocks.workshop import tasks

    ids, mark = sorted(participant_ids), stale(platform().now())
    for begin in range(0, len(ids), PAGE):
        page = ids[begin : begin + PAGE]
        models.Participant.objects.filter(pk__in=page).update(**mark)
        transaction.on_commit(partial(tasks.queue, tasks.follow_up, workshop_id, page))


def tell(workshop: models.Workshop, participant_ids: Collection[int], now: datetime) -> int:
    """Tell those of the participants who are to be told; how many."""
    waiting = models.Participant.objects.filter(pk__in=participant_ids).exclude(notice="")
    return sum(_tell(workshop, pk, now) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@repeated
def _tell(workshop: models.Workshop, participant_id: int, now: datetime) -> int:
    with transaction.atomic():
        held = models.Participant.objects.select_for_update().filter(pk=participant_id)
        list(held.values_list("pk"))
        one = models.Participant.objects.select_related("person", "notice_about", "holds").get(pk=participant_id)
        if not one.notice:
            return 0
        session = one.notice_about
        if session is not None and _is_theirs(one):
            _request(workshop, one, session, now)
        one.notice, one.notice_about = "", None
        one.save(update_fields=["notice", "notice_about", "notices", "told"])
    return 1


def _is_theirs(one: models.Participant) -> bool:
    """What somebody left meanwhile does not concern them any more; what was taken from them does."""
    if one.left_at is not None:
        return False
    return one.notice == Notice.CANCELLED or one.notice_about_id in (one.holds_id, one.waits_id)


def _request(workshop: models.Workshop, one: models.Participant, session: models.Session, now: datetime) -> None:
    kind, at = Notice(one.notice), reading.appointment_of(session, one.began_at)
    until = at.ends if at is not None else now + FRESH
    if until <= now:
        return
    others = any(row.pk != session.pk for row in reading.offered(workshop.sessions.all()))
    own = one.holds if one.holds_id != session.pk else None
    about = About(
        title=workshop.title,
        appointment=at,
        now=now,
        others=others,
        is_waiting=one.waits_id == session.pk,
        kept=reading.appointment_of(own, one.began_at) if own is not None else None,
    )
    learner, course = nudge.learner(one.person.source, one.person.external_id), course_of(workshop)
    before = one.told.get(str(session.pk))
    if before:
        nudge.cancel_message(learner, key_of(workshop, before))
    one.notices += 1
    name = f"told-{one.notices}"
    texts = in_every_language(lambda words: say(kind, about, words))
    key = key_of(workshop, name)
    nudge.request_message(
        learner, course, key, now, until, texts, path_of(workshop), usage_key=workshop.usage_key, is_notice=True
    )
    one.told = {**one.told, str(session.pk): name}


# --- What messages need


def key_of(workshop: models.Workshop, name: str) -> str:
    """A message as nudging knows it."""
    return f"workshop:{workshop.pk}:{name}"


def course_of(workshop: models.Workshop) -> Any:
    """The course as nudging knows it."""
    return nudge.course_to_change(workshop.course_key)


def path_of(workshop: models.Workshop) -> str:
    """Where the workshop is, on this site."""
    return local(platform().block_url(workshop.usage_key))


def local(address: str) -> str:
    """A path of this site; "" for anything else, which a message cannot lead to."""
    return address if address.startswith("/") and not address.startswith("//") else ""
