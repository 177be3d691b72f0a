"""Shares of the points that Moodle knows: an answer earns one of a fixed list, and nothing between.

Source: the options of Moodle's question bank (question_bank::fraction_options_full).
"""

from __future__ import annotations

from decimal import Decimal

SHARES = (
    Decimal(1),
    Decimal("0.9"),
    Decimal("0.8333333"),
    Decimal("0.8"),
    Decimal("0.75"),
    Decimal("0.7"),
    Decimal("0.6666667"),
    Decimal("0.6"),
    Decimal("0.5"),
    Decimal("0.4"),
    Decimal("0.3333333"),
    Decimal("0.3"),
    Decimal("0.25"),
    Decimal("0.2"),
    Decimal("0.1666667"),
    Decimal("0.1428571"),
    Decimal("0.125"),
    Decimal("0.1111111"),
    Decimal("0.1"),
    Decimal("0.05"),
    Decimal(0),
)
EXACT = Decimal("0.00001")


def share(score: float | Decimal) -> Decimal:
    """The share nearest to a score from -1 to 1."""
    wanted = Decimal(str(score))
    nearest = min(SHARES, key=lambda one: abs(one - abs(wanted)))
    return -nearest if wanted < 0 else nearest


def is_exact(score: float | Decimal) -> bool:
    """Whether Moodle knows this share, but for rounding."""
    return abs(share(score) - Decimal(str(score))) <= EXACT


def per_cent(score: float | Decimal) -> str:
    """The share nearest to a score as Moodle XML writes it: "33.33333"."""
    return format((share(score) * 100).normalize(), "f")
