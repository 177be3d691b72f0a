"""The pages of badges in a real browser, the learner's and the team's: any size, any eyes, any direction, no script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from devstack import clock, people
from tests.browser.conftest import PATIENCE, Shot, fits
from tests.browser.test_accessibility import must_pass
from tests.browser.test_team import DESKTOP, PHONE, small
from tests.xblocks.badges.earners import BADGES, KEY, OTHER, course, earns, give, many, of
from xblocks.badges import awarding, key_ring, models, sharing

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

OWN, TEAM = "/microunits/badges/", f"/microunits/badges/team/{KEY}/"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "nl", "rtl"])

Look = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def database_beside_a_browser() -> Iterator[None]:
    """The browser's event loop runs in this thread, which Django fears; the database is used between its turns only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def look(browser: Browser, live_server: Any) -> Iterator[Look]:
    """Opens pages as somebody; none may complain."""
    contexts = []
    complaints: list[str] = []

    def open_page(who: str, language: str = "en", size: Any = PHONE, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=size, **options)
        contexts.append(context)
        client = Client()
        client.force_login(people.person(who))
        kept = {name: client.cookies[name].value for name in (django_settings.SESSION_COOKIE_NAME,)}
        kept["openedx-language-preference"] = language
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in kept.items()])
        context.on("console", lambda said: complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def everything() -> None:
    """A learner with every state that a badge can be in."""
    course()
    key_ring.make(clock.now() - timedelta(days=1))
    earns()
    sharing.share(of("ann", "sender"), clock.now())
    give("ann", "steady")
    other = course(OTHER, "Passwords that nobody guesses, and how to keep them", BADGES[:1])
    earns(key=other)
    revoked = models.Award.objects.get(badge__course_key=other)
    awarding.revoke(revoked.uid, "openedx:1", "The answers were copied from somebody else.", clock.now())


def unfold(page: Page) -> None:
    page.locator("details").evaluate_all("them => them.forEach(it => { it.open = true; })")


@LANGUAGES
@SIZES
def test_the_learner_s_page_with_everything(look: Look, shot: Shot, language: str, size: Any) -> None:
    everything()
    page = look("ann", language, size)
    page.goto(OWN)
    must_pass(page, shot, "folded")
    assert fits(page)
    assert small(page) == []
    unfold(page)
    must_pass(page, shot, "unfolded")
    assert fits(page)


@pytest.mark.parametrize("language", ["en", "rtl"])
def test_the_learner_s_page_with_nothing(look: Look, shot: Shot, language: str) -> None:
    page = look("ann", language)
    page.goto(OWN)
    must_pass(page, shot, "empty")
    assert fits(page)


def test_the_learner_s_page_in_the_dark_and_on_the_narrowest_screen(look: Look, shot: Shot) -> None:
    everything()
    page = look("ann", size={"width": 320, "height": 640}, color_scheme="dark")
    page.goto(OWN)
    unfold(page)
    must_pass(page, shot, "dark")
    assert fits(page)


def test_sharing_and_stopping_by_keyboard_without_a_script(look: Look, shot: Shot) -> None:
    everything()
    page = look("ann", java_script_enabled=False)
    page.goto(OWN)
    card = page.locator(f"#badge-{of('ann', 'steady').uid}")
    card.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(card.get_by_text("everybody who knows its address can see")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Shared.")
    link = card.get_by_role("link", name="See what they see")
    expect(link).to_be_visible()
    assert of("ann", "steady").shared_at is not None
    card.get_by_role("button", name="Stop sharing").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Not shared any more.")
    assert of("ann", "steady").shared_at is None


@LANGUAGES
@SIZES
def test_the_team_s_page_with_many(look: Look, shot: Shot, language: str, size: Any) -> None:
    everything()
    many(120)
    earns("bob")
    page = look("team", language, size)
    page.goto(TEAM)
    must_pass(page, shot, "team")
    assert fits(page)
    assert small(page) == []


@SIZES
def test_an_award_as_the_team_sees_it(look: Look, shot: Shot, size: Any) -> None:
    course()
    award = earns()
    page = look("team", "nl", size)
    page.goto(f"{TEAM}{award.uid}/")
    must_pass(page, shot, "award")
    assert fits(page)
    assert small(page) == []


def test_the_team_gives_finds_and_revokes_by_keyboard_without_a_script(look: Look, shot: Shot) -> None:
    everything()
    page = look("team", java_script_enabled=False)
    page.goto(TEAM)
    page.get_by_label("To whom").focus()
    page.keyboard.type("bob, ann, nobody@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("On paper.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nobody@example.com: Nobody has this user name")
    expect(page.get_by_label("To whom")).to_have_value("ann\nnobody@example.com")
    expect(page.get_by_role("status")).to_contain_text("bob has the badge")
    shot(page, "given")
    page.get_by_label("User name or e-mail address").fill("bo")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="bob").click()
    page.locator("#mb-revoke-reason").fill("By mistake.")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("it counts no more")).to_be_visible()
    shot(page, "revoked")
    assert of("bob", "sender").revoked_reason == "By mistake."


def test_what_went_wrong_and_what_was_refused_is_read_by_everybody(look: Look, shot: Shot) -> None:
    everything()
    page = look("team")
    page.goto(TEAM)
    page.get_by_label("To whom").fill("ann, nobody@example.com")
    page.get_by_role("button", name="Give the badge").click()
    expect(page.locator("#mb-give-reason-problem")).to_be_visible()
    must_pass(page, shot, "missing")
    page.locator("#mb-give-reason").fill("On paper.")
    page.get_by_role("button", name="Give the badge").click()
    expect(page.get_by_role("alert")).to_be_visible()
    must_pass(page, shot, "lines")
    page.goto(f"{TEAM}{models.Award.objects.exclude(revoked_at=None).get().uid}/".replace(KEY, OTHER))
    must_pass(page, shot, "revoked")
