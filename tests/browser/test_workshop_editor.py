"""A course team's member at work in the editor of a workshop, in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Devstack, Lab, Shot, Visit, fits

pytestmark = pytest.mark.needs("chromium")

NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1200, "height": 1000}}
AMSTERDAM = {"timezone_id": "Europe/Amsterdam"}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
QUIZ = """<microquiz display_name="Who is writing?">
  <truefalse id="one" right="true"><text>So?</text></truefalse>
</microquiz>"""
SOON = datetime.now(UTC) + timedelta(days=20)
OLX = f"""<workshop display_name="Phishing in practice">
  <about>An afternoon with real mails.</about>
  <session id="a" starts="{SOON:%Y-%m-%d}T13:30" ends="{SOON:%Y-%m-%d}T16:30" zone="Europe/Amsterdam" place="Room 2"/>
  <session id="b" days="14" starts="10:00" ends="10:30" zone="Asia/Kolkata" link="https://example.org/room" seats="3"/>
  <item id="read" kind="read" title="Read the case of the three invoices" url="https://example.org/case" before="2d"/>
  <item id="gone" kind="quiz" title="Do the quiz" block="microquiz@nowhere"/>
  <reminder before="1d12h"/><reminder before="3h"/>
</workshop>"""
DATE = ".muw-when [type='date']"
SMALL = "it => [it.offsetHeight, it.offsetWidth].some((side) => side < 44)"


def editor(visit: Visit, lab: Lab, text: str = "<workshop/>", language: str = "en", **options: Any) -> Page:
    """The editor of a new workshop, beside a quiz."""
    lab.put(QUIZ)
    lab.put_block("workshop", text)
    return opened(visit, lab, language, **options)


def opened(visit: Visit, lab: Lab, language: str = "en", **options: Any) -> Page:
    studio, block = lab.placed[-1]
    page = visit(f"{studio}?block={quote(block)}", as_="team", language=language, **AMSTERDAM, **options)
    expect(page.locator(".mue-foot")).to_be_visible()
    return page


def flawless(page: Page) -> None:
    found = Axe().run(page, context=".mue-editor", options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert fits(page)
    # Ticks lie in labels, which are large enough; what is dragged can be moved by buttons as well.
    targets = ".mue-editor :is(button:not(.mue-handle), summary, .mue-input, label:has(.mue-tick)):visible"
    assert [one.evaluate("it => it.outerHTML") for one in page.locator(targets).all() if one.evaluate(SMALL)] == []


def save(page: Page) -> Any:
    """Save, and wait until Studio has opened the editor again; what is stored."""
    with page.expect_navigation():
        page.locator(".mue-foot").get_by_role("button", name=re.compile("Save|Opslaan")).click()
    expect(page.locator(".mue-foot")).to_be_visible()
    return json.loads(page.locator(".mue-editor-data").inner_text())


def unfold(page: Page) -> None:
    page.locator(".mue-fold").evaluate_all("folds => folds.forEach((fold) => (fold.open = true))")


def test_a_date_a_time_and_a_place_are_enough_by_keyboard(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, **DESKTOP)
    shot(page, "new")
    flawless(page)
    page.locator(DATE).fill(f"{SOON:%Y-%m-%d}")
    page.get_by_label("Begins at").fill("13:30")
    expect(page.get_by_label("Ends at")).to_have_value("15:30")
    page.get_by_label("Begins at").fill("14:00")
    expect(page.get_by_label("Ends at")).to_have_value("16:00")
    page.get_by_label("Place").focus()
    page.keyboard.type("Room 2.14")
    expect(page.locator(".mue-card-title")).to_contain_text("14:00–16:00")
    expect(page.locator(".mue-state")).to_have_text("Complete")
    shot(page, "filled-in")
    (session,) = save(page)["sessions"]
    assert session["form"]["zone"] == "Europe/Amsterdam"
    assert (session["form"]["place"], session["form"]["seats"]) == ("Room 2.14", 0)
    assert session["problems"] == []


def test_preparation_is_added_by_its_kind(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, OLX, **DESKTOP)
    page.get_by_role("button", name="Add something to prepare").press("Enter")
    expect(page.locator('[data-kind="tick"]')).to_be_focused()
    shot(page, "kinds")
    flawless(page)
    page.locator('[data-kind="quiz"]').click()
    title = page.get_by_label("What to do", exact=True)
    expect(title).to_be_focused()
    page.keyboard.type("Practise with senders")
    page.get_by_label("Which micro-quiz").select_option(label="Who is writing?")
    expect(page.locator(".muw-section").nth(1).locator(".mue-state").last).to_have_text("Complete")
    page.get_by_role("button", name="Add something to prepare").click()
    page.locator('[data-kind="question"]').click()
    page.keyboard.type("What do you want to ask?")
    unfold(page)
    shot(page, "items")
    flawless(page)
    # What is gone from the course is said, and kept until somebody chooses again.
    expect(page.locator(".mue-card", has_text="Do the quiz")).to_contain_text("No longer in the course")
    page.locator(".mue-card-toggle", has_text="Do the quiz").click()
    expect(page.get_by_label("Which micro-quiz").first).to_have_value("microquiz@nowhere")
    stored = save(page)
    assert [one["form"]["kind"] for one in stored["items"]] == ["read", "quiz", "quiz", "question"]
    assert stored["items"][2]["form"]["block"].startswith("microquiz@")
    assert stored["settings"]["reminders"]["own"] == [{"number": "1d12h", "unit": "as"}, {"number": 3, "unit": "h"}]


@pytest.mark.parametrize(("language", "options"), [("nl", PHONE), ("rtl", PHONE), ("rtl", DESKTOP), ("en", NARROW)])
def test_all_of_it_by_touch_and_in_other_languages(
    visit: Visit, lab: Lab, shot: Shot, language: str, options: dict[str, Any]
) -> None:
    page = editor(visit, lab, OLX, language=language, **options)
    size = "desktop" if options is DESKTOP else "phone"
    shot(page, f"{size}-closed")
    for toggle in page.locator(".mue-card-toggle").all():
        toggle.click()
    unfold(page)
    shot(page, f"{size}-open")
    flawless(page)


def test_what_is_wrong_is_marked_where_it_is_and_nothing_is_lost(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, **DESKTOP)
    page.get_by_label("Place").fill("Somewhere")
    page.locator(".mue-foot").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="To mend before this can be saved: 2")).to_be_visible()
    expect(page.locator(DATE)).to_be_focused()
    expect(page.locator(DATE)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Session 1: Give a date.", exact=False)).to_be_visible()
    shot(page, "errors")
    flawless(page)
    page.reload()
    page.get_by_role("button", name="Bring it back").click()
    page.locator(".mue-card-toggle").click()
    expect(page.get_by_label("Place")).to_have_value("Somewhere")
    unfold(page)
    page.get_by_role("radio", name="The date follows").check()
    expect(page.locator(DATE)).to_have_count(0)
    (session,) = save(page)["sessions"]
    assert session["form"]["on"] == "later"


def test_two_who_save_choose_which_version_goes_on(visit: Visit, lab: Lab, shot: Shot) -> None:
    page = editor(visit, lab, OLX, **DESKTOP)
    other = opened(visit, lab, **DESKTOP)
    other.locator(".mue-card-toggle").first.click()
    other.get_by_label("Place").fill("Hall")
    save(other)
    page.locator(".mue-card-toggle").first.click()
    page.get_by_label("Place").fill("Cellar")
    page.locator(".mue-foot").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Load theirs").click()
    expect(page.locator(".mue-card-type").first).to_have_text("Amsterdam · Hall")
    page.get_by_role("button", name="Switch to that version").click()
    expect(page.locator(".mue-card-type").first).to_have_text("Amsterdam · Cellar")
    assert save(page)["sessions"][0]["form"]["place"] == "Cellar"


def test_who_comes_is_said_and_deleting_says_what_happens_to_them(visit: Visit, lab: Lab, shot: Shot) -> None:
    lab.put(QUIZ)
    unit = lab.put_block("workshop", OLX)
    learner = visit(unit).locator(".mw")
    learner.locator("[data-act='choose']").first.click()
    expect(learner.locator("[data-mine]")).to_have_count(1)
    team = visit(unit, as_="team")
    team.get_by_role("link", name="Who is ready?").click()
    team.locator("details summary").first.click()
    team.get_by_label("Place").first.fill("Hall")
    team.locator("details[open] button[type='submit'], details[open] form button").first.click()
    page = opened(visit, lab, **DESKTOP)
    expect(page.locator(".mue-card-type").first).to_have_text("Amsterdam · Room 2 · 1 has a seat")
    page.locator(".mue-card-toggle").first.click()
    expect(page.locator(".muw-notice")).to_contain_text("Hall")
    shot(page, "changed-elsewhere")
    flawless(page)
    page.get_by_role("button", name="Write here what it is now").click()
    expect(page.get_by_label("Place")).to_have_value("Hall")
    page.locator(".mue-card").first.locator(".mue-tool-delete").click()
    expect(page.locator(".mue-tombstone")).to_contain_text("1 learner chose it.")
    shot(page, "deleted")
    flawless(page)
    page.locator(".mue-tombstone").get_by_role("button", name="Undo").click()
    assert [one["form"]["id"] for one in save(page)["sessions"]] == ["a", "b"]


_UNREAD = """
import sys, django
django.setup()
from opaque_keys.edx.keys import UsageKey
from devstack.people import person
from devstack.runtime import studio_block
block = studio_block(UsageKey.from_string(sys.argv[1]), person("team"))
block.unread = sys.argv[2]
block.save()
"""
BROKEN = '<workshop display_name="Broken"><session id="a" starts="tomorrow" seats="many"/><cake/></workshop>'


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_an_import_could_not_read_is_shown(
    devstack: Devstack, visit: Visit, lab: Lab, shot: Shot, language: str
) -> None:
    lab.put_block("workshop", "<workshop/>")
    environment = {
        **os.environ,
        "MICROUNITS_DATA": str(devstack.data),
        "DJANGO_SETTINGS_MODULE": "devstack.settings",
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("MICROUNITS_DATABASE_URL", None)
    command = [sys.executable, "-c", _UNREAD, lab.placed[-1][1], BROKEN]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    page = opened(visit, lab, language, **PHONE)
    expect(page.locator(".muw-unread li")).to_have_count(4)
    expect(page.locator(".mue-card")).to_have_count(0)
    unfold(page)
    expect(page.locator(".muw-unread pre")).to_have_text(BROKEN)
    shot(page, "unread")
    flawless(page)
