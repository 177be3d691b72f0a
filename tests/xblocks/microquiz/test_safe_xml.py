"""XML from a stranger: what is dangerous is refused with a sentence, before it costs anything."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.base.problems import ContentError
from xblocks.microquiz import safe_xml

LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;"><!ENTITY d "&c;&c;">]><a x="&d;">&d;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def refusal(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(ContentError) as caught:
        safe_xml.parse(text)
    (problem,) = caught.value.problems
    return problem.path, problem.sentence()


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        OUTSIDE,
        f"\ufeff{LAUGHS}",
        f"\n {LAUGHS}",
        f"<?xml version='1.0'?><!-- > -->\n<?a?>{LAUGHS}",
        LAUGHS.encode(),
    ],
)
def test_a_doctype_is_refused_wherever_it_hides(text: str | bytes) -> None:
    assert refusal(text)[1].startswith("This has a DOCTYPE or entities")


def test_an_entity_that_xml_does_not_know_is_refused_with_its_line() -> None:
    path, sentence = refusal("<a>\n&nbsp;</a>")
    assert path == ":2"
    assert "write the characters themselves" in sentence


def test_a_doctype_in_the_text_of_a_question_is_only_text() -> None:
    assert safe_xml.parse("<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


@pytest.mark.parametrize("depth", [33, 300, 100_000])
def test_huge_depth_is_refused(depth: int) -> None:
    assert "nested too deeply" in refusal("<a>" * depth + "</a>" * depth)[1]


def test_too_many_elements_are_refused() -> None:
    assert "too large" in refusal("<a>" + "<b/>" * 60_000 + "</a>")[1]


def test_too_many_bytes_are_refused() -> None:
    assert refusal("<a>" + "x" * 6_000_000 + "</a>")[1].startswith("This is larger than 5 MB")


@pytest.mark.parametrize("text", ["é".encode("latin-1"), "<a/>".encode("utf-16"), "<a>\ud800</a>"])
def test_other_encodings_are_refused(text: str | bytes) -> None:
    assert "UTF-8" in refusal(text)[1]


def test_a_declared_encoding_does_not_matter() -> None:
    assert safe_xml.parse('<?xml version="1.0" encoding="latin-1"?>\n<a>é</a>').text == "é"


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("<a>\n<b></a>", ":2", "mismatch"),
        ("", ":1", "empty"),
        ("x", ":1", "Start tag expected"),
        ("<a>", ":1", "end of data"),
    ],
)
def test_what_is_not_well_formed_says_why_and_where(text: str, path: str, reason: str) -> None:
    found, sentence = refusal(text)
    assert found == path
    assert reason in sentence
    assert "column" not in sentence


def test_a_long_run_before_the_root_takes_no_time() -> None:
    begin = time.perf_counter()
    refusal(" <!-- -- " * 100_000)
    refusal("<?x?> <!-- x -->" * 100_000)
    assert time.perf_counter() - begin < 5


@given(st.one_of(st.text(), st.binary(), st.text("<>/!?&;[]-a =\"'")))
def test_any_text_gives_a_node_or_a_sentence(text: str | bytes) -> None:
    sentence = "it could be read"
    try:
        safe_xml.parse(text)
    except ContentError as error:
        (problem,) = error.problems
        sentence = problem.sentence()
    assert sentence
