"""Half a year of learners, lived through the real code: reviews, sweeps and deliveries, against the real database.

Only the edges are ours: a platform in memory, whose people enrol, leave, travel and are suspended, and a transport that
writes down what arrives, and now and then is slow, fails, or does not say. What happened is told as a `Chronicle`.

    with living(Simulation(START, PLANS, learners=1000, seed=1)) as simulation:
        chronicle = simulation.live(START + 26 * WEEK)
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Min
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack.runtime import studio_block
from tests.devstack.playing import add_block, course, unit
from tests.xblocks.nudge.chronicle import Chronicle, Heard, Life, Line, Steps, Terms, Wishes
from tests.xblocks.nudge.fates import FATES
from tests.xblocks.nudge.world import QUIZ_OLX, QUIZZES, WORLDS, ZONES, Plan, World, the_world
from xblocks.base import platform as base
from xblocks.base.platform import CourseFacts, Person
from xblocks.microquiz.api import published_questions
from xblocks.nudge import api, delivering, mail, models, sweeping, tasks, team_acting
from xblocks.nudge.memory import Rating
from xblocks.nudge.preferences import Channel, Preferences
from xblocks.nudge.reviewed import QUIZ, Reviewed
from xblocks.nudge.reviewing import record

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
GRID = 10 * MINUTE
"""Sweeps run on this grid, as from cron; what people do happens beside it."""


@contextmanager
def living(simulation: Simulation, settings: Any) -> Iterator[Simulation]:
    """The platform is the simulation's world, and what would go out by mail goes to the simulation."""
    settings.MICROUNITS_PLATFORM = f"{the_world.__module__}.the_world"
    base.platform.cache_clear()
    # What sweeps remember is of the clock of another world.
    cache.clear()
    WORLDS.append(simulation.world)
    try:
        with patch.object(mail, "send", simulation.transport):
            simulation.begin()
            yield simulation
    finally:
        WORLDS.remove(simulation.world)
        base.platform.cache_clear()


@dataclass(slots=True)
class Someone:
    """A learner as the simulation knows them; `eagerness` is how likely they answer a message, by the time."""

    user_id: int
    life: Life
    row: models.Learner
    eagerness: Callable[[datetime], float]


class Simulation:
    """Learners in a world; `live` passes the time.

    Args:
        step: the least time between two sweeps.
        trouble: the share of messages that something happens to on their way.
    """

    def __init__(
        self,
        start: datetime,
        plans: Sequence[Plan],
        *,
        learners: int,
        seed: int,
        step: timedelta = GRID,
        trouble: float = 0.03,
    ) -> None:
        self.random, self.start, self.step, self.trouble = Random(seed), start, step, trouble
        self.plans, self.number_of_learners = plans, learners
        self.world = World(start)
        self.chronicle = Chronicle(start, start)
        self.sweeps = self.looks = 0
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._sweep_again: datetime | None = None
        self._seen_to = start
        self._planned_anew: CourseKey | None = None
        self._people: dict[int, Someone] = {}
        self._quizzes: dict[str, list[UsageKey]] = {}
        self._questions: dict[tuple[UsageKey, str], models.Question] = {}

    def begin(self) -> None:
        """Make the courses and the people."""
        for plan in self.plans:
            self._make_course(plan)
        rows = models.Question.objects.select_related("course")
        self._questions = {(row.usage_key, row.question_id): row for row in rows}
        for number in range(self.number_of_learners):
            self._make_learner(1000 + number)

    # --- Time

    def at(self, when: datetime, act: Callable[..., None], *arguments: Any) -> None:
        """Let something happen, never on the grid of the sweeps."""
        if when.second == 0:
            when += timedelta(seconds=17)
        heapq.heappush(self._agenda, (when, len(self._agenda) + self.random.getrandbits(60), lambda: act(*arguments)))

    def live(self, end: datetime) -> Chronicle:
        """Pass the time until a moment, and tell what happened."""
        last = self.start
        while True:
            sweep_at = self._next_sweep(last, end)
            if self._agenda and self._agenda[0][0] < sweep_at:
                self.world.moment, _order, act = heapq.heappop(self._agenda)
                act()
            elif sweep_at < end:
                last = self.world.moment = sweep_at
                self._sweep_again = None
                self._see_to_courses(sweep_at)
                self.looks += sweeping.sweep(sweep_at, self._hand_out).looked_at
                self.sweeps += 1
            else:
                return self._tell(end)

    def _next_sweep(self, last: datetime, end: datetime) -> datetime:
        """The first moment of the grid at which a sweep has something to do; those in between would find nothing."""
        look = models.Learner.objects.aggregate(first=Min("next_look_at"))["first"]
        wanted = [moment for moment in (look, self._sweep_again) if moment is not None]
        if not wanted:
            return end
        first = max(min(wanted), last + self.step)
        return min(end, first + (self.start - first) % GRID)

    def sweep_within(self, span: timedelta) -> None:
        """Something happened that no look is planned for, and that the sweeps of the next hour notice by themselves."""
        self._sweep_at(self.world.moment + span)

    def _sweep_at(self, moment: datetime) -> None:
        self._sweep_again = min(moment, self._sweep_again or moment)

    def _tell(self, end: datetime) -> Chronicle:
        self.chronicle.end = end
        rows = models.Nudge.objects.order_by("planned_at", "pk")
        asks: dict[int, list[str]] = defaultdict(list)
        for about in models.NudgeCourse.objects.filter(questions__gt=0).select_related("course"):
            asks[about.nudge_id].append(_name(about.course.course_key))
        by_learner = {someone.row.pk: someone.life for someone in self._people.values()}
        for row in rows:
            line = Line(
                nudge_id=row.pk,
                kind=row.kind,
                slot=row.slot,
                status=row.status,
                at=row.sent_at or row.claimed_at or row.planned_at,
                planned_at=row.planned_at,
                until=row.sent_at or row.not_after,
                asks=tuple(asks[row.pk]),
            )
            by_learner[row.learner_id].ledger.append(line)
        held_out = models.Participation.objects.filter(is_held_out=True).select_related("course")
        for part in held_out:
            by_learner[part.learner_id].held_out.add(_name(part.course.course_key))
        return self.chronicle

    # --- Messages on their way

    def _hand_out(self, nudge_ids: Sequence[int]) -> None:
        """As a queue does: nearly all at once, some late, some twice, some never."""
        now = self.world.moment
        at_once = []
        for nudge_id in nudge_ids:
            fate = self.random.random() / (self.trouble or 1e-9)
            if fate < 0.2:
                self._sweep_at(now + sweeping.TAKEN_WITHIN + MINUTE)
            elif fate < 0.6:
                self.at(now + self.random.random() * 10 * HOUR, delivering.deliver, [nudge_id])
            elif fate < 0.8:
                at_once.extend([nudge_id, nudge_id])
            else:
                at_once.append(nudge_id)
        delivering.deliver(at_once)

    def transport(
        self, nudge: models.Nudge, person: Person, courses: Sequence[tuple[models.Course, int]], now: datetime
    ) -> mail.Outcome:
        """In the place of `mail.send`."""
        fate = self.random.random() / (self.trouble or 1e-9)
        if fate < 0.2:
            return mail.Outcome(mail.Result.REFUSED, "refused")
        if fate < 0.6:
            if fate < 0.4:
                self._arrive(nudge, person, courses)
            return mail.Outcome(mail.Result.UNCERTAIN, "broken")
        self._arrive(nudge, person, courses)
        return mail.Outcome(mail.Result.SENT)

    def _arrive(self, nudge: models.Nudge, person: Person, courses: Sequence[tuple[models.Course, int]]) -> None:
        someone, now = self._people[person.user_id], self.world.moment
        names = tuple(_name(course.course_key) for course, _questions in courses)
        heard = Heard(at=now, nudge_id=nudge.pk, kind=nudge.kind, courses=names, questions=nudge.questions)
        someone.life.heard.append(heard)
        if self.random.random() < someone.eagerness(now):
            when = now + self.random.choice((3 * MINUTE, HOUR, 5 * HOUR, 20 * HOUR, 40 * HOUR)) * self.random.random()
            self.at(when, self._follow, someone, nudge.pk, nudge.questions)

    # --- What learners do

    def _follow(self, someone: Someone, nudge_id: int, questions: int) -> None:
        now = self.world.moment
        if not someone.life.may_sign_in.at(now):
            return
        api.mark_opened(nudge_id, someone.row.pk, now)
        someone.life.active.append(now)
        if self.random.random() < 0.1:
            return
        for number, card in enumerate(api.due_cards(someone.row, now, limit=max(1, questions))):
            when = now + (number + 1) * timedelta(seconds=41)
            self.at(when, self._answer, someone, card.question, nudge_id)

    def _answer(self, someone: Someone, question: models.Question, nudge_id: int | None = None) -> None:
        now = self.world.moment
        card = api.record_review(
            someone.row,
            question,
            Rating.GOOD if self.random.random() < 0.8 else Rating.AGAIN,
            now,
            origin="practice",
            content_hash=question.content_hash,
            nudge_id=nudge_id,
        )
        self._note(someone, question, card)

    def _play(self, someone: Someone, name: str, number: int) -> None:
        """Answer a quiz of the course, as long as one may."""
        if someone.life.enrolled[name].at(self.world.moment) and someone.life.may_sign_in.at(self.world.moment):
            for question_id in ("q1", "q2"):
                question = self._questions[self._quizzes[name][number], question_id]
                self._answer_in_quiz(someone, question)
                self.world.moment += timedelta(seconds=20)

    def _answer_in_quiz(self, someone: Someone, question: models.Question) -> None:
        card = record(
            Reviewed(
                source=api.OPENEDX,
                external_id=str(someone.user_id),
                course_key=question.course.course_key,
                usage_key=question.usage_key,
                question_id=question.question_id,
                content_hash=question.content_hash,
                rating=self.random.choice((Rating.GOOD, Rating.GOOD, Rating.AGAIN)),
                when=self.world.moment,
                origin=QUIZ,
                question_type=question.type,
            )
        )
        self._note(someone, question, card)

    def _note(self, someone: Someone, question: models.Question, card: models.Card) -> None:
        now, name = self.world.moment, _name(question.course.course_key)
        someone.life.active.append(now)
        cards = someone.life.due.setdefault(name, {})
        cards.setdefault(question.pk, Steps(None)).become(card.due_at, now)

    # --- Who there is, and what happens to them

    def key(self, name: str) -> CourseKey:
        """Of the course of that name."""
        return self._quizzes[name][0].course_key

    def _make_course(self, plan: Plan) -> None:
        key = CourseKey.from_string(f"course-v1:Half+{plan.name}+2026")
        ends = None if plan.ends is None else self.start + plan.ends * WEEK
        self.world.facts[key] = CourseFacts(name=plan.name, ends_at=ends)
        terms = self.chronicle.courses[plan.name] = Terms(plan.limits, Steps(ends))
        row = models.Course.objects.create(
            course_key=key,
            policy=dict(plan.policy),
            target_at=None if plan.target is None else self.start + plan.target * WEEK,
            tail=list(plan.tail),
            holdout_share=plan.holdout,
            ends_at=ends,
            facts_at=self.start,
            planned_at=self.start,
        )
        self._quizzes[plan.name] = [
            add_block(QUIZ_OLX.format(number=number), unit(f"unit{number}", course(str(key))))
            for number in range(QUIZZES)
        ]
        for usage_key in self._quizzes[plan.name]:
            block = self.world.quizzes[usage_key] = studio_block(usage_key, AnonymousUser())
            models.Question.objects.bulk_create(
                models.Question(
                    course=row,
                    usage_key=usage_key,
                    question_id=one.question.id,
                    content_hash=one.content_hash,
                    type=one.question.type,
                )
                for one in published_questions(block, self.start)
            )
        if plan.target is not None:
            self.at(self.start + plan.target * WEEK, self._plan_anew, key)
        if plan.moved:
            week, to = plan.moved
            self.at(self.start + week * WEEK, self._move_end, key, terms, self.start + to * WEEK)
        for week, is_stopped in zip(plan.stopped or (), (True, False), strict=False):
            self.at(self.start + week * WEEK, self._stop, key, terms, is_stopped)

    def _move_end(self, key: CourseKey, terms: Terms, ends: datetime) -> None:
        self.world.facts[key] = replace(self.world.facts[key], ends_at=ends)
        terms.ends.become(ends, self.world.moment)
        tasks.refresh_course(str(key))
        self._plan_anew(key)

    def _plan_anew(self, key: CourseKey) -> None:
        """The next sweep plans a course anew, whose end was moved or whose target has passed."""
        self._planned_anew = key
        self._sweep_at(self.world.moment)

    def _see_to_courses(self, now: datetime) -> None:
        """As before each sweep; once a day is enough where nothing is known to be waiting for it."""
        if self._planned_anew is None and now < self._seen_to + DAY:
            return
        self._seen_to = now
        tasks.see_to_courses()
        self._read_plans()

    def _read_plans(self) -> None:
        """What was planned anew after a course moved its end; the sweep sees to that."""
        key, self._planned_anew = self._planned_anew, None
        if key is not None:
            by_learner = {someone.row.pk: someone.life for someone in self._people.values()}
            for card in models.Card.objects.filter(question__course__course_key=key):
                plan = by_learner[card.learner_id].due[_name(key)][card.question_id]
                plan.become(card.due_at, self.world.moment)

    def _stop(self, key: CourseKey, terms: Terms, is_stopped: bool) -> None:
        row = models.Course.objects.get(course_key=key)
        team_acting.switch(row, is_stopped=is_stopped, now=self.world.moment)
        team_acting.look_again(row, self.world.moment)
        terms.stopped.become(is_stopped, self.world.moment)

    def _make_learner(self, user_id: int) -> None:
        random = self.random
        zone, chosen = random.choice(ZONES), self.some_wishes()
        life = Life(f"learner {user_id}", Steps(zone), Steps(chosen))
        self.chronicle.lives.append(life)
        self.world.persons[user_id] = Person(user_id=user_id, email=f"u{user_id}@example.com", time_zone=zone)
        self.world.enrolments[user_id] = set()
        someone = Someone(user_id, life, api.learner(api.OPENEDX, str(user_id)), self._some_habit())
        self._people[user_id] = someone
        if chosen != Wishes():
            self.wish(someone, chosen)
        for plan in random.sample(self.plans, random.choice((1, 1, 1, 1, 2, 3))):
            begins = self.start + random.random() * (3 * WEEK if plan.ends is None else WEEK)
            self.enrol(someone, plan.name)
            for number in range(QUIZZES):
                self.at(begins + number * random.random() * 3 * WEEK, self._play, someone, plan.name, number)
        for fate in random.sample(FATES, random.choice((0, 0, 1, 1, 2))):
            self.at(self.start + random.random() * 24 * WEEK, fate, self, someone)

    def _some_habit(self) -> Callable[[datetime], float]:
        random = self.random
        kind = random.choice(("always", "mostly", "sometimes", "sometimes", "lapsed", "never", "never"))
        away = self.start + random.random() * 8 * WEEK, self.start + (12 + random.random() * 8) * WEEK
        chance = {"always": 1.0, "mostly": 0.8, "sometimes": 0.35, "lapsed": 0.9, "never": 0.0}[kind]
        return lambda now: 0.0 if kind == "lapsed" and away[0] <= now < away[1] else chance

    def some_wishes(self) -> Wishes:
        """What a learner may wish; most wish nothing."""
        random = self.random
        if random.random() < 0.6:
            return Wishes()
        return Wishes(
            days=frozenset(random.sample(range(7), random.choice((1, 2, 3, 5, 7)))),
            hour=random.choice((None, None, *range(7, 21))),
            quiet=random.choice((None, None, (19, 10), (12, 14), (6, 17))),
            per_day=random.choice((None, None, 1)),
            per_week=random.choice((None, None, 1, 2)),
            most_questions=random.choice((None, None, 1, 2)),
            rest=random.choice((None, None, 48, 72)),
            slow_after=random.choice((None, None, 1, 2)),
            stop_after=random.choice((None, None, None, 2, 4)),
            weekly_digest=random.random() < 0.25,
        )

    def wish(self, someone: Someone, chosen: Wishes) -> None:
        """Wish something from now on."""
        someone.life.wishes.become(chosen, self.world.moment)
        here, on_platform = someone.life.zone.at(self.world.moment), self.world.persons[someone.user_id].time_zone
        zone = here if self.random.random() < 0.3 else ""
        if not zone and here != on_platform:
            # Without a zone of their own it is the platform's that counts, which may have changed in the meantime.
            someone.life.zone.become(on_platform, self.world.moment)
        kept = Preferences(
            days=sum(1 << day for day in chosen.days),
            hour=chosen.hour,
            quiet_from=chosen.quiet[0] if chosen.quiet else None,
            quiet_until=chosen.quiet[1] if chosen.quiet else None,
            time_zone=zone,
            channel=Channel.BOTH if self.random.random() < 0.05 else Channel.MAIL,
            paused_until=chosen.paused_until,
            is_stopped=chosen.opted_out,
            weekly_digest=chosen.weekly_digest,
            per_day=chosen.per_day,
            per_week=chosen.per_week,
            most_questions=chosen.most_questions,
            rest_hours=chosen.rest,
            slow_after=chosen.slow_after,
            stop_after=chosen.stop_after,
        )
        api.keep_preferences(someone.row, kept, self.world.moment)

    def enrol(self, someone: Someone, name: str, is_enrolled: bool = True) -> None:
        """Enrol or leave."""
        key = self.key(name)
        mine = self.world.enrolments[someone.user_id]
        (mine.add if is_enrolled else mine.discard)(key)
        someone.life.enrolled.setdefault(name, Steps(is_enrolled)).become(is_enrolled, self.world.moment)


def _name(key: CourseKey) -> str:
    return str(key.course)
