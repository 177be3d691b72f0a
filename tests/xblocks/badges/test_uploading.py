"""Pictures that somebody uploads: harmless afterwards, whatever they were."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from xblocks.badges import baking_png, baking_svg
from xblocks.badges.uploading import SIDE, uploaded
from xblocks.base.problems import ContentError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def png(width: int = 200, height: int = 100, **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGBA", (width, height), (10, 90, 160, 128)).save(out, "PNG", **more)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(ContentError) as found:
        uploaded(content)
    (problem,) = found.value.problems
    assert problem.path == "image"
    return problem.sentence()


def test_a_png_is_kept_and_named_by_what_it_holds() -> None:
    taken = uploaded(png())
    assert taken.content_type == "image/png"
    assert taken.name.startswith("badge-")
    assert taken.name.endswith(".png")
    assert uploaded(png()).name == taken.name != uploaded(png(201)).name
    with Image.open(BytesIO(taken.content)) as image:
        assert image.size == (200, 100)
        assert image.getpixel((5, 5)) == (10, 90, 160, 128)
    assert baking_png.baked(taken.content, "{}")


def test_a_large_png_becomes_as_small_as_it_is_shown() -> None:
    with Image.open(BytesIO(uploaded(png(1600, 800)).content)) as image:
        assert image.size == (SIDE, SIDE // 2)


def test_nothing_but_the_points_survives() -> None:
    noted = PngInfo()
    noted.add_text("Author", "Somebody's name")
    content = uploaded(png(pnginfo=noted) + b"<script>behind</script>").content
    assert b"Somebody" not in content
    assert b"script" not in content


def bomb() -> bytes:
    """A small file that says that it has ten thousand million points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def wide() -> bytes:
    """Twenty million points, of one colour."""
    out = BytesIO()
    Image.new("1", (5000, 4000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a picture"),
        (b"GIF89a", "neither a PNG nor an SVG"),
        (b"<html/>", "neither a PNG nor an SVG"),
        (b"<svg", "cannot be read"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "viewBox"),
        (SVG.format(" " * 300_000).encode(), "too large"),
        (png() + bytes(3_000_000), "too large"),
        (png(20, 20), "too small"),
        (png()[:100], "cannot be read"),
        (bomb(), "too large"),
        (wide(), "too large"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    assert words in refused(content)


HOSTILE = [
    "<script>alert(1)</script>",
    '<rect width="9" height="9" onclick="alert(1)"/>',
    '<a xlink:href="javascript:alert(1)"><rect width="3"/></a>',
    '<use href="https://example.org/x.svg#a"/>',
    '<image href="https://example.org/x.png"/>',
    '<image href="data:image/svg+xml,x"/>',
    "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='https://example.org'/></foreignObject>",
    "<style>@import url(https://example.org/x.css);</style>",
    '<rect style="fill:url(https://example.org/x)"/>',
    "<rect fill=\"url( '//example.org/x' )\"/>",
    '<set attributeName="href" to="javascript:alert(1)"/>',
    '<animate attributeName="href" values="javascript:alert(1)"/>',
    '<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script></h:div>',
    '<g xml:base="https://example.org/"><use href="#a"/></g>',
    "<?xml-stylesheet href='https://example.org/x.css'?>",
    "<!-- a note by alert -->",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_svg_loses_what_acts_or_fetches(hostile: str) -> None:
    content = uploaded(SVG.format(hostile + '<circle id="kept" cx="4" cy="4" r="3"/>').encode()).content
    assert b'id="kept"' in content
    for word in (b"script", b"alert", b"example.org", b"onclick", b"data:", b"@import"):
        assert word not in content
    assert baking_svg.baked(content, "{}")


def test_an_svg_keeps_what_draws() -> None:
    drawing = '<defs><linearGradient id="g"/></defs><style>.a{fill:red}</style><use href="#g"/><path fill="url(#g)"/>'
    content = uploaded(SVG.format(drawing).encode()).content.decode()
    assert all(part in content for part in ("linearGradient", ".a{fill:red}", 'href="#g"', 'fill="url(#g)"'))


def test_what_stands_before_the_picture_is_gone() -> None:
    text = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://example.org/svg11.dtd">' + SVG.format("<g/>")
    content = uploaded(text.encode()).content
    assert b"DOCTYPE" not in content
    assert b"example" not in content


def test_entities_are_not_looked_up() -> None:
    text = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + SVG.format("<text>&x;</text>")
    assert "cannot be read" in refused(text.encode())


@given(st.binary(max_size=300))
def test_whatever_comes_gets_an_answer(content: bytes) -> None:
    for begun in (content, b"\x89PNG\r\n\x1a\n" + content, b"<svg " + content, SVG.encode().replace(b"{}", content)):
        with suppress(ContentError):
            assert etree.fromstring(uploaded(begun).content) is not None
