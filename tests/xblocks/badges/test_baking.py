"""A credential goes into a picture and comes out as it was; what is no picture, or a dangerous one, is refused soon."""

from __future__ import annotations

import json
import time
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from tests.xblocks.badges.earning import SVG, as_bytes, chunk, png, proved, token
from xblocks.badges import baking_png, baking_svg, strict_json
from xblocks.badges.baking import baked, unbaked
from xblocks.badges.credential_errors import PictureRefusedError

JWT = token()
JSON = as_bytes(proved()).decode()
BAKED = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + b"text")

scalars = st.text() | st.integers(-(10**15), 10**15) | st.booleans()
documents = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(), scalars, max_size=3)


@pytest.mark.parametrize("picture", [png(), SVG], ids=["png", "svg"])
@pytest.mark.parametrize("text", [JWT, JSON], ids=["jwt", "json"])
def test_a_credential_comes_out_as_it_was(picture: bytes, text: str) -> None:
    assert unbaked(baked(picture, text)) == text


@pytest.mark.parametrize("picture", [png(), SVG], ids=["png", "svg"])
def test_baking_again_replaces_the_credential(picture: bytes) -> None:
    twice = baked(baked(picture, JSON), JWT)
    assert unbaked(twice) == JWT
    assert twice == baked(picture, JWT)


@settings(max_examples=100)
@given(st.dictionaries(st.text(), documents, min_size=1))
def test_any_credential_comes_out_of_both_as_it_was(value: dict[str, object]) -> None:
    text = strict_json.write(value) if _encodable(value) else json.dumps(value)
    assert unbaked(baked(png(), text)) == text
    assert json.loads(unbaked(baked(SVG, text))) == value


def _encodable(value: dict[str, object]) -> bool:
    try:
        strict_json.write(value).encode()
    except UnicodeEncodeError:
        return False
    return True


# --- PNG


def test_the_chunk_is_as_the_specification_asks() -> None:
    out = baked(png(), JWT)
    assert out.index(b"iTXt") < out.index(b"IDAT")
    assert out.count(b"openbadgecredential") == 1
    assert b"openbadgecredential\0\0\0\0\0" + JWT.encode() in out


def test_other_programs_read_the_picture_and_the_text() -> None:
    image = Image.open(BytesIO(baked(png(7, 5), JWT)))
    image.load()
    assert image.size == (7, 5)
    assert image.text["openbadgecredential"] == JWT


def test_a_picture_by_another_program_can_be_baked() -> None:
    file = BytesIO()
    Image.effect_noise((90, 70), 60).convert("RGBA").save(file, "PNG")
    assert unbaked(baked(file.getvalue(), JSON)) == JSON


def test_what_follows_the_end_is_left_away() -> None:
    assert baked(png() + b"<script>", JWT) == baked(png(), JWT)


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        png()[:-1],
        png()[:40],
        png().replace(b"IDAT", b"IDAX"),
        png().replace(b"IHDR", b"IHDS"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"x"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"short"),
        b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR",
        png(0, 5, pixels=b""),
        png(5, 0, pixels=b""),
        png(50_000, 50_000, pixels=b""),
        png(2**31, 2**31, pixels=b""),
        png(2, 3, *[chunk(b"tEXt", b"a\0b")] * 20_000),
        b"\x89PNG\r\n\x1a\n" + bytes(6 * 1024 * 1024),
    ],
)
def test_what_is_no_whole_picture_is_refused(picture: bytes) -> None:
    for attempt in (lambda: unbaked(picture), lambda: baked(picture, JWT)):
        with pytest.raises(PictureRefusedError):
            attempt()


@pytest.mark.parametrize("pixels", [b"", b"not packed", zlib.compress(b"\0")])
def test_a_picture_that_cannot_be_shown_is_not_baked(pixels: bytes) -> None:
    with pytest.raises(PictureRefusedError, match="damaged"):
        baked(png(3, 3, pixels=pixels), JWT)


def test_a_bomb_is_not_unpacked() -> None:
    """One gigabyte of zeros: as pixels of a small picture, as text, as a profile of colours."""
    bomb = zlib.compress(bytes(1 << 26)) + zlib.compress(bytes(1 << 26))
    hidden = chunk(b"iTXt", b"openbadgecredential\0\x01\0\0\0" + bomb)
    begun = time.process_time()
    with pytest.raises(PictureRefusedError, match="not written"):
        unbaked(png(2, 3, hidden))
    assert unbaked(png(2, 3, chunk(b"zTXt", b"x\0\0" + bomb), chunk(b"iCCP", b"x\0\0" + bomb), BAKED)) == "text"
    assert unbaked(png(2, 3, BAKED, pixels=bomb)) == "text"
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        ([], "no badge"),
        ([chunk(b"tEXt", b"openbadgecredential\0text")], "no badge"),
        ([chunk(b"iTXt", b"openbadges\0\0\0\0\0text")], "Open Badges 2"),
        ([chunk(b"tEXt", b"openbadges\0text")], "Open Badges 2"),
        ([BAKED, BAKED], "more than one"),
        ([chunk(b"iTXt", b"openbadgecredential\0")], "not written"),
        ([chunk(b"iTXt", b"openbadgecredential\0\0\0en")], "not written"),
        ([chunk(b"iTXt", b"openbadgecredential\0\0\0en\0name")], "not written"),
        ([chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0\xff")], "not written"),
        ([chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + b"x" * 600_000)], "not written"),
    ],
)
def test_a_picture_without_one_right_credential_is_refused(chunks: list[bytes], reason: str) -> None:
    with pytest.raises(PictureRefusedError, match=reason):
        unbaked(png(2, 3, *chunks))


def test_a_language_does_not_hinder() -> None:
    assert unbaked(png(2, 3, chunk(b"iTXt", b"openbadgecredential\0\0\0en\0badge\0text"))) == "text"


# --- SVG


def test_the_element_is_as_the_specification_asks() -> None:
    with_jwt, with_json = baked(SVG, JWT).decode(), baked(SVG, JSON).decode()
    assert 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"' in with_jwt.partition(">")[2].partition(">")[0]
    assert f'<openbadges:credential verify="{JWT}"/>' in with_jwt
    assert f"<openbadges:credential><![CDATA[{JSON}]]></openbadges:credential>" in with_json
    assert etree.fromstring(with_json.encode())[0].tag == baking_svg.ELEMENT


def test_the_picture_stays_as_it_was() -> None:
    out = etree.fromstring(baked(SVG, JWT))
    assert [element.tag for element in out.iter(etree.Element)][2:] == [
        element.tag for element in etree.fromstring(SVG).iter(etree.Element)
    ][1:]
    assert out.get("viewBox") == "0 0 10 10"


def svg(inner: str, attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inner}</svg>'.encode()


@pytest.mark.parametrize(
    "picture",
    [
        svg("<script>alert(1)</script>"),
        svg("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>"),
        svg("<a href='https://evil.example'><text>x</text></a>"),
        svg("<image href='https://evil.example/x.png'/>"),
        svg("<animate attributeName='href' values='javascript:alert(1)'/>"),
        svg("<circle onclick='alert(1)'/>"),
        svg("<g/>", "onload='alert(1)'"),
        svg("<g/>", "xml:base='https://evil.example/'"),
        svg("<use href='https://evil.example/x.svg#a'/>"),
        svg("<use xlink:href=' javascript:alert(1)'/>", "xmlns:xlink='http://www.w3.org/1999/xlink'"),
        svg("<circle fill='url(https://evil.example/x)'/>"),
        svg("<circle style='fill: URL( \"https://evil.example/x\")'/>"),
        svg("<style>@import 'https://evil.example/x.css';</style>"),
        svg("<style>.a { fill: u\\72l(https://evil.example) }</style>"),
        svg("<style><g/></style>"),
    ],
)
def test_a_picture_that_acts_or_fetches_is_not_baked(picture: bytes) -> None:
    with pytest.raises(PictureRefusedError, match="acts or fetches"):
        baked(picture, JWT)


def test_notes_of_drawing_programs_are_left_away_with_what_hides_in_them() -> None:
    script = "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>"
    notes = f"<metadata>a{script}b<x:p xmlns:x='urn:x'/>c</metadata><title/><x:p xmlns:x='urn:x'/>"
    out = baked(svg(notes + "<use href='#a'/>"), JWT)
    assert b"alert" not in out
    assert b"<metadata>abc</metadata>" in out
    assert unbaked(out) == JWT


ENTITIES = (
    b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
)
OUTSIDE = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'


@pytest.mark.parametrize(
    "picture",
    [
        b"<",
        b"<svg/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>",
        ENTITIES,
        OUTSIDE,
        svg("<g>" * 60 + "</g>" * 60),
        svg("<g>" * 5000 + "</g>" * 5000),
        svg("<g/>" * 30_000),
        svg("&nbsp;"),
        svg("x" * 3_000_000),
        svg("<g/>").decode().encode("utf-16"),
        svg("é").decode().encode("latin-1"),
        OUTSIDE.decode().encode("utf-16"),
        ENTITIES.decode().encode("utf-7"),
    ],
)
def test_what_is_no_harmless_svg_is_refused(picture: bytes) -> None:
    for attempt in (lambda: unbaked(picture), lambda: baked(picture, JWT)):
        with pytest.raises(PictureRefusedError):
            attempt()


SPACE = "xmlns:openbadges='https://purl.imsglobal.org/ob/v3p0'"


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (SVG, "no badge"),
        (svg("<b:assertion verify='x' xmlns:b='http://openbadges.org'/>"), "Open Badges 2"),
        (svg("<openbadges:credential verify='a'/>" * 2, SPACE), "more than one"),
        (svg("<openbadges:credential/>", SPACE), "not written"),
        (svg("<openbadges:credential>{}<g/></openbadges:credential>", SPACE), "not written"),
        (svg(f"<openbadges:credential verify='{'x' * 600_000}'/>", SPACE), "not written"),
    ],
)
def test_an_svg_without_one_right_credential_is_refused(picture: bytes, reason: str) -> None:
    with pytest.raises(PictureRefusedError, match=reason):
        unbaked(picture)


def test_blanks_around_the_json_do_not_count() -> None:
    assert unbaked(svg("<openbadges:credential>\n <![CDATA[\n {} \n]]> </openbadges:credential>", SPACE)) == "{}"


def test_a_picture_is_told_by_how_it_begins() -> None:
    assert baking_png.is_png(png())
    with pytest.raises(PictureRefusedError):
        baking_png.unbaked(SVG)
    assert baking_svg.is_svg(b"\xef\xbb\xbf \n" + SVG)
    assert not baking_svg.is_svg(JSON.encode())
