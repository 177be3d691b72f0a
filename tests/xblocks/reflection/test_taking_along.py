"""A learner takes along everything that they wrote."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from tests.devstack.playing import block_for, call
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save, sent
from xblocks.reflection import models
from xblocks.reflection.typesetting import FONTS, MAIN

pytestmark = pytest.mark.django_db(transaction=True)


def file(kind: str, user: str = "ann") -> tuple[str, str, bytes]:
    anywhere = reflection(f'<reflection url_name="anywhere-{uuid4()}"/>')
    told = call(anywhere, "take_along", {"as": kind}, user)
    assert told.status == 200
    return told.json["name"], told.json["type"], b64decode(told.json["base64"])


def taken(user: str = "ann") -> str:
    name, content_type, content = file("markdown", user)
    assert (name, content_type) == ("reflections.md", "text/markdown;charset=utf-8")
    return content.decode()


def taken_as_pdf(user: str = "ann") -> str:
    name, content_type, content = file("pdf", user)
    assert (name, content_type) == ("reflections.pdf", "application/pdf")
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_who_wrote_nothing_reads_that() -> None:
    assert "You have not written anything yet." in taken()


def test_what_was_handed_in_is_in_it_once_with_its_questions_and_the_plan() -> None:
    block = reflection('<reflection url_name="week1" display_name="My week" commitment="optional"/>')
    on = block_for(block).today.isoformat()
    assert hand_in(block, "It went well.", _commitment="Call first", _on=on).json["ok"]
    text = taken()
    assert "## My week\n" in text
    assert "**What stays with you?**\n\nIt went well.\n" in text
    assert f"**What I will do ({on})**\n\nCall first" in text
    assert text.count("It went well.") == 1


def test_what_was_not_handed_in_and_what_was_put_aside_is_in_it() -> None:
    block = reflection()
    save(block, "on the phone", pen="phone")
    call(block, "choose", {**sent("at the desk", "desk", 1, 1), "choice": "mine"})
    text = taken()
    assert "### Not handed in\n\nat the desk\n" in text
    assert "### Put aside on " in text
    assert "on the phone" in text


def test_what_changed_since_it_was_handed_in_is_in_it_beside_it() -> None:
    block = reflection()
    hand_in(block, "first")
    save(block, "second", turn=2, base=1)
    text = taken()
    assert "\n\nfirst\n" in text
    assert "### Not handed in\n\n**What stays with you?**\n\nsecond\n" in text


def test_it_holds_nothing_of_anybody_else() -> None:
    save(reflection(), MARKER, "bob")
    assert MARKER not in taken()


def test_what_cannot_be_opened_is_told_and_the_rest_is_there() -> None:
    save(reflection(), "one")
    models.Reflection.objects.update(draft=b"broken")
    save(reflection('<reflection url_name="week2"/>'), "two")
    text = taken()
    assert "It is kept, but cannot be opened at the moment." in text
    assert "two" in text


# --- As PDF


def test_all_of_it_is_in_the_pdf_as_well() -> None:
    block = reflection('<reflection url_name="week1" display_name="My week" commitment="optional"/>')
    on = block_for(block).today.isoformat()
    save(block, "on the phone", pen="phone")
    call(block, "choose", {**sent("at the desk", "desk", 1, 1), "choice": "mine"})
    assert hand_in(block, "It went *well*.", pen="desk", turn=2, _commitment="Call first", _on=on).json["ok"]
    save(block, "Written on.", pen="desk", turn=3)
    text = taken_as_pdf()
    for told in (
        "What I wrote",
        "My week",
        "Version 1, handed in on",
        "What stays with you?\nIt went *well*.",
        f"What I will do ({on})\nCall first",
        "Not handed in",
        "Written on.",
        "Put aside on",
        "on the phone",
    ):
        assert told in text


def test_who_wrote_nothing_reads_that_in_the_pdf() -> None:
    assert "You have not written anything yet." in taken_as_pdf()


def test_the_pdf_holds_nothing_of_anybody_else() -> None:
    save(reflection(), MARKER, "bob")
    assert MARKER not in taken_as_pdf()
    assert MARKER in taken_as_pdf("bob")


@pytest.mark.parametrize("user", ["team", ""])
def test_nobody_else_gets_a_file_of_a_learners_texts(user: str) -> None:
    block = reflection()
    save(block)
    told = call(block, "take_along", {"as": "pdf"}, user)
    assert told.status == 403 or MARKER not in str(told.json)
    if told.status == 200:
        content = b64decode(told.json["base64"])
        assert MARKER not in "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_characters_that_cannot_be_shown_are_told_and_are_whole_in_the_markdown() -> None:
    save(reflection(), "我写了 today")
    assert "Some characters cannot be shown in a PDF" in taken_as_pdf()
    assert "□□□ today" in taken_as_pdf()
    assert "我写了 today" in taken()
    save(reflection('<reflection url_name="week2"/>'), "Zoë", "bob")
    assert "Some characters cannot be shown" not in taken_as_pdf("bob")


def test_what_cannot_be_opened_is_told_in_the_pdf() -> None:
    save(reflection(), "one")
    models.Reflection.objects.update(draft=b"broken")
    assert "It is kept, but cannot be opened at the moment." in " ".join(taken_as_pdf().split())


def test_a_font_that_is_not_there_is_told_to_the_platform_and_keeps_nobody_from_their_texts(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MICROUNITS_REFLECTION_PDF_FONTS = ["/nowhere/font.ttf", str(FONTS / MAIN)]
    save(reflection(), "Zoë wrote")
    assert "Zoë wrote" in taken_as_pdf()
    assert "names /nowhere/font.ttf, and there is no such file" in caplog.text
