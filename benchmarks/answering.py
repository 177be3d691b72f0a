"""What an answer costs: time, SQL statements of ours, writes of the learner's state.

Run in a process of its own: python -m benchmarks.answering
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent

MEDIAN_MS = 2.0
STATEMENTS = 3
STATE_WRITES = 1
TIMES = 400
SIZES = (5, 50)

NAMES = ("microquiz.answer.median_ms", "microquiz.answer.sql_statements", "microquiz.answer.state_writes")


def measure() -> Iterator[Measurement]:
    """The time of an answer, the statements whatever the number of questions, and how often the state is written."""
    figures = _figures()
    yield Measurement(
        NAMES[0],
        figures["median_ms"],
        "ms",
        MEDIAN_MS,
        notes={"p95_ms": figures["p95_ms"], "elapsed_ms": figures["elapsed_ms"]},
    )
    statements = {f"with_{size}_questions": figures["statements"][str(size)] for size in SIZES}
    notes = {**statements, "transaction_control": figures["transaction_control"]}
    yield Measurement(NAMES[1], max(statements.values()), "statements", STATEMENTS, notes=notes)
    yield Measurement(NAMES[2], figures["state_writes"], "writes", STATE_WRITES)


@cache
def _figures() -> Any:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.answering"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Answers could not be measured:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


# --- In the process that is measured


def _run() -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    from benchmarks.platform_settings import SETTINGS

    settings.configure(**SETTINGS)
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)

    statements, control, writes = {}, 0, 0
    for size in SIZES:
        statements[size], control, writes = _counted(size)
    taken, elapsed = zip(*_timed(), strict=True)
    print(
        json.dumps(
            {
                "median_ms": statistics.median(taken),
                "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 3),
                "elapsed_ms": round(statistics.median(elapsed), 3),
                "statements": statements,
                "transaction_control": control,
                "state_writes": writes,
            }
        )
    )


def _counted(size: int) -> tuple[int, int, int]:
    """(statements, statements that only begin or end a transaction, writes of the state) of one answer.

    Counted within a transaction, as in the platform, where each request is one.
    """
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from benchmarks import memory_runtime, ours

    fields = ours.half_answered(size, others=[size])
    block = memory_runtime.build(ours.load(), ours.BLOCK_TYPE, fields, memory_runtime.MemoryRuntime(size))
    request = ours.request_for(block, 2)
    before = memory_runtime.writes_of(block)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        _expect_taken(block.handle("answer", request))
    said = [query["sql"].split()[0].upper() for query in captured.captured_queries]
    control = sum(word in {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"} for word in said)
    return len(said) - control, control, memory_runtime.writes_of(block) - before


def _timed() -> Iterator[tuple[float, float]]:
    """Milliseconds of the processor and by the clock, for many answers to a third question, each of another learner.

    Fields and tables are in memory, so an answer waits for nothing; on a machine that is busy with other things the
    clock tells more about those.
    """
    from benchmarks import memory_runtime, ours

    learners = range(10_000, 10_000 + TIMES)
    fields = ours.half_answered(others=learners)
    for learner in learners:
        block = memory_runtime.build(ours.load(), ours.BLOCK_TYPE, fields, memory_runtime.MemoryRuntime(learner))
        request = ours.request_for(block, 2)
        begun, start = time.perf_counter_ns(), time.thread_time_ns()
        response = block.handle("answer", request)
        yield (time.thread_time_ns() - start) / 1e6, (time.perf_counter_ns() - begun) / 1e6
        _expect_taken(response)
        if learner % 50 == 0:
            gc.collect()


def _expect_taken(response: Any) -> None:
    if response.status_code != 200 or response.json.get("answered") != 3:
        raise SystemExit(f"The answer was not taken: {response.status_code} {response.text[:500]}")


if __name__ == "__main__":
    _run()
