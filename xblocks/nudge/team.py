"""The course team's figures: sums that the database makes, in a fixed number of statements whatever the number of
learners; and no learner's cards are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.db.models import (
    Avg,
    Case,
    Count,
    F,
    FloatField,
    IntegerField,
    Max,
    Min,
    Q,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Least, RowNumber

from xblocks.microquiz import api as microquiz
from xblocks.microquiz.answer_words import short_name
from xblocks.nudge import models
from xblocks.nudge.limits import Bounds, Overrides, Policy, merged
from xblocks.nudge.loading import OPENEDX, team_overrides
from xblocks.nudge.memory import Rating
from xblocks.nudge.preferences import Channel
from xblocks.nudge.team_figures import NOTHING, Coming, Figures, Group, NotSent, People, QuestionLine, Reach, Week

RECENTLY = timedelta(days=30)
COMPARED = timedelta(days=28)
WEEKS = 12
DAYS_AHEAD = 14
ESTIMATED_DAYS = 7
JUST_SEEN = 0.999
"""Who is predicted to know it so surely saw it minutes ago: another try, not a question that came back."""
LONGEST_NAME = 120
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
    return Figures(
        people=people,
        recently=recently,
        ever=ever,
        not_sent=not_sent(course, now),
        weeks=weeks(course, now, zone),
        coming=coming(course, policy_of(course, bounds), now, zone),
        groups=groups(course, people, now),
        questions=questions(course, now),
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
        whom = {"reached": Q(), "opened": Q(nudge__opened_at__isnull=False), "acted": Q(nudge__acted_at__isnull=False)}
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


def weeks(course: models.Course, now: datetime, zone: tzinfo) -> tuple[Week, ...]:
    """The last weeks, this one included, the oldest first."""
    monday = now.astimezone(zone).date()
    monday -= timedelta(days=monday.weekday())
    begins = [monday - timedelta(weeks=WEEKS - 1 - number) for number in range(WEEKS)]
    edges = [_midnight(day, zone) for day in begins]
    which = Case(
        *(When(reviewed_at__lt=edge, then=Value(number)) for number, edge in enumerate(edges[1:])),
        default=Value(WEEKS - 1),
        output_field=IntegerField(),
    )
    rows = _came_back(course, edges[0]).annotate(week=which).values("week")
    counted = rows.annotate(answers=Count("id"), right=Count("id", filter=_RIGHT), expected=Avg("recall_before"))
    found = {row.pop("week"): row for row in counted.order_by()}
    return tuple(Week(begins=day, **found.get(number, {})) for number, day in enumerate(begins))


_RIGHT = Q(rating__gt=int(Rating.AGAIN))


def _came_back(course: models.Course, since: datetime) -> Any:
    """Answers to questions that had been answered before, long enough ago to have forgotten something."""
    return models.Review.objects.filter(question__course=course, reviewed_at__gte=since, recall_before__lt=JUST_SEEN)


def groups(course: models.Course, people: People, now: datetime) -> Mapping[bool, Group]:
    """Those who are not reminded (True) and those who are, over the last weeks."""
    rows = _came_back(course, now - COMPARED).filter(learner__participations__course=course)
    each = rows.values("learner_id", held_out=F("learner__participations__is_held_out")).annotate(
        answers=Count("id"),
        right=Avg(Case(When(_RIGHT, then=Value(1.0)), default=Value(0.0), output_field=FloatField())),
    )
    sums: dict[str, Any] = {}
    for held_out in (True, False):
        mine = Q(held_out=held_out)
        sums |= {
            f"active_{held_out}": Count("learner_id", filter=mine),
            f"answers_{held_out}": Sum("answers", filter=mine),
            f"squares_{held_out}": Sum(F("answers") * F("answers"), filter=mine),
            f"right_{held_out}": Sum("right", filter=mine),
            f"right_squares_{held_out}": Sum(F("right") * F("right"), filter=mine),
        }
    found = each.order_by().aggregate(**sums)
    sizes = {True: people.held_out, False: people.learners - people.held_out}
    return {
        held_out: Group(
            learners=learners,
            **{
                name.removesuffix(f"_{held_out}"): number or 0
                for name, number in found.items()
                if name.endswith(f"_{held_out}")
            },
        )
        for held_out, learners in sizes.items()
    }


# --- What is ahead


def coming(course: models.Course, policy: Policy, now: datetime, zone: tzinfo) -> Coming:
    """Questions by day, and an estimate of messages.

    The estimate: a message for each day on which something comes due for a learner, at most so many as the limits of
    the course and of the learner allow, for those who may get any; as if everybody practised what they were sent.
    """
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
    edges = [_midnight(day + timedelta(days=1), zone) for day in days]
    on_day = [
        Q(due_at__lt=edge) if number == 0 else Q(due_at__gte=edges[number - 1], due_at__lt=edge)
        for number, edge in enumerate(edges)
    ]
    cards = may_come(course, now).filter(due_at__lt=edges[-1])
    counted = cards.aggregate(**{f"on_{number}": Count("id", filter=day) for number, day in enumerate(on_day)})
    messages, learners = (0, 0) if course.is_stopped else _messages(course, policy, now, edges, on_day)
    return Coming(
        days=tuple((day, counted[f"on_{number}"]) for number, day in enumerate(days)),
        messages=messages,
        learners=learners,
        per_week=policy.per_week,
    )


def may_come(course: models.Course, now: datetime) -> Any:
    """Cards of a course whose questions may be asked now."""
    shown = Q(question__withheld_until=None) | Q(question__withheld_until__lte=now)
    return models.Card.objects.filter(shown, question__course=course, question__is_retired=False)


def _messages(
    course: models.Course, policy: Policy, now: datetime, edges: Sequence[datetime], on_day: Sequence[Q]
) -> tuple[int, int]:
    """How many messages, to how many learners."""
    takes_part = Q(learner__participations__course=course, learner__participations__is_held_out=False)
    cards = (
        may_come(course, now)
        .filter(takes_part, due_at__lt=edges[ESTIMATED_DAYS - 1], learner__source=OPENEDX, learner__said_stop=False)
        .exclude(learner__preferences__is_stopped=True)
        .exclude(learner__preferences__channel=Channel.NONE)
        .exclude(learner__preferences__paused_until__gte=edges[ESTIMATED_DAYS - 1])
    )
    one, slow_after = Value(1), Value(policy.slow_after)
    slow = Least(Coalesce(F("learner__preferences__slow_after"), slow_after), slow_after)
    # On fewer days of the week fewer messages fit into it.
    per_week = Value(min(policy.per_week, policy.per_day * policy.days.bit_count()))
    most = Case(
        When(Q(learner__preferences__weekly_digest=True) | Q(learner__ignored__gte=slow), then=one),
        default=Least(Coalesce(F("learner__preferences__per_week"), per_week), per_week),
        output_field=IntegerField(),
    )
    days = sum(
        (
            Max(Case(When(day, then=one), default=Value(0), output_field=IntegerField()))
            for day in on_day[1:ESTIMATED_DAYS]
        ),
        start=Max(Case(When(on_day[0], then=one), default=Value(0), output_field=IntegerField())),
    )
    each = cards.values("learner_id").annotate(days=days, most=Min(most)).order_by()
    found = each.aggregate(messages=Sum(Least("days", "most")), learners=Count("learner_id"))
    return found["messages"] or 0, found["learners"]


def questions(course: models.Course, now: datetime) -> tuple[QuestionLine, ...]:
    """The questions that come back, by their middle day; those that come back to nobody last."""
    rows = models.Question.objects.filter(course=course, is_retired=False).annotate(
        learners=Count("cards"),
        waiting=Count("cards", filter=Q(cards__due_at__lte=now)),
        planned=Count("cards", filter=Q(cards__due_at__isnull=False)),
    )
    listed = list(rows.values("id", "content_hash", "question_id", "learners", "waiting", "planned").order_by("id"))
    medians = _medians(course)
    contents = microquiz.get_questions(row["content_hash"] for row in listed)
    lines = [
        QuestionLine(
            name=_name(contents.get(row["content_hash"]), row["question_id"]),
            learners=row["learners"],
            waiting=row["waiting"],
            planned=row["planned"],
            median=medians.get(row["id"]),
        )
        for row in listed
        if row["learners"]
    ]
    return tuple(sorted(lines, key=lambda line: (line.median is None, line.median, line.name)))


def _medians(course: models.Course) -> dict[int, datetime | None]:
    cards = models.Card.objects.filter(question__course=course, question__is_retired=False, due_at__isnull=False)
    placed = cards.annotate(
        place=Window(RowNumber(), partition_by="question_id", order_by=("due_at", "id")),
        of=Window(Count("id"), partition_by="question_id"),
    )
    # The one in the middle; the earlier one where there are two.
    middle = placed.annotate(twice=F("place") * 2).filter(twice__gte=F("of"), twice__lte=F("of") + 1)
    return {row["question_id"]: row["due_at"] for row in middle.values("question_id", "due_at")}


def _name(question: Any, question_id: str) -> str:
    return (short_name(question, LONGEST_NAME) if question else "") or question_id


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
