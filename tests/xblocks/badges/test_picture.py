"""Pictures of badges that are drawn: always the same, always readable, always whole SVG."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xblocks.badges.picture import LEAST_CONTRAST, PALETTE, Design, Shape, check, contrast, draw, letters_of

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
SVG = "{http://www.w3.org/2000/svg}"


@given(st.sampled_from(Shape), st.text(max_size=3), COLOURS, COLOURS, st.text(max_size=40))
def test_a_picture_is_whole_whatever_it_says(shape: Shape, letters: str, ground: str, ink: str, title: str) -> None:
    clean = "".join(one for one in title if one.isprintable())
    shown = "".join(one for one in letters if one.isprintable())
    design = Design(shape, shown, ground, ink)
    drawn = draw(design, clean)
    assert drawn == draw(design, clean)
    root = etree.fromstring(drawn.encode())
    assert root.findtext(f"{SVG}title") == clean
    assert (root.findtext(f"{SVG}text") or "") == shown
    assert not [name for one in root.iter() for name in one.attrib if "href" in name or name.startswith("on")]


def test_without_letters_there_is_a_tick() -> None:
    assert etree.fromstring(draw(Design(), "Badge").encode()).find(f"{SVG}path") is not None


@pytest.mark.parametrize("ground", PALETTE)
def test_white_reads_well_on_every_ground_that_is_offered(ground: str) -> None:
    assert contrast(ground, "#ffffff") >= 4.5
    assert not list(check(Design(ground=ground)))


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize(
    ("design", "field"),
    [
        (Design(letters="ABCD"), "letters"),
        (Design(ground="blue"), "ground"),
        (Design(ink="#fff"), "ink"),
        (Design(ink="#0c5cac"), "ink"),
    ],
)
def test_what_is_wrong_with_a_design_is_said_at_its_field(design: Design, field: str) -> None:
    assert [problem.path for problem in check(design)] == [field]
    assert LEAST_CONTRAST == 3


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Spotting phishing", "SP"),
        ("5 weeks in a row", "WIA"),
        ("2026", "2"),
        ("", ""),
        ("échte vrienden", "ÉV"),
        ("ß", "SS"),
    ],
)
def test_initials_are_those_of_the_words(name: str, letters: str) -> None:
    assert letters_of(name) == letters
