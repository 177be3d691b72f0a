"""Setting text of any script: everything is shown or said to be missing, and nothing breaks the page."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from xblocks.reflection.typesetting import BOX, FONTS, MAIN, Sheet, characters_of, runs_from_right

AT = datetime(2026, 11, 26, tzinfo=UTC)
SHA256 = {
    "DejaVuSans.ttf": "abdc775b21b1bc470d50c97e790d276f2054b7504e56e5bd3e64f48d68582322",
    "NotoEmoji-Regular.ttf": "06048f807004c016f5c4b3772a178a0bfadefdeccb36b0ce0242c647737c43c6",
    "NotoSansDevanagari-Regular.ttf": "5c031b2bfe3d53db938df869f8f84ef01586b9c9ec19f1c025aa872573771845",
    "NotoSansEthiopic-Regular.ttf": "c08ce9d8026244f0c1f4466cbb7c469983bcd6a63774997efbefe9155eff2e37",
    "NotoSansThai-Regular.ttf": "531ba2b40afa02c0040a35844ffca1caf24f0662ffd1eb0bf1d0eed708c18429",
}


@contextmanager
def sheet(*own_fonts: Path, language: str = "en") -> Iterator[Sheet]:
    with Sheet("What I wrote", language, AT, own_fonts) as one:
        yield one


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def written(text: str) -> str:
    with sheet() as one:
        one.write(text)
        return "\n".join(pages_of(one.content()))


def letters(text: str) -> str:
    """Without blanks and what nobody sees, in an order that does not matter."""
    whole = unicodedata.normalize("NFC", text)
    return "".join(sorted(one for one in whole if unicodedata.category(one)[0] not in "ZC"))


@pytest.mark.parametrize("name", SHA256)
def test_the_fonts_are_those_that_the_readme_names(name: str) -> None:
    assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == SHA256[name]
    assert name in (FONTS / "README.md").read_text()


@pytest.mark.parametrize(
    "text",
    [
        "Zoë wrote “fine” — twice… {nb} **no bold** \\n",
        "Ελληνικά: Τι έμαθα σήμερα;",
        "Русский, українська: що я дізнався",
        "Türkçe: bugün ne öğrendim? Łódź, Reykjavík",
        "Tiếng Việt: hôm nay",
        "हिन्दी: आज मैंने सीखा",
        "ትግርኛ: ሎሚ ተማሂረ",
        "ไทย: วันนี้ฉันได้เรียนรู้",
        "Sure 😀 👍🏽 👨‍👩‍👧 🇳🇱 ❤️ ✅",
        "Z\u0351\u032b\u0343 stacked",
    ],
)
def test_each_script_is_read_back_as_it_was_written(text: str) -> None:
    with sheet() as one:
        one.write(text)
        assert not one.has_gaps
        assert letters("".join(pages_of(one.content()))) == letters(text)


@pytest.mark.parametrize(
    "text", ["العربية: تعلمت اليوم الكثير", "עברית: היום למדתי הרבה", "فارسی: می‌خواهم بیشتر یاد بگیرم"]
)
def test_what_runs_from_right_to_left_is_joined_and_begins_at_the_right(text: str) -> None:
    with sheet() as one:
        one.write(text)
        starts: list[float] = []
        page = PdfReader(BytesIO(one.content())).pages[0]
        page.extract_text(
            visitor_text=lambda found, _cm, tm, _font, _size: starts.append(tm[4]) if found.strip() else None
        )
        assert letters(page.extract_text()) == letters(text)
        assert min(starts) > float(page.mediabox.width) / 3


def test_what_no_font_has_is_a_box_and_marks_leave_no_hole() -> None:
    with sheet() as one:
        one.write("中文, \ue000 and a\U000e0100 mark")
        assert one.has_gaps
        assert pages_of(one.content()) == [f"{BOX}{BOX}, {BOX} and a mark"]


def font_with(character: str, file: Path) -> Path:
    """A font that has that character only, as a square."""
    pen = TTGlyphPen(None)
    for number, point in enumerate([(0, 0), (0, 800), (800, 800), (800, 0)]):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "square"])
    made.setupCharacterMap({ord(character): "square"})
    made.setupGlyf({".notdef": square, "square": square})
    made.setupHorizontalMetrics({".notdef": (900, 0), "square": (900, 0)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Square", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=800)
    made.setupPost()
    made.save(file)
    return file


def test_fonts_of_the_platform_are_asked_for_what_ours_lack(tmp_path: Path) -> None:
    with sheet(font_with("中", tmp_path / "square.ttf")) as one:
        one.write("The middle: 中.")
        assert not one.has_gaps
        assert pages_of(one.content()) == ["The middle: 中."]


def test_nothing_of_a_text_comes_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    written("zebra-marker 中文 עברית 😀")
    assert not [line for line in caplog.messages if re.search("zebra|中|4e2d|U\\+4E2D", line, re.IGNORECASE)]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_lines_break_at_blanks_and_a_word_that_is_too_long_within_itself() -> None:
    lines = written(f"{'word ' * 60}\n{'x' * 300}").split("\n")
    assert len(lines) > 5
    assert all(set(line.split()) == {"word"} for line in lines if "w" in line)
    assert "".join(lines).count("x") == 300


def test_empty_lines_and_blanks_at_the_start_stay() -> None:
    assert "   indented" in written("first\n\n   indented\tand on")


def test_long_texts_go_on_over_the_pages() -> None:
    with sheet() as one:
        one.write("\n".join(f"line {number}" for number in range(200)))
        pages = pages_of(one.content())
        assert len(pages) > 3
        assert [int(found) for found in re.findall(r"line (\d+)", "\n".join(pages))] == list(range(200))


def test_headings_are_the_outline_and_never_stand_alone_at_the_foot() -> None:
    with sheet() as one:
        for number in range(40):
            one.heading(f"Heading  {number}", min(number, 1), 12, before=4)
            one.write(f"text {number}", before=2)
            one.rule(3)
        content = one.content()
        outline: Any = PdfReader(BytesIO(content)).outline
        assert str(outline[0]["/Title"]) == "Heading 0"
        assert len(outline[1]) == 39
        for page in pages_of(content):
            assert page.rstrip().split("\n")[-1].startswith("text")


def test_a_rule_is_not_drawn_into_the_margin() -> None:
    with sheet() as one:
        one.rule(8)
        one.pdf.set_y(one.pdf.h - 25)
        one.rule(8)
        contents = PdfReader(BytesIO(one.content())).pages[0].get_contents()
    assert contents is not None
    assert contents.get_data().count(b" l S") == 1


def test_a_question_stays_with_the_beginning_of_its_answer() -> None:
    with sheet() as one:
        one.write("before")
        one.pdf.set_y(one.pdf.h - 35)
        one.write("What now?", before=3, keep=8)
        one.write("This.")
        assert pages_of(one.content()) == ["before", "What now?\nThis."]


def test_an_empty_heading_is_a_box_since_an_outline_needs_a_name() -> None:
    with sheet() as one:
        one.heading("\u200d ", 0, 12)
        assert PdfReader(BytesIO(one.content())).outline


def test_the_document_says_what_it_is_and_in_which_language() -> None:
    with sheet(language="nl") as one, sheet(language="nl") as same:
        content = one.content()
        assert same.content() == content
    reader = PdfReader(BytesIO(content))
    assert reader.metadata is not None
    assert reader.metadata.title == "What I wrote"
    assert str(reader.root_object["/Lang"]) == "nl"


@pytest.mark.parametrize(
    ("line", "is_right"), [("abc אבג", False), ("אבג abc", True), ("123 שלום", True), ("1, 2 !", False), ("", False)]
)
def test_the_first_letter_says_where_a_line_begins(line: str, is_right: bool) -> None:
    assert runs_from_right(line) is is_right


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    with sheet() as one:
        one.heading(text, 0, 14)
        one.write(text)
        assert PdfReader(BytesIO(one.content())).pages


SHOWN = st.sampled_from(sorted(map(chr, (one for one in characters_of(FONTS / MAIN) if 0x21 <= one < 0x2F00))))


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(SHOWN, min_size=1, max_size=12), min_size=1, max_size=20))
def test_no_letter_of_the_main_font_gets_lost(words: list[str]) -> None:
    text = " ".join(words)
    left_to_right = "".join(one for one in text if unicodedata.bidirectional(one) not in ("R", "AL", "AN"))
    with sheet() as one:
        one.write(left_to_right)
        assert not one.has_gaps
        got = letters("".join(pages_of(one.content())))
        assert len(got) >= len(letters(left_to_right)) * 0.9
