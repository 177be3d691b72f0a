"""Two learners turn out to be one: somebody from another place has an account on this platform.

What they answered there is theirs here too. Each line of the log keeps what it says; it is from now on a line of the
learner that they are, and the cards are what the whole log adds up to. What may have reached them there counts with
what did here. The row of the one from elsewhere stays, so that links in messages that they have lead to the right one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.base.repeating import repeated
from xblocks.nudge import models
from xblocks.nudge.activity import unanswered
from xblocks.nudge.memory import Rating, rebuilt
from xblocks.nudge.own_dates import own
from xblocks.nudge.planning import due_of, horizon_of
from xblocks.nudge.preferences import Channel, Preferences
from xblocks.nudge.sweeping import look_at_them


@repeated
def join(guest_id: int, learner_id: int, now: datetime) -> int:
    """Make what a learner did elsewhere another learner's; how many lines of the log that were. Safe to run again.

    Raises:
        ValueError: they are the same, or the other one is joined to somebody else.
    """
    if guest_id == learner_id:
        raise ValueError("a learner cannot be joined to themselves")
    with transaction.atomic():
        # In one order, as everybody does: then no two wait for each other.
        both = models.Learner.objects.select_for_update().filter(pk__in=(guest_id, learner_id)).order_by("pk")
        rows = {row.pk: row for row in both}
        guest, learner = rows[guest_id], rows[learner_id]
        if learner.joined_to_id is not None:
            raise ValueError("that learner is joined to another one")
        moved = _join_reviews(guest_id, learner_id)
        _join_participations(guest_id, learner_id)
        _join_cards(guest_id, learner_id, now)
        _join_messages(guest_id, learner_id)
        _join_wishes(guest_id, learner_id)
        _join_activity(guest, learner)
        guest.joined_to, guest.next_look_at = learner, None
        guest.save(update_fields=["joined_to", "next_look_at"])
        look_at_them([learner_id], now)
    return moved


def _join_reviews(guest_id: int, learner_id: int) -> int:
    """What both have is one answer that arrived twice."""
    there = models.Review.objects.filter(learner_id=learner_id)
    known = set(there.values_list("question_id", "reviewed_at"))
    theirs = models.Review.objects.filter(learner_id=guest_id)
    twice = [pk for pk, *what in theirs.values_list("pk", "question_id", "reviewed_at") if tuple(what) in known]
    models.Review.objects.filter(pk__in=twice).delete()
    return int(theirs.update(learner_id=learner_id))


def _join_participations(guest_id: int, learner_id: int) -> None:
    """Whoever was not to be nudged, for comparison, in either place, is not nudged: their figures are not spoiled."""
    mine = {row.course_id: row for row in models.Participation.objects.filter(learner_id=learner_id)}
    for row in models.Participation.objects.filter(learner_id=guest_id):
        kept = mine.get(row.course_id)
        if kept is None:
            models.Participation.objects.filter(pk=row.pk).update(learner_id=learner_id)
            continue
        kept.began_at = min(kept.began_at, row.began_at)
        kept.is_held_out = kept.is_held_out or row.is_held_out
        kept.save(update_fields=["began_at", "is_held_out"])
        row.delete()


def _join_cards(guest_id: int, learner_id: int, now: datetime) -> None:
    mine = {card.question_id: card for card in models.Card.objects.filter(learner_id=learner_id)}
    theirs = list(models.Card.objects.filter(learner_id=guest_id).select_related("question__course"))
    both = [card for card in theirs if card.question_id in mine]
    alone = [card.pk for card in theirs if card.question_id not in mine]
    models.Card.objects.filter(pk__in=alone).update(learner_id=learner_id)
    log: dict[int, list[tuple[Rating, datetime]]] = defaultdict(list)
    rows = models.Review.objects.filter(learner_id=learner_id, question_id__in=[card.question_id for card in both])
    for question_id, rating, when in rows.values_list("question_id", "rating", "reviewed_at"):
        log[question_id].append((Rating(rating), when))
    for other in both:
        card, reviews = mine[other.question_id], log[other.question_id]
        memory = rebuilt(reviews)
        if memory is not None:
            card.is_earned = card.is_earned or other.is_earned
            card.stability, card.difficulty = memory.stability, memory.difficulty
            card.last_review_at, card.reviews = memory.last_review, len(reviews)
            card.due_at = due_of(
                memory,
                horizon_of(other.question.course),
                max(memory.last_review, now),
                attempts=other.question.attempts,
                closes_at=own(other.question.closes_at, card.closes_at),
                is_earned=card.is_earned,
            )
            card.save()
        other.delete()


def _join_messages(guest_id: int, learner_id: int) -> None:
    """The ledger of one is the ledger of both; what stands under the same name there twice was two messages."""
    taken = set(models.Nudge.objects.filter(learner_id=learner_id).values_list("kind", "slot"))
    for nudge in models.Nudge.objects.filter(learner_id=guest_id):
        slot = nudge.slot if (nudge.kind, nudge.slot) not in taken else f"{nudge.slot[:100]}~{nudge.pk}"
        models.Nudge.objects.filter(pk=nudge.pk).update(learner_id=learner_id, slot=slot)
    keys = models.Anchor.objects.filter(learner_id=learner_id).values_list("key", flat=True)
    theirs = models.Anchor.objects.filter(learner_id=guest_id)
    theirs.filter(key__in=list(keys)).delete()
    theirs.update(learner_id=learner_id)


def _join_wishes(guest_id: int, learner_id: int) -> None:
    rows = {row.learner_id: row for row in models.Preferences.objects.filter(learner_id__in=(guest_id, learner_id))}
    guest = rows.get(guest_id)
    if guest is None:
        return
    names = [one.name for one in fields(Preferences)]

    def wishes(row: Any) -> Preferences:
        values = {name: getattr(row, name) for name in names}
        return Preferences(**{**values, "channel": Channel(row.channel)})

    mine = rows.get(learner_id)
    kept = wishes(guest) if mine is None else stricter(wishes(mine), wishes(guest))
    values = {name: getattr(kept, name) for name in names}
    models.Preferences.objects.update_or_create(
        learner_id=learner_id, defaults={**values, "channel": str(kept.channel)}
    )
    models.Preferences.objects.filter(learner_id=guest_id).delete()


_LIMITS = ("per_day", "per_week", "most_questions", "slow_after", "stop_after")


def stricter(mine: Preferences, theirs: Preferences) -> Preferences:
    """The wishes of one who said both; where only one of them can hold (days, hours, the zone), `mine`."""
    pauses = [one.paused_until for one in (mine, theirs) if one.paused_until is not None]
    least: dict[str, Any] = {name: _least(getattr(mine, name), getattr(theirs, name)) for name in _LIMITS}
    rest = [hours for hours in (mine.rest_hours, theirs.rest_hours) if hours is not None]
    return replace(
        mine,
        is_stopped=mine.is_stopped or theirs.is_stopped,
        weekly_digest=mine.weekly_digest or theirs.weekly_digest,
        paused_until=max(pauses, default=None),
        rest_hours=max(rest, default=None),
        **least,
    )


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)


def _join_activity(guest: models.Learner, learner: models.Learner) -> None:
    """What was sent since they were last active, wherever that was, is what they have not answered."""
    active = _latest(guest.last_active_at, learner.last_active_at)
    values: dict[str, Any] = {"last_active_at": active}
    if active is not None:
        values |= unanswered(learner.pk, active)
    models.Learner.objects.filter(pk=learner.pk).update(**values)


def _latest(*moments: datetime | None) -> datetime | None:
    known: Iterable[datetime] = (moment for moment in moments if moment is not None)
    return max(known, default=None)
