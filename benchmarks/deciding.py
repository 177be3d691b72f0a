"""How many learners one process decides about in a second: the policy alone, no database, no mail.

States are of every time zone and of all outcomes: something is sent, waits for a better moment or for a question, or
nothing comes any more. What is worked out once for a zone and a rule is worked out before it is measured.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from benchmarks.measurement import Measurement
from xblocks.nudge.policy import CourseState, Policy, State, decide

LEAST = 50_000
LEARNERS, ROUNDS = 10_000, 15
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

NAMES = ("nudge.decide.per_second",)


def measure() -> Iterator[Measurement]:
    """Decisions a second of the processor's time, in the fastest round: others on the machine only make one slower."""
    draw = random.Random(2026)
    zones = [ZoneInfo(name) for name in sorted(available_timezones())]
    states = [_state(draw, zones) for _ in range(LEARNERS)]
    outcomes = Counter(str(decide(state, NOW).action) for state in states)
    taken = []
    gc.collect()
    for _ in range(ROUNDS):
        start = time.thread_time()
        for state in states:
            decide(state, NOW)
        taken.append(time.thread_time() - start)
    shares = {action: round(times / LEARNERS, 3) for action, times in sorted(outcomes.items())}
    notes = {"zones": len(zones), **shares, "middle_round": round(LEARNERS / statistics.median(taken))}
    yield Measurement(NAMES[0], LEARNERS / min(taken), "decisions/s", least=LEAST, notes=notes)


def _state(draw: random.Random, zones: list[ZoneInfo]) -> State:
    policies = (Policy(), Policy(), Policy(hour=9), Policy(days=0b0001010), Policy(per_week=2))
    return State(
        zone=draw.choice(zones),
        courses=tuple(
            CourseState(
                course=f"course-v1:Microunits+BENCH+{number}",
                due=draw.choice((0, 2, 5)),
                next_due=NOW + timedelta(seconds=draw.randrange(3600, 720_000)),
                policy=draw.choice(policies),
                is_held_out=draw.random() < 0.05,
                ends_at=NOW + timedelta(days=draw.randrange(90)),
            )
            for number in range(draw.choice((1, 1, 2)))
        ),
        sent=tuple(NOW - timedelta(hours=draw.randrange(1, 200)) for _ in range(draw.choice((0, 1, 2, 3)))),
        ignored=draw.choice((0, 0, 0, 0, 1, 2, 3, 4, 6)),
        said_stop=draw.random() < 0.5,
        last_active=NOW - timedelta(hours=draw.randrange(1, 400)),
    )
