"""How fast the sweep decides and writes the ledger, on MariaDB: 20,000 learners due among 100,000 and among 1,000,000.

Each size is filled and swept in a process of its own: python -m benchmarks.sweeping LEARNERS. Sending is left out.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.mariadb import NoMariaDb, server
from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY, DUE, CARDS = 100_000, 1_000_000, 20_000, 3
NOW = datetime(2027, 3, 10, 10, 0, tzinfo=UTC)
ROOM_MB = 1024
"""A million learners take 990 MB. MariaDB keeps an eighth of that in memory when nobody tells it otherwise (128 MB),
and the disk would be measured."""
LEAST_PER_SECOND, MOST_RATIO, PEAK_MB = 5_000.0, 1.3, 200.0
NAMES = ("nudge.sweep.per_second", "nudge.sweep.scale_ratio", "nudge.sweep.peak_mb")


def measure() -> Iterator[Measurement]:
    """Three sweeps a size, after one to warm up; the median counts."""
    try:
        with server(ROOM_MB) as address:
            few, many = _measured(address, FEW), _measured(address, MANY)
    except NoMariaDb as missing:
        print(f"nudge.sweep is left out. {missing}", file=sys.stderr)
        return
    notes = {
        "due": DUE,
        "learners": MANY,
        "cards_each": CARDS,
        "buffer_pool_mb": ROOM_MB,
        "statements": many["statements"],
    }
    yield Measurement(NAMES[0], DUE / many["seconds"], "learners/s", least=LEAST_PER_SECOND, notes=notes)
    seconds = {"seconds_few": round(few["seconds"], 2), "seconds_many": round(many["seconds"], 2), "few": FEW}
    yield Measurement(NAMES[1], many["seconds"] / few["seconds"], "ratio", MOST_RATIO, notes=seconds)
    peak = {"before_the_sweep_mb": round(many["before_mb"], 1)}
    yield Measurement(NAMES[2], many["peak_mb"], "MB", PEAK_MB, notes=peak)


def _measured(address: str, learners: int) -> dict[str, float]:
    environment = {
        **os.environ,
        "MICROUNITS_DATABASE_URL": f"{address}/microunits_bench_{os.getpid()}",
        "DJANGO_SETTINGS_MODULE": "devstack.settings",
    }
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.sweeping"]
    last = ""
    for step in ("fill", "sweep", "drop"):
        done = subprocess.run(
            [*command, step, str(learners)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"The sweep could not be measured:\n{done.stderr}")
        last = done.stdout if step == "sweep" else last
    found: dict[str, float] = json.loads(last.splitlines()[-1])
    return found


# --- In the processes that are measured


def _server_connection() -> tuple[Any, str]:
    import MySQLdb

    from devstack.database import from_url

    facts = from_url(os.environ["MICROUNITS_DATABASE_URL"])
    connection = MySQLdb.connect(
        host=facts["HOST"], port=int(facts["PORT"] or 3306), user=facts["USER"], password=facts["PASSWORD"]
    )
    return connection, facts["NAME"]


def _drop() -> None:
    connection, name = _server_connection()
    connection.cursor().execute(f"DROP DATABASE {name}")


def _fill(learners: int) -> None:
    """Learners with a few cards; of DUE of them, spread over the whole table, one is due and it is time to look."""
    connection, name = _server_connection()
    connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection as ours

    from devstack.models import Course as DevstackCourse
    from xblocks.nudge import models

    call_command("migrate", verbosity=0)
    key = "course-v1:Microunits+BENCH+2027"
    DevstackCourse.objects.create(key=key, language="en", title="A course")
    course = models.Course.objects.create(course_key=key, name="A course", facts_at=NOW, planned_at=NOW)
    for number in range(CARDS):
        models.Question.objects.create(
            course=course,
            usage_key=f"block-v1:Microunits+BENCH+2027+type@microquiz+block@{number}",
            question_id="q",
            content_hash="-",
            type="single",
        )
    every = learners // DUE
    day = "INTERVAL 1 DAY"
    now = "TIMESTAMP('2027-03-10 10:00:00')"
    with ours.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO auth_user (id, username, email, password, first_name, last_name, is_superuser, is_staff,"
            f" is_active, date_joined) SELECT seq, CONCAT('u', seq), CONCAT('u', seq, '@example.com'), '!', '', '',"
            f" 0, 0, 1, {now} FROM seq_1_to_{learners}"
        )
        cursor.execute(
            f"INSERT INTO microunits_nudge_learner (id, source, external_id, next_look_at, last_active_at, ignored,"
            f" said_stop) SELECT seq, 'openedx', seq, {now} + IF(seq % {every} = 0, -1, 5) * {day},"
            f" {now} - 3 * {day}, 0, 0 FROM seq_1_to_{learners}".replace(f"3 * {day}", "INTERVAL 3 DAY").replace(
                f"IF(seq % {every} = 0, -1, 5) * {day}", f"INTERVAL IF(seq % {every} = 0, -1, 5) DAY"
            )
        )
        cursor.execute(
            f"INSERT INTO microunits_nudge_participation (learner_id, course_id, is_held_out, began_at)"
            f" SELECT seq, {course.pk}, 0, {now} FROM seq_1_to_{learners}"
        )
        for number, question in enumerate(models.Question.objects.order_by("pk")):
            late = f"IF(seq % {every} = 0, -1, 5)" if number == 0 else f"{number + 5}"
            cursor.execute(
                f"INSERT INTO microunits_nudge_card (learner_id, question_id, stability, difficulty, last_review_at,"
                f" due_at, reviews, is_earned, hints_taken, is_turned) SELECT seq, {question.pk}, 2.0, 5.0,"
                f" {now} - INTERVAL 3 DAY, {now} + INTERVAL {late} DAY, 1, 1, 0, 0 FROM seq_1_to_{learners}"
            )
        cursor.execute("ANALYZE TABLE microunits_nudge_card, microunits_nudge_learner, microunits_nudge_participation")


def _sweep() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xblocks.nudge import models
    from xblocks.nudge.sweeping import sweep

    # As the command does it.
    gc.freeze()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = []
    statements = 0
    for round_number in range(4):
        held: list[int] = []
        start = time.perf_counter()
        swept = sweep(NOW, held.extend)
        seconds.append(time.perf_counter() - start)
        if (swept.looked_at, len(held)) != (DUE, DUE):
            raise SystemExit(f"{swept.looked_at} were looked at and {len(held)} messages written, not {DUE}.")
        models.NudgeCourse.objects.all().delete()
        models.Nudge.objects.all()._raw_delete(models.Nudge.objects.db)
        models.Learner.objects.filter(pk__in=_due_ids()).update(next_look_at=NOW.replace(day=9))
        if round_number == 0:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    models.Learner.objects.filter(pk__gt=_due_ids()[499]).update(next_look_at=None)
    with CaptureQueriesContext(connection) as seen:
        sweep(NOW, lambda ids: None)
    statements = len(seen)
    middle = sorted(seconds[1:])[1]
    print(json.dumps({"seconds": middle, "statements": statements, "peak_mb": peak, "before_mb": before}))


def _due_ids() -> list[int]:
    learners = int(sys.argv[2])
    return list(range(learners // DUE, learners + 1, learners // DUE))


if __name__ == "__main__":
    match sys.argv[1]:
        case "fill":
            _fill(int(sys.argv[2]))
        case "sweep":
            _sweep()
        case _:
            _drop()
