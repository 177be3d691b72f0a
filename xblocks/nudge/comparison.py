"""Nudged against held out: how far apart two groups are, how sure that is, and when the numbers cannot tell.

Shares are compared by the hybrid score interval (Newcombe 1998, method 10), which holds with small groups and with
shares near 0 and 1; means by Welch's interval (Welch 1947), which lets the groups vary differently. An interval is made
for one look: whoever looks every week and stops at the first clear answer is wrong more often than it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from xblocks.base.problems import N_

FEWEST = 10
"""Below so many people in either group there is no verdict, nor should anybody's figures be guessed from one."""


class Outcome(StrEnum):
    """What two groups' figures say: the nudged have more, less, as good as the same; or too few to tell."""

    MORE = "more"
    LESS = "less"
    SAME = "same"
    TOO_FEW = "too_few"

    @property
    def sentence(self) -> str:
        """An English sentence from the catalogue."""
        return _SENTENCES[self]


_SENTENCES = {
    Outcome.MORE: N_("More with reminders than without, and that is hardly chance."),
    Outcome.LESS: N_("Less with reminders than without, and that is hardly chance."),
    Outcome.SAME: N_("As good as the same with and without reminders."),
    Outcome.TOO_FEW: N_("The numbers are still too small to tell."),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and between which bounds the truth lies, as far as one can be sure."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Means:
    """A group's figures, summed up: how many, their mean, and their sample variance (divided by count - 1)."""

    count: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be made of a comparison; `difference` is of the nudged less the held out, None where nobody is."""

    outcome: Outcome
    difference: Interval | None

    @property
    def sentence(self) -> str:
        """An English sentence from the catalogue."""
        return self.outcome.sentence


def summed_up(values: Iterable[float]) -> Means:
    """Figures of a group; the variance of fewer than two is 0."""
    numbers = list(values)
    mean = sum(numbers) / len(numbers) if numbers else 0.0
    squares = sum((number - mean) ** 2 for number in numbers)
    return Means(len(numbers), mean, squares / (len(numbers) - 1) if len(numbers) > 1 else 0.0)


def wilson(successes: int, count: int, confidence: float = 0.95) -> Interval:
    """A share and its confidence interval (Wilson 1927).

    Raises:
        ValueError: nobody, or more successes than people.
    """
    if not 0 <= successes <= count or not count:
        raise ValueError("a share is of somebody, and of no more than there are")
    share, z = successes / count, NormalDist().inv_cdf((1 + confidence) / 2)
    middle, spread = 2 * successes + z * z, z * sqrt(z * z + 4 * successes * (1 - share))
    whole = 2 * (count + z * z)
    low = 0.0 if successes == 0 else (middle - spread) / whole
    return Interval(share, low, 1.0 if successes == count else (middle + spread) / whole)


def difference_of_shares(nudged: tuple[int, int], held_out: tuple[int, int], confidence: float = 0.95) -> Interval:
    """How much larger the share among the nudged is; each group as (how many did it, how many there are).

    The hybrid score interval without continuity correction (Newcombe 1998, method 10).

    Raises:
        ValueError: as `wilson`.
    """
    one, other = wilson(*nudged, confidence), wilson(*held_out, confidence)
    difference = one.estimate - other.estimate
    below = sqrt((one.estimate - one.low) ** 2 + (other.high - other.estimate) ** 2)
    above = sqrt((one.high - one.estimate) ** 2 + (other.estimate - other.low) ** 2)
    return Interval(difference, difference - below, difference + above)


def difference_of_means(nudged: Means, held_out: Means, confidence: float = 0.95) -> Interval:
    """How much larger the mean of the nudged is (Welch 1947, degrees of freedom as Satterthwaite 1946).

    Raises:
        ValueError: fewer than two people in a group.
    """
    if min(nudged.count, held_out.count) < 2:
        raise ValueError("how much figures vary shows from two people on")
    difference = nudged.mean - held_out.mean
    one, other = nudged.variance / nudged.count, held_out.variance / held_out.count
    if not one + other:
        return Interval(difference, difference, difference)
    freedom = (one + other) ** 2 / (one**2 / (nudged.count - 1) + other**2 / (held_out.count - 1))
    margin = student_quantile((1 + confidence) / 2, freedom) * sqrt(one + other)
    return Interval(difference, difference - margin, difference + margin)


def compare_shares(nudged: tuple[int, int], held_out: tuple[int, int], matters: float = 0.05) -> Verdict:
    """The verdict on two shares, each (how many did it, how many there are); `matters` as in `outcome`."""
    fewest = min(nudged[1], held_out[1])
    difference = difference_of_shares(nudged, held_out) if fewest else None
    return Verdict(_outcome(difference, fewest, matters), difference)


def compare_means(nudged: Means, held_out: Means, matters: float) -> Verdict:
    """The verdict on two means; `matters` as in `outcome`."""
    fewest = min(nudged.count, held_out.count)
    difference = difference_of_means(nudged, held_out) if fewest > 1 else None
    return Verdict(_outcome(difference, fewest, matters), difference)


def outcome(difference: Interval, fewest: int, matters: float) -> Outcome:
    """What a difference says: MORE or LESS where 0 lies outside its interval; SAME only where the whole interval does.

    Args:
        fewest: the people in the smaller group.
        matters: the smallest difference that would matter to a course team. Only where the whole interval is nearer
            to 0 is it as good as none (Schuirmann 1987: equivalence is to be shown, not assumed).
    """
    if fewest < FEWEST:
        return Outcome.TOO_FEW
    if difference.low > 0:
        return Outcome.MORE
    if difference.high < 0:
        return Outcome.LESS
    return Outcome.SAME if -matters < difference.low and difference.high < matters else Outcome.TOO_FEW


def _outcome(difference: Interval | None, fewest: int, matters: float) -> Outcome:
    return Outcome.TOO_FEW if difference is None else outcome(difference, fewest, matters)


# --- Student's distribution


@lru_cache(maxsize=256)
def student_quantile(probability: float, freedom: float) -> float:
    """The value below which a t distributed quantity lies with a probability of 0.5 .. 1, by bisection."""
    low, high = 0.0, 1.0
    while _student_below(high, freedom) < probability:
        low, high = high, high * 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_below(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _student_below(value: float, freedom: float) -> float:
    """P(T < value) for value >= 0 (Abramowitz & Stegun 26.7.1)."""
    return 1 - _beta(freedom / (freedom + value * value), freedom / 2, 0.5) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (Abramowitz & Stegun 26.5.8), where its fraction is quick."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    if x <= 0:
        return 0.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    return front / _fraction(lambda n: _term(n, x, a, b))


def _term(n: int, x: float, a: float, b: float) -> float:
    m = n // 2
    if n % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _fraction(term: Callable[[int], float]) -> float:
    """1 + t1 / (1 + t2 / (1 + ...)), from the far end; 60 terms are beyond what a float can show."""
    value = 1.0
    for n in range(60, 0, -1):
        value = 1 + term(n) / value
    return value
