"""All reflections of a learner as one Markdown document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from gettext import NullTranslations

import pytest
from hypothesis import given

from tests.xblocks.reflection.strategies import texts
from xblocks.reflection.handing_in import Handed, Part
from xblocks.reflection.markdown import Written, escape, escape_line, render

WORDS = NullTranslations()
HANDED = Handed(
    number=1,
    at=datetime(2026, 11, 26, tzinfo=UTC),
    words=2,
    parts=(Part("a", "What?", "First *line*\nSecond"), Part("b", "Why?", " ")),
    commitment="Call first",
    on=date(2026, 12, 1),
)


def test_everything_is_in_it() -> None:
    one = Written(
        title="My week",
        course="Safe online",
        note="Only you can read this.",
        versions=[(HANDED, "26 November")],
        draft=[Part("a", "What?", "New"), Part("gone", "", "And more")],
        aside=[([Part("a", "What?", "An other text")], "27 November")],
    )
    assert render("What I wrote", [one], WORDS) == (
        "# What I wrote\n\n## My week\n\nSafe online  \nOnly you can read this.\n\n"
        "### Version 1, handed in on 26 November\n\n**What?**\n\nFirst \\*line\\*\\\nSecond\n\n"
        "**What I will do (2026-12-01)**\n\nCall first\n\n"
        "### Not handed in\n\n**What?**\n\nNew\n\nAnd more\n\n"
        "### Put aside on 27 November\n\n**What?**\n\nAn other text\n"
    )


def test_a_commitment_without_a_day_stands_by_itself() -> None:
    handed = Handed(1, HANDED.at, 2, (), "Call first")
    assert "**What I will do**" in render("", [Written("t", "c", "v", [(handed, "x")])], WORDS)


def test_what_holds_no_commitment_says_nothing_of_one() -> None:
    handed = Handed(1, HANDED.at, 2, ())
    assert "What I will do" not in render("", [Written("t", "c", "v", [(handed, "x"), (handed, "y")])], WORDS)


def test_who_has_written_nothing_reads_that() -> None:
    assert "You have not written anything yet." in render("What I wrote", [], WORDS)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# no heading", "\\# no heading"),
        ("- no list", "\\- no list"),
        ("2. no list", "2\\. no list"),
        ("---", "\\---"),
        ("a\n===", "a\\\n\\==="),
        ("<b>no tag</b>", "\\<b\\>no tag\\</b\\>"),
        ("    no code", "no code"),
        ("a & b", "a \\& b"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("#tag and -5", "#tag and -5"),
        ("2026 was good", "2026 was good"),
    ],
)
def test_what_was_written_stays_text(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(texts)
def test_no_letter_gets_lost(text: str) -> None:
    assert [one for one in escape(text).replace("\\", "") if one.isalnum()] == [one for one in text if one.isalnum()]


@given(texts)
def test_a_line_is_one_line(text: str) -> None:
    assert "\n" not in escape_line(text)


def test_what_others_wrote_is_in_it_as_text_with_who_did() -> None:
    text = render("", [Written("t", "c", "v", remarks=[("Tess, on *version* 1", "# Well seen\n- truly")])], WORDS)
    assert "### Tess, on \\*version\\* 1\n\n\\# Well seen\\\n\\- truly" in text
