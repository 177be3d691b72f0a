"""A process of `test_attending.py`: learners choose and leave, a facilitator taps, guests get accounts.

python -m tests.concurrency.attending SEED LEARNERS
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta

import django

MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.concurrency.attending import make
make({learners})
print("made")
"""
LOOK = """
import django
django.setup()
from tests.concurrency.attending import look
print(look())
"""
COURSE = "course-v1:Microunits+WORKSHOP+2026"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SEATS = 4


def make(learners: int) -> None:
    """Two sessions of four seats, and for each learner a guest who is ready."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.workshop import api, models, scheduling
    from xblocks.workshop.plan import Fixed, Item, ItemKind, Plan, Session

    key = CourseKey.from_string(COURSE)
    begin = NOW.replace(tzinfo=None) + timedelta(days=14, hours=1)
    when = Fixed(begin, begin + timedelta(hours=2))
    row = models.Workshop.objects.create(
        usage_key=key.make_usage_key("workshop", "day"), course_key=key, published_at=NOW
    )
    items = (Item(id="read", kind=ItemKind.READ, title="Read it", url="/static/it.pdf"),)
    plan = Plan(sessions=tuple(Session(id=name, when=when, seats=SEATS) for name in "ab"), items=items)
    scheduling.take_over(row, plan, "A day", NOW)
    row.refresh_from_db()
    for number in range(learners):
        guest, _is_new = api.participant(row, "moodle:school", str(number), NOW, is_elsewhere=True)
        api.choose(guest, "ab"[number % 2], NOW)
        api.tick(guest, "read", is_done=True, now=NOW)


def look() -> str:
    """As JSON: seats taken, who waits for a session with a free one, places in line, who was told, and who is left."""
    from django.db.models import Count, F

    from xblocks.workshop import models

    people = models.Participant.objects
    taken = {row.session_id: people.filter(holds=row).count() for row in models.Session.objects.all()}
    waiting = {row.session_id: people.filter(waits=row).count() for row in models.Session.objects.all()}
    numbers = list(people.exclude(waits=None).values_list("number", flat=True))
    noted = models.Attendance.objects.values("participant").annotate(times=Count("pk"))
    return json.dumps(
        {
            "taken": taken,
            "waiting": waiting,
            "is_told_apart": len(numbers) == len(set(numbers)),
            "noted": [row["times"] for row in noted],
            "untold": people.exclude(notice="").count(),
            "stale": people.exclude(stale="").count(),
            "guests": models.Person.objects.exclude(source="openedx").count(),
            "gone_with_a_seat": people.exclude(left_at=None).exclude(holds=None, waits=None).count(),
            "ready": people.exclude(prepared_at=None).count(),
            "done": models.Done.objects.exclude(done_at=None).count(),
            "waits_for_own": people.exclude(waits=None).filter(holds=F("waits")).count(),
        }
    )


def act(seed: int, learners: int) -> None:
    """Everybody chooses, changes, leaves the session or the course, and comes back; all are noted as having been there.

    Whom a Moodle knows turns out to be one of them, again and again, and told by all at once.
    """
    from xblocks.workshop import api, attending, enrolling, models

    chance = random.Random(seed)
    row = models.Workshop.objects.get()
    session = row.sessions.get(session_id="a")
    for _turn in range(3):
        people = list(range(learners))
        chance.shuffle(people)
        for number in people:
            one, _is_new = api.participant(row, "openedx", str(number), NOW)
            deed = chance.random()
            if deed < 0.6:
                api.choose(one, chance.choice("ab"), NOW)
            elif deed < 0.8:
                api.leave(one, NOW)
            else:
                enrolling.leave(one, NOW)
            account = ("openedx", str(number))
            # Each process has a guest of its own for each learner, and they all have one together.
            guest = ("moodle:school", f"{number}-{seed}")
            other, _is_new = api.participant(row, *guest, NOW, is_elsewhere=True)
            api.choose(other, chance.choice("ab"), NOW)
            api.join_learners(guest, account, NOW)
            api.join_learners(("moodle:school", str(number)), account, NOW)
            attending.note(session, one, was_there=True, by=str(seed), now=NOW)


def main() -> None:
    """Say that it is ready, wait, act."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    act(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
