"""Planning the cards of a course anew, after its team moved the target or the course its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from xblocks.base.repeating import repeated
from xblocks.nudge import errands, models
from xblocks.nudge.horizon import Horizon, Tail, next_due
from xblocks.nudge.memory import Memory
from xblocks.nudge.own_dates import own
from xblocks.nudge.sweeping import look_at_them

PAGE = 500


def horizon_of(course: models.Course) -> Horizon:
    """The horizon that a course's team chose, or that its end gives."""
    return Horizon(
        target=course.target_at,
        ends_at=course.ends_at,
        retention=course.retention,
        tail=Tail(gaps=tuple(timedelta(days=days) for days in course.tail)),
    )


def memory_of(card: models.Card) -> Memory:
    """A card as the memory model has it."""
    return Memory(stability=card.stability, difficulty=card.difficulty, last_review=card.last_review_at)


def due_of(
    memory: Memory, horizon: Horizon, now: datetime, *, attempts: int, closes_at: datetime | None, is_earned: bool
) -> datetime | None:
    """When a question comes back (`next_due`): not while its quiz still gives points for it, or practice would tell.

    Args:
        attempts: of the question.
        closes_at: when its quiz closes for the learner.
        is_earned: of the card.
    """
    due = next_due(memory, horizon, now)
    if due is None or not attempts or is_earned:
        return due
    if closes_at is None or (horizon.ends_at is not None and closes_at >= horizon.ends_at):
        return None
    return max(due, closes_at)


def due_of_card(card: models.Card, horizon: Horizon, now: datetime) -> datetime | None:
    """`due_of` a card that is kept, with its question."""
    return due_of(
        memory_of(card),
        horizon,
        now,
        attempts=card.question.attempts,
        closes_at=own(card.question.closes_at, card.closes_at),
        is_earned=card.is_earned,
    )


@repeated
def plan_course(course: models.Course, now: datetime, page: int = PAGE) -> int:
    """Give each card of a course the moment that its horizon now asks for; how many changed. Safe to run twice."""
    with errands.seen_to(course, models.Task.PLAN):
        changed = _plan_cards(course, now, page)
        models.Course.objects.filter(pk=course.pk).update(planned_at=now)
    return changed


def _plan_cards(course: models.Course, now: datetime, page: int) -> int:
    horizon, last, changed = horizon_of(course), 0, 0
    while True:
        with transaction.atomic():
            rows = models.Card.objects.filter(question__course=course, pk__gt=last).order_by("pk")
            found = list(rows.values_list("pk", "learner_id")[:page])
            # Who records a review holds the learner and then the card; in another order each would wait for the other.
            holding = models.Learner.objects.select_for_update().filter(
                pk__in={learner_id for _pk, learner_id in found}
            )
            list(holding.order_by("pk").values_list("pk"))
            cards = list(models.Card.objects.filter(pk__in=[pk for pk, _id in found]).select_related("question"))
            moved = []
            for card in cards:
                due = due_of_card(card, horizon, now)
                if due != card.due_at:
                    card.due_at = due
                    moved.append(card)
            models.Card.objects.bulk_update(moved, ["due_at"])
            _look(moved)
            # What is due as before may not have been allowed to come: it was hidden, or the course had ended.
            others = {card.pk for card in cards} - {card.pk for card in moved}
            look_at_them({card.learner_id for card in cards if card.due_at is not None and card.pk in others}, now)
        changed += len(moved)
        if not found:
            return changed
        last = found[-1][0]


def to_plan(now: datetime) -> list[int]:
    """Courses whose cards are to be planned anew: that was asked for, or what they aim at has passed since."""
    passed = Q(target_at__lte=now, planned_at__lt=F("target_at")) | Q(ends_at__lte=now, planned_at__lt=F("ends_at"))
    asked_for = Q(pk__in=models.Errand.objects.filter(task=models.Task.PLAN).values("course"))
    rows = models.Course.objects.filter(Q(planned_at=None) | passed | asked_for)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _look(cards: list[models.Card]) -> None:
    """Whoever has something due sooner than the sweep would look is looked at then."""
    first: dict[int, datetime] = {}
    for card in cards:
        if card.due_at is not None:
            first[card.learner_id] = min(card.due_at, first.get(card.learner_id, card.due_at))
    moments: dict[datetime, list[int]] = {}
    for learner_id, when in first.items():
        moments.setdefault(when, []).append(learner_id)
    for when, learner_ids in moments.items():
        look_at_them(learner_ids, when)
