"""A course of 200 learners, of whom some enrol late, leave and come back, with a queue that loses a third of all.

Three sessions move. Nobody gets a wrong reminder, nobody gets one twice, and who should get one does. The sweeper, the
policy, the ledger, the mail and the finding of what was lost are the real ones; the clock, the learners and the queue
are played.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from devstack.models import Mail
from tests.devstack.playing import add_block
from tests.xblocks.microquiz.quizzes import answer
from tests.xblocks.workshop import stage
from tests.xblocks.workshop.enrolments import Enrolled, told
from tests.xblocks.workshop.stage import DAY, HOUR, ITEMS, NOW, at, clock_at, session, taking_part_in, workshop
from xblocks.nudge import delivering, sweeping
from xblocks.workshop import api, models, scheduling, tasks
from xblocks.workshop.plan import Item, ItemKind

pytestmark = pytest.mark.django_db(transaction=True)

LEARNERS = 200
LOST = 1 / 3
MOVES = {6: ("a", 21), 9: ("b", 23), 16: ("a", 22)}
"""By the day of December on which the team moves it: which session, and to which day."""
STARTS = {"a": 14, "b": 17, "c": 18}
HOURS = (6, 9, 12, 15, 18)
CRON = timedelta(minutes=10)
SPANS = (7 * DAY, 2 * DAY, 3 * HOUR)
QUIZ = """<microquiz url_name="sender"><truefalse id="one" right="true"><text>One?</text></truefalse></microquiz>"""


@dataclass
class Learner:
    """What somebody does, and when.

    Attributes:
        here: the spans in which they take the course; the last one may be open.
        chosen_at: since when they have their seat, for each time.
        ready_at: when they had done everything.
    """

    user: User
    wants: str
    here: list[list[datetime]] = field(default_factory=list)
    chosen_at: list[datetime] = field(default_factory=list)
    ready_at: datetime | None = None

    def is_here(self, moment: datetime) -> bool:
        return any(span[0] <= moment and (len(span) == 1 or moment < span[1]) for span in self.here)

    def here_since(self, moment: datetime) -> datetime:
        return max(span[0] for span in self.here if span[0] <= moment)

    def has_seat(self, moment: datetime) -> bool:
        return any(self.here_since(moment) <= at <= moment for at in self.chosen_at)


class Course:
    """The course as it goes on."""

    def __init__(self, enrolled: Enrolled) -> None:
        self.enrolled = enrolled
        self.chance = random.Random(6)
        users = stage.people(LEARNERS)
        self.learners = [Learner(user, "abc"[number % 3]) for number, user in enumerate(users)]
        self.is_at = {name: [(NOW, day)] for name, day in STARTS.items()}
        self.quiz = add_block(QUIZ)
        item = Item(id="quiz", kind=ItemKind.QUIZ, title="The quiz", block="microquiz@sender")
        self.row = workshop(*(at(name, day) for name, day in STARTS.items()), items=[*ITEMS, item])
        self.todo: dict[datetime, list[tuple[str, Learner]]] = defaultdict(list)
        for number, one in enumerate(self.learners):
            self._plan(number, one)

    def _plan(self, number: int, one: Learner) -> None:
        """Every fifth enrols late, every sixth leaves, half of these come back; every fourth prepares everything."""
        # People do things at any time; here between two looks at the clock.
        begins = self._some(4, 13) if number % 5 == 0 else NOW
        self.todo[begins].append(("enrol", one))
        self.todo[begins + 3 * HOUR].append(("choose", one))
        if number % 6 == 0:
            leaves = begins + timedelta(days=self.chance.randint(1, 4))
            self.todo[leaves].append(("leave", one))
            if number % 12 == 0:
                back = leaves + timedelta(days=self.chance.randint(1, 5))
                self.todo[back].append(("enrol", one))
                self.todo[back + 3 * HOUR].append(("choose", one))
        elif number % 4 == 0:
            self.todo[begins + timedelta(days=1)].append(("prepare", one))

    def _some(self, first: int, last: int) -> datetime:
        return NOW.replace(day=self.chance.randint(first, last), hour=self.chance.choice(HOURS[1:-1]))

    def act(self, deed: str, one: Learner, moment: datetime) -> None:
        if deed == "enrol":
            # As the platform has it: an enrolment that is taken up again has the date of the first time.
            self.enrolled.since[one.user.pk] = one.here[0][0] if one.here else moment
            one.here.append([moment])
            told(one.user.pk)
        elif deed == "leave":
            del self.enrolled.since[one.user.pk]
            one.here[-1].append(moment)
            told(one.user.pk)
        elif deed == "choose":
            api.choose(taking_part_in(self.row, one.user, moment), one.wants, moment)
            one.chosen_at.append(moment)
        else:
            participant = taking_part_in(self.row, one.user, moment)
            api.tick(participant, "read", is_done=True, now=moment)
            api.answer(participant, "ask", "Why?", moment)
            assert answer(self.quiz, "one", {"value": True}, user=one.user).status == 200
            one.ready_at = moment

    def day_of(self, name: str, moment: datetime) -> int:
        return [to for since, to in self.is_at[name] if since <= moment][-1]

    def first(self, moment: datetime) -> datetime:
        """When the earliest session that is still to come is."""
        return min(one for name in STARTS if (one := self.start(name, moment)) > moment)

    def start(self, name: str, moment: datetime) -> datetime:
        return NOW.replace(day=self.day_of(name, moment), hour=12, minute=0)


def lose(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> Counter[str]:
    """A queue that loses a third of what it is told; how much it was, by task."""
    lost = Counter[str]()

    def losing(task: Any) -> Any:
        real = task.delay

        def delay(*arguments: Any) -> None:
            if chance.random() < LOST:
                lost[task.name.rpartition(".")[2]] += 1
            else:
                real(*arguments)

        return delay

    for task in (tasks.follow_up, tasks.look_at_quiz, tasks.look_at_enrolment, tasks.look_at_enrolments):
        monkeypatch.setattr(task, "delay", losing(task))
    return lost


def go_on(course: Course) -> None:
    """From 1 to 26 December: things are done, cron finds what was lost, the sweep sends what is due."""
    for day in range(1, 27):
        for hour in HOURS:
            moment = NOW.replace(day=day, hour=hour)
            with clock_at(moment):
                if hour == 9 and day in MOVES:
                    name, to = MOVES[day]
                    course.is_at[name].append((moment, to))
                    scheduling.change(session(course.row, name).pk, at(name, to), moment)
                for due in sorted(one for one in course.todo if one <= moment):
                    for deed, one in course.todo.pop(due):
                        course.act(deed, one, moment)
            for _again in range(6):
                moment += CRON
                with clock_at(moment):
                    tasks.catch_up()
            with clock_at(moment):
                sweeping.sweep(moment, delivering.deliver)


def test_nobody_gets_a_wrong_or_double_reminder_whoever_comes_and_goes_and_whatever_is_lost(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "devstack.mailbox.Mailbox"
    with clock_at(NOW):
        course = Course(Enrolled(monkeypatch))
    lost = lose(monkeypatch, random.Random(26))
    go_on(course)
    by_email = {one.user.email: one for one in course.learners}
    news = Counter[str]()
    spans: dict[str, list[int]] = defaultdict(list)
    # Who answered in the quiz is asked its question again by nudging, which is not looked at here.
    for mail in Mail.objects.filter(subject__contains="Phishing day").order_by("pk"):
        one = by_email[mail.recipient]
        assert one.is_here(mail.at)
        start = course.start(one.wants, mail.at)
        if mail.subject.startswith("New time"):
            news[mail.recipient] += 1
            assert f" {start.day} December" in mail.text
            continue
        is_to_choose = mail.subject.startswith("Choose")
        assert one.has_seat(mail.at) is not is_to_choose
        if is_to_choose:
            start = course.first(mail.at)
        else:
            assert mail.subject.startswith("Before “Phishing day”")
            assert f" {start.day} December" in mail.text
        # Never about a time that is no longer right, never after the session began, never once all is done.
        ahead = start - mail.at
        assert timedelta(0) < ahead <= 7 * DAY
        assert one.ready_at is None or mail.at < one.ready_at
        kind = 2 if ahead > 2 * DAY else 1 if ahead > 3 * HOUR else 0
        spans[mail.recipient].append(kind)
        # Nothing that was due before they came, or came back.
        assert start - SPANS[2 - kind] >= one.here_since(mail.at)
    for email, one in by_email.items():
        # Seven days, two days and three hours before: each at most once, whatever was moved and whoever came back.
        assert len(spans[email]) == len(set(spans[email]))
        moved = [since for since, _to in course.is_at[one.wants][1:]]
        heard = [since for since in moved if one.is_here(since) and any(at <= since for at in one.chosen_at)]
        assert news[email] == len(heard)
        last = course.start(one.wants, NOW.replace(day=26))
        was_here = one.is_here(last - 2 * DAY - HOUR) and one.is_here(last)
        if was_here and one.ready_at is None and one.here_since(last) < last - 2 * DAY - HOUR:
            assert {0, 1} & set(spans[email])
    assert min(lost[name] for name in ("follow_up", "look_at_quiz", "look_at_enrolment")) > 5
    assert models.Participant.objects.exclude(notice="").count() == 0
    assert models.Participant.objects.exclude(stale="").count() == 0
    # Who is gone has no seat, and who is here has the one they chose.
    held = dict(models.Participant.objects.values_list("person__external_id", "holds__session_id"))
    for one in course.learners:
        was_gone_before = len(one.here[-1]) > 1
        assert held[str(one.user.pk)] == (None if was_gone_before else one.wants)
