"""What is known of many learners at once, as `policy.State`; a fixed number of statements, whatever their number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import user_id_of
from xblocks.base.platform import Person, platform
from xblocks.nudge import models, sources
from xblocks.nudge.elsewhere import NOWHERE, Elsewhere, elsewhere
from xblocks.nudge.groups import Rule, rule_of, who_sees
from xblocks.nudge.own_dates import comes_at
from xblocks.nudge.policy import Anchor, Bounds, CourseState, Overrides, Policy, State, merged
from xblocks.nudge.preferences import STRICTER, Channel, Preferences, overrides
from xblocks.nudge.rows import among, aware, plain
from xblocks.nudge.sources import Guest, Identity

HISTORY = timedelta(days=9)
LONGEST_ZONE = 64
"""Longer is the name of none."""
COUNTS = (models.Status.PLANNED, models.Status.CLAIMED, models.Status.SENT, models.Status.UNCERTAIN)
"""A message that may have arrived counts against the limits."""


class Known(NamedTuple):
    """A learner as the database and the platform know them.

    Attributes:
        person: None for learners without an account here, to whom this platform cannot write.
        guest: how another place knows them; None: none was asked, or none does.
        places: by the key of a course in which they are not enrolled here, the source that reaches them there.
        course_ids: from the key in `state.courses` to the row's id.
        anchor_ids: from an anchor's key to its row's id.
        messages: how many were ever planned recently, for the choice of a text.
        was_in: the platform's time zone when it was last decided about them; None: never.
        is_kept_out: something that is due is for groups to which they do not belong now.
    """

    learner_id: int
    source: str
    external_id: str
    person: Person | None
    guest: Guest | None
    places: Mapping[str, str]
    channel: Channel
    state: State
    course_ids: Mapping[str, int]
    anchor_ids: Mapping[str, int]
    messages: int
    was_in: str | None
    is_kept_out: bool

    @property
    def is_in(self) -> str:
        """The platform's time zone now, as it is kept; for those without an account here, the other place's."""
        known_by = self.person or self.guest
        return known_by.time_zone[:LONGEST_ZONE] if known_by else ""


@dataclass(slots=True)
class Courses:
    """Courses by id, read once for a whole sweep.

    Attributes:
        parted: those with questions that only some groups of learners see.
    """

    rows: dict[int, models.Course] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    parted: set[int] = field(default_factory=set)

    def take(self, ids: Iterable[int]) -> None:
        """Read those that are not there yet."""
        missing = set(ids) - self.rows.keys()
        if missing:
            self.rows.update(models.Course.objects.in_bulk(missing))
            self.names.update((one, str(self.rows[one].course_key)) for one in missing)
            restricted = models.Question.objects.filter(course__in=missing, is_restricted=True, is_retired=False)
            self.parted.update(restricted.order_by().values_list("course_id", flat=True).distinct())


_LEARNER = ("id", "source", "external_id", "ignored", "zone", "preferences__time_zone", "preferences__channel")
_MOMENTS = ("comeback_at", "last_active_at", "preferences__paused_until")
_FLAGS = ("said_stop", "preferences__is_stopped", "preferences__weekly_digest")
_WISHES = tuple(f"preferences__{name}" for name in STRICTER)
_ROW = (*_LEARNER, *map(plain, (*_MOMENTS, *_FLAGS)), *_WISHES)


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
    away = NOWHERE
    if sources.registered():
        learners = {Identity(row[1], row[2]): row[0] for row in rows}
        away = elsewhere(learners, takes_part, _met(takes_part, courses), enrolled)
    due = _due(learner_ids, now)
    parted = {one for parts in takes_part.values() for one in parts} & courses.parted
    kept_out = _add_restricted(due, learner_ids, now, parted, courses, user_ids, away) if parted else set()
    sent, messages = _sent(learner_ids, now, but)
    several = _in_several(due)
    told = _told(several, but)
    anchors = _anchors(learner_ids)
    policies: dict[tuple[Any, ...], Policy] = {}
    clock = connection.timezone
    for row in rows:
        learner_id, source, external_id, ignored, was_in, zone, channel = row[:7]
        comeback_at, last_active, paused, said_stop, is_stopped, digest = row[7:13]
        user_id = users.get(learner_id)
        person = None if user_id is None else people.get(user_id)
        guest = away.guests.get(learner_id)
        places = {}
        wishes = row[13:]
        states = []
        mine_in = takes_part.get(learner_id, {})
        for course_id, is_held_out in mine_in.items():
            course, here = courses.rows[course_id], (learner_id, course_id)
            policy = policies.get((course_id, wishes))
            if policy is None:
                policy = policies[course_id, wishes] = _policy(bounds, course, wishes)
            coming = due.get(here, _NOTHING)
            place = away.places.get(here)
            if place is not None:
                places[courses.names[course_id]] = place
            states.append(
                CourseState(
                    course=courses.names[course_id],
                    due=coming.due,
                    next_due=coming.later,
                    waits_since=_waits_since(aware(coming.since, clock), told.get(here))
                    if learner_id in several
                    else None,
                    policy=policy,
                    is_enrolled=here in enrolled or place is not None,
                    is_stopped=course.is_stopped,
                    is_held_out=is_held_out,
                    # What they told the platform is about mail.
                    is_unwanted=here in unwanted and place is None and channel != Channel.TRAY,
                    ends_at=course.ends_at,
                )
            )
        mine = anchors.get(learner_id, ())
        yield Known(
            learner_id=learner_id,
            source=source,
            external_id=external_id,
            person=person,
            guest=guest,
            places=places,
            channel=Channel(channel or Channel.MAIL),
            state=State(
                zone=zone_named(zone or (person and person.time_zone) or (guest.time_zone if guest else "")),
                courses=tuple(states),
                anchors=tuple([one for _id, one in mine]),
                sent=tuple(sent.get(learner_id, ())),
                ignored=ignored,
                said_stop=bool(said_stop),
                said_comeback=comeback_at is not None,
                last_active=aware(last_active, clock),
                paused_until=aware(paused, clock),
                is_opted_out=bool(is_stopped) or channel == Channel.NONE,
                is_suspended=not (person or guest or _NOBODY).is_active,
                weekly_digest=bool(digest),
            ),
            course_ids={courses.names[course_id]: course_id for course_id in mine_in},
            anchor_ids={one.key: anchor_id for anchor_id, one in mine},
            messages=messages.get(learner_id, 0),
            was_in=was_in,
            is_kept_out=learner_id in kept_out,
        )


_NOBODY = Guest(is_active=False)


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
    # Who never wished anything has no row, and none of the values.
    wished = {name: value for name, value in zip(STRICTER, wishes, strict=True) if value is not None}
    return merged(bounds, team_overrides(dict(team)), overrides(Preferences(**wished)))


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
    by_key = _met(takes_part, courses)
    if not user_ids or not by_key:
        return set()
    yes: set[tuple[int, int]] = set()
    for key, users in ask(user_ids, by_key).items():
        course_id = by_key[key]
        yes.update([(user_ids[user_id], course_id) for user_id in users])
    return yes


def _met(takes_part: Mapping[int, Mapping[int, bool]], courses: Courses) -> dict[CourseKey, int]:
    """The courses in which somebody takes part, by key."""
    return {courses.rows[one].course_key: one for one in {one for parts in takes_part.values() for one in parts}}


class _InCourse(NamedTuple):
    """How many questions are due, when the next one will be, and since when: as the driver has it, since it is asked
    for only where there are several courses."""

    due: int = 0
    later: datetime | None = None
    since: Any = None


_NOTHING = _InCourse()
_Due = dict[tuple[int, int], _InCourse]
"""By learner and course."""


def waiting_cards(learner_ids: Collection[int]) -> Any:
    """Cards that come back some day, with `comes_at`."""
    cards = models.Card.objects.filter(
        among("learner_id", learner_ids), due_at__isnull=False, question__is_retired=False
    )
    return cards.annotate(comes_at=comes_at())


def _due(learner_ids: Collection[int], now: datetime) -> _Due:
    """Of questions that everybody sees."""
    rows = waiting_cards(learner_ids).filter(question__is_restricted=False)
    is_due = Q(comes_at__lte=now)
    found = rows.values("learner_id", "question__course_id").annotate(
        due=Count("id", filter=is_due),
        later=plain(Min("comes_at", filter=~is_due)),
        since=plain(Min("comes_at", filter=is_due)),
    )
    values = found.order_by().values_list("learner_id", "question__course_id", "due", "later", "since")
    clock = connection.timezone
    return {
        (learner_id, course_id): _InCourse(number, aware(later, clock), since)
        for learner_id, course_id, number, later, since in values
    }


def _add_restricted(
    due: _Due,
    learner_ids: Collection[int],
    now: datetime,
    course_ids: Collection[int],
    courses: Courses,
    user_ids: Mapping[int, int],
    away: Elsewhere,
) -> set[int]:
    """Count in the questions that only some groups see; who does is asked of what is due.

    Groups are this platform's: who takes part elsewhere sees what that place shows.

    Returns:
        learners for whom something is due that they do not see.
    """
    users = {learner_id: user_id for user_id, learner_id in user_ids.items()}
    clock = connection.timezone
    asked: dict[tuple[int, Rule], list[tuple[int, datetime]]] = defaultdict(list)
    rows = waiting_cards(learner_ids).filter(question__is_restricted=True, question__course__in=course_ids)
    for learner_id, course_id, groups, at in rows.values_list(
        "learner_id", "question__course_id", "question__groups", "comes_at"
    ):
        so_far = due.get((learner_id, course_id), _NOTHING)
        if at > now:
            due[learner_id, course_id] = so_far._replace(later=min(at, so_far.later or at))
        elif (learner_id, course_id) in away.places:
            since = min(at, aware(so_far.since, clock) or at)
            due[learner_id, course_id] = so_far._replace(due=so_far.due + 1, since=since)
        elif learner_id in users:
            asked[course_id, rule_of(groups)].append((learner_id, at))
    kept_out = set()
    for (course_id, rule), waiting in asked.items():
        seen_by = who_sees({users[one] for one, _at in waiting}, courses.rows[course_id].course_key, rule)
        for learner_id, at in waiting:
            if users[learner_id] not in seen_by:
                kept_out.add(learner_id)
                continue
            so_far = due.get((learner_id, course_id), _NOTHING)
            due[learner_id, course_id] = so_far._replace(
                due=so_far.due + 1, since=min(at, aware(so_far.since, clock) or at)
            )
    return kept_out


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


def _in_several(due: _Due) -> set[int]:
    """Learners with something that comes in more than one course; only there does one wait for another."""
    courses = Counter(learner_id for learner_id, _course_id in due)
    return {learner_id for learner_id, number in courses.items() if number > 1}


def _told(learner_ids: Collection[int], but: int | None) -> dict[tuple[int, int], datetime]:
    """By learner and course: when a message last asked questions of it."""
    if not learner_ids:
        return {}
    lines = models.NudgeCourse.objects.filter(
        among("nudge__learner_id", learner_ids), questions__gt=0, nudge__status__in=COUNTS
    )
    if but is not None:
        lines = lines.exclude(nudge=but)
    found = lines.values("nudge__learner_id", "course_id").annotate(
        at=Max(Coalesce("nudge__sent_at", "nudge__planned_at"))
    )
    return {(row["nudge__learner_id"], row["course_id"]): row["at"] for row in found.order_by()}


def _waits_since(since: datetime | None, told_at: datetime | None) -> datetime | None:
    return since if told_at is None or since is None else max(since, told_at)


def anchor_of(row: models.Anchor) -> Anchor:
    """A message that was asked for, with its course (which is read)."""
    return Anchor(key=row.key, at=row.at, until=row.until, course=str(row.course.course_key), is_notice=row.is_notice)


def _anchors(learner_ids: Collection[int]) -> dict[int, Sequence[tuple[int, Anchor]]]:
    found: dict[int, list[tuple[int, Anchor]]] = defaultdict(list)
    rows = models.Anchor.objects.filter(among("learner_id", learner_ids), is_done=False).select_related("course")
    for row in rows:
        anchor = anchor_of(row)
        found[row.learner_id].append((row.pk, anchor))
    return dict(found)
