"""What everybody sees of badges, in a real browser: the page of a badge, and the page on which it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE, Shot, fits
from tests.xblocks.badges.earning import as_bytes, proved
from tests.xblocks.badges.issued import BADGE, NOW, award
from xblocks.badges import awarding, models, sharing
from xblocks.base.platform import platform

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}
LOOKS = [("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VERIFY = "/microunits/badges/public/verify/"

Look = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def database_beside_a_browser() -> Iterator[None]:
    """The browser's event loop runs in this thread, which Django fears; the database is used between its turns only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def site(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Badges name the addresses of a server of this test's own; its course has units with names."""
    settings.SITE_URL = live_server.url

    class Block:
        def __init__(self, name: str) -> None:
            self.display_name = {"a": "Who is writing?", "b": "Where does this link lead?"}[name]

    monkeypatch.setattr(type(platform()), "block", lambda _self, key: Block(key.block_id))
    return str(live_server.url)


@pytest.fixture
def look(browser: Browser, site: str) -> Iterator[Look]:
    """Opens pages; none may complain, or ask anybody else."""
    contexts = []
    complaints: list[str] = []

    def open_page(language: str = "en", size: Any = PHONE, **options: Any) -> Page:
        context = browser.new_context(base_url=site, viewport=size, **options)
        context.add_cookies([{"name": "openedx-language-preference", "value": language, "url": site}])
        contexts.append(context)
        context.on("console", lambda said: "Failed to load" in said.text or complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", lambda asked: asked.url.startswith(site) or complaints.append(asked.url))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def faults(page: Page) -> Any:
    """What axe finds against WCAG 2.2."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def looks_well(page: Page, shot: Shot, name: str) -> None:
    """In all looks: nothing sticks out, fingers find what they press, and axe has nothing to say."""
    for scheme, size in LOOKS:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert fits(page), (name, size)
        shot(page, f"{name}-{size['width']}-{scheme}")
        assert faults(page) == [], (name, scheme, size)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert fits(page), name
    for target in page.locator(".mb-way, .mb-button, input:not([type=hidden]), textarea").all():
        box = target.bounding_box()
        assert box is not None
        assert round(box["height"]) >= 44, (name, target.evaluate("it => it.outerHTML"))
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_a_shared_badge_looks_well(language: str, look: Look, shot: Shot) -> None:
    ann = award(
        badge=replace(
            BADGE,
            name="Aansprakelijkheidsverzekeringsvoorwaardenkenner" if language == "nl" else BADGE.name,
        )
    )
    sharing.share(ann, NOW)
    page = look(language)
    page.goto(sharing.public_address(ann))
    looks_well(page, shot, f"{language}-credential")
    page.goto(ann.credential.achievement.document["criteria"]["id"])
    looks_well(page, shot, f"{language}-achievement")


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_a_badge_that_holds_no_more_says_so_on_its_page_and_when_it_is_checked(
    language: str, look: Look, shot: Shot
) -> None:
    ann = award()
    sharing.share(ann, NOW)
    awarding.revoke(ann.uid, "openedx:9", "It was somebody else's work.", NOW)
    page = look(language)
    page.goto(sharing.public_address(ann))
    looks_well(page, shot, f"{language}-revoked")
    page.goto(f"{VERIFY}?badge={ann.uid}")
    assert page.get_by_text("It was somebody else's work.").is_visible()
    looks_well(page, shot, f"{language}-revoked-checked")


def test_an_expired_badge_and_a_page_with_nothing_look_well(look: Look, shot: Shot) -> None:
    old = award(badge=replace(BADGE, months=1), now=NOW - timedelta(days=60))
    sharing.share(old, NOW)
    page = look()
    page.goto(sharing.public_address(old))
    looks_well(page, shot, "expired")
    sharing.unshare(old)
    page.goto(sharing.public_address(old))
    looks_well(page, shot, "nothing")
    page.goto("/microunits/badges/public/issuer.html")
    looks_well(page, shot, "issuer")


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_a_badge_that_somebody_shows_is_checked_by_its_file(
    language: str, look: Look, shot: Shot, tmp_path: Path
) -> None:
    ann = award()
    sharing.share(ann, NOW)
    file = tmp_path / "badge.png"
    file.write_bytes(Client().get(f"/microunits/badges/public/credentials/{ann.uid}.png").content)
    page = look(language)
    page.goto(VERIFY)
    looks_well(page, shot, f"{language}-asked")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("input[type=email]").fill("ann@example.com")
    page.locator("button").click()
    page.locator(".mb-checks").wait_for()
    assert page.locator(".mb-checks > li").count() == page.locator(".mb-checks > li.mb-good").count() == 7
    looks_well(page, shot, f"{language}-good")
    page.locator("textarea").fill("https://elsewhere.example/badges/1")
    page.locator("button").click()
    page.get_by_role("alert").wait_for()
    looks_well(page, shot, f"{language}-problem")
    page.locator("textarea").fill(as_bytes(proved()).decode())
    page.locator("button").click()
    page.locator(".mb-checks .mb-unsure").first.wait_for()
    looks_well(page, shot, f"{language}-unsure")


def test_everything_is_done_with_the_keyboard_and_without_a_script(look: Look) -> None:
    ann = award()
    sharing.share(ann, NOW)
    page = look(java_script_enabled=False, size=DESKTOP)
    page.goto(sharing.public_address(ann))
    page.get_by_role("link", name="Check this badge").focus()
    page.keyboard.press("Enter")
    page.get_by_text("This badge is real, and it holds.").wait_for()
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("bob@example.com")
    page.keyboard.press("Enter")
    page.get_by_text("It was issued to somebody with another e-mail address.").wait_for()
    page.goto(VERIFY)
    reached = []
    for _press in range(8):
        page.keyboard.press("Tab")
        reached.append(
            page.locator(":focus").evaluate("it => it.name || it.textContent") if page.locator(":focus").count() else ""
        )
    assert [name for name in reached if name in ("file", "text", "email", "Check")] == [
        "file",
        "text",
        "email",
        "Check",
    ]
    page.get_by_label("Or paste it here").focus()
    page.keyboard.insert_text(models.Credential.objects.get().token)
    page.get_by_role("button", name="Check").focus()
    page.keyboard.press("Space")
    page.get_by_text("This badge is real, and it holds.").wait_for()


def test_what_is_downloaded_is_the_badge(look: Look) -> None:
    ann = award()
    sharing.share(ann, NOW)
    page = look(size=DESKTOP)
    page.goto(sharing.public_address(ann))
    for kind in ("PNG", "SVG"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"phishing-spotter.{kind.lower()}"
        assert models.Credential.objects.get().document.encode() in download.value.path().read_bytes()
