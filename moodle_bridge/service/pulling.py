"""One Moodle, read on from where it was: results, learners who came and left, and what their calendars say."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import OperationalError, transaction
from django.utils import timezone

from moodle_bridge.client import Client
from moodle_bridge.config import Configuration
from moodle_bridge.config import Site as Configured
from moodle_bridge.errors import BridgeError
from moodle_bridge.pulling import Batch, Place, pull
from moodle_bridge.service import awards, due_dates, earning, people, preparing, sessions
from moodle_bridge.service.courses import Published, link_rows, published, read_quizzes, site_row
from moodle_bridge.service.leases import Lease, leased
from moodle_bridge.service.models import Link, Reading, Site
from moodle_bridge.service.recording import Recorded, record
from moodle_bridge.service.reflecting import Reflecting
from moodle_bridge.streams import COMPLETIONS, SUBMISSIONS

log = logging.getLogger(__name__)

TRIES = 4
PEOPLE_AGE = timedelta(days=1)
"""Learners are read again after so long, whether or not anything was heard of them."""
CALENDAR_AGE = timedelta(hours=1)
"""All calendars are looked at so often: somebody may have said that they want peace."""


@dataclass(slots=True)
class Pulled:
    """What a pull came to.

    Attributes:
        learners, matched: of the courses whose learners were read; how many of them were matched just now.
        dates: what became of dates in calendars, by what was done.
        earned: badges that were earned by what was read.
        awards: what became of badges that were carried over, by what was done.
        prepared: how often somebody said that they prepared for a workshop, or took it back.
        sessions: what became of sessions that were moved here, by what was done.
        reflections: how often somebody handed one in.
        kept: how many of those were kept here for who has an account.
        unmatched: learners whom nobody knows here.
        problems: what could not be read, by course.
    """

    recorded: Recorded = field(default_factory=Recorded)
    learners: int = 0
    matched: int = 0
    dates: dict[str, int] = field(default_factory=dict)
    earned: int = 0
    awards: Counter[str] = field(default_factory=Counter)
    prepared: int = 0
    sessions: Counter[str] = field(default_factory=Counter)
    reflections: int = 0
    kept: int = 0
    unmatched: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def pull_site(configuration: Configuration, configured: Configured, client: Client) -> Pulled:
    """Read a site on, one worker at a time; may be ended anywhere, and run again.

    Raises:
        BridgeError: what concerns the whole site, or another worker has it in hand. What was read until then is kept.
    """
    row = site_row(configured)
    with leased(row) as lease:
        try:
            pulled = _pulled(configuration, row, configured, client, lease)
        except BridgeError as error:
            Site.objects.filter(pk=row.pk).update(problem=str(error))
            raise
        Site.objects.filter(pk=row.pk).update(problem="", read_at=timezone.now())
        return pulled


def _pulled(configuration: Configuration, row: Site, configured: Configured, client: Client, lease: Lease) -> Pulled:
    tries = TRIES
    while True:
        try:
            return _Pulling(row, configured, client, lease, link_rows(configuration, row)).run()
        except OperationalError:
            # The database let another worker go first (a deadlock); this goes on where it was.
            tries -= 1
            if not tries:
                raise
            log.warning("%s is read on after somebody else.", row)


class _Pulling:
    def __init__(self, row: Site, configured: Configured, client: Client, lease: Lease, links: Sequence[Link]) -> None:
        self.row, self.configured, self.client, self.lease = row, configured, client, lease
        self.links = {link.course: link for link in links}
        self.questions: dict[int, Mapping[str, Published]] = {}
        self.answered: dict[int, set[int]] = {}
        self.read: dict[int, int] = {}
        self.reflecting: dict[int, Reflecting] = {}
        self.kept_readings: dict[tuple[str, int], Mapping[str, object]] = {}
        self.pulled = Pulled()

    def run(self) -> Pulled:
        self._read_people()
        # The row may be older than what another worker has read since.
        self.row.refresh_from_db()
        self.reflecting = {course: Reflecting(link) for course, link in self.links.items()}
        for link in self.links.values():
            if earning.look_at_badges(link):
                self.pulled.earned += self.reflecting[link.course].hear_again()
            preparing.look_at_workshops(link)
        for batch in pull(self.client, self._place(), list(self.links), self._wanted()):
            self._take(batch)
            self.lease.renew()
        self._read_people()
        for link in self.links.values():
            self.pulled.prepared += preparing.note_all(link)
        for one in self.reflecting.values():
            self._keep_texts(one)
        self._carry(awards.carry_all, self.pulled.awards)
        self._carry(sessions.carry, self.pulled.sessions)
        if self.configured.calendar:
            self._keep_calendars()
        self.pulled.unmatched = len(people.unmatched(self.row))
        return self.pulled

    # --- What happened

    def _place(self) -> Place:
        rows = Link.objects.filter(pk__in=[link.pk for link in self.links.values()])
        values = list(rows.values_list("course", "attempts", "is_behind"))
        readings = list(Reading.objects.filter(link__in=rows).select_related("link"))
        return Place(
            changes=self.row.changes,
            attempts={course: cursor for course, cursor, _behind in values if cursor is not None},
            behind=frozenset(course for course, _cursor, behind in values if behind),
            streams={(one.stream, one.link.course): one.cursor for one in readings if one.cursor is not None},
            behind_in=frozenset((one.stream, one.link.course) for one in readings if one.is_behind),
        )

    def _wanted(self) -> Mapping[str, Sequence[int]]:
        """The streams that are read, and in which courses."""
        return {
            COMPLETIONS.name: [course for course, link in self.links.items() if preparing.has_workshops(link)],
            SUBMISSIONS.name: [course for course, one in self.reflecting.items() if one.has_any],
        }

    def _take(self, batch: Batch) -> None:
        link = self.links.get(batch.course)
        if batch.problem is not None and link is not None:
            self._note_problem(link, batch.problem)
        if link is not None and batch.attempts:
            questions = self._questions(link)
            users = record(link, batch.attempts, questions, self.pulled.recorded)
            asked = {name: one.asked for name, one in questions.items()}
            self.pulled.earned += earning.hear(link, batch.attempts, asked)
            preparing.hear(link, batch.attempts, asked)
            self.answered.setdefault(link.course, set()).update(users)
        if link is not None and batch.stream == COMPLETIONS.name:
            preparing.keep(link, batch.rows)
        if link is not None and batch.stream == SUBMISSIONS.name:
            found = self.reflecting[link.course].hear(batch.rows)
            self.pulled.reflections += found.handed_in
            self.pulled.earned += found.earned
        if batch.deleted:
            people.forget(self.row, batch.deleted)
        self._keep_place(batch)

    def _keep_texts(self, reflecting: Reflecting) -> None:
        """What was handed in is kept for who is known here, be it since now only."""
        try:
            for kept in reflecting.keep_all(self.client, self.row.title or self.row.name):
                self.pulled.kept += kept
                self.lease.renew()
            if reflecting.failed:
                self.pulled.problems[str(reflecting.link)] = (
                    f"{reflecting.failed} reflections are not kept yet: see the log."
                )
        except BridgeError as error:
            if error.concerns_all:
                raise
            self._note_problem(reflecting.link, error)

    def _questions(self, link: Link) -> Mapping[str, Published]:
        if link.course not in self.questions:
            self.questions[link.course] = published(link.course_key)
        return self.questions[link.course]

    def _keep_place(self, batch: Batch) -> None:
        """How far it was read, once that has been dealt with; and whose learners are to be read again."""
        place = batch.place
        with transaction.atomic():
            Site.objects.filter(pk=self.row.pk).update(changes=place.changes)
            for course, link in self.links.items():
                values = {"attempts": place.attempts.get(course), "is_behind": course in place.behind}
                changed = {name: value for name, value in values.items() if getattr(link, name) != value}
                if course in batch.people:
                    changed["people_at"] = None
                if changed:
                    Link.objects.filter(pk=link.pk).update(**changed)
                for name, value in changed.items():
                    setattr(link, name, value)
                self._keep_readings(link, place)

    def _keep_readings(self, link: Link, place: Place) -> None:
        streams = {name for name, course in place.streams.keys() | place.behind_in if course == link.course}
        for name in sorted(streams):
            key = name, link.course
            kept = {"cursor": place.streams.get(key), "is_behind": key in place.behind_in}
            if self.kept_readings.get(key) != kept:
                Reading.objects.update_or_create(link=link, stream=name, defaults=kept)
                self.kept_readings[key] = kept

    def _note_problem(self, link: Link, problem: BridgeError) -> None:
        self.pulled.problems[str(link)] = str(problem)
        Link.objects.filter(pk=link.pk).update(problem=str(problem))

    # --- What is carried there

    def _carry(self, carry: Callable[[Client, Link], Counter[str]], counted: Counter[str]) -> None:
        """What came of this pull is there at once."""
        for link in self.links.values():
            try:
                counted.update(carry(self.client, link))
            except BridgeError as error:
                if error.concerns_all:
                    raise
                self._note_problem(link, error)
            self.lease.renew()

    # --- People and their calendars

    def _read_people(self) -> None:
        old = timezone.now() - PEOPLE_AGE
        for link in self.links.values():
            if link.people_at is not None and link.people_at > old:
                continue
            try:
                if not self.row.title:
                    self._read_title()
                read_quizzes(self.client, link)
                counted = people.read_people(self.client, self.configured, link)
            except BridgeError as error:
                if error.concerns_all:
                    raise
                self._note_problem(link, error)
                continue
            if preparing.has_workshops(link):
                preparing.join_all(link)
            self.read[link.course] = counted["learners"]
            self.pulled.learners = sum(self.read.values())
            self.pulled.matched += counted["matched"]
            link.refresh_from_db()
            self.lease.renew()

    def _read_title(self) -> None:
        self.row.title = self.client.site_info().name[:255]
        Site.objects.filter(pk=self.row.pk).update(title=self.row.title)

    def _keep_calendars(self) -> None:
        old = timezone.now() - CALENDAR_AGE
        for link in self.links.values():
            is_old = link.calendar_at is None or link.calendar_at < old
            users = None if is_old else self.answered.get(link.course, set())
            if users is None or users:
                for what, number in due_dates.keep(self.client, link, users, self.lease).items():
                    self.pulled.dates[what] = self.pulled.dates.get(what, 0) + number
            if is_old:
                Link.objects.filter(pk=link.pk).update(calendar_at=timezone.now())
