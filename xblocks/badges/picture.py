"""A badge's picture for who has none: drawn from a shape, two colours and up to three letters, as SVG.

The same choice draws the same picture to the byte, so that what was baked can be compared; nothing in it is fetched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import assert_never

from xblocks.base.problems import N_, Problem

SIZE = 240
RIM, GROUND, LINE = 112, 98, 86
"""How far each outline lies from the middle."""
SHADE = 0.78
LINE_WIDTH, LINE_OPACITY = 3, 0.55
TEXT_SIZES = {1: 104, 2: 80, 3: 50}
TICK_WIDTH = 16
STEPS = 48
"""How many straight lines a curve is drawn in where there are no curves."""
MOST_LETTERS = 3
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
LEAST_CONTRAST = 3.0
"""Large letters on their ground (WCAG 2.2, 1.4.3)."""
PALETTE = ("#0b5cad", "#0f766e", "#7c3aed", "#b4236a", "#b45309", "#3f6212", "#374151")
"""Grounds on which white letters read well."""


Point = tuple[float, float]


class Shape(StrEnum):
    """The outline of the badge."""

    CIRCLE = "circle"
    SHIELD = "shield"
    HEXAGON = "hexagon"
    STAR = "star"


@dataclass(frozen=True, slots=True)
class Design:
    """What a picture is drawn from.

    Attributes:
        letters: at most three; none draws a tick.
        ground, ink: colours as #rrggbb.
    """

    shape: Shape = Shape.HEXAGON
    letters: str = ""
    ground: str = PALETTE[0]
    ink: str = "#ffffff"


def check(design: Design) -> Iterable[Problem]:
    """What is wrong with a design, by field."""
    if len(design.letters) > MOST_LETTERS:
        yield Problem("letters", N_("At most %(most)d letters fit in a badge."), {"most": MOST_LETTERS})
    bad = [name for name in ("ground", "ink") if not COLOUR.match(getattr(design, name))]
    for name in bad:
        yield Problem(name, N_("Choose a colour."))
    if not bad and contrast(design.ground, design.ink) < LEAST_CONTRAST:
        yield Problem("ink", N_("These two colours are too much alike to read; choose a lighter or a darker one."))


def letters_of(name: str) -> str:
    """Initials of a badge's name: "Spotting phishing" becomes SP."""
    words = [word for word in re.findall(r"\w+", name) if not word.isdigit()] or re.findall(r"\w+", name)
    return "".join(word[0] for word in words[:MOST_LETTERS]).upper()[:MOST_LETTERS]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def draw(design: Design, title: str) -> str:
    """The picture as a whole SVG document.

    Args:
        title: the badge's name, which those hear who do not see it.
    """
    middle = SIZE // 2
    rim = shaded(design.ground, SHADE)
    inside = _letters(design, middle) if design.letters else _tick(design, middle)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        ' role="img">'
        f"<title>{escape(title)}</title>"
        f"{_outline(design.shape, middle, RIM, rim)}"
        f"{_outline(design.shape, middle, GROUND, design.ground)}"
        f'<g fill="none" stroke="{design.ink}" stroke-opacity="{LINE_OPACITY}" stroke-width="{LINE_WIDTH}">'
        f"{_outline(design.shape, middle, LINE, None)}</g>"
        f"{inside}</svg>\n"
    )


def lift_of(shape: Shape) -> int:
    """How far above the middle letters stand."""
    # A shield is wider above than below, and the eye takes its middle to be higher.
    return 10 if shape is Shape.SHIELD else 0


def tick(middle: float) -> list[Point]:
    """The corners of the tick."""
    left, top = middle - 38, middle + 2
    return [(left, top), (left + 26, top + 26), (left + 76, top - 28)]


def _letters(design: Design, middle: int) -> str:
    size, lift = TEXT_SIZES[len(design.letters)], lift_of(design.shape)
    return (
        f'<text x="{middle}" y="{middle - lift}" fill="{design.ink}" font-family="Inter, Helvetica, Arial, sans-serif"'
        f' font-size="{size}" font-weight="700" text-anchor="middle" dominant-baseline="central">'
        f"{escape(design.letters)}</text>"
    )


def _tick(design: Design, middle: int) -> str:
    begin, turn, end = (f"{x} {y}" for x, y in tick(middle))
    return (
        f'<path d="M{begin}L{turn} {end}" fill="none" stroke="{design.ink}" stroke-width="{TICK_WIDTH}"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _outline(shape: Shape, middle: int, radius: int, fill: str | None) -> str:
    painted = f' fill="{fill}"' if fill else ""
    match shape:
        case Shape.CIRCLE:
            return f'<circle cx="{middle}" cy="{middle}" r="{radius}"{painted}/>'
        case Shape.SHIELD:
            top, high, low, corner, bottom = _shield(middle, radius)
            left, left_corner = 2 * middle - low[0], 2 * middle - corner[0]
            return (
                f'<path d="M{top[0]} {top[1]}L{high[0]} {high[1]}V{low[1]}'
                f"Q{corner[0]} {corner[1]} {bottom[0]} {bottom[1]}"
                f"Q{left_corner} {corner[1]} {left} {low[1]}"
                f'V{high[1]}Z"{painted} stroke-linejoin="round"/>'
            )
        case Shape.HEXAGON | Shape.STAR:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline(shape, middle, radius))
            return f'<polygon points="{points}"{painted} stroke-linejoin="round"/>'
        case _:
            assert_never(shape)


def outline(shape: Shape, middle: float, radius: float) -> list[Point]:
    """The corners of a shape from the top on, curves in short straight lines."""
    match shape:
        case Shape.HEXAGON:
            return _around(middle, [radius] * 6)
        case Shape.STAR:
            return _around(middle, [radius, round(radius * 0.84)] * 12)
        case Shape.CIRCLE:
            return _around(middle, [radius] * 2 * STEPS)
        case Shape.SHIELD:
            top, high, low, corner, bottom = _shield(middle, radius)
            right = [high, *_curve(low, corner, bottom)]
            return [top, *right, *((2 * middle - x, y) for x, y in reversed(right[:-1]))]
        case _:
            assert_never(shape)


def _shield(middle: float, radius: float) -> tuple[Point, Point, Point, Point, Point]:
    """The right half of a shield: its top, where its side begins and ends, a corner and the end of a curve."""
    side, bottom = middle + round(radius * 0.86), middle + radius
    fall = round(radius * 0.3)
    shoulder = middle + round(radius * 0.1)
    return (
        (middle, middle - radius),
        (side, middle - radius + fall),
        (side, shoulder),
        (side, bottom - fall),
        (middle, bottom),
    )


def _curve(begin: Point, corner: Point, end: Point) -> list[Point]:
    """A quadratic curve, with both its ends."""
    parts = [step / STEPS for step in range(STEPS + 1)]
    return [
        (
            (1 - part) ** 2 * begin[0] + 2 * part * (1 - part) * corner[0] + part**2 * end[0],
            (1 - part) ** 2 * begin[1] + 2 * part * (1 - part) * corner[1] + part**2 * end[1],
        )
        for part in parts
    ]


def _around(middle: float, radii: Sequence[float]) -> list[Point]:
    """Corners around the middle, from the top on."""
    turn = 2 * math.pi / len(radii)
    return [
        (middle + radius * math.sin(number * turn), middle - radius * math.cos(number * turn))
        for number, radius in enumerate(radii)
    ]


def shaded(colour: str, part: float) -> str:
    """A darker colour: that part of its light."""
    return "#" + "".join(f"{round(int(colour[start : start + 2], 16) * part):02x}" for start in (1, 3, 5))
