"""The course team's figures: sums that the database makes, in a fixed number of statements whatever the number of
learners; and no learner's cards are loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from hashlib import sha256
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, F, Q, Value

from xblocks.base.accounts import OPENEDX
from xblocks.nudge import models, team_ahead
from xblocks.nudge.limits import Bounds, Overrides, Policy, merged
from xblocks.nudge.loading import team_overrides
from xblocks.nudge.memory import Rating
from xblocks.nudge.preferences import Channel
from xblocks.nudge.rows import among
from xblocks.nudge.team_figures import NOTHING, Figures, Group, NotSent, People, Reach, Week

RECENTLY = timedelta(days=30)
COMPARED = timedelta(days=28)
WEEKS = 12
JUST_SEEN = 0.999
"""Who is predicted to know it so surely saw it minutes ago: another try, not a question that came back."""
SLOW_SECONDS, KEPT_SECONDS = 1.0, 600
"""Figures that took longer are shown again for so long: a course of ten thousand learners has millions of rows."""

_SENT = Q(nudge__status=models.Status.SENT)
NOT_SENT = (models.Status.FAILED, models.Status.UNCERTAIN, models.Status.SKIPPED)


def figures(course: models.Course, bounds: Bounds, now: datetime, zone: tzinfo) -> Figures:
    """Everything that the page tells about a course.

    Args:
        course: may be one that is not kept, since nobody has answered anything in it.
        zone: whose days and weeks these are.
    """
    if not is_kept(course):
        return NOTHING
    people = people_of(course, now)
    recently, ever = reach(course, now)
    planned = team_ahead.planned(course, now, zone)
    asked = [one.question_id for one in planned]
    return Figures(
        people=people,
        recently=recently,
        ever=ever,
        not_sent=not_sent(course, now),
        weeks=weeks(asked, now, zone),
        coming=team_ahead.coming(course, planned, policy_of(course, bounds), now, zone),
        groups=groups(course, asked, people, now),
        questions=team_ahead.lines(course, planned),
    )


def figures_lately(course: models.Course, bounds: Bounds, now: datetime, zone: tzinfo) -> tuple[Figures, bool]:
    """The figures, and whether they are from a while ago: those of a large course are kept for some minutes."""
    chosen = (course.pk, course.policy, course.is_stopped, course.target_at, course.retention, course.tail)
    parts = (*chosen, course.holdout_share, bounds, str(zone), now.replace(minute=0, second=0, microsecond=0))
    key = f"microunits.nudge.team.{sha256(repr(parts).encode()).hexdigest()}"
    kept: Figures | None = cache.get(key)
    if kept is not None:
        return kept, True
    began = perf_counter()
    made = figures(course, bounds, now, zone)
    if perf_counter() - began > SLOW_SECONDS:
        cache.set(key, made, KEPT_SECONDS)
    return made, False


def is_kept(course: models.Course) -> bool:
    """Whether a course has a row; it gets one with its first answer, or once its team chooses something."""
    return not course._state.adding


def questions_of(course: models.Course) -> list[int]:
    """The rows of a course's questions, also of those that were removed."""
    return list(models.Question.objects.filter(course=course).values_list("pk", flat=True))


def policy_of(course: models.Course, bounds: Bounds) -> Policy:
    """What holds for learners who wished nothing of their own."""
    return merged(bounds, team_overrides(course.policy), Overrides())


# --- Who is reached


def people_of(course: models.Course, now: datetime) -> People:
    """Who takes part, and who of them hears nothing."""
    stopped = Q(learner__preferences__is_stopped=True) | Q(learner__preferences__channel=Channel.NONE)
    found = models.Participation.objects.filter(course=course).aggregate(
        learners=Count("id"),
        held_out=Count("id", filter=Q(is_held_out=True)),
        opted_out=Count("id", filter=stopped),
        paused=Count("id", filter=Q(learner__preferences__paused_until__gt=now) & ~stopped),
        gave_up=Count("id", filter=Q(learner__said_stop=True)),
        elsewhere=Count("id", filter=~Q(learner__source=OPENEDX)),
    )
    return People(**found)


def reach(course: models.Course, now: datetime) -> tuple[Reach, Reach]:
    """Recently, and ever."""
    spans = {"recently": Q(nudge__planned_at__gt=now - RECENTLY), "ever": Q()}
    sums: dict[str, Any] = {}
    for span, when in spans.items():
        for status in (models.Status.SENT, *NOT_SENT):
            sums[f"{span}_{status.value}"] = Count("id", filter=when & Q(nudge__status=status))
        whom = {"reached": Q(), "opened": Q(nudge__opened_at__isnull=False), "acted": Q(acted_at__isnull=False)}
        for name, which in whom.items():
            sums[f"{span}_{name}"] = Count("nudge__learner", filter=when & _SENT & which, distinct=True)
    found = models.NudgeCourse.objects.filter(course=course).aggregate(**sums)
    recently, ever = (
        Reach(**{name.removeprefix(f"{span}_"): number for name, number in found.items() if name.startswith(span)})
        for span in spans
    )
    return recently, ever


def not_sent(course: models.Course, now: datetime) -> tuple[NotSent, ...]:
    """Why messages were not sent, the most frequent first."""
    rows = models.NudgeCourse.objects.filter(course=course, nudge__status__in=NOT_SENT)
    counted = rows.values(status=F("nudge__status"), reason=F("nudge__reason")).annotate(
        ever=Count("id"), recently=Count("id", filter=Q(nudge__planned_at__gt=now - RECENTLY))
    )
    return tuple(NotSent(**row) for row in counted.order_by("-ever", "reason"))


# --- Whether it stays


def weeks(asked: Collection[int], now: datetime, zone: tzinfo) -> tuple[Week, ...]:
    """The last weeks of these questions, this one included, the oldest first."""
    monday = now.astimezone(zone).date()
    monday -= timedelta(days=monday.weekday())
    begins = [monday - timedelta(weeks=WEEKS - 1 - number) for number in range(WEEKS)]
    edges = [team_ahead.midnight(day, zone) for day in begins]
    # Each a stretch of the index; to sort answers into weeks one by one takes twice as long.
    each = [_week(asked, number, edges[number : number + 2]) for number in range(WEEKS)]
    found = {number: counted for number, *counted in each[0].union(*each[1:], all=True)}
    return tuple(_told(day, *found[number]) for number, day in enumerate(begins))


def _week(asked: Collection[int], number: int, edges: Sequence[datetime]) -> Any:
    """One row: the number of the week, answers, right ones, and what was expected. The week under way has no end."""
    rows = _came_back(asked, edges[0]).filter(**({"reviewed_at__lt": edges[1]} if edges[1:] else {})).order_by()
    counted = rows.values(week=Value(number)).annotate(answers=Count("*"), right=Count("rating", filter=_RIGHT))
    return counted.annotate(expected=Avg("recall_before")).values_list("week", "answers", "right", "expected")


def _told(begins: date, answers: int, right: int, expected: float | None) -> Week:
    return Week(begins=begins, answers=answers, right=right, expected=expected)


_RIGHT = Q(rating__gt=int(Rating.AGAIN))


def _came_back(asked: Collection[int], since: datetime) -> Any:
    """Answers to questions that had been answered before, long enough ago to have forgotten something.

    The questions are named one by one: then the index of reviews has all that is asked for, and no review is read.
    """
    return models.Review.objects.filter(
        among("question_id", asked), reviewed_at__gte=since, recall_before__lt=JUST_SEEN
    )


def groups(course: models.Course, asked: Collection[int], people: People, now: datetime) -> Mapping[bool, Group]:
    """Those who are not reminded (True) and those who are, over the last weeks."""
    rows = _came_back(asked, now - COMPARED).values("learner_id").order_by()
    each = rows.annotate(answers=Count("*"), right=Count("rating", filter=_RIGHT))
    takes_part = models.Participation.objects.filter(course=course)
    held_out = dict(takes_part.values_list("learner_id", "is_held_out"))
    found: dict[bool, list[tuple[int, float]]] = {True: [], False: []}
    for learner_id, answers, right in each.values_list("learner_id", "answers", "right").iterator():
        if learner_id in held_out:
            found[held_out[learner_id]].append((answers, right / answers))
    sizes = {True: people.held_out, False: people.learners - people.held_out}
    return {which: _group(learners, found[which]) for which, learners in sizes.items()}


def _group(learners: int, active: Sequence[tuple[int, float]]) -> Group:
    return Group(
        learners=learners,
        active=len(active),
        answers=sum(answers for answers, _right in active),
        squares=sum(answers * answers for answers, _right in active),
        right=sum(right for _answers, right in active),
        right_squares=sum(right * right for _answers, right in active),
    )
