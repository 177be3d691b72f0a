"""What the download of all answers to a quiz costs in memory, with 5,000 and with 50,000 learners.

Each size is streamed in a process of its own: python -m benchmarks.reporting DATABASE LEARNERS
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent

FEW, MANY, QUESTIONS = 5_000, 50_000, 5
# Room for one page of rows, its users and SQLite's cache; what grows with the course would need hundreds.
PEAK_MB = 24.0

NAMES = ("microquiz.report.peak_mb",)


def measure() -> Iterator[Measurement]:
    """The peak of the process above what it had before it began to stream."""
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for learners in (FEW, MANY):
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.reporting"]
            arguments = [str(Path(folder) / f"{learners}.sqlite3"), str(learners)]
            for step in ("fill", "stream"):
                done = subprocess.run(
                    [*command, step, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
                )
                if done.returncode:
                    raise SystemExit(f"The report could not be measured:\n{done.stderr}")
            peaks[learners] = json.loads(done.stdout.splitlines()[-1])
    few, many = peaks[FEW], peaks[MANY]
    notes = {
        "learners": MANY,
        "lines": many["lines"],
        "csv_mb": round(many["bytes"] / 1e6, 1),
        "seconds": many["seconds"],
        f"peak_mb_with_{FEW}_learners": round(few["peak_mb"], 3),
        "growth_mb": round(many["peak_mb"] - few["peak_mb"], 3),
    }
    yield Measurement(NAMES[0], many["peak_mb"], "MB", PEAK_MB, notes=notes)


# --- In the processes that are measured


def _django(database: str) -> None:
    import django
    from django.conf import settings

    from benchmarks.platform_settings import SETTINGS

    settings.configure(
        **SETTINGS | {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}}}
    )
    django.setup()


def _fill(learners: int) -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from benchmarks import memory_runtime, ours
    from xblocks.microquiz import api
    from xblocks.microquiz.content import content_hash, decode_all
    from xblocks.microquiz.models import Answer

    call_command("migrate", run_syncdb=True, verbosity=0)
    users = get_user_model()
    users.objects.bulk_create(
        (users(id=number, username=f"learner-{number}") for number in range(1, learners + 1)), batch_size=5000
    )
    usage = memory_runtime.COURSE.make_usage_key(ours.BLOCK_TYPE, "bench")
    questions = decode_all(ours.authored(QUESTIONS)["questions"])
    hashes = [content_hash(question) for question in questions]
    begun = datetime(2026, 9, 1, tzinfo=UTC)

    def rows() -> Iterator[Answer]:
        for learner in range(1, learners + 1):
            for index, question in enumerate(questions):
                yield Answer(
                    user_id=learner, usage_key=usage, course_key=memory_runtime.COURSE, seq=index + 1,
                    question_id=question.id, content_hash=hashes[index], attempt=1,
                    response={"choice": "abcd"[(learner + index) % 4]}, score=float((learner + index) % 4 == 0),
                    elapsed_ms=1000 + learner % 60_000, answered_at=begun + timedelta(seconds=learner),
                )  # fmt: skip

    Answer.objects.bulk_create(rows(), batch_size=5000)
    sample = api.all_answers(1, usage)
    users.objects.filter(id=0).delete()
    Answer.objects.filter(user_id=1).delete()
    asked = dict(zip(hashes, questions, strict=True))
    api.record_answers(1, usage, memory_runtime.COURSE, sample, asked)


def _stream() -> None:
    import time

    from benchmarks import memory_runtime, ours
    from xblocks.base.i18n import translator
    from xblocks.base.spreadsheet import csv_lines
    from xblocks.microquiz.reporting import answer_rows

    usage = memory_runtime.COURSE.make_usage_key(ours.BLOCK_TYPE, "bench")
    # What every process pays once, whatever it streams: a quiz without answers.
    list(csv_lines(answer_rows(memory_runtime.COURSE.make_usage_key(ours.BLOCK_TYPE, "empty"), translator())))
    gc.collect()
    base, begun = _peak_mb(), time.monotonic()
    lines = size = 0
    for line in csv_lines(answer_rows(usage, translator())):
        lines += 1
        size += len(line.encode())
    figures: dict[str, Any] = {
        "lines": lines,
        "bytes": size,
        "seconds": round(time.monotonic() - begun, 1),
        "peak_mb": _peak_mb() - base,
    }
    print(json.dumps(figures))


def _peak_mb() -> float:
    """The most memory that this process had so far (Linux counts it in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    _django(sys.argv[2])
    if sys.argv[1] == "fill":
        _fill(int(sys.argv[3]))
    else:
        _stream()
