"""Asking nudging for what a learner should still be reminded of, and taking back what they should not.

What is wanted is worked out anew from everything that is kept (`reminding.wanted`), whatever it was that changed. The
learner's row is held meanwhile and says what was asked for, so that only what differs is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.nudge import api as nudge
from xblocks.workshop import definition, models, reading, telling
from xblocks.workshop.languages import in_every_language
from xblocks.workshop.messages import About, reminder
from xblocks.workshop.plan import Plan
from xblocks.workshop.preparation import Progress, progress
from xblocks.workshop.reminding import Occasion, Wanted, wanted
from xblocks.workshop.timeline import Appointment


@dataclass(frozen=True, slots=True)
class Standing:
    """What a learner has of a workshop.

    Attributes:
        session: theirs, or the earliest to come; None: there is none.
        is_chosen: it is theirs.
        must_choose: there is something to choose, and they have not.
    """

    session: models.Session | None
    appointment: Appointment | None
    is_chosen: bool
    must_choose: bool


def standing_of(one: models.Participant, rows: Sequence[models.Session], now: datetime) -> Standing:
    """Which session is a learner's.

    Where there is only one, and seats for everybody, it is everybody's; who waits for a seat prepares for that session.
    Who has no account here cannot choose, and prepares for the earliest.
    """
    by_id: dict[int | None, models.Session] = {row.pk: row for row in rows}
    own = by_id.get(one.holds_id) or by_id.get(one.waits_id)
    if own is not None:
        return Standing(own, reading.appointment_of(own, one.began_at), one.holds_id is not None, must_choose=False)
    offered = reading.offered(rows)
    if len(offered) == 1 and not reading.session_of(offered[0]).seats:
        # Also when it is over, since it is looked back at then.
        at = reading.appointment_of(offered[0], one.began_at)
        return Standing(offered[0], at, is_chosen=at is not None, must_choose=False)
    first = reading.next_offered(rows, now, one.began_at)
    at = reading.appointment_of(first, one.began_at) if first is not None else None
    # Who learns in another system finds nothing to choose there.
    must_choose = first is not None and one.person.source == OPENEDX
    return Standing(first, at, is_chosen=False, must_choose=must_choose)


def refresh(workshop: models.Workshop, participant_ids: Collection[int], now: datetime) -> None:
    """Bring what these learners are to be reminded of up to date. Safe to repeat."""
    people = models.Participant.objects.filter(pk__in=participant_ids)
    # Read before all else: what changes from here on leaves another mark, which stays.
    marks = dict(people.values_list("pk", "stale"))
    workshop.refresh_from_db()
    rows = list(workshop.sessions.order_by("pk"))
    plan = reading.plan_of(workshop)
    for pk in sorted(marks):
        _refresh(workshop, plan, rows, pk, marks[pk], now)


@repeated
def _refresh(
    workshop: models.Workshop,
    plan: Plan,
    rows: Sequence[models.Session],
    participant_id: int,
    mark: str,
    now: datetime,
) -> None:
    with transaction.atomic():
        list(models.Participant.objects.select_for_update().filter(pk=participant_id).values_list("pk"))
        one = models.Participant.objects.select_related("person").filter(pk=participant_id).first()
        if one is None:
            return
        done = one.done.exclude(done_at=None).values_list("item_id", flat=True)
        at = progress(plan.items, set(done))
        standing = standing_of(one, rows, now)
        is_over = workshop.is_retired or one.left_at is not None
        coming = {} if is_over else _coming(workshop, plan, one, standing, at, now)
        asked = {name: digest for name, (_one, digest) in coming.items()}
        if one.stale == mark:
            one.stale, one.stale_since = "", None
        if asked == one.asked:
            one.save(update_fields=["stale", "stale_since"])
            return
        learner, course = nudge.learner(one.person.source, one.person.external_id), telling.course_of(workshop)
        for name in one.asked:
            if name not in coming:
                nudge.cancel_message(learner, telling.key_of(workshop, name))
        for name, (message, digest) in coming.items():
            if one.asked.get(name) != digest:
                texts = _texts(workshop, message, standing, at, now)
                path = _path(workshop, plan, message)
                key = telling.key_of(workshop, name)
                about = _block(workshop, plan, message)
                nudge.request_message(learner, course, key, message.at, message.until, texts, path, usage_key=about)
        one.asked = asked
        one.save(update_fields=["asked", "stale", "stale_since"])


def _coming(
    workshop: models.Workshop,
    plan: Plan,
    one: models.Participant,
    standing: Standing,
    at: Progress,
    now: datetime,
) -> dict[str, tuple[Wanted, str]]:
    """What is wanted, by its name, with a hash of all that is said in it."""
    found = wanted(
        plan.reminders,
        standing.appointment,
        at,
        since=_since(workshop, one, standing.session),
        now=now,
        is_chosen=standing.is_chosen,
        must_choose=standing.must_choose,
        has_reflection=bool(plan.reflection) and not _was_away(one, standing.session),
    )
    facts = standing.session.facts if standing.session is not None else {}
    left = [item.id for item in at.left]
    return {
        message.name: (
            message,
            definition.version(
                message.at.isoformat(), message.until.isoformat(), str(message.occasion), facts, workshop.title, left
            ),
        )
        for message in found
    }


def _since(workshop: models.Workshop, one: models.Participant, session: models.Session | None) -> datetime:
    """Since when they know of the session as it is."""
    known = [one.chosen_at or max(one.began_at, workshop.published_at)]
    if one.here_since is not None:
        known.append(one.here_since)
    if session is not None and session.moved_at is not None:
        known.append(session.moved_at)
    return max(known)


def _was_away(one: models.Participant, session: models.Session | None) -> bool:
    if session is None:
        return False
    return bool(models.Attendance.objects.filter(participant=one, session=session, was_there=False).exists())


def _texts(
    workshop: models.Workshop, message: Wanted, standing: Standing, at: Progress, now: datetime
) -> dict[str, dict[str, str]]:
    about = About(title=workshop.title, appointment=standing.appointment, now=now)
    return in_every_language(lambda words: reminder(message.occasion, about, at, words))


def _block(workshop: models.Workshop, plan: Plan, message: Wanted) -> Any:
    """What a message is about; None where that is nothing in the course."""
    if message.occasion is not Occasion.AFTER:
        return workshop.usage_key
    return reading.block_of(workshop, plan.reflection)


def _path(workshop: models.Workshop, plan: Plan, message: Wanted) -> str:
    key = _block(workshop, plan, message)
    return telling.local(platform().block_url(key)) if key is not None else ""
