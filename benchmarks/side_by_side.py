"""Runs in the peers' environment: renders every block there in turn and prints the figures as one JSON object.

python -m benchmarks.side_by_side ROUNDS
"""

from __future__ import annotations

import gc
import importlib.metadata
import json
import random
import statistics
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.platform_settings import SETTINGS


def main(rounds: int) -> None:
    settings.configure(**SETTINGS)
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from benchmarks import contenders, memory_runtime, ours

    blocks = {}
    for contender in (*contenders.PEERS, ours.contender()):
        name = f"{contender.package} {importlib.metadata.version(contender.package)}" if contender.package else ""
        blocks[name] = (contender, contender.load())

    page_bytes = {}
    for name, (contender, cls) in blocks.items():
        block = memory_runtime.build(cls, contender.block_type, contender.fields)
        fragment = block.student_view({})
        if not contender.shows(fragment):
            raise SystemExit(f"{name} did not render what it was given, so it cannot be compared")
        page_bytes[name] = memory_runtime.transferred(block, fragment)

    taken: dict[str, list[int]] = {name: [] for name in blocks}
    order = list(blocks)
    shuffle = random.Random(2026).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            contender, cls = blocks[name]
            for _repeat in range(3):
                block = memory_runtime.build(cls, contender.block_type, contender.fields)
                start = time.thread_time_ns()
                block.student_view({})
                taken[name].append(time.thread_time_ns() - start)
        gc.collect()
    medians = {name: statistics.median(times) / 1e6 for name, times in taken.items()}
    print(json.dumps({"page_bytes": page_bytes, "student_view_ms": medians}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
