"""A workshop in the browser: choosing, preparing and the calendar, by touch and by keyboard, for any eyes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Lab, Shot, Visit, fits
from tests.browser.test_accessibility import DESKTOP, PHONE, must_pass
from tests.browser.test_sizes import must_fit, must_not_overlap, too_small

pytestmark = pytest.mark.needs("chromium")


def olx(name: str) -> str:
    """A workshop in ten days, and one with a single seat in twelve."""
    first, second = (datetime.now(UTC) + timedelta(days=days) for days in (10, 12))
    return f"""
<workshop url_name="{name}" display_name="Phishing in practice">
  <about><![CDATA[<p>An afternoon with real mails from our own inbox.</p>]]></about>
  <session id="a" starts="{first:%Y-%m-%d}T13:30" ends="{first:%Y-%m-%d}T16:30" zone="Europe/Amsterdam"
    place="Room 2.14, Keizersgracht 1" facilitator="Fatima"/>
  <session id="b" starts="{second:%Y-%m-%d}T13:30" ends="{second:%Y-%m-%d}T16:30" zone="Europe/Amsterdam"
    link="https://example.org/room" seats="1"/>
  <item id="read" kind="read" title="Read the case of the three invoices" minutes="10" before="2d"
    url="https://example.org/case"><about>Which one would you pay?</about></item>
  <item id="mail" kind="tick" title="Bring a mail that you doubted" minutes="2"/>
  <item id="ask" kind="question" title="What do you want to ask Fatima?" minutes="3"/>
</workshop>"""


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_preparing_on_a_phone_and_on_a_desktop(lab: Lab, visit: Visit, shot: Shot, language: str) -> None:
    options = DESKTOP if language == "rtl" else PHONE
    page = visit(lab.put_block("workshop", olx(f"w-{language}")), language=language, **options)
    workshop = page.locator(".mw")
    must_pass(page, shot, "fresh")
    workshop.locator("[data-act='choose']").first.tap()
    expect(workshop.locator("[data-mine]")).to_have_count(1)
    workshop.locator("[data-item='read'] .mw-tick").tap()
    expect(workshop.locator("[data-item='read']")).to_have_attribute("data-done", "1")
    area = workshop.locator("textarea")
    area.fill("How do I report one?")
    workshop.locator("[data-act='answer']").tap()
    expect(workshop.locator("[data-item='ask']")).to_have_attribute("data-done", "1")
    must_pass(page, shot, "under-way")
    workshop.locator(".mw-calendar summary").tap()
    workshop.locator("[data-act='feed'][data-value='new']").tap()
    expect(workshop.locator(".mw-calendar input")).to_have_value(re.compile(r"/microunits/workshop/calendar/.+\.ics$"))
    workshop.locator("[data-item='mail'] .mw-tick").tap()
    expect(workshop.locator("[data-item='mail']")).to_have_attribute("data-done", "1")
    # Whoever does not see the bar hears of it.
    expect(workshop.locator(".mw-news")).to_have_text(re.compile(r"\S"))
    expect(workshop.locator(".mu-say")).to_be_empty()
    must_pass(page, shot, "ready")
    must_fit(page)
    must_not_overlap(page)
    assert too_small(page) == []


def test_what_was_begun_and_not_sent_outlives_a_tick(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put_block("workshop", olx("w-kept")))
    workshop = page.locator(".mw")
    workshop.locator("textarea").fill("Half a tho")
    workshop.locator("[data-item='read'] input").check()
    expect(workshop.locator("[data-item='read']")).to_have_attribute("data-done", "1")
    expect(workshop.locator("textarea")).to_have_value("Half a tho")


def test_all_of_it_by_keyboard(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put_block("workshop", olx("w-keys")))
    workshop = page.locator(".mw")

    def press(selector: str, key: str) -> None:
        workshop.locator(selector).first.focus()
        page.keyboard.press(key)

    press("[data-act='choose']", "Enter")
    expect(workshop.locator("[data-mine]")).to_have_count(1)
    # Who does not see it hears that it is theirs.
    expect(workshop.locator(".mw-news")).to_have_text(re.compile(r"^Your session\. \w+ \d+ "))
    press("[data-act='tick']", "Space")
    expect(workshop.locator("[data-item='read']")).to_have_attribute("data-done", "1")
    # Where one was, one stays.
    expect(workshop.locator("[data-item='read'] input")).to_be_focused()
    press("[data-act='leave']", "Enter")
    expect(workshop.locator("[data-mine]")).to_have_count(0)
    expect(workshop.locator(".mw-news")).to_have_text("Choose a session")


def test_who_waits_hears_it_and_a_sheet_that_gives_texts_one_height_gives_it_not_to_ours(
    lab: Lab, visit: Visit
) -> None:
    unit = lab.put_block("workshop", olx("w-waits"))
    first = visit(unit, as_="bob").locator(".mw")
    first.locator("[data-act='choose'][data-value='b']").click()
    expect(first.locator("[data-mine]")).to_have_count(1)
    page = visit(unit)
    page.add_style_tag(content="textarea, input[type='text'] { height: 35px }")
    workshop = page.locator(".mw")
    assert workshop.locator("textarea").evaluate("one => one.offsetHeight") > 60
    workshop.locator("[data-act='choose'][data-value='b']").click()
    expect(workshop.locator("[data-waits]")).to_have_count(1)
    expect(workshop.locator(".mw-news")).to_have_text(re.compile(r"You are number 1 in line\."))


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_the_facilitator_sees_who_is_ready_and_notes_with_one_tap(
    lab: Lab, visit: Visit, shot: Shot, language: str
) -> None:
    options = DESKTOP if language == "rtl" else PHONE
    unit = lab.put_block("workshop", olx(f"w-team-{language}"))
    learner = visit(unit).locator(".mw")
    learner.locator("[data-act='choose']").first.click()
    learner.locator("textarea").fill("How do I report one?")
    learner.locator("[data-act='answer']").click()
    expect(learner.locator("[data-item='ask']")).to_have_attribute("data-done", "1")
    page = visit(unit, as_="team", language=language, **options)
    page.locator(".mu-team").click()
    expect(page.locator("#learners .mt-note")).to_be_visible()
    page.locator("#sessions h3 a").first.click()
    expect(page.locator("#answers q")).to_have_text("How do I report one?")
    ann = page.locator("#learners li", has_text="Ann")
    ann.locator("button[value='there']").tap()
    expect(ann.locator("button[value='there']")).to_have_attribute("aria-pressed", "true")
    page.locator("details summary").first.tap()
    must_pass(page, shot, "team")
    assert fits(page)
    small = "it => [it.offsetHeight, it.offsetWidth].some((side) => side < 44)"
    assert [one.inner_text() for one in page.locator("main button:visible").all() if one.evaluate(small)] == []
    page.emulate_media(media="print", color_scheme="light")
    shot(page, "team-print")
    expect(page.locator("#sessions summary").first).to_be_hidden()
    expect(ann).to_be_visible()
