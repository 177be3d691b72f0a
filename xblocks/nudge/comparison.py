"""Nudged against held out: how far apart two groups are, how sure that is, and when the numbers cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What two groups' figures say: the nudged have more, less, as good as the same; or too few to tell."""

    MORE = "more"
    LESS = "less"
    SAME = "same"
    TOO_FEW = "too_few"


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


def wilson(successes: int, count: int, confidence: float = 0.95) -> Interval:
    """A share and its confidence interval (Wilson 1927)."""
    raise NotImplementedError


def difference_of_shares(nudged: tuple[int, int], held_out: tuple[int, int], confidence: float = 0.95) -> Interval:
    """How much larger the share among the nudged is; each group as (how many did it, how many there are)."""
    raise NotImplementedError


def difference_of_means(nudged: Means, held_out: Means, confidence: float = 0.95) -> Interval:
    """How much larger the mean of the nudged is (Welch 1947)."""
    raise NotImplementedError
