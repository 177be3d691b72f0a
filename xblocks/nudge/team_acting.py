"""What a course team changes: its choices, its switch, and whom of its learners that concerns, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db import transaction
from django.db.models import Count
from opaque_keys.edx.keys import CourseKey

from xblocks.base.repeating import repeated
from xblocks.nudge import catalogue, errands, models
from xblocks.nudge.holdout import is_held_out
from xblocks.nudge.horizon import Horizon
from xblocks.nudge.limits import Bounds, Overrides, merged
from xblocks.nudge.moments import is_ever
from xblocks.nudge.planning import horizon_of
from xblocks.nudge.preferences import Channel, Preferences
from xblocks.nudge.preferences import overrides as wishes_as_overrides
from xblocks.nudge.reviewing import SALT
from xblocks.nudge.sweeping import look_at_them
from xblocks.nudge.team import is_kept, policy_of
from xblocks.nudge.team_settings import POLICY, Settings, overrides

PAGE = 500
HOUR = timedelta(hours=1)
HORIZON, HOLDOUT, LIMIT = models.Task.PLAN, models.Task.DRAW, models.Task.LOOK
"""What was changed, by what has to follow."""


def course_to_change(course_key: CourseKey) -> models.Course:
    """The course's row; made when nobody has answered anything yet."""
    course, is_new = models.Course.objects.get_or_create(course_key=course_key)
    if is_new:
        catalogue.refresh_facts(course)
    return course


def settings_of(course: models.Course, bounds: Bounds, zone: tzinfo) -> Settings:
    """What holds for a course, as its team reads it."""
    policy = policy_of(course, bounds)
    return Settings(
        target=course.target_at.astimezone(zone).date() if course.target_at else None,
        retention=course.retention,
        tail=tuple(course.tail),
        **{name: getattr(policy, name) for name in POLICY},
        holdout=round(100 * course.holdout_share),
    )


def horizon_with(course: models.Course, settings: Settings, zone: tzinfo) -> Horizon:
    """The horizon that a course would have with these choices."""
    trial = models.Course(ends_at=course.ends_at)
    _put_horizon(trial, settings, zone)
    return horizon_of(trial)


def keep_settings(
    course: models.Course, settings: Settings, bounds: Bounds, zone: tzinfo, now: datetime
) -> set[models.Task]:
    """Keep a team's choices, and that something follows from them; what was changed.

    What is as the admin has it stays so when the admin changes it.
    """
    was = settings_of(course, bounds, zone)
    changed: set[models.Task] = set()
    if settings.horizon != was.horizon:
        changed.add(HORIZON)
        _put_horizon(course, settings, zone)
    if settings.holdout != was.holdout:
        changed.add(HOLDOUT)
        course.holdout_share = settings.holdout / 100
    if replace(settings, target=was.target, retention=was.retention, tail=was.tail, holdout=was.holdout) != was:
        changed.add(LIMIT)
        course.policy = _policy(course, settings, was, bounds)
    with transaction.atomic():
        course.save(update_fields=["target_at", "retention", "tail", "holdout_share", "policy"])
        for task in sorted(changed):
            errands.ask([course.pk], task, now)
    return changed


def _put_horizon(course: models.Course, settings: Settings, zone: tzinfo) -> None:
    course.target_at = _begins(settings.target, zone) if settings.target else None
    course.retention, course.tail = settings.retention, list(settings.tail)


def _begins(day: date, zone: tzinfo) -> datetime:
    """A day's first moment: on that day it must be known."""
    return datetime.combine(day, time.min, tzinfo=zone)


def _policy(course: models.Course, settings: Settings, was: Settings, bounds: Bounds) -> dict[str, Any]:
    default = merged(bounds, Overrides(), Overrides())
    policy = dict(course.policy)
    for name in POLICY:
        value = getattr(settings, name)
        if value == getattr(default, name):
            policy.pop(name, None)
        elif value != getattr(was, name):
            policy[name] = value // HOUR if name == "rest" else value
    return policy


def switch(course: models.Course, *, is_stopped: bool, now: datetime) -> bool:
    """Stop or start the messages of a course; whether that changed anything."""
    with transaction.atomic():
        changed = models.Course.objects.filter(pk=course.pk, is_stopped=not is_stopped).update(is_stopped=is_stopped)
        if changed and not is_stopped:
            errands.ask([course.pk], models.Task.LOOK, now)
    course.is_stopped = is_stopped
    return bool(changed)


# --- Whom it concerns


def unheard(course: models.Course, settings: Settings, bounds: Bounds) -> int:
    """How many learners want messages, and get none since their days and hours and those of the course never meet."""
    if not is_kept(course):
        return 0
    parts = {"learner__participations__course": course, "learner__participations__is_held_out": False}
    wanted = models.Preferences.objects.filter(**parts, is_stopped=False).exclude(channel=Channel.NONE)
    chosen = overrides(settings)
    hear_nothing = 0
    for *values, learners in wanted.order_by().values_list(*_RULE).annotate(learners=Count("pk")):
        wishes = Preferences(**dict(zip(_RULE, values, strict=True)))
        policy = merged(bounds, chosen, wishes_as_overrides(wishes))
        if not is_ever(policy.quiet, policy.days, policy.hour):
            hear_nothing += learners
    return hear_nothing


_RULE = ("days", "hour", "quiet_from", "quiet_until")


@repeated
def look_again(course: models.Course, now: datetime, page: int = PAGE) -> int:
    """Have the sweep decide again about every learner of a course; how many. Safe to run twice."""
    looked_at = 0
    with errands.seen_to(course, models.Task.LOOK):
        for rows in _pages(course, page, "learner_id"):
            look_at_them([learner_id for _id, learner_id in rows], now)
            looked_at += len(rows)
    return looked_at


@repeated
def draw_holdout(course: models.Course, now: datetime, page: int = PAGE) -> int:
    """Who is not reminded, by the course's share now; how many changed sides. Safe to run twice.

    A larger share only adds learners and a smaller one gives some back, since each has their own place in the draw.
    """
    with errands.seen_to(course, models.Task.DRAW):
        return _draw_holdout(course, now, page)


def _draw_holdout(course: models.Course, now: datetime, page: int) -> int:
    changed = 0
    key = str(course.course_key)
    for rows in _pages(course, page, "learner_id", "learner__source", "learner__external_id", "is_held_out"):
        sides: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for row_id, learner_id, source, external_id, was in rows:
            side = is_held_out(key, f"{source}:{external_id}", course.holdout_share, SALT)
            if side != was:
                sides[side].append((row_id, learner_id))
        with transaction.atomic():
            for side, moved in sides.items():
                ids = [row_id for row_id, _learner_id in moved]
                changed += models.Participation.objects.filter(pk__in=ids).update(is_held_out=side) if ids else 0
            back = [learner_id for _row_id, learner_id in sides[False]]
            if back:
                look_at_them(back, now)
    return changed


def _pages(course: models.Course, page: int, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while True:
        rows = models.Participation.objects.filter(course=course, pk__gt=last).order_by("pk")
        found = list(rows.values_list("pk", *columns)[:page])
        if not found:
            return
        yield found
        last = found[-1][0]
