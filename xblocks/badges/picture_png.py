"""The drawn picture of a badge as a PNG, for places that take no SVG: Moodle's badges, and pictures that are baked.

It shows what `picture.draw` writes. Letters are drawn in the font that comes with Pillow, which knows A to Z: an É
becomes an E, and letters of other scripts the tick of a badge without letters.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from xblocks.badges.picture import (
    GROUND,
    LINE,
    LINE_OPACITY,
    LINE_WIDTH,
    RIM,
    SHADE,
    SIZE,
    TEXT_SIZES,
    TICK_WIDTH,
    Design,
    Point,
    lift_of,
    outline,
    shaded,
    tick,
)

PIXELS = 512
"""What Moodle keeps of a badge's picture, and enough for a wallet."""
FINER = 4
"""It is drawn so many times larger, and made smaller: that is what smooths its edges."""
BOLD = 0.025
"""How much thicker letters are drawn, of their size: the font has one weight."""
WIDEST = 130
"""Letters are no wider than this, of `picture.SIZE`."""
_IN_NO_FONT = "\uffff"


def draw_png(design: Design, pixels: int = PIXELS) -> bytes:
    """A PNG with a transparent ground, as wide as high; the same design gives the same picture."""
    drawing = _Drawing(design, pixels * FINER)
    small = drawing.image.resize((pixels, pixels), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


class _Drawing:
    def __init__(self, design: Design, pixels: int) -> None:
        self.design, self.scale = design, pixels / SIZE
        self.image = Image.new("RGBA", (pixels, pixels), (0, 0, 0, 0))
        self.pen = ImageDraw.Draw(self.image)
        self.fill(RIM, shaded(design.ground, SHADE))
        self.fill(GROUND, design.ground)
        self.line(_mixed(design.ink, design.ground, LINE_OPACITY))
        if not design.letters.strip() or not self.letters():
            self.tick()

    def placed(self, points: list[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def fill(self, radius: int, colour: str) -> None:
        self.pen.polygon(self.placed(outline(self.design.shape, SIZE / 2, radius)), fill=colour)

    def line(self, colour: str) -> None:
        corners = self.placed(outline(self.design.shape, SIZE / 2, LINE))
        # Once around and one side more, so that the first corner is joined too.
        self.pen.line([*corners, *corners[:2]], fill=colour, width=round(LINE_WIDTH * self.scale), joint="curve")

    def letters(self) -> bool:
        """Whether the font has them."""
        text = _plain(self.design.letters.strip())
        font = _font(TEXT_SIZES[len(text)] * self.scale)
        missing = font.getmask(_IN_NO_FONT)
        if any(bytes(font.getmask(letter)) == bytes(missing) for letter in text):
            return False
        wide = font.getlength(text)
        if wide > WIDEST * self.scale:
            font = _font(font.size * WIDEST * self.scale / wide)
        middle = self.image.width / 2
        self.pen.text(
            (middle, middle - lift_of(self.design.shape) * self.scale),
            text,
            fill=self.design.ink,
            font=font,
            anchor="mm",
            stroke_width=round(BOLD * font.size),
            stroke_fill=self.design.ink,
        )
        return True

    def tick(self) -> None:
        corners, width = self.placed(tick(SIZE / 2)), round(TICK_WIDTH * self.scale)
        self.pen.line(corners, fill=self.design.ink, width=width, joint="curve")
        for x, y in (corners[0], corners[-1]):
            self.pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=self.design.ink)


def _plain(letters: str) -> str:
    """Letters without their marks."""
    apart = unicodedata.normalize("NFD", letters)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _mixed(one: str, other: str, part: float) -> str:
    """A colour of which that part is one, and the rest the other."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(first * part + second * (1 - part)):02x}" for first, second in pairs)
