"""The drawn picture as a PNG: the same that the SVG shows, whatever letters it has."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from xblocks.badges.picture import SIZE, Design, Point, Shape, outline
from xblocks.badges.picture_png import draw_png


def drawn(design: Design, pixels: int = 120) -> Image.Image:
    image: Image.Image = Image.open(BytesIO(draw_png(design, pixels)))
    return image


def has_colour(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    return any(pixel[:3] == colour and pixel[3] == 255 for _count, pixel in image.getcolors(image.width**2))  # type: ignore[union-attr,index]


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("letters", ["", "KG", "WWW"])
def test_a_picture_has_its_colours_on_nothing(shape: Shape, letters: str) -> None:
    image = drawn(Design(shape, letters, "#0b5cad", "#ffffff"))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (120, 120))
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert has_colour(image, (0x0B, 0x5C, 0xAD))
    assert has_colour(image, (255, 255, 255))


def test_the_same_design_is_the_same_picture() -> None:
    assert draw_png(Design(letters="A"), 60) == draw_png(Design(letters="A"), 60)
    assert draw_png(Design(letters="A"), 60) != draw_png(Design(letters="B"), 60)


def test_letters_that_the_font_does_not_have_become_what_it_has() -> None:
    assert draw_png(Design(letters="É"), 60) == draw_png(Design(letters="E"), 60)
    tick = draw_png(Design(), 60)
    assert draw_png(Design(letters="ع"), 60) == draw_png(Design(letters="漢A"), 60) == draw_png(Design(letters=" "), 60)
    assert draw_png(Design(letters="ع"), 60) == tick


@pytest.mark.parametrize("shape", Shape)
def test_an_outline_stays_within_its_radius_and_is_as_wide_to_the_left_as_to_the_right(shape: Shape) -> None:
    points = outline(shape, SIZE / 2, 100)
    furthest = 1e-6 + (133 if shape is Shape.SHIELD else 100)
    assert all(((x - SIZE / 2) ** 2 + (y - SIZE / 2) ** 2) ** 0.5 <= furthest for x, y in points)

    def rounded(x: float, y: float) -> Point:
        return round(x, 6), round(y, 6)

    assert {rounded(x, y) for x, y in points} == {rounded(SIZE - x, y) for x, y in points}
