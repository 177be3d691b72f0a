"""python -m benchmarks [--only PREFIX]: one JSON object a line; ends with 1 when a limit is broken."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    answering,
    awarding,
    badges,
    bridging,
    deciding,
    evaluating,
    facilitating,
    first_answer,
    memory_model,
    peers,
    practising,
    pulling,
    reporting,
    sweeping,
    writing,
)
from benchmarks.measurement import Measurement

# What is measured together stands together; nothing is run for a name that was not asked for.
MEASURES: tuple[tuple[tuple[str, ...], Callable[[], Iterator[Measurement]]], ...] = (
    (peers.NAMES, peers.measure),
    (answering.NAMES, answering.measure),
    (reporting.NAMES, reporting.measure),
    (first_answer.NAMES, first_answer.measure),
    (memory_model.NAMES, memory_model.measure),
    (deciding.NAMES, deciding.measure),
    (practising.NAMES, practising.measure),
    (sweeping.NAMES, sweeping.measure),
    (pulling.NAMES, pulling.measure),
    (bridging.NAMES, bridging.measure),
    (evaluating.NAMES, evaluating.measure),
    (badges.NAMES, badges.measure),
    (awarding.NAMES, awarding.measure),
    (facilitating.NAMES, facilitating.measure),
    (writing.NAMES, writing.measure),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", metavar="PREFIX", help="measure only what begins so: microquiz.answer")
    only: str = parser.parse_args().only
    if not any(name.startswith(only) for names, _ in MEASURES for name in names):
        print(f"Nothing that is measured begins with {only}.", file=sys.stderr)
        return 2
    broken = []
    for names, measure in MEASURES:
        if not any(name.startswith(only) for name in names):
            continue
        for measurement in measure():
            if measurement.name.startswith(only):
                print(measurement.as_json(), flush=True)
                if not measurement.holds:
                    broken.append(measurement.name)
    if broken:
        print(f"Beyond their limits: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
