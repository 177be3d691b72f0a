"""How many SQL statements the facilitator's page of a workshop takes, with 2,000 learners.

In a process of its own: python -m benchmarks.facilitating
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("workshop.facilitator.sql_statements",)
LEARNERS, MOST = 2_000, 14


def measure() -> Iterator[Measurement]:
    """The statements of one page, the session of the request and who is signed in included."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.facilitating"]
        surroundings = {**os.environ, "MICROUNITS_DATA": folder, "DJANGO_SETTINGS_MODULE": "devstack.settings"}
        done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The facilitator's page could not be measured:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    yield Measurement(NAMES[0], found.pop("statements"), "statements", MOST, notes=found)


# --- In the process that is measured


def _page() -> dict[str, float]:
    import time
    from datetime import UTC, datetime, timedelta

    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment
    from django.urls import reverse
    from opaque_keys.edx.keys import CourseKey

    from xblocks.workshop import models, scheduling
    from xblocks.workshop.plan import Fixed, Item, ItemKind, Plan, Session

    setup_test_environment()
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    course_key = CourseKey.from_string("course-v1:Microunits+BENCH+2026")
    begin = (now + timedelta(days=10)).replace(tzinfo=None, second=0, microsecond=0)
    plan = Plan(
        sessions=tuple(
            Session(id=f"s{number}", when=Fixed(begin, begin + timedelta(hours=2)), seats=500) for number in range(5)
        ),
        items=tuple(Item(id=f"i{number}", kind=ItemKind.QUESTION, title=f"Question {number}") for number in range(4)),
    )
    workshop = models.Workshop.objects.create(
        usage_key=course_key.make_usage_key("workshop", "day"), course_key=course_key, published_at=now
    )
    scheduling.take_over(workshop, plan, "A day", now)
    sessions = list(workshop.sessions.order_by("pk"))
    users = User.objects.bulk_create(User(username=f"learner-{number}") for number in range(LEARNERS))
    people = models.Person.objects.bulk_create(
        models.Person(source="openedx", external_id=str(user.pk)) for user in users
    )
    made = models.Participant.objects.bulk_create(
        models.Participant(workshop=workshop, person=person, began_at=now, holds=sessions[number % 5])
        for number, person in enumerate(people)
    )
    models.Done.objects.bulk_create(
        models.Done(participant=one, item_id=f"i{item}", text=f"Answer of {number}", done_at=now)
        for number, one in enumerate(made)
        for item in range(number % 5)
    )
    team = Client()
    team.force_login(User.objects.create(username="team", is_staff=True))
    seconds = -time.process_time()
    with CaptureQueriesContext(connection) as statements:
        response = team.get(reverse("microunits_workshop:team", args=[workshop.pk]))
    seconds += time.process_time()
    assert response.status_code == 200
    return {
        "statements": len(statements),
        "learners": LEARNERS,
        "page_kb": round(len(response.content) / 1e3),
        "seconds": round(seconds, 3),
    }


if __name__ == "__main__":
    print(json.dumps(_page()))
