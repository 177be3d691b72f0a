"""Anyone can watch a week of nudges: by mouse, by keyboard, on a phone, in the dark, in every language."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, Devstack, Shot, Visit, _address
from tests.browser.test_accessibility import must_pass

pytestmark = pytest.mark.needs("chromium")
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PATIENCE = 60_000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devstack]:
    """A devstack of its own, whose clock may be moved."""
    data = tmp_path_factory.mktemp("town")
    environment = {**os.environ, "MICROUNITS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "devstack.settings"}
    environment.pop("MICROUNITS_DATABASE_URL", None)
    command = [sys.executable, "-W", "ignore", "-m", "devstack", "serve", "--port", "0"]
    log = data / "server.txt"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        try:
            yield Devstack(_address(server, log), data)
        finally:
            server.terminate()


@pytest.fixture
def look(browser: Browser, town: Devstack) -> Iterator[Visit]:
    """Opens pages of that devstack, as nobody."""
    nobody: dict[str, Any] = {"cookies": [], "origins": []}
    visit = Visit(browser, lambda _person: nobody, town.address)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.complaints == []


@pytest.fixture
def happened(look: Visit) -> Page:
    """The page of the clock, after a week has passed once."""
    page = look("/clock/", as_="")
    if not page.locator(".day").count():
        page.get_by_role("button", name="a week").click(timeout=PATIENCE)
        expect(page.locator(".clock-moving")).to_contain_text("mails were sent", timeout=PATIENCE)
    return page


def test_a_week_is_moved_by_keyboard_and_a_mail_is_read(happened: Page) -> None:
    page = happened
    before = page.locator(".clock-now time").inner_text()
    page.get_by_role("button", name="a day").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".clock-moving")).to_contain_text(".", timeout=PATIENCE)
    page.wait_for_url("**moved=**", timeout=PATIENCE)
    expect(page.locator(".clock-now time")).not_to_have_text(before)
    mail = page.locator(".entry-mail").last
    mail.locator("summary").first.focus()
    page.keyboard.press("Enter")
    frame = mail.frame_locator("iframe")
    expect(frame.get_by_role("link", name="Practise now")).to_be_visible()
    mail.get_by_text("As plain text").click()
    expect(mail.locator(".mail-text")).to_contain_text("Practise now")
    mail.get_by_text("Headers").click()
    expect(mail.locator("pre").last).to_contain_text("List-Unsubscribe-Post: List-Unsubscribe=One-Click")


def test_a_link_of_a_mail_opens_here(happened: Page, town: Devstack) -> None:
    mail = happened.locator(".entry-mail").last
    mail.locator("summary").first.click()
    with happened.context.expect_page() as opened:
        mail.frame_locator("iframe").get_by_role("link", name="Answer it right away").click()
    page = opened.value
    page.wait_for_load_state()
    assert page.url.startswith(f"{town.address}/microunits/q/")
    expect(page.get_by_role("main").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_the_page_is_for_everybody(look: Visit, happened: Page, shot: Shot, language: str) -> None:
    options = PHONE if language != "en" else {"viewport": {"width": 1280, "height": 800}}
    page = look("/clock/", as_="", language=language, **options)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for pressed in page.locator(".clock button, .clock-play, .entry-body > summary, .site-link").all():
        box = pressed.bounding_box()
        assert box
        assert box["height"] >= 44, pressed.inner_html()
    must_pass(page, shot, f"clock-{language}")
