"""What is known of many learners at once, as `policy.State`; a fixed number of statements, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, Greatest
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import Person, platform
from xblocks.nudge import models
from xblocks.nudge.policy import Anchor, Bounds, CourseState, Overrides, Policy, State, merged
from xblocks.nudge.preferences import Channel
from xblocks.nudge.rows import among, aware, plain

OPENEDX = "openedx"
"""The source of learners who have an account on this platform."""
HISTORY = timedelta(days=9)
COUNTS = (models.Status.PLANNED, models.Status.CLAIMED, models.Status.SENT, models.Status.UNCERTAIN)
"""A message that may have arrived counts against the limits."""


class Known(NamedTuple):
    """A learner as the database and the platform know them.

    Attributes:
        person: None for learners without an account here, to whom this platform cannot write.
        course_ids: from the key in `state.courses` to the row's id.
        anchor_ids: from an anchor's key to its row's id.
        messages: how many were ever planned recently, for the choice of a text.
    """

    learner_id: int
    external_id: str
    person: Person | None
    channel: Channel
    state: State
    course_ids: Mapping[str, int]
    anchor_ids: Mapping[str, int]
    messages: int


@dataclass(slots=True)
class Courses:
    """Courses by id, read once for a whole sweep."""

    rows: dict[int, models.Course] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def take(self, ids: Iterable[int]) -> None:
        """Read those that are not there yet."""
        missing = set(ids) - self.rows.keys()
        if missing:
            self.rows.update(models.Course.objects.in_bulk(missing))
            self.names.update((one, str(self.rows[one].course_key)) for one in missing)


_LEARNER = ("id", "source", "external_id", "ignored")
_WISHES = ("days", "hour", "time_zone", "channel", "per_week", "most_questions")
_MOMENTS = ("comeback_at", "last_active_at", "preferences__paused_until")
_FLAGS = ("said_stop", "preferences__is_stopped", "preferences__weekly_digest")
_ROW = (*_LEARNER, *(f"preferences__{name}" for name in _WISHES), *map(plain, (*_MOMENTS, *_FLAGS)))


def known(
    learner_ids: Collection[int], now: datetime, bounds: Bounds, courses: Courses, but: int | None = None
) -> Iterator[Known]:
    """What is known of the learners, in no order.

    Args:
        courses: filled with every course that is met.
        but: a message that does not count, since it is the one that is asked about.
    """
    rows = list(models.Learner.objects.filter(among("pk", learner_ids)).values_list(*_ROW))
    users = {row[0]: user_id for row in rows if (user_id := user_id_of(row[1], row[2])) is not None}
    user_ids = {user_id: learner_id for learner_id, user_id in users.items()}
    people = platform().people(user_ids) if user_ids else {}
    takes_part = _participations(learner_ids)
    courses.take(course_id for parts in takes_part.values() for course_id in parts)
    enrolled = _of_platform(platform().enrolled, user_ids, takes_part, courses)
    unwanted = _of_platform(platform().opted_out, user_ids, takes_part, courses)
    due = _due(learner_ids, now)
    sent, messages = _sent(learner_ids, now, but)
    anchors = _anchors(learner_ids)
    policies: dict[tuple[Any, ...], Policy] = {}
    clock = connection.timezone
    for row in rows:
        learner_id, _source, external_id, ignored, days, hour, zone, channel, per_week, most = row[:10]
        comeback_at, last_active, paused, said_stop, is_stopped, digest = row[10:]
        user_id = users.get(learner_id)
        person = None if user_id is None else people.get(user_id)
        wishes = (days, hour, per_week, most)
        states = []
        mine_in = takes_part.get(learner_id, {})
        for course_id, is_held_out in mine_in.items():
            course, here = courses.rows[course_id], (learner_id, course_id)
            policy = policies.get((course_id, wishes))
            if policy is None:
                policy = policies[course_id, wishes] = _policy(bounds, course, wishes)
            due_now, later = due.get(here, (0, None))
            states.append(
                CourseState(
                    course=courses.names[course_id],
                    due=due_now,
                    next_due=later,
                    policy=policy,
                    is_enrolled=here in enrolled,
                    is_stopped=course.is_stopped,
                    is_held_out=is_held_out,
                    # What they told the platform is about mail.
                    is_unwanted=here in unwanted and channel != Channel.TRAY,
                    ends_at=course.ends_at,
                )
            )
        mine = anchors.get(learner_id, ())
        yield Known(
            learner_id=learner_id,
            external_id=external_id,
            person=person,
            channel=Channel(channel or Channel.MAIL),
            state=State(
                zone=zone_named(zone or (person.time_zone if person else "")),
                courses=tuple(states),
                anchors=tuple([one for _id, one in mine]),
                sent=tuple(sent.get(learner_id, ())),
                ignored=ignored,
                said_stop=bool(said_stop),
                said_comeback=comeback_at is not None,
                last_active=aware(last_active, clock),
                paused_until=aware(paused, clock),
                is_opted_out=bool(is_stopped) or channel == Channel.NONE,
                is_suspended=person is None or not person.is_active,
                weekly_digest=bool(digest),
            ),
            course_ids={courses.names[course_id]: course_id for course_id in mine_in},
            anchor_ids={one.key: anchor_id for anchor_id, one in mine},
            messages=messages.get(learner_id, 0),
        )


def user_id_of(source: str, external_id: str) -> int | None:
    """The user of this platform that a learner is; None for those from elsewhere, and for what can be no user."""
    is_number = external_id.isascii() and external_id.isdigit() and len(external_id) < 19
    return int(external_id) if source == OPENEDX and is_number else None


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; the platform's own when nobody knows it."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: "Europe" is a directory where the zones lie.
        return ZoneInfo(settings.TIME_ZONE)


# --- Policies: few different ones for many learners


def _policy(bounds: Bounds, course: models.Course, wishes: tuple[Any, ...]) -> Policy:
    team = tuple(sorted(course.policy.items())) if course.policy else ()
    return _merged(bounds, team, wishes)


@lru_cache(maxsize=4096)
def _merged(bounds: Bounds, team: tuple[tuple[str, Any], ...], wishes: tuple[Any, ...]) -> Policy:
    days, hour, per_week, most = wishes
    return merged(
        bounds,
        team_overrides(dict(team)),
        Overrides(days=days, hour=hour, per_week=per_week, most_questions=most),
    )


def team_overrides(raw: Mapping[str, Any]) -> Overrides:
    """What a team changed, from `Course.policy`; hours of rest are a number there."""
    values = {name: value for name, value in raw.items() if name in Overrides.__dataclass_fields__}
    if values.get("rest") is not None:
        values["rest"] = timedelta(hours=values["rest"])
    return Overrides(**values)


# --- One statement each


def _participations(learner_ids: Collection[int]) -> dict[int, dict[int, bool]]:
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    rows = models.Participation.objects.filter(among("learner_id", learner_ids))
    for learner_id, course_id, is_held_out in rows.values_list("learner_id", "course_id", plain("is_held_out")):
        found[learner_id][course_id] = bool(is_held_out)
    return found


def _of_platform(
    ask: Callable[[Collection[int], Collection[CourseKey]], Mapping[CourseKey, set[int]]],
    user_ids: Mapping[int, int],
    takes_part: Mapping[int, Mapping[int, bool]],
    courses: Courses,
) -> set[tuple[int, int]]:
    """Learners and courses of whom the platform says yes."""
    met = {one for parts in takes_part.values() for one in parts}
    by_key = {courses.rows[one].course_key: one for one in met}
    if not user_ids or not by_key:
        return set()
    yes: set[tuple[int, int]] = set()
    for key, users in ask(user_ids, by_key).items():
        course_id = by_key[key]
        yes.update([(user_ids[user_id], course_id) for user_id in users])
    return yes


def _due(learner_ids: Collection[int], now: datetime) -> dict[tuple[int, int], tuple[int, datetime | None]]:
    """By learner and course: how many questions are due, and when the next one will be."""
    rows = models.Card.objects.filter(
        among("learner_id", learner_ids), due_at__isnull=False, question__is_retired=False
    ).annotate(comes_at=Greatest("due_at", Coalesce("question__withheld_until", "due_at")))
    found = rows.values("learner_id", "question__course_id").annotate(
        due=Count("id", filter=Q(comes_at__lte=now)), later=plain(Min("comes_at", filter=Q(comes_at__gt=now)))
    )
    values, clock = (
        found.order_by().values_list("learner_id", "question__course_id", "due", "later"),
        connection.timezone,
    )
    return {(learner_id, course_id): (due, aware(later, clock)) for learner_id, course_id, due, later in values}


def _sent(
    learner_ids: Collection[int], now: datetime, but: int | None
) -> tuple[dict[int, list[datetime]], dict[int, int]]:
    """When messages were sent (or may still leave), newest first, and how many there were."""
    sent: dict[int, list[datetime]] = defaultdict(list)
    rows = models.Nudge.objects.filter(
        among("learner_id", learner_ids), planned_at__gt=now - HISTORY, status__in=COUNTS
    )
    if but is not None:
        rows = rows.exclude(pk=but)
    clock = connection.timezone
    moments = rows.order_by("-planned_at").values_list("learner_id", plain("sent_at"), plain("not_after"))
    for learner_id, at, not_after in moments:
        sent[learner_id].append(aware(at or not_after, clock))
    return sent, {learner_id: len(moments) for learner_id, moments in sent.items()}


def _anchors(learner_ids: Collection[int]) -> dict[int, Sequence[tuple[int, Anchor]]]:
    found: dict[int, list[tuple[int, Anchor]]] = defaultdict(list)
    rows = models.Anchor.objects.filter(among("learner_id", learner_ids), is_done=False).select_related("course")
    for row in rows:
        anchor = Anchor(key=row.key, at=row.at, until=row.until, course=str(row.course.course_key))
        found[row.learner_id].append((row.pk, anchor))
    return dict(found)
