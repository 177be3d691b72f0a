"""A learner before their badges, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.badges import did
from tests.browser.conftest import DEMO, LAB, Devstack, Lab, Shot, Visit, fits

pytestmark = pytest.mark.needs("chromium")

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 640}}
DESKTOP = {"viewport": {"width": 1400, "height": 900}}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
OWN = """<badges display_name="{name}">
  <badge id="{id}" name="{badge}"><description>For whoever answers.</description><first_try number="1"/></badge>
</badges>"""
QUIZ = """<microquiz display_name="One question">
  <truefalse id="one" right="true"><text>It holds.</text></truefalse>
</microquiz>"""

Did = Callable[..., None]


@pytest.fixture
def learned(devstack: Devstack) -> Iterator[Did]:
    """`learned(user, deed, *blocks, course=...)`; afterwards nothing is known of anybody."""
    met: set[tuple[str, str]] = set()

    def tell(user: str, deed: str, *blocks: str, course: str = DEMO["en"]) -> None:
        met.add((course, user))
        did(devstack, course, user, deed, *blocks)

    yield tell
    for course, user in met:
        did(devstack, course, user, "forget")


def block(page: Page, number: int = 0) -> Any:
    return page.locator(".mb").nth(number)


def flawless(page: Page) -> None:
    found = Axe().run(page, context=".mb", options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    small = page.locator(".mb :is(a.mb-go, a.mb-mine, a.mb-step, summary):visible").evaluate_all(
        "all => all.filter(it => it.getBoundingClientRect().height < 44).map(it => it.outerHTML)"
    )
    assert small == []
    assert fits(page)


@pytest.mark.parametrize(("size", "options"), [("phone", PHONE), ("narrow", NARROW), ("desktop", DESKTOP)])
@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_what_is_earned_and_what_is_ahead(
    devstack: Devstack, visit: Visit, learned: Did, shot: Shot, language: str, size: str, options: dict[str, Any]
) -> None:
    course = DEMO["nl" if language == "nl" else "en"]
    learned("ann", "completed", "microquiz@sender", "microquiz@links", course=course)
    page = visit(devstack.unit("badges", course), language=language, **options)
    names = {"nl": "Eerste stappen", "en": "First steps", "rtl": "First steps"}
    expect(block(page).locator(".mb-earned")).to_contain_text(names[language])
    expect(block(page).locator(".mb-new")).to_be_visible()
    expect(block(page).locator(".mb-say")).not_to_be_empty()
    shot(page, "begun")
    flawless(page)


def test_who_begins(devstack: Devstack, visit: Visit, shot: Shot) -> None:
    page = visit(devstack.unit("badges"), as_="carol", **PHONE)
    expect(block(page).get_by_role("heading", name="What you can earn")).to_be_visible()
    shot(page, "begins")
    flawless(page)
    page.get_by_role("link", name="Go to “Who is really writing?”").click()
    expect(page).to_have_url(re.compile("/units/sender/"))


def test_a_visitor(devstack: Devstack, visit: Visit, shot: Shot) -> None:
    page = visit(devstack.unit("badges"), as_="", **DESKTOP)
    expect(block(page).get_by_text("Sign in to earn badges.")).to_be_visible()
    shot(page, "visitor")
    flawless(page)


def test_what_is_new_is_celebrated_once(devstack: Devstack, visit: Visit, learned: Did) -> None:
    learned("bob", "completed", "microquiz@sender")
    page = visit(devstack.unit("badges"), as_="bob", **DESKTOP)
    with page.expect_response(re.compile("/handler/celebrated")):
        page.locator(".mb-earned").scroll_into_view_if_needed()
    expect(block(page).get_by_role("status")).to_have_text("You earned the badge “First steps”.")
    item = block(page).locator(".mb-earned > li")
    expect(item).to_have_class("mb-shine")
    assert item.evaluate("it => getComputedStyle(it).animationName") == "mb-glow"
    page.reload()
    expect(item).to_be_visible()
    expect(block(page).get_by_role("status")).to_be_empty()
    assert block(page).locator(".mb-new").count() == 0


def test_with_reduced_motion_nothing_moves(devstack: Devstack, visit: Visit, learned: Did) -> None:
    learned("bob", "completed", "microquiz@sender")
    page = visit(devstack.unit("badges"), as_="bob", reduced_motion="reduce")
    expect(block(page).get_by_role("status")).to_have_text("You earned the badge “First steps”.")
    moving = (
        block(page)
        .locator("*")
        .evaluate_all("all => all.filter(it => getComputedStyle(it).animationName !== 'none').length")
    )
    assert moving == 0


def test_an_answer_on_the_same_page_earns_it_before_the_learner_s_eyes(
    lab: Lab, visit: Visit, learned: Did, shot: Shot
) -> None:
    unit = put(lab, QUIZ, OWN.format(name="Your badges", id="once", badge="At once"))
    learned("ann", "forget", course=LAB)
    page = visit(unit, **PHONE)
    expect(block(page).get_by_text("0 of 1 question right at the first try, one to go").first).to_be_visible()
    page.get_by_label("True").check()
    page.get_by_role("button", name="Answer").click()
    expect(block(page).locator(".mb-earned")).to_contain_text("At once", timeout=12_000)
    block(page).locator(".mb-earned").scroll_into_view_if_needed()
    expect(block(page).get_by_role("status")).to_have_text("You earned the badge “At once”.")
    shot(page, "earned")
    flawless(page)


def test_it_never_asks_unless_something_happened(devstack: Devstack, visit: Visit) -> None:
    page = visit(devstack.unit("badges"), as_="carol")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/handler/" in request.url else None)
    page.wait_for_timeout(4000)
    assert asked == []


def put(lab: Lab, quiz: str, *badges: str) -> str:
    """A quiz and badges blocks in one unit."""
    unit = lab.put(quiz)
    for text in badges:
        lab.put_block("badges", text)
    return unit


def test_two_blocks_on_one_page(lab: Lab, visit: Visit, learned: Did) -> None:
    unit = put(
        lab, QUIZ, OWN.format(name="One", id="a", badge="Badge A"), OWN.format(name="Two", id="b", badge="Badge B")
    )
    learned("ann", "forget", course=LAB)
    page = visit(unit, **DESKTOP)
    expect(page.get_by_role("region", name="One").locator("b", has_text="Badge A")).to_be_visible()
    expect(page.get_by_role("region", name="Two").locator("b", has_text="Badge B")).to_be_visible()
    expect(page.get_by_role("region", name="Two").locator("b", has_text="Badge A")).to_have_count(0)
    page.get_by_label("True").check()
    page.get_by_role("button", name="Answer").click()
    for number in (0, 1):
        expect(block(page, number).locator(".mb-earned > li")).to_be_visible(timeout=12_000)


def test_in_a_frame_it_is_as_good_as_alone(devstack: Devstack, visit: Visit) -> None:
    address = devstack.unit("badges")
    page = visit(as_="carol", **DESKTOP)
    frame = f'<iframe title="unit" style="inline-size: 360px; block-size: 1600px" src="{address}"></iframe>'
    # The platform lets the view that it frames be framed; so do we here.
    page.route("**/framed", lambda route: route.fulfill(content_type="text/html", body=f"<!DOCTYPE html>{frame}"))
    page.route(
        address,
        lambda route: route.fulfill(
            response=(response := route.fetch()),
            headers={name: value for name, value in response.headers.items() if name != "x-frame-options"},
        ),
    )
    page.goto(f"{address}framed")
    inside = page.frame_locator("iframe").locator(".mb")
    expect(inside.get_by_role("heading", name="What you can earn")).to_be_visible()
    assert inside.evaluate("it => it.scrollWidth <= it.ownerDocument.documentElement.clientWidth")
    inside.locator("details").first.locator("summary").click()
    expect(inside.locator(".mb-parts").first).to_be_visible()


def test_in_the_dark(devstack: Devstack, visit: Visit, learned: Did, shot: Shot) -> None:
    learned("ann", "completed", "microquiz@sender", "microquiz@links")
    page = visit(devstack.unit("badges"), color_scheme="dark", **PHONE)
    expect(block(page).locator(".mb-earned")).to_be_visible()
    shot(page, "dark")
    flawless(page)


def test_it_works_before_the_script_arrives(devstack: Devstack, visit: Visit, learned: Did) -> None:
    learned("ann", "completed", "microquiz@sender")
    page = visit(devstack.unit("badges"), java_script_enabled=False)
    expect(block(page).locator(".mb-earned")).to_contain_text("First steps")
    page.get_by_text("What it takes").first.click()
    expect(page.get_by_text("1 of 6 units").first).to_be_visible()
