"""The drawn picture of a badge as PNG: the same outlines, colours and letters as `picture.draw`.

Letters are set in the typeface that comes with Pillow, made bold, since a server has no other for sure. It has those of
English only: marks on letters are left out, and for other scripts the tick is drawn that a badge without letters has.
"""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from xblocks.badges.picture import (
    FACE,
    LETTER_SIZES,
    LINE,
    LINE_OPACITY,
    LINE_WIDTH,
    MOST_LETTERS,
    RIM,
    RIM_SHADE,
    SHIELD_LIFT,
    SIZE,
    Design,
    Shape,
    corners,
    shaded,
    shield,
)

WIDTH = 480
FINER = 3
"""Drawn so much larger and then made smaller, so that edges are smooth."""
_SCALE = WIDTH / SIZE * FINER
_MIDDLE = SIZE // 2
_STEPS = 24
_UNKNOWN = "\U0010fffd"
"""A character that no typeface has."""
_BOLD = 0.035
"""How much thicker letters get, as a part of their size."""

Point = tuple[float, float]


@lru_cache(maxsize=64)
def draw(design: Design) -> bytes:
    """The picture as a PNG of WIDTH by WIDTH points, transparent around the badge."""
    image = Image.new("RGBA", (round(SIZE * _SCALE),) * 2, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.polygon(_outline(design.shape, RIM), fill=shaded(design.ground, RIM_SHADE))
    pen.polygon(_outline(design.shape, FACE), fill=design.ground)
    line = _outline(design.shape, LINE)
    pen.line([*line, *line[:2]], fill=_between(design), width=round(LINE_WIDTH * _SCALE), joint="curve")
    letters = _plain(design.letters)
    if letters and _has(letters):
        _letters(pen, design, letters)
    else:
        _tick(pen, design)
    smooth = image.resize((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    written = BytesIO()
    smooth.save(written, "PNG", optimize=True)
    return written.getvalue()


def _outline(shape: Shape, radius: int) -> list[Point]:
    if shape is Shape.CIRCLE:
        points = _circle(radius)
    elif shape is Shape.SHIELD:
        points = _shield(radius)
    else:
        points = corners(shape, _MIDDLE, radius)
    return [(x * _SCALE, y * _SCALE) for x, y in points]


def _circle(radius: int) -> list[Point]:
    steps = 180
    return [
        (
            _MIDDLE + radius * math.sin(2 * math.pi * step / steps),
            _MIDDLE - radius * math.cos(2 * math.pi * step / steps),
        )
        for step in range(steps)
    ]


def _shield(radius: int) -> list[Point]:
    one = shield(_MIDDLE, radius)
    right, left = _MIDDLE + one.side, _MIDDLE - one.side
    tip = (_MIDDLE, one.bottom)
    return [
        (_MIDDLE, one.top),
        (right, one.upper),
        *_curve((right, one.shoulder), (right, one.lower), tip),
        *_curve(tip, (left, one.lower), (left, one.shoulder)),
        (left, one.upper),
    ]


def _curve(begin: Point, pull: Point, end: Point) -> list[Point]:
    """A quadratic Bézier curve, as SVG's Q."""
    found = []
    for step in range(_STEPS + 1):
        there = step / _STEPS
        back = 1 - there
        x, y = (
            back * back * begin[axis] + 2 * back * there * pull[axis] + there * there * end[axis] for axis in (0, 1)
        )
        found.append((x, y))
    return found


def _between(design: Design) -> str:
    """The ink as it is seen through, on the ground."""
    mixed = (
        round(
            LINE_OPACITY * int(design.ink[at : at + 2], 16) + (1 - LINE_OPACITY) * int(design.ground[at : at + 2], 16)
        )
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _letters(pen: ImageDraw.ImageDraw, design: Design, letters: str) -> None:
    size = LETTER_SIZES[min(len(letters), MOST_LETTERS)] * _SCALE
    middle = _MIDDLE * _SCALE
    lift = SHIELD_LIFT * _SCALE if design.shape is Shape.SHIELD else 0
    pen.text(
        (middle, middle - lift),
        letters,
        fill=design.ink,
        font=_font(size),
        anchor="mm",
        stroke_width=round(size * _BOLD),
        stroke_fill=design.ink,
    )


def _tick(pen: ImageDraw.ImageDraw, design: Design) -> None:
    left, top = _MIDDLE - 38, _MIDDLE + 2
    points = [(left, top), (left + 26, top + 26), (left + 76, top - 28)]
    width = 16 * _SCALE
    scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
    pen.line(scaled, fill=design.ink, width=round(width), joint="curve")
    for x, y in (scaled[0], scaled[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=design.ink)


def _plain(letters: str) -> str:
    """Letters without their marks."""
    return "".join(one for one in unicodedata.normalize("NFD", letters) if not unicodedata.combining(one))


def _has(letters: str) -> bool:
    """Whether the typeface has all of these."""
    font = _font(40)
    unknown = bytes(font.getmask(_UNKNOWN))
    return all(bytes(font.getmask(letter)) != unknown for letter in letters)


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
