"""What two groups' figures say, against published examples and by simulation."""

from __future__ import annotations

import random

import pytest

from xblocks.nudge.comparison import (
    Interval,
    Means,
    Outcome,
    compare_means,
    compare_shares,
    difference_of_means,
    difference_of_shares,
    outcome,
    student_quantile,
    summed_up,
    wilson,
)

# Student's sleep data (1908), as R has them.
ONE = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
OTHER = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_of_shares_are_those_of_newcombe_1998(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    difference = difference_of_shares(one, other)
    assert (difference.low, difference.high) == pytest.approx((low, high), abs=5e-5)


def test_a_share_is_that_of_wilson() -> None:
    interval = wilson(81, 263)
    assert (interval.low, interval.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (wilson(0, 20).low, wilson(20, 20).high) == (0, 1)


@pytest.mark.parametrize("counts", [(0, 0), (-1, 5), (6, 5)])
def test_a_share_is_of_somebody(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="of somebody"):
        wilson(*counts)


def test_a_difference_of_means_is_that_of_r() -> None:
    difference = difference_of_means(summed_up(ONE), summed_up(OTHER))
    assert difference.estimate == pytest.approx(-1.58)
    assert (difference.low, difference.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)


@pytest.mark.parametrize(
    ("freedom", "value"),
    [(1, 12.7062), (2, 4.3027), (5, 2.5706), (10, 2.2281), (30, 2.0423), (120, 1.9799), (1e6, 1.96)],
)
def test_the_t_distribution_is_that_of_the_tables(freedom: float, value: float) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(value, abs=5e-5)
    assert student_quantile(0.5, freedom) == pytest.approx(0, abs=1e-6)


def test_means_that_do_not_vary_leave_no_doubt() -> None:
    assert difference_of_means(Means(5, 3, 0), Means(5, 1, 0)) == Interval(2, 2, 2)


def test_one_person_does_not_show_how_much_people_vary() -> None:
    with pytest.raises(ValueError, match="two people"):
        difference_of_means(summed_up([1]), summed_up(ONE))


def test_figures_are_summed_up() -> None:
    assert summed_up([1, 2, 3]) == Means(3, 2, 1)
    assert (summed_up([4]), summed_up([])) == (Means(1, 4, 0), Means(0, 0, 0))


@pytest.mark.parametrize(
    ("nudged", "held_out", "expected"),
    [
        ((80, 100), (40, 100), Outcome.MORE),
        ((40, 100), (80, 100), Outcome.LESS),
        ((5000, 10_000), (4990, 10_000), Outcome.SAME),
        ((52, 100), (50, 100), Outcome.TOO_FEW),
        ((9, 9), (0, 100), Outcome.TOO_FEW),
        ((0, 0), (40, 100), Outcome.TOO_FEW),
    ],
)
def test_the_verdict_on_shares(nudged: tuple[int, int], held_out: tuple[int, int], expected: Outcome) -> None:
    verdict = compare_shares(nudged, held_out)
    assert verdict.outcome is expected
    assert (verdict.difference is None) == (nudged[1] == 0)


def test_the_verdict_on_means() -> None:
    assert compare_means(Means(50, 5, 1), Means(50, 3, 1), matters=0.5).outcome is Outcome.MORE
    assert compare_means(Means(1, 5, 0), Means(50, 3, 1), matters=0.5).difference is None
    assert compare_means(summed_up(ONE), summed_up(OTHER), matters=0.5).sentence == Outcome.TOO_FEW.sentence


def test_no_difference_has_to_be_shown_too() -> None:
    assert outcome(Interval(0.0, -0.04, 0.04), 500, matters=0.05) is Outcome.SAME
    assert outcome(Interval(0.02, -0.04, 0.06), 500, matters=0.05) is Outcome.TOO_FEW
    assert outcome(Interval(-0.02, -0.06, 0.04), 500, matters=0.05) is Outcome.TOO_FEW


def test_every_outcome_has_a_sentence() -> None:
    assert len({one.sentence for one in Outcome}) == len(Outcome)


@pytest.mark.parametrize(
    ("sizes", "shares"), [((30, 20), (0.5, 0.3)), ((40, 15), (0.1, 0.05)), ((200, 50), (0.8, 0.8))]
)
def test_the_interval_of_shares_holds_as_often_as_it_says(sizes: tuple[int, int], shares: tuple[float, float]) -> None:
    draw = random.Random(f"{sizes}{shares}")
    truth, holds = shares[0] - shares[1], 0
    for _ in range(1000):
        one, other = (sum(draw.random() < p for _ in range(n)) for n, p in zip(sizes, shares, strict=True))
        interval = difference_of_shares((one, sizes[0]), (other, sizes[1]))
        holds += interval.low <= truth <= interval.high
    assert 0.93 <= holds / 1000 <= 0.985


def test_the_interval_of_means_holds_as_often_as_it_says() -> None:
    draw, holds = random.Random(2026), 0
    for _ in range(300):
        one = summed_up(draw.gauss(5, 3) for _ in range(12))
        other = summed_up(draw.gauss(4, 1) for _ in range(30))
        interval = difference_of_means(one, other)
        holds += interval.low <= 1 <= interval.high
    assert 0.92 <= holds / 300 <= 0.985
