"""All reflections as one PDF: whatever is written, it is there and can be read back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from gettext import NullTranslations
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.xblocks.reflection.strategies import handed, lines, parts
from xblocks.reflection import pdf
from xblocks.reflection.handing_in import Handed, Part
from xblocks.reflection.markdown import Written

AT = datetime(2026, 11, 26, tzinfo=UTC)
WORD = st.from_regex(r"[a-z]{1,12}", fullmatch=True)


def rendered(written: list[Written]) -> str:
    content = pdf.render("What I wrote", written, NullTranslations(), "en", AT)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


some_parts = st.lists(parts, max_size=2)
some_written = st.builds(
    Written,
    lines,
    lines,
    lines,
    versions=st.lists(st.tuples(handed, lines), max_size=2),
    draft=some_parts,
    aside=st.lists(st.tuples(some_parts, lines), max_size=1),
    remarks=st.lists(st.tuples(lines, lines), max_size=1),
)


@settings(max_examples=10, deadline=None)
@given(st.lists(some_written, max_size=2))
def test_whatever_was_written_there_is_a_document(written: list[Written]) -> None:
    assert "What I wrote" in rendered(written)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(WORD, min_size=1, max_size=80), min_size=1, max_size=5))
def test_every_word_is_read_back_in_its_order(paragraphs: list[list[str]]) -> None:
    text = "\n".join(" ".join(words) for words in paragraphs)
    found = rendered([Written("T", "C", "N", draft=[Part("a", "", text)])])
    written = re.sub(r"\s+", " ", text)
    assert re.sub(r"\s+", " ", found.split("Not handed in")[1]).strip() == written


def test_everything_has_its_place_in_one_order() -> None:
    handed = Handed(1, AT, 2, (Part("a", "What now?", "Handed in."),), "Call first", date(2026, 12, 1))
    one = Written(
        "My week",
        "Phishing",
        "A note.",
        versions=[(handed, "yesterday")],
        draft=[Part("a", "What now?", "Changed."), Part("b", "And then?", " ")],
        aside=[([Part("a", "", "Put away.")], "today")],
        remarks=[("Coach, on version 1", "Well seen.")],
    )
    assert rendered([one]).split("\n") == [
        "What I wrote",
        "My week",
        "Phishing",
        "A note.",
        "Version 1, handed in on yesterday",
        "What now?",
        "Handed in.",
        "What I will do (2026-12-01)",
        "Call first",
        "Coach, on version 1",
        "Well seen.",
        "Not handed in",
        "What now?",
        "Changed.",
        "Put aside on today",
        "Put away.",
    ]


def test_what_cannot_be_shown_is_said_at_the_head_and_nowhere_else() -> None:
    note = "Some characters cannot be shown in a PDF"
    assert note in rendered([Written("Week", "C", "N", draft=[Part("a", "", "我写了")])])
    assert note not in rendered([Written("Week", "C", "N", draft=[Part("a", "", "Zoë")])])
    assert "You have not written anything yet." in rendered([])
