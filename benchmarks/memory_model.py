"""How well recall is predicted, for learners who forget by another model than the one that predicts.

The learners have ACT-R's declarative memory with a decay of its own for each practice (Pavlik & Anderson 2005,
"Practice and forgetting effects on vocabulary memory", Cognitive Science 29): each practice leaves a trace; activation
is m = ln(Σ t^-d) over the traces' ages t; a new trace's decay is d = c·e^m + a with the activation m at its birth; the
answer is right with the probability 1 / (1 + e^((τ - m) / s)). The equations are theirs. The numbers are ours, near
theirs, with t in days instead of the laboratory's seconds; persons and questions differ in decay a and threshold τ, as
people do. Nothing of it was fitted to any of the models below. Much depends on how hard the questions are, so easier
and harder ones (another mean of τ) are reported beside: where nearly everything is right, there is little to predict
and a mean known in hindsight is hard to beat.

Each person answers each question at gaps from hours past a day to three months, mixed evenly on a logarithmic scale.
Predicted is every answer but the first to a question, from the answers before it:

- ours: `recall` after FSRS-6 with its published parameters, right is Good and wrong is Again;
- sm2: SuperMemo 2's next interval (Wozniak 1990), recall 0.9^(t / interval), as srs-benchmark converts it;
- mean: always the person's own share of right answers, known in hindsight, which flatters it.

Log loss is the mean of -ln(probability given to what happened). The expected calibration error is the mean distance
between predicted and observed recall over ten bins of predictions, weighted by their sizes (Naeini et al. 2015).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from benchmarks.measurement import Measurement
from xblocks.nudge.memory import Memory, Rating, recall, reviewed

NAMES = ("nudge.memory.log_loss",)

SEED = 2026
PERSONS, QUESTIONS, ANSWERS = 150, 20, (3, 9)
GAPS_IN_DAYS = (1.1, 90.0)

DECAY_SCALE, DECAY_BASE, NOISE = 0.217, 0.177, 0.255
THRESHOLD = -0.7
OTHERS = {"easier": -0.9, "harder": -0.5}
# How far persons, and questions for a person, lie apart (standard deviations).
DECAYS, THRESHOLDS = 0.03, 0.25
BINS = 10
# A probability of 0 or 1 would make one surprise cost everything.
SUREST = 0.9999

Scored = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a simulated person: days since the last to the same question (0: the first), and how it went."""

    gap: float
    is_right: bool


def measure() -> Iterator[Measurement]:
    """Log loss of all three on the same answers; ours must be below both."""
    answers = simulated(THRESHOLD)
    predictions = predicted(answers)
    losses = {name: log_loss(scored) for name, scored in predictions.items()}
    ours = predictions["ours"]
    notes: dict[str, float | str] = {
        "learners": f"ACT-R, {PERSONS} persons with {QUESTIONS} questions",
        "answers": len(ours),
        "right": round(sum(is_right for _, is_right in ours) / len(ours), 3),
    }
    notes |= {f"calibration_error_{name}": round(calibration(scored), 3) for name, scored in predictions.items()}
    notes["predicted_and_observed"] = " ".join(f"{said:.2f}:{seen:.2f}" for said, seen, _ in bins(ours))
    for name, threshold in OTHERS.items():
        others = {model: log_loss(scored) for model, scored in predicted(simulated(threshold)).items()}
        notes[name] = " ".join(f"{model} {loss:.3f}" for model, loss in others.items())
    peers = {name: losses[name] for name in ("sm2", "mean")}
    limit = round(min(peers.values()), 3)
    yield Measurement(NAMES[0], losses["ours"], "nats", limit=limit, peers=peers, notes=notes)


# --- The learners


def simulated(threshold: float) -> list[list[list[Answer]]]:
    """Answers by person and question, always the same ones."""
    chance = random.Random(SEED)
    persons = []
    for _ in range(PERSONS):
        own_decay, own_threshold = chance.gauss(0, DECAYS), chance.gauss(0, THRESHOLDS)
        persons.append(
            [
                _answers(
                    chance,
                    decay=max(DECAY_BASE + own_decay + chance.gauss(0, DECAYS), 0.05),
                    threshold=threshold + own_threshold + chance.gauss(0, THRESHOLDS),
                )
                for _ in range(QUESTIONS)
            ]
        )
    return persons


def _answers(chance: random.Random, decay: float, threshold: float) -> list[Answer]:
    born: list[tuple[float, float]] = []
    day, answers = 0.0, list[Answer]()
    for place in range(chance.randint(*ANSWERS)):
        gap = 0.0 if place == 0 else math.exp(chance.uniform(*map(math.log, GAPS_IN_DAYS)))
        day += gap
        traces = sum((day - birth) ** -forgetting for birth, forgetting in born)
        activation = math.log(traces) if traces else -math.inf
        # What is new to somebody is read just before; half of it is right at once.
        right = chance.random() < (0.5 if place == 0 else 1 / (1 + math.exp((threshold - activation) / NOISE)))
        answers.append(Answer(gap, right))
        born.append((day, DECAY_SCALE * traces + decay))
    return answers


# --- The models


def predicted(persons: Sequence[Sequence[Sequence[Answer]]]) -> dict[str, list[Scored]]:
    """By model: each answer but the first to a question, with the probability of its being right that was predicted."""
    return {
        "ours": [scored for person in persons for answers in person for scored in _by_fsrs(answers)],
        "sm2": [scored for person in persons for answers in person for scored in _by_sm2(answers)],
        "mean": [scored for person in persons for scored in _by_mean(person)],
    }


def _by_fsrs(answers: Sequence[Answer]) -> Iterator[Scored]:
    memory: Memory | None = None
    when = datetime(2026, 1, 1, tzinfo=UTC)
    for answer in answers:
        when += timedelta(days=answer.gap)
        if memory is not None:
            yield recall(memory, when), answer.is_right
        memory = reviewed(memory, Rating.GOOD if answer.is_right else Rating.AGAIN, when)


def _by_sm2(answers: Sequence[Answer]) -> Iterator[Scored]:
    interval, ease, in_a_row = 0.0, 2.5, 0
    for answer in answers:
        if interval:
            yield 0.9 ** (answer.gap / interval), answer.is_right
        # Of SM-2's six grades, a right answer is a 4 and a wrong one a 2, as in srs-benchmark.
        if answer.is_right:
            interval = (1.0, 6.0)[in_a_row] if in_a_row < 2 else interval * ease
            in_a_row += 1
        else:
            interval, in_a_row = 1.0, 0
            ease = max(ease - 0.32, 1.3)


def _by_mean(person: Sequence[Sequence[Answer]]) -> Iterator[Scored]:
    later = [answer.is_right for answers in person for answer in answers[1:]]
    return ((sum(later) / len(later), is_right) for is_right in later)


# --- How good a prediction is


def log_loss(scored: Sequence[Scored]) -> float:
    """The mean of -ln(probability given to what happened); 0 is perfect, 0.693 knows nothing."""
    given = (min(max(share if is_right else 1 - share, 1 - SUREST), SUREST) for share, is_right in scored)
    return -sum(map(math.log, given)) / len(scored)


def bins(scored: Sequence[Scored]) -> list[tuple[float, float, int]]:
    """(mean prediction, share that was right, how many) of each tenth of the scale in which there are predictions."""
    found = []
    for _, group in groupby(sorted(scored, key=_bin), key=_bin):
        within = list(group)
        shares, rights = zip(*within, strict=True)
        found.append((sum(shares) / len(within), sum(rights) / len(within), len(within)))
    return found


def calibration(scored: Sequence[Scored]) -> float:
    """The expected calibration error, 0 to 1."""
    return sum(abs(said - seen) * number for said, seen, number in bins(scored)) / len(scored)


def _bin(scored: Scored) -> int:
    return min(int(scored[0] * BINS), BINS - 1)
