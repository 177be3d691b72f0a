"""A course team's member at work in the editor of badges, in a real browser."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Lab, Shot, Visit, fits

pytestmark = pytest.mark.needs("chromium")

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1400, "height": 1000}}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
QUIZ = '<microquiz display_name="{name}"><truefalse id="one" right="true"><text>So?</text></truefalse></microquiz>'
GONE = """<badges display_name="Gone">
  <badge id="gone" name="Lost"><completed blocks="microquiz@nowhere"/></badge>
</badges>"""
HOSTILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="window.hacked=1">'
    '<script>window.hacked=1</script><circle id="drawn" cx="4" cy="4" r="4"/></svg>'
)


def editor(visit: Visit, lab: Lab, text: str = "<badges/>", language: str = "en", **options: Any) -> Page:
    """The editor of a new badges block, beside two quizzes."""
    lab.put(QUIZ.format(name="First quiz"), QUIZ.format(name="Second quiz"))
    lab.put_block("badges", text)
    studio, block = lab.placed[-1]
    page = visit(f"{studio}?block={quote(block)}", as_="team", language=language, **options)
    expect(page.locator(".mue-foot")).to_be_visible()
    return page


def flawless(page: Page) -> None:
    found = Axe().run(page, context=".mue-editor", options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert fits(page)


def save(page: Page) -> Any:
    """Save, and wait until Studio has opened the editor again; what is stored."""
    with page.expect_navigation():
        page.locator(".mue-foot").get_by_role("button", name=re.compile("Save|Opslaan")).click()
    expect(page.locator(".mue-foot")).to_be_visible()
    return [one["form"] for one in json.loads(page.locator(".mue-editor-data").inner_text())["badges"]]


def test_a_badge_is_made_from_nothing_by_keyboard(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, **DESKTOP)
    expect(page.get_by_role("heading", name="What do you want to see more of?")).to_be_visible()
    press = page.keyboard.press
    page.locator(".mue-empty").get_by_role("button", name="Add a badge").focus()
    press("Enter")
    expect(page.locator('[data-kind="completed"]')).to_be_focused()
    press("Enter")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    page.keyboard.type("Both quizzes")
    page.get_by_role("button", name="Choose from the course").focus()
    press("Enter")
    search = page.get_by_label("Search by name")
    expect(search).to_be_focused()
    page.keyboard.type("quiz")
    press("Tab")
    press("Space")
    expect(page.get_by_role("checkbox", name="Second quiz")).to_be_checked()
    shot(page, "choosing")
    flawless(page)
    page.get_by_role("button", name="Done (2)").press("Enter")
    expect(page.locator(".mub-chip")).to_have_count(2)
    page.get_by_label("To earn it").select_option("all")
    parts = page.locator(".mub-part")
    expect(parts).to_have_count(2)
    parts.nth(1).get_by_role("combobox").select_option("came_back")
    expect(page.locator(".mue-state")).to_have_text("Complete")
    page.get_by_label("Letters", exact=True).fill("2Q")
    expect(page.locator(".mub-shown text")).to_have_text("2Q")
    shot(page, "whole")
    flawless(page)
    (stored,) = save(page)
    assert stored["name"] == "Both quizzes"
    assert [part["kind"] for part in stored["criterion"]["parts"]] == ["completed", "came_back"]
    assert len(stored["criterion"]["parts"][0]["blocks"]) == 2
    assert stored["design"]["letters"] == "2Q"


@pytest.mark.parametrize("language", ["nl", "rtl"])
def test_by_touch_and_in_other_languages(visit: Visit, lab: Lab, shot: Shot, language: str) -> None:
    page = editor(visit, lab, language=language, **PHONE)
    page.locator(".mue-empty .mue-button").tap()
    page.locator('[data-kind="weeks"]').tap()
    page.locator(".mub-what .mue-select").first.select_option("some")
    page.locator(".mub-part").nth(1).locator("select").select_option("reviews")
    shot(page, "group")
    flawless(page)


def test_what_is_wrong_is_marked_where_it_is_and_nothing_is_lost(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, **DESKTOP)
    page.locator(".mue-empty .mue-button").click()
    page.locator('[data-kind="completed"]').click()
    page.get_by_label("Name", exact=True).fill("Not whole")
    page.locator(".mue-foot").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="To mend before this can be saved: 1")).to_be_visible()
    expect(page.get_by_text("Choose at least one block of the course.").first).to_be_visible()
    shot(page, "errors")
    flawless(page)
    page.reload()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator(".mue-card-title")).to_have_text("Not whole")


def test_pictures_are_taken_cleaned_and_refused(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, **DESKTOP)
    page.locator(".mue-empty .mue-button").click()
    page.locator('[data-kind="weeks"]').click()
    page.get_by_label("A picture of your own").check()
    chooser = page.get_by_label("Choose a picture")
    chooser.set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": HOSTILE.encode()})
    expect(page.get_by_text("The picture is there.")).to_be_visible()
    picture = page.locator(".mub-shown img")
    expect(picture).to_be_visible()
    source = page.request.get(str(picture.get_attribute("src"))).text()
    assert "drawn" in source
    assert "hacked" not in source
    huge = BytesIO()
    Image.new("1", (9000, 9000)).save(huge, "PNG")
    chooser.set_input_files({"name": "huge.png", "mimeType": "image/png", "buffer": huge.getvalue()})
    expect(page.get_by_text("This picture is too large.", exact=False)).to_be_visible()
    shot(page, "picture")
    (stored,) = save(page)
    assert stored["image"].startswith("/static/badge-")


def test_what_is_gone_is_shown_and_a_dry_run_says_who(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, GONE, **DESKTOP)
    page.locator(".mue-card-toggle").click()
    expect(page.locator(".mub-gone")).to_contain_text("No longer in the course")
    page.get_by_label("To earn it").select_option("weeks")
    page.get_by_role("button", name="Who would have earned it?").click()
    expect(page.locator(".mub-tried")).to_have_text(re.compile("Nobody|of \\d+ learners"))
    shot(page, "tried")
    flawless(page)
