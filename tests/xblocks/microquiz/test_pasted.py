"""Whatever is pasted: the format is recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from xblocks.microquiz import gift, pasted
from xblocks.microquiz.questions import Question, TrueFalse
from xblocks.microquiz.reading import Reading, prolog_end

STATEMENT = (
    '<question type="truefalse"><questiontext><text>Sun?</text></questiontext>'
    '<answer fraction="100"><text>true</text></answer></question>'
)


def read(text: str | bytes) -> Reading:
    return pasted.read(text, lambda: "new")


@pytest.mark.parametrize(
    "text",
    [
        "Sun? {T}",
        b"\xef\xbb\xbfSun? {T}",
        f"<quiz>{STATEMENT}</quiz>",
        f"\ufeff <?xml version='1.0'?>\n<!-- x -->\n<quiz>{STATEMENT}</quiz>",
        f"<quiz>{STATEMENT}</quiz>".encode("utf-16"),
        STATEMENT,
    ],
)
def test_gift_and_xml_are_recognised(text: str | bytes) -> None:
    assert read(text) == Reading((TrueFalse(id="new", text="Sun?"),))


def test_gift_may_begin_with_a_tag() -> None:
    assert read("<b>Sun?</b> {T}").questions == (TrueFalse(id="new", text="<b>Sun?</b>"),)


def test_what_is_not_text_is_refused() -> None:
    reading = read(b"\xff\x00\xff")
    assert reading.questions == ()
    assert [(each.line, each.dropped) for each in reading.problems] == [(1, True)]


@pytest.mark.parametrize("text", ["<!-- never ends", "<?xml never ends", "<!DOCTYPE quiz><quiz/>"])
def test_xml_that_is_broken_at_its_beginning_is_still_no_gift(text: str) -> None:
    assert read(text).questions == ()
    assert len(read(text).problems) == 1
    assert prolog_end(text) == 0


@run(max_examples=30, deadline=None)
@given(strategies.true_falses())
def test_what_we_wrote_is_recognised(question: Question) -> None:
    assert read(gift.write([question]).text).questions == (question,)


@run(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=50), st.binary(max_size=50)))
def test_anything_gives_a_reading(text: str | bytes) -> None:
    assert isinstance(read(text), Reading)
