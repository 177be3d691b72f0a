"""A process of `test_attending.py`: learners choose and leave, and a facilitator taps, in an order of its own.

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
make()
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


def make() -> None:
    """Two sessions of four seats."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.workshop import models, scheduling
    from xblocks.workshop.plan import Fixed, Plan, Session

    key = CourseKey.from_string(COURSE)
    begin = datetime(2026, 12, 10, 13, 0)  # noqa: DTZ001 - on a clock
    when = Fixed(begin, begin + timedelta(hours=2))
    row = models.Workshop.objects.create(
        usage_key=key.make_usage_key("workshop", "day"), course_key=key, published_at=NOW
    )
    plan = Plan(sessions=tuple(Session(id=name, when=when, seats=SEATS) for name in "ab"))
    scheduling.take_over(row, plan, "A day", NOW)


def look() -> str:
    """As JSON: seats taken, who waits for a session with a free one, places in line, and how often each was told."""
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
            "waits_for_own": people.exclude(waits=None).filter(holds=F("waits")).count(),
        }
    )


def act(seed: int, learners: int) -> None:
    """Everybody chooses, changes and leaves; all are noted as having been there."""
    from xblocks.workshop import api, attending, models

    chance = random.Random(seed)
    row = models.Workshop.objects.get()
    session = row.sessions.get(session_id="a")
    for _turn in range(3):
        people = list(range(learners))
        chance.shuffle(people)
        for number in people:
            one, _is_new = api.participant(row, "openedx", str(number), NOW)
            if chance.random() < 0.7:
                api.choose(one, chance.choice("ab"), NOW)
            else:
                api.leave(one, NOW)
            attending.note(session, one, was_there=True, by=str(seed), now=NOW)


def main() -> None:
    """Say that it is ready, wait, act."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    act(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
