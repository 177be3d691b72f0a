"""All reflections as one PDF: whatever is written, it is there and can be read back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from gettext import NullTranslations
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.xblocks.reflection.strategies import handed, lines, parts
from xblocks.reflection import pdf
from xblocks.reflection.handing_in import Part
from xblocks.reflection.markdown import Written

AT = datetime(2026, 11, 26, tzinfo=UTC)
WORD = st.from_regex(r"[a-z]{1,12}", fullmatch=True)


def rendered(written: list[Written]) -> str:
    content = pdf.render("What I wrote", written, NullTranslations(), "en", AT)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            Written, lines, lines, lines, st.lists(st.tuples(handed, lines), max_size=2), st.lists(parts, max_size=2)
        ),
        max_size=3,
    )
)
def test_whatever_was_written_there_is_a_document(written: list[Written]) -> None:
    assert "What I wrote" in rendered(written)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(WORD, min_size=1, max_size=80), min_size=1, max_size=5))
def test_every_word_is_read_back_in_its_order(paragraphs: list[list[str]]) -> None:
    text = "\n".join(" ".join(words) for words in paragraphs)
    found = rendered([Written("T", "C", "N", draft=[Part("a", "", text)])])
    written = re.sub(r"\s+", " ", text)
    assert re.sub(r"\s+", " ", found.split("Not handed in")[1]).strip() == written


def test_what_others_wrote_is_in_it_with_who_did() -> None:
    found = rendered([Written("T", "C", "N", remarks=[("Tess, on version 1", "Well seen.")])])
    assert "Tess, on version 1\nWell seen." in found
