"""A badge's picture for who has none: drawn from a shape, two colours and up to three letters, as SVG.

The same choice draws the same picture to the byte, so that what was baked can be compared; nothing in it is fetched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from xblocks.base.problems import N_, Problem

SIZE = 240
MOST_LETTERS = 3
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
LEAST_CONTRAST = 3.0
"""Large letters on their ground (WCAG 2.2, 1.4.3)."""
PALETTE = ("#0b5cad", "#0f766e", "#7c3aed", "#b4236a", "#b45309", "#3f6212", "#374151")
"""Grounds on which white letters read well."""


RIM, FACE, LINE = 112, 98, 86
"""Radii, from outside: the rim, the face, and the line on it."""
RIM_SHADE, LINE_OPACITY, LINE_WIDTH = 0.78, 0.55, 3
LETTER_SIZES = {1: 104, 2: 80, 3: 50}
SHIELD_LIFT = 10
"""A shield is wider above than below, and the eye takes its middle to be higher."""


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
    rim = shaded(design.ground, RIM_SHADE)
    inside = _letters(design, middle) if design.letters else _tick(design, middle)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        ' role="img">'
        f"<title>{escape(title)}</title>"
        f"{_outline(design.shape, middle, RIM, rim)}"
        f"{_outline(design.shape, middle, FACE, design.ground)}"
        f'<g fill="none" stroke="{design.ink}" stroke-opacity="{LINE_OPACITY}" stroke-width="{LINE_WIDTH}">'
        f"{_outline(design.shape, middle, LINE, None)}</g>"
        f"{inside}</svg>\n"
    )


def _letters(design: Design, middle: int) -> str:
    size = LETTER_SIZES[len(design.letters)]
    lift = SHIELD_LIFT if design.shape is Shape.SHIELD else 0
    return (
        f'<text x="{middle}" y="{middle - lift}" fill="{design.ink}" font-family="Inter, Helvetica, Arial, sans-serif"'
        f' font-size="{size}" font-weight="700" text-anchor="middle" dominant-baseline="central">'
        f"{escape(design.letters)}</text>"
    )


def _tick(design: Design, middle: int) -> str:
    left, top = middle - 38, middle + 2
    return (
        f'<path d="M{left} {top}l26 26 50-54" fill="none" stroke="{design.ink}" stroke-width="16"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _outline(shape: Shape, middle: int, radius: int, fill: str | None) -> str:
    painted = f' fill="{fill}"' if fill else ""
    if shape is Shape.CIRCLE:
        return f'<circle cx="{middle}" cy="{middle}" r="{radius}"{painted}/>'
    if shape is Shape.SHIELD:
        one = shield(middle, radius)
        return (
            f'<path d="M{middle} {one.top}L{middle + one.side} {one.upper}V{one.shoulder}'
            f"Q{middle + one.side} {one.lower} {middle} {one.bottom}"
            f"Q{middle - one.side} {one.lower} {middle - one.side} {one.shoulder}"
            f'V{one.upper}Z"{painted} stroke-linejoin="round"/>'
        )
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners(shape, middle, radius))
    return f'<polygon points="{points}"{painted} stroke-linejoin="round"/>'


@dataclass(frozen=True, slots=True)
class Shield:
    """Where the outline of a shield turns: across its middle from `top` to `bottom`, `side` to each side of it."""

    top: int
    bottom: int
    side: int
    upper: int
    shoulder: int
    lower: int


def shield(middle: int, radius: int) -> Shield:
    """A shield of that size: straight down to its shoulder, and from there in a curve to its point."""
    top, bottom = middle - radius, middle + radius
    return Shield(
        top=top,
        bottom=bottom,
        side=round(radius * 0.86),
        upper=top + round(radius * 0.3),
        shoulder=middle + round(radius * 0.1),
        lower=bottom - round(radius * 0.3),
    )


def corners(shape: Shape, middle: int, radius: int) -> list[tuple[float, float]]:
    """The corners of a shape that has some, from the top on."""
    match shape:
        case Shape.HEXAGON:
            radii = [radius] * 6
        case Shape.STAR:
            radii = [radius, round(radius * 0.84)] * 12
        case _:
            raise ValueError(shape)
    turn = 2 * math.pi / len(radii)
    return [
        (middle + length * math.sin(number * turn), middle - length * math.cos(number * turn))
        for number, length in enumerate(radii)
    ]


def shaded(colour: str, part: float) -> str:
    """A colour with so much of its light."""
    return "#" + "".join(f"{round(int(colour[start : start + 2], 16) * part):02x}" for start in (1, 3, 5))
