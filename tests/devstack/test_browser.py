"""The scripts around the blocks, in a real browser: runtimes, the record that follows along, menus by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from devstack.people import make_people
from tests.devstack.playing import COURSE_KEY, add_block

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture
def usage_key() -> Any:
    make_people()
    return add_block('<counter url_name="one" display_name="Steps"/>')


@pytest.fixture
def page(usage_key: Any, live_server: LiveServer, chromium: str) -> Iterator[Page]:
    """The unit, as somebody who is not logged in sees it; a script that fails fails the test."""
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        opened = browser.new_page()
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(f"{live_server.url}/courses/{COURSE_KEY}/units/unit/")
        yield opened
        browser.close()
    assert errors == []


def become(page: Page, who: str) -> None:
    page.locator(".menu").nth(1).locator("summary").click()
    with page.expect_navigation():
        page.locator(f"button[name=person][value='{who}']").click()


def test_a_block_starts_with_a_plain_element_and_the_record_follows_what_it_does(page: Page) -> None:
    become(page, "ann")
    block = page.locator(".xblock-student_view-counter")
    assert block.get_attribute("data-plain") == "true"
    assert block.get_attribute("data-goal") == "2"
    page.get_by_role("button", name="Count").click()
    page.locator("[data-recorded=grade]", has_text="1 of 2 points").wait_for()
    page.locator("[data-recorded=completion]", has_text="50%").wait_for()
    page.locator(".event-name", has_text="counter.stepped").wait_for()
    page.reload()
    assert page.locator(".counter").inner_text() == "1"


def test_menus_work_by_keyboard(page: Page) -> None:
    summary = page.locator(".menu").nth(1).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text().startswith("Ann")
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".menu").nth(1).inner_text().startswith("A\nAnn")


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_nothing_is_wider_than_a_narrow_phone(page: Page, language: str) -> None:
    become(page, "team")
    page.locator(".menu").first.locator("summary").click()
    with page.expect_navigation():
        page.locator(f"button[name=language][value={language}]").click()
    page.set_viewport_size({"width": 320, "height": 640})
    unit = page.url
    for address in (unit, f"{unit}studio/", f"{unit}data/", unit.split("units/")[0], "/"):
        page.goto(address if address != "/" else unit.split("/courses")[0])
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address


def test_studio_passes_a_wrapped_element_saves_and_says_so(page: Page, usage_key: Any) -> None:
    become(page, "team")
    page.locator(".tabs a", has_text="Studio").click()
    page.get_by_label("Goal").fill("7")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    page.get_by_role("status").filter(has_text="Saved.").wait_for()
    assert page.get_by_label("Goal").input_value() == "7"
    assert page.evaluate("typeof window.jQuery") == "function"
    page.evaluate("new StudioRuntime.v1().notify('error', {title: 'Not saved', message: 'Give a goal.'})")
    assert page.get_by_role("status").inner_text() == "Not saved. Give a goal."
    assert page.get_by_label("Goal").input_value() == "7"


@pytest.mark.parametrize(
    ("call", "address"),
    [
        ("runtime.handlerUrl(element, 'step')", "/handler/step"),
        ("runtime.handlerUrl(element, 'read', 'a b/c', 'q=1')", "/handler/read/a%20b/c?q=1"),
        ("runtime.handlerUrl(element, 'read', '', {q: 'x y'})", "/handler/read?q=x+y"),
        ("runtime.handlerUrl(element, 'read', null, null, true)", "/handler_noauth/read"),
    ],
)
def test_addresses_of_handlers(page: Page, call: str, address: str) -> None:
    become(page, "ann")
    script = "const element = document.querySelector('.xblock'); const runtime = new LmsRuntime.v1();"
    assert page.evaluate(f"(() => {{ {script} return {call}; }})()").endswith(address)
