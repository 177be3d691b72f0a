"""A learner takes along everything that they wrote."""

from __future__ import annotations

import pytest

from tests.devstack.playing import block_for, call
from tests.xblocks.reflection.writing import MARKER, hand_in, reflection, save, sent
from xblocks.reflection import models

pytestmark = pytest.mark.django_db(transaction=True)


def taken(user: str = "ann") -> str:
    told = call(reflection('<reflection url_name="anywhere"/>'), "take_along", {}, user)
    assert told.status == 200
    assert told.json["name"] == "reflections.md"
    return str(told.json["text"])


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
