"""How many badges are awarded in a second of one core: the fact kept, 50 badges looked at, signed both ways, stored.

Each learner does the last thing that is asked for one of the course's 50 badges. What is measured goes the whole way:
`awarding.hear`, the events, and what the task does that signs, in one process, on SQLite, whose work is counted with
it, and on MariaDB, where its server is another process. What Celery's queue costs is left out. Run in a process of its
own: python -m benchmarks.awarding
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.mariadb import NoMariaDb, server
from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("badges.award.per_second",)
LEAST_PER_SECOND = 50.0
BADGES, LEARNERS, WARM = 50, 300, 30
COURSE = "course-v1:Microunits+BENCH+2026"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def measure() -> Iterator[Measurement]:
    """By the processor's time of the process that awards; the notes say how long it took by the clock."""
    with TemporaryDirectory() as folder:
        found = _measured({"MICROUNITS_DATA": folder})
    notes: dict[str, float | str] = {"badges": BADGES, "learners": LEARNERS, "statements": found["statements"]}
    notes |= {"database": "SQLite", "per_second_by_the_clock": round(LEARNERS / found["elapsed"], 1)}
    try:
        with server() as address:
            name = f"microunits_bench_{os.getpid()}"
            other = _measured({"MICROUNITS_DATABASE_URL": f"{address}/{name}"})
            notes["mariadb_per_second"] = round(LEARNERS / other["seconds"], 1)
            notes["mariadb_per_second_by_the_clock"] = round(LEARNERS / other["elapsed"], 1)
    except NoMariaDb as missing:
        print(f"badges.award on MariaDB is left out. {missing}", file=sys.stderr)
    yield Measurement(NAMES[0], LEARNERS / found["seconds"], "1/s", least=LEAST_PER_SECOND, notes=notes)


def _measured(place: dict[str, str]) -> dict[str, float]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "devstack.settings", **place}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.awarding"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"Awarding could not be measured:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert found["credentials"] == LEARNERS + WARM
    return found


# --- In the process that is measured


def _run() -> None:
    import django

    from benchmarks.sweeping import _drop, _server_connection

    elsewhere = bool(os.environ.get("MICROUNITS_DATABASE_URL"))
    if elsewhere:
        connection, name = _server_connection()
        connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    try:
        django.setup()
        print(json.dumps(_awarded()))
    finally:
        if elsewhere:
            _drop()


def _awarded() -> dict[str, float]:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from opaque_keys.edx.keys import CourseKey

    from devstack.models import Course
    from xblocks.badges import awarding, key_ring, models, tasks
    from xblocks.badges.facts import Did

    call_command("migrate", verbosity=0)
    # With it, Django writes down every statement.
    settings.DEBUG = False
    tasks.queue = _done_here  # type: ignore[assignment]
    Course.objects.create(key=COURSE, language="en", title="A course")
    key = CourseKey.from_string(COURSE)
    key_ring.make(NOW)
    awarding.keep_badges(key, _badges(), NOW)
    learners = _learners(LEARNERS + WARM)
    for learner in learners:
        awarding.hear("openedx", learner, key, [_fact(Did.COMPLETED, f"unit@{unit}", unit) for unit in range(3)], NOW)
    last = _fact(Did.SCORED, "quiz@0", 4)
    for learner in learners[: WARM - 1]:
        awarding.hear("openedx", learner, key, [last], NOW)
    with CaptureQueriesContext(connection) as captured:
        awarding.hear("openedx", learners[WARM - 1], key, [last], NOW)
    seconds, elapsed = -time.process_time(), -time.perf_counter()
    for learner in learners[WARM:]:
        awarding.hear("openedx", learner, key, [last], NOW)
    seconds, elapsed = seconds + time.process_time(), elapsed + time.perf_counter()
    return {
        "seconds": seconds,
        "elapsed": elapsed,
        "statements": len(captured),
        "credentials": models.Credential.objects.exclude(document="").exclude(token="").count(),
    }


def _done_here(_task: Any, award_id: int) -> bool:
    """Instead of handing it to a worker."""
    from xblocks.badges import issuing

    return issuing.sign(award_id, datetime.now(UTC)) is not None


def _learners(number: int) -> list[str]:
    from django.contrib.auth import get_user_model

    users: Any = get_user_model().objects
    users.bulk_create(
        [users.model(username=f"learner{one}", email=f"learner{one}@example.org") for one in range(number)]
    )
    return [str(pk) for pk in users.filter(username__startswith="learner").order_by("pk").values_list("pk", flat=True)]


def _badges() -> list[Any]:
    from xblocks.badges.criteria import AllOf, Completed, FirstTry, ScoreAtLeast
    from xblocks.badges.definition import Alignment, Badge

    units = tuple(f"unit@{unit}" for unit in range(3))
    earned = Badge(
        id="0",
        name="Phishing spotter",
        criterion=AllOf((Completed(units), ScoreAtLeast(("quiz@0",), 0.8))),
        description="<p>Sees at a glance what is wrong with a mail.</p>",
        minutes=90,
        months=24,
        tags=("security", "mail"),
        alignments=(Alignment("Protecting devices", "https://example.org/digcomp/4.1"),),
    )
    others = [
        Badge(
            id=str(number), name=f"Badge {number}", criterion=AllOf((ScoreAtLeast(("quiz@0",), 0.1), FirstTry(number)))
        )
        for number in range(1, BADGES)
    ]
    return [earned, *others]


def _fact(what: Any, block: str, hour: int) -> Any:
    from xblocks.badges.facts import Fact

    at = NOW - timedelta(hours=24 - hour)
    return Fact(what, at, at.date(), block, score=0.85)


if __name__ == "__main__":
    _run()
