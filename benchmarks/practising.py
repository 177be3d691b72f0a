"""What practising costs the database: the page of a session with few and with many questions due, and one review.

Counted in a process of its own, on a database that is gone afterwards: python -m benchmarks.practising. Statements that
only begin and end a transaction are not counted; the page's includes what the platform asks to know who is looking.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY = 5, 60
MOST_REVIEW, MOST_PAGE = 5, 10
NAMES = ("nudge.review.sql_statements", "nudge.practice.sql_statements")


def measure() -> Iterator[Measurement]:
    """The worst of what was counted."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "MICROUNITS_DATABASE_URL"},
            "MICROUNITS_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "devstack.settings",
        }
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.practising"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Practising could not be measured:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    yield Measurement(NAMES[0], found["review"], "statements", MOST_REVIEW)
    notes = {f"with_{FEW}_due": found["few"], f"with_{MANY}_due": found["many"], "kB": round(found["bytes"] / 1000, 1)}
    yield Measurement(NAMES[1], max(found["few"], found["many"]), "statements", MOST_PAGE, notes=notes)


# --- In the process that is measured


def main() -> None:
    """Make a course whose every question is due for one learner, then count."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import AnonymousUser
    from django.test import Client
    from opaque_keys.edx.keys import CourseKey

    from devstack import olx
    from devstack.models import Course as DevstackCourse
    from devstack.models import Unit
    from devstack.people import make_people, person
    from xblocks.base.platform import platform
    from xblocks.nudge import api, catalogue, models
    from xblocks.nudge.memory import Rating

    make_people()
    ann, now = person("ann"), platform().now()
    key = CourseKey.from_string("course-v1:Microunits+BENCH+2027")
    there = DevstackCourse.objects.create(key=str(key), language="en", title="A course")
    unit = Unit.objects.create(course=there, slug="unit", title="Unit")
    questions = "".join(
        f'<single id="q{number}"><text>Question {number}</text><choice id="a" right="true">This</choice>'
        f'<choice id="b">That</choice><tag>tag {number % 5}</tag></single>'
        for number in range(MANY)
    )
    quiz = olx.add(olx.read(f'<microquiz url_name="quiz">{questions}</microquiz>'), unit, AnonymousUser())
    course = models.Course.objects.create(course_key=key, name="A course", facts_at=now, planned_at=now)
    learner = api.learner_of(ann)

    def due(numbers: range) -> None:
        for number in numbers:
            catalogue.make_known(course, quiz, f"q{number}", "-", "single")
            question = models.Question.objects.select_related("course").get(question_id=f"q{number}")
            then = now - timedelta(days=40)
            api.record_review(learner, question, Rating.GOOD, then, origin="quiz", content_hash="-")

    client = Client()
    client.get("/")
    client.post("/person/", {"person": "ann"})
    due(range(FEW))
    few, _bytes = _page(client)
    due(range(FEW, MANY))
    many, size = _page(client)
    question = models.Question.objects.select_related("course").order_by("pk")[0]
    review = _counted(
        lambda: api.record_review(learner, question, Rating.GOOD, now, origin="practice", content_hash="-")
    )
    print(json.dumps({"few": few, "many": many, "bytes": size, "review": review}))


def _page(client: object) -> tuple[int, int]:
    pages: list[bytes] = []

    def open_it() -> None:
        answer = client.get("/microunits/review/practise/")  # type: ignore[attr-defined]
        if answer.status_code != 200 or b"mu-q" not in answer.content:
            raise SystemExit(f"The page of a session answered {answer.status_code}.")
        pages.append(answer.content)

    return _counted(open_it), len(pages[0])


def _counted(deed: object) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        deed()  # type: ignore[operator]
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(control) for query in seen)


if __name__ == "__main__":
    main()
