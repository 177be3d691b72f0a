"""What is ahead in a course, for its team: questions by day, an estimate of messages, when each question comes back.

Cards are counted by the database along one index, question by question; who gets how many messages is added up here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from xblocks.base.accounts import OPENEDX
from xblocks.microquiz import api as microquiz
from xblocks.microquiz.answer_words import short_name
from xblocks.nudge import models
from xblocks.nudge.limits import Policy
from xblocks.nudge.own_dates import shown
from xblocks.nudge.preferences import Channel
from xblocks.nudge.rows import among
from xblocks.nudge.team_figures import Coming, QuestionLine

DAYS_AHEAD = 14
ESTIMATED_DAYS = 7
LONGEST_NAME = 120
MEDIANS_AT_ONCE = 100
_WAITING, _LATER, _NEVER = -1, DAYS_AHEAD, DAYS_AHEAD + 1
"""Places of cards that come on none of the days ahead, which are 0 (today) to DAYS_AHEAD - 1."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A question that comes back, and for how many learners.

    Attributes:
        is_shown: it may be asked now.
        places: from the number of a day ahead, or _WAITING, _LATER or _NEVER, to how many cards come then; empty for a
            question that was removed, which comes back to nobody.
    """

    question_id: int
    content_hash: str
    name: str
    is_shown: bool
    places: Mapping[int, int]

    def cards(self, *but: int) -> int:
        """How many there are, without those in some places."""
        return sum(number for place, number in self.places.items() if place not in but)


def planned(course: models.Course, now: datetime, zone: tzinfo) -> list[Planned]:
    """The questions of a course, in their order.

    Args:
        zone: whose days these are.
    """
    asked = models.Question.objects.filter(course=course).order_by("id")
    listed = list(asked.values_list("id", "content_hash", "question_id", "is_retired", "withheld_until"))
    day = _day(_edges(now, zone), When(due_at=None, then=_NEVER), When(due_at__lte=now, then=_WAITING))
    cards = models.Card.objects.filter(
        among("question_id", [pk for pk, _content, _name, is_removed, _until in listed if not is_removed])
    )
    counted = cards.values("question_id", place=day).annotate(number=Count("*")).order_by()
    places: dict[int, dict[int, int]] = {}
    for question_id, place, number in counted.values_list("question_id", "place", "number"):
        places.setdefault(question_id, {})[place] = number
    return [
        Planned(pk, content, name, not is_removed and (until is None or until <= now), places.get(pk, {}))
        for pk, content, name, is_removed, until in listed
    ]


def by_day(found: Sequence[Planned], now: datetime, zone: tzinfo) -> tuple[tuple[date, int], ...]:
    """How many cards come on each of the days ahead; on the first also those that wait already."""
    today = now.astimezone(zone).date()
    coming_back = [one.places for one in found if one.is_shown]
    counted = [sum(places.get(number, 0) for places in coming_back) for number in range(_WAITING, DAYS_AHEAD)]
    waiting, first, *others = counted
    return tuple((today + timedelta(days=number), cards) for number, cards in enumerate((waiting + first, *others)))


def coming(course: models.Course, found: Sequence[Planned], policy: Policy, now: datetime, zone: tzinfo) -> Coming:
    """Questions by day, and an estimate of messages.

    The estimate: a message for each day on which something comes due for a learner, at most so many as the limits of
    the course and of the learner allow, for those who may get any; as if everybody practised what they were sent.
    """
    messages, learners = (0, 0) if course.is_stopped else _messages(course, found, policy, _edges(now, zone))
    return Coming(days=by_day(found, now, zone), messages=messages, learners=learners, per_week=policy.per_week)


def lines(course: models.Course, found: Sequence[Planned]) -> tuple[QuestionLine, ...]:
    """The questions that were answered, by their middle day; those that come back to nobody last."""
    medians = dict(_medians(course, found))
    contents = microquiz.get_questions(one.content_hash for one in found if one.places)
    made = [
        QuestionLine(
            name=_name(contents.get(one.content_hash), one.name),
            learners=one.cards(),
            waiting=one.places.get(_WAITING, 0),
            planned=one.cards(_NEVER),
            median=medians.get(one.question_id),
        )
        for one in found
        if one.places
    ]
    return tuple(sorted(made, key=lambda line: (line.median is None, line.median, line.name)))


def may_come(course: models.Course, now: datetime) -> Any:
    """Cards of a course whose questions may be asked now."""
    return models.Card.objects.filter(shown(now), question__course=course, question__is_retired=False)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time.min, tzinfo=zone)


def _edges(now: datetime, zone: tzinfo) -> list[datetime]:
    """When each of the days ahead ends."""
    today = now.astimezone(zone).date()
    return [midnight(today + timedelta(days=number + 1), zone) for number in range(DAYS_AHEAD)]


def _day(edges: Sequence[datetime], *first: When) -> Case:
    """The number of the day on which a card comes due."""
    ends = (When(due_at__lt=edge, then=number) for number, edge in enumerate(edges))
    return Case(*first, *ends, default=Value(_LATER), output_field=IntegerField())


def _messages(
    course: models.Course, found: Sequence[Planned], policy: Policy, edges: Sequence[datetime]
) -> tuple[int, int]:
    """How many messages, to how many learners."""
    edges = edges[:ESTIMATED_DAYS]
    may_come_back = among("question_id", [one.question_id for one in found if one.is_shown])
    cards = models.Card.objects.filter(may_come_back, due_at__lt=edges[-1]).values("learner_id")
    days = dict(cards.annotate(days=Count(_day(edges), distinct=True)).order_by().values_list("learner_id", "days"))
    whom = (
        models.Participation.objects.filter(
            course=course, is_held_out=False, learner__source=OPENEDX, learner__said_stop=False
        )
        .exclude(learner__preferences__is_stopped=True)
        .exclude(learner__preferences__channel=Channel.NONE)
        .exclude(learner__preferences__paused_until__gte=edges[-1])
    )
    slow_after = Value(policy.slow_after)
    slow = Least(Coalesce(F("learner__preferences__slow_after"), slow_after), slow_after)
    # On fewer days of the week fewer messages fit into it.
    per_week = Value(min(policy.per_week, policy.per_day * policy.days.bit_count()))
    most = Case(
        When(Q(learner__preferences__weekly_digest=True) | Q(learner__ignored__gte=slow), then=Value(1)),
        default=Least(Coalesce(F("learner__preferences__per_week"), per_week), per_week),
        output_field=IntegerField(),
    )
    each = [min(days[one], limit) for one, limit in whom.values_list("learner_id", most) if one in days]
    return sum(each), len(each)


def _medians(course: models.Course, found: Sequence[Planned]) -> Iterator[tuple[int, datetime | None]]:
    """The middle one of the days on which a question comes back; the earlier one where there are two.

    Found by its place along the index: sorting the cards of all learners would take longer than all else.
    """
    coming_back = [one for one in found if one.cards(_NEVER)]
    for begin in range(0, len(coming_back), MEDIANS_AT_ONCE):
        some = coming_back[begin : begin + MEDIANS_AT_ONCE]
        middles = models.Course.objects.filter(pk=course.pk).values_list(*(Subquery(_middle(one)) for one in some))
        yield from zip((one.question_id for one in some), middles.get(), strict=True)


def _middle(one: Planned) -> Any:
    days = models.Card.objects.filter(question=one.question_id, due_at__isnull=False).order_by("due_at")
    place = (one.cards(_NEVER) - 1) // 2
    return days.values("due_at")[place : place + 1]


def _name(question: Any, question_id: str) -> str:
    return (short_name(question, LONGEST_NAME) if question else "") or question_id
