"""axe finds nothing against WCAG 2.2, levels A and AA, on any page, in light and in dark, in any direction."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Devstack, Lab, Shot, Visit
from tests.browser.playing import Finger, shown
from tests.browser.quizzes import one_of_each
from xblocks.microquiz import olx
from xblocks.microquiz import questions as q

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.parametrize("language", ["en", "nl", "rtl"])]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "has_touch": True}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TOGETHER = 'presentation="all_on_a_page" ask_confidence="true" attempts_allowed="3"'


def must_pass(page: Page, shot: Shot, name: str) -> None:
    """axe finds nothing on the page as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shot(page, f"{name}-{scheme}")
        found = page.evaluate("tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)
        assert [
            f"{scheme}, {one['id']}: {one['help']}\n  {node['html'][:300]}\n  {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ] == []
        assert "color-contrast" in [one["id"] for one in found["passes"]]


def questions() -> tuple[q.Question, ...]:
    return olx.read(etree.fromstring(one_of_each()))[1]


def test_every_type_asked_answered_wrong_and_answered_right(lab: Lab, visit: Visit, shot: Shot, language: str) -> None:
    page = visit(lab.put(one_of_each(TOGETHER)), language=language, **(PHONE if language == "nl" else DESKTOP))
    must_pass(page, shot, "asked")
    finger = Finger(page)
    for right in (False, True):
        for item in page.locator(".mu-q").all():
            question = shown(item, questions())
            if right or question.type != "flashcard":
                finger.answer(item, question, right)
                expect(item).to_have_attribute("data-standing", "right" if right else "wrong")
        must_pass(page, shot, "right" if right else "wrong")
    expect(page.locator(".mu-sum h4")).to_be_visible()


def test_the_summary_with_something_to_revisit(lab: Lab, visit: Visit, shot: Shot, language: str) -> None:
    page = visit(lab.put(one_of_each('feedback_timing="end" show_answer="attempted"')), language=language)
    page.locator("[data-current] .mu-choice").first.click()
    expect(page.locator("[data-current]")).to_have_attribute("data-standing", "saved")
    page.locator("[data-do=finish]").click()
    expect(page.locator(".mu-all")).not_to_be_empty()
    must_pass(page, shot, "sure")
    page.locator("[data-do=finish]").click()
    expect(page.locator(".mu-sum li").first).to_be_visible()
    must_pass(page, shot, "summary")


def test_the_pages_around(devstack: Devstack, visit: Visit, shot: Shot, language: str) -> None:
    course = DEMO["nl" if language == "nl" else "en"]
    page = visit(as_="team", language=language)
    for name, address in (
        ("home", "/"),
        ("course", f"/courses/{course}/"),
        ("unit", devstack.unit("codes", course)),
        ("data", f"{devstack.unit('codes', course)}data/"),
    ):
        page.goto(address)
        must_pass(page, shot, name)


def test_the_editor(devstack: Devstack, visit: Visit, shot: Shot, language: str) -> None:
    course = DEMO["nl" if language == "nl" else "en"]
    page = visit(as_="team", language=language)
    page.goto(f"{devstack.unit('sender', course)}studio/", wait_until="networkidle")
    expect(page.locator("#editor :is(input, textarea)").first).to_be_visible()
    must_pass(page, shot, "editor")


def test_how_it_goes(lab: Lab, visit: Visit, shot: Shot, language: str) -> None:
    address = lab.put(one_of_each('presentation="all_on_a_page"'))
    team = visit(address, as_="team", language=language)
    report = team.locator(".mu-team").get_attribute("href") or ""
    team.goto(report)
    must_pass(team, shot, "empty")
    learner = visit(address)
    for kind, text in (("single", "That one"), ("multiple", "Third")):
        learner.locator(f"[data-type={kind}] .mu-choice", has_text=text).click()
        learner.locator(f"[data-type={kind}] .mu-go").click()
        expect(learner.locator(f"[data-type={kind}]")).to_have_attribute("data-standing", "wrong")
    for name, width in (("desktop", 1280), ("phone", 360)):
        team.set_viewport_size({"width": width, "height": 740})
        team.goto(report)
        must_pass(team, shot, name)
        assert team.evaluate("document.documentElement.scrollWidth <= innerWidth")
