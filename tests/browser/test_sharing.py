"""Sharing a reflection in the browser: who can read it, coaches, groups and buddies; on a phone, in any language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Lab, Shot, Visit, fits
from tests.browser.test_accessibility import DESKTOP, PHONE, must_pass
from tests.browser.test_sizes import must_fit, too_small

pytestmark = pytest.mark.needs("chromium")

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "nl", "rtl"])
TEXT = "I called the sender first. <b>It was real.</b>"


def olx(name: str) -> str:
    return f'<reflection url_name="{name}" display_name="My first week" group="true"/>'


def choose(page: Page, level: str, *, buddy: bool = False) -> None:
    """Choose who can read it, as one does."""
    page.locator(".mr-choose summary").click()
    page.locator(f".mr-choose [type=radio][value={level}]").check()
    if buddy:
        page.locator(".mr-choose [name=buddy]").check()
    page.locator("[data-share=share]").click()
    expect(page.locator(".mr-who")).to_be_focused()
    expect(page.locator(".mr-privacy")).to_have_attribute("data-level", level)


def hand_in(page: Page, text: str = TEXT) -> None:
    field = page.locator("[data-answer=thoughts]")
    expect(field).to_be_editable()
    field.fill(text)
    page.locator("[data-do=hand_in]").click()
    expect(page.locator(".mr-history")).to_be_visible()


def pressed_and_too_small(page: Page) -> list[str]:
    """But for the names of fields, which stand above them."""
    return [one for one in too_small(page) if "<label for=" not in one]


def open_buddy(page: Page) -> None:
    """The part about a buddy, of a learner who has none and invites nobody: other tests share the course."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".mr-buddy summary").click()
    for deed in ("end", "withdraw"):
        if page.locator(f"[data-share={deed}]").count():
            page.locator(f"[data-share={deed}]").click()
            expect(page.locator("[data-share=invite]")).to_be_visible()


def share(lab: Lab, visit: Visit, name: str, level: str = "coach") -> str:
    """Ann hands in for others; the unit's address."""
    unit = lab.put_block("reflection", olx(name))
    page = visit(unit)
    expect(page.locator("[data-answer=thoughts]")).to_be_editable()
    choose(page, level)
    hand_in(page)
    page.close()
    return unit


@SIZES
@LANGUAGES
def test_choosing_who_can_read_it(
    lab: Lab, visit: Visit, shot: Shot, language: str, size: dict[str, object], request: pytest.FixtureRequest
) -> None:
    page = visit(lab.put_block("reflection", olx(f"s-{request.node.callspec.id}")), language=language, **size)
    expect(page.locator("[data-answer=thoughts]")).to_be_editable()
    page.locator(".mr-choose summary").click()
    must_pass(page, shot, "choices")
    must_fit(page)
    page.locator(".mr-choose summary").click()
    choose(page, "group")
    hand_in(page)
    must_pass(page, shot, "shared")
    choose(page, "private")
    must_pass(page, shot, "taken-back")
    open_buddy(page)
    page.locator("[data-share=invite]").click()
    expect(page.locator("[data-code-own]")).to_have_value(re.compile(r"\S{10}"))
    must_pass(page, shot, "invited")
    must_fit(page)
    assert pressed_and_too_small(page) == []
    page.locator("[data-share=withdraw]").click()
    expect(page.locator("[data-share=invite]")).to_be_visible()


@SIZES
@LANGUAGES
def test_a_coach_reads_and_writes_back_and_the_learner_finds_it(
    lab: Lab, visit: Visit, shot: Shot, language: str, size: dict[str, object], request: pytest.FixtureRequest
) -> None:
    unit = share(lab, visit, f"c-{request.node.callspec.id}")
    page = visit(unit, as_="coach", language=language, **size)
    page.locator(".mu-team").click()
    expect(page.locator("#new a")).to_have_text("Ann")
    must_pass(page, shot, "everybody")
    assert fits(page)
    page.locator("#new a").click()
    expect(page.locator(".mrc-text")).to_contain_text(TEXT)
    page.locator("#remark").fill("That is how one does it.\nWhat will you do next time?")
    page.locator("[data-do=send]").click()
    expect(page.locator(".mrc-remark")).to_contain_text("What will you do next time?")
    expect(page.locator("#remark")).to_have_value("")
    must_pass(page, shot, "written-back")
    assert fits(page)
    learner = visit(unit, language=language, **size)
    expect(learner.locator(".mr-remark .mr-new")).to_be_visible()
    expect(learner.locator(".mr-remark")).to_contain_text("That is how one does it.")
    must_pass(learner, shot, "learner")
    must_fit(learner)


@LANGUAGES
def test_two_become_buddies_and_react(lab: Lab, visit: Visit, shot: Shot, language: str) -> None:
    unit = lab.put_block("reflection", olx(f"b-{language}"))
    ann, bob = visit(unit, language=language, **PHONE), visit(unit, as_="bob", language=language, **PHONE)
    open_buddy(ann)
    ann.locator("[data-share=invite]").click()
    code = ann.locator("[data-code-own]").input_value()
    open_buddy(bob)
    bob.locator("[data-code]").fill(code)
    bob.locator("[data-share=who]").click()
    must_pass(bob, shot, "asked")
    bob.locator("[data-share=accept]").click()
    expect(bob.locator(".mr-buddy")).to_contain_text("Ann")
    ann.reload()
    expect(ann.locator("[data-answer=thoughts]")).to_be_editable()
    choose(ann, "private", buddy=True)
    hand_in(ann)
    must_pass(ann, shot, "with-buddy")
    bob.reload()
    expect(bob.locator("[data-answer=thoughts]")).to_be_editable()
    bob.locator(".mr-others summary").click()
    expect(bob.locator(".mr-others .mr-text").first).to_have_text(TEXT)
    bob.locator(".mr-others textarea").fill("Me too.")
    bob.locator("[data-sign='']").click()
    expect(bob.locator(".mr-others .mr-remark")).to_contain_text("Me too.")
    must_pass(bob, shot, "reacted")
    must_fit(bob)
    assert pressed_and_too_small(bob) == []
    bob.locator(".mr-buddy summary").click()
    bob.locator("[data-share=end]").click()
    expect(bob.locator(".mr-others")).to_be_empty()
    expect(bob.locator("[data-share=invite]")).to_be_visible()


def test_all_of_it_by_keyboard(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put_block("reflection", olx("keys")))
    expect(page.locator("[data-answer=thoughts]")).to_be_editable()
    page.locator(".mr-choose summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[type=radio][value=private]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[type=radio][value=coach]")).to_be_checked()
    page.locator("[data-share=share]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mr-who")).to_contain_text("You and your coaches can read what you hand in.")
    expect(page.locator(".mr-who")).to_be_focused()


def test_a_page_that_was_open_before_hands_in_for_whom_it_says(lab: Lab, visit: Visit) -> None:
    unit = lab.put_block("reflection", olx("stale"))
    before = visit(unit)
    expect(before.locator("[data-answer=thoughts]")).to_be_editable()
    other = visit(unit, beside=before)
    expect(other.locator("[data-answer=thoughts]")).to_be_editable()
    choose(other, "coach")
    expect(before.locator(".mr-who")).to_have_text("Only you can read this. The course team cannot.")
    hand_in(before)
    expect(before.locator(".mr-after")).to_contain_text("Only you can read it.")
    expect(before.locator(".mr-who")).to_contain_text("You and your coaches")


def test_what_a_coach_typed_stays_while_there_is_no_network(lab: Lab, visit: Visit) -> None:
    unit = share(lab, visit, "tunnel")
    page = visit(unit, as_="team")
    page.locator(".mu-team").click()
    page.locator("#new a").click()
    expect(page.locator("[data-do=send]")).to_be_enabled()
    page.locator("#remark").fill("Well seen.")
    page.context.set_offline(True)
    page.locator("[data-do=send]").click()
    expect(page.locator(".mrc-write .mt-problem")).to_contain_text("Your text is still here")
    expect(page.locator("#remark")).to_have_value("Well seen.")
    page.context.set_offline(False)
    page.locator("[data-do=send]").click()
    expect(page.locator(".mrc-remark")).to_contain_text("Well seen.")
