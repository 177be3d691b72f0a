"""Mails as a mail program shows them, and the pages that their links open, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import PATIENCE, Shot, fits
from tests.xblocks.nudge.mailing import Scene, course, html_of, scene
from tests.xblocks.nudge.sink import Sink
from xblocks.nudge import api, mail, models
from xblocks.nudge.kinds import Kind
from xblocks.nudge.wording import variants

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)]

Look = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def database_beside_a_browser() -> Iterator[None]:
    """The browser's event loop runs in this thread, which Django fears; the database is used between its turns only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def site(live_server: Any, settings: Any) -> str:
    """The links in the mails lead to a server of this test's own."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    """Opens pages; none may complain."""
    contexts = []
    complaints: list[str] = []

    def open_page(scheme: str = "light", size: Any = PHONE, **options: Any) -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)  # type: ignore[arg-type]
        contexts.append(context)
        # The browser notes every answer of 400 and above.
        context.on("console", lambda said: "Failed to load" in said.text or complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def height(of: Locator) -> float:
    """In pixels, of which a finger needs 44."""
    box = of.bounding_box()
    return round(box["height"]) if box else 0


def faults(page: Page) -> Any:
    """What axe finds against WCAG 2.2; the language of a mail stands in the mail, since edx-ace writes around it."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "tags => axe.run(document, { runOnly: tags, rules: { 'html-has-lang': { enabled: false } } })", TAGS
    )
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def arrived(of: Scene, kind: Kind = Kind.REVIEWS, about: Any = None, **values: Any) -> str:
    """The HTML of the mail that arrives."""
    with Sink() as sink:
        assert mail.send(of.nudge(kind, **values), of.person, about or of.about, of.now).is_sent
        return html_of(sink.mail)


def every_mail(of: Scene) -> Iterator[tuple[str, str]]:
    """Each kind, each text, about one course and about several."""
    both = [(of.course, 2), (course("Veilige wachtwoorden op het werk", "PASS"), 1)]
    texts = {"en": {"subject": "Two days to go", "text": "On Tuesday at 14:00 we meet.\n\nBring a mail."}}
    anchor = models.Anchor.objects.create(
        learner=of.learner, course=of.course, key="k", at=of.now, until=of.now + timedelta(days=1), texts=texts
    )
    for kind in Kind:
        for variant in range(variants(kind)):
            values = {"variant": variant, "anchor_id": anchor.pk if kind is Kind.ANCHORED else None}
            yield f"{kind}-{variant}-one", arrived(of, kind, questions=1, **values)
            yield f"{kind}-{variant}-several", arrived(of, kind, both, questions=3, **values)


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_every_mail_reads_well_on_a_phone_and_a_desktop_in_light_and_in_dark(
    language: str, look: Look, shot: Shot
) -> None:
    ann = scene(language=language)
    ann.ask()
    page = look()
    for name, html in every_mail(ann):
        page.set_content(html)
        for scheme, size in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            assert fits(page), (name, size)
            shot(page, f"{language}-{name}-{size['width']}-{scheme}")
            if name.endswith("0-several") and size is PHONE:
                assert faults(page) == []
        page.set_viewport_size(PHONE)
        for link in page.get_by_role("link").all():
            assert height(link) >= 40, (name, link.text_content())
        assert height(page.locator(".mu-go a")) >= 44
        assert page.locator("h1").count() == 1


def test_a_mail_of_very_long_words_still_fits(look: Look) -> None:
    ann = scene(name="Aansprakelijkheidsverzekeringsvoorwaarden" * 4)
    page = look()
    page.set_content(arrived(ann))
    assert fits(page)


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_a_question_is_answered_straight_from_the_mail(scheme: str, size: Any, look: Look, shot: Shot) -> None:
    ann = scene()
    ann.ask()
    page = look(scheme, size)
    page.set_content(arrived(ann))
    page.get_by_role("link", name="Answer it right away").click()
    page.get_by_role("heading", name="One question, half a minute").wait_for()
    assert page.context.cookies() == []
    shot(page, f"asked-{size['width']}-{scheme}")
    assert fits(page)
    assert faults(page) == []
    page.get_by_role("button", name="Hint").click()
    page.get_by_text("hint-one").wait_for()
    page.get_by_label("The sender").check()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_text("because-sender").wait_for()
    shot(page, f"answered-{size['width']}-{scheme}")
    assert fits(page)
    assert faults(page) == []
    review = models.Review.objects.get()
    assert review.origin == "mail"
    assert review.elapsed_ms
    assert page.get_by_role("link", name="Go to your practice page").get_attribute("href") == "/microunits/review/"
    page.reload()
    page.get_by_role("heading", name="already").wait_for()
    shot(page, f"closed-{size['width']}-{scheme}")


def test_without_javascript_the_page_says_where_to_go(look: Look) -> None:
    ann = scene()
    ann.ask()
    page = look(java_script_enabled=False)
    page.set_content(arrived(ann))
    page.get_by_role("link", name="Answer it right away").click()
    page.locator("noscript p").first.wait_for()
    assert page.locator("noscript p").first.is_visible()
    assert page.locator("noscript a").get_attribute("href") == "/microunits/review/"


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_messages_are_stopped_with_two_presses(language: str, look: Look, shot: Shot) -> None:
    ann = scene(language=language)
    for scheme, size in LOOKS:
        page = look(scheme, size)
        page.set_content(arrived(ann))
        page.get_by_role("link").last.click()
        page.get_by_role("radio").first.wait_for()
        shot(page, f"{language}-asked-{size['width']}-{scheme}")
        assert fits(page)
        assert faults(page) == []
        page.get_by_role("button").click()
        page.locator("input[value=again]").wait_for(state="attached")
        shot(page, f"{language}-done-{size['width']}-{scheme}")
        assert api.preferences(ann.learner).is_stopped
        assert fits(page)
        assert faults(page) == []
        page.get_by_role("button").click()
        page.locator("input[value=again]").wait_for(state="detached")
        assert not api.preferences(ann.learner).is_stopped
