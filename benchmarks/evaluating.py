"""How long a fact takes that may earn any of 50 badges: the record with it, and every badge that looks at it.

No database. A learner with half a year behind them: 60 blocks, 300 questions, 1,500 answers and 2,000 repetitions. No
badge is had yet, so that none is left out; in a course most are, and the others look at other facts.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.measurement import Measurement
from xblocks.badges.criteria import (
    AllOf,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
)
from xblocks.badges.earning import Watch
from xblocks.badges.facts import Did, Fact
from xblocks.badges.record import record_of

NAMES = ("badges.evaluate.ms",)
MOST_MS = 1.0
BADGES, BLOCKS, QUESTIONS, ANSWERS, REVIEWS, FACTS = 50, 60, 5, 1_500, 2_000, 400
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def measure() -> Iterator[Measurement]:
    """Milliseconds of the processor's time, the mean of all facts in the fastest of several rounds."""
    draw = random.Random(2026)
    watch = Watch({str(number): _criterion(draw, number) for number in range(BADGES)})
    record = record_of(_fact(draw) for _ in range(ANSWERS + REVIEWS))
    facts = [_fact(draw) for _ in range(FACTS)]
    looked_at = [len(watch.looks_at(fact)) for fact in facts]
    taken, slowest = [], []
    gc.collect()
    for _round in range(7):
        each = []
        for fact in facts:
            start = time.thread_time()
            watch.heard(record, [fact], ())
            each.append(1000 * (time.thread_time() - start))
        taken.append(statistics.fmean(each))
        slowest.append(max(each))
    notes: dict[str, float | str] = {
        "badges": BADGES,
        "looked_at": round(statistics.fmean(looked_at), 1),
        "slowest_ms": round(min(slowest), 3),
    }
    yield Measurement(NAMES[0], min(taken), "ms", MOST_MS, notes=notes)


def _criterion(draw: random.Random, number: int) -> Criterion:
    blocks = tuple(f"block-v1:Microunits+BENCH+2026+type@microquiz+block@{draw.randrange(BLOCKS)}" for _ in range(6))
    steady = Reviews(draw.randrange(20, 90), draw.randrange(7, 60))
    kinds: tuple[Criterion, ...] = (
        Completed(blocks),
        ScoreAtLeast(blocks, 0.8),
        FirstTry(500),
        CameBack(400, blocks),
        Reviews(1_000, 30),
        WeeksInARow(60, rest=1),
        FinishedWithin(blocks, 7),
        AllOf((Completed(blocks), Reviews(1_000, 14), FirstTry(400, blocks))),
        SomeOf(2, (ScoreAtLeast(blocks, 1.0), WeeksInARow(80), CameBack(900))),
        AllOf((steady, Completed(("never",)))),
    )
    return kinds[number % len(kinds)]


def _fact(draw: random.Random) -> Fact:
    at = START + timedelta(minutes=draw.randrange(180 * 24 * 60))
    block = f"block-v1:Microunits+BENCH+2026+type@microquiz+block@{draw.randrange(BLOCKS)}"
    what = draw.choice(
        (Did.ANSWERED, Did.ANSWERED, Did.REVIEWED, Did.REVIEWED, Did.REVIEWED, Did.COMPLETED, Did.SCORED)
    )
    question = f"q{draw.randrange(QUESTIONS)}" if what in (Did.ANSWERED, Did.REVIEWED) else ""
    return Fact(what, at, at.date(), block, question, draw.randrange(1, 4), draw.choice((0.0, 0.5, 1.0, 1.0)))
