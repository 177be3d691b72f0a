"""A course team's member at work in the editor of reflections, in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Lab, Shot, Visit, fits
from tests.browser.test_badges_editor import flawless

pytestmark = pytest.mark.needs("chromium")

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1400, "height": 1000}}
OWN = """<reflection display_name="Looking back" framework="starr" least_words="50" recalls="gone">
  <prompt id="moment" help="Where were you?">Which moment?</prompt><prompt id="next">And now?</prompt>
</reflection>"""


def editor(visit: Visit, lab: Lab, text: str = "<reflection/>", language: str = "en", **options: Any) -> Page:
    """The editor of a new reflection, behind an earlier one."""
    lab.put_block("reflection", '<reflection display_name="The first week"/>')
    lab.put_block("reflection", text)
    studio, block = lab.placed[-1]
    page = visit(f"{studio}?block={quote(block)}", as_="team", language=language, **options)
    expect(page.locator(".mue-foot")).to_be_visible()
    return page


def save(page: Page) -> Any:
    """Save, and wait until Studio has opened the editor again; what is stored."""
    with page.expect_navigation():
        page.locator(".mue-foot").get_by_role("button", name=re.compile("Save|Opslaan")).click()
    expect(page.locator(".mue-foot")).to_be_visible()
    return json.loads(page.locator(".mue-editor-data").inner_text())


def test_a_reflection_is_set_up_by_keyboard(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, **DESKTOP)
    press = page.keyboard.press
    page.get_by_label("Name of the reflection").fill("My week")
    page.get_by_role("radio", name="Free writing").focus()
    press("ArrowDown")
    expect(page.get_by_role("radio", name="STARR")).to_be_checked()
    expect(page.locator(".mur-given")).to_contain_text("What was the situation?")
    flawless(page)
    shot(page, "fresh")
    page.get_by_role("button", name="Change these questions").press("Enter")
    expect(page.locator(".mue-card")).to_have_count(5)
    page.get_by_label("Question", exact=True).fill("What happened, and where?")
    page.get_by_role("button", name="Add a question").press("Enter")
    page.keyboard.type("What else?")
    page.get_by_label("At least").fill("30")
    page.get_by_role("radio", name="If they like").check()
    page.get_by_role("checkbox", name="Their group").check()
    page.get_by_text("Looking back, grade and more").click()
    page.get_by_label("Ask for a look back after").fill("4")
    page.get_by_role("checkbox", name="The first week").check()
    page.get_by_role("checkbox", name="Handing it in is worth points").check()
    page.get_by_label("Points", exact=True).fill("2,5")
    flawless(page)
    shot(page, "whole")
    told = save(page)
    assert [one["form"]["id"] for one in told["prompts"]][:2] == ["situation", "task"]
    assert told["prompts"][0]["form"]["label"] == "What happened, and where?"
    assert told["prompts"][5]["form"]["label"] == "What else?"
    chosen = told["settings"]
    assert (chosen["display_name"], chosen["framework"], chosen["least_words"]) == ("My week", "starr", 30)
    assert (chosen["commitment"], chosen["revisit_weeks"], chosen["weight"]) == ("optional", 4, 2.5)
    assert (chosen["coach"], chosen["group"], chosen["scored"], len(chosen["recalls"])) == (True, True, True, 1)


@pytest.mark.parametrize("language", ["nl", "rtl"])
def test_by_touch_and_in_other_languages(visit: Visit, lab: Lab, shot: Shot, language: str) -> None:
    page = editor(visit, lab, OWN, language=language, **PHONE)
    page.locator(".mue-card-toggle").first.tap()
    page.locator(".mue-fold-title").last.tap()
    shot(page, "own")
    flawless(page)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_is_wrong_is_marked_where_it_is_and_nothing_is_lost(
    visit: Visit, lab: Lab, shot: Shot, size: dict[str, Any]
) -> None:
    page = editor(visit, lab, OWN, **size)
    page.locator(".mue-card-toggle").first.click()
    page.get_by_label("Question", exact=True).fill("")
    page.get_by_label("At most").fill("20")
    page.locator(".mue-foot").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="To mend before this can be saved: 2")).to_be_visible()
    expect(page.locator(".mue-card .mue-error", has_text="Write the question.")).to_be_visible()
    expect(page.locator(".mue-error", has_text="This is less than the least number of words.")).to_be_visible()
    shot(page, "errors")
    flawless(page)
    page.reload()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("At most")).to_have_value("20")


def test_one_goes_back_to_the_questions_of_the_framework(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, OWN, **DESKTOP)
    page.get_by_role("button", name="Go back to the standard questions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("STARR")
    flawless(page)
    dialog.get_by_role("button", name="Go back to the standard questions").click()
    expect(page.get_by_role("button", name="Change these questions")).to_be_focused()
    assert save(page)["prompts"] == []


def test_of_two_who_save_the_second_one_chooses(visit: Visit, lab: Lab, shot: Shot) -> None:
    first = editor(visit, lab, OWN, **DESKTOP)
    second = visit(first.url, beside=first)
    expect(second.locator(".mue-foot")).to_be_visible()
    first.get_by_label("Name of the reflection").fill("Mine")
    save(first)
    second.get_by_label("Name of the reflection").fill("Later")
    second.locator(".mue-foot").get_by_role("button", name="Save").click()
    expect(second.get_by_role("dialog")).to_contain_text("Somebody else saved this while you were writing.")
    shot(second, "conflict")
    second.get_by_role("button", name="Load theirs").click()
    expect(second.get_by_label("Name of the reflection")).to_have_value("Mine")
    second.get_by_role("button", name="Switch to that version").click()
    expect(second.get_by_label("Name of the reflection")).to_have_value("Later")
    assert save(second)["settings"]["display_name"] == "Later"
    assert fits(second)
