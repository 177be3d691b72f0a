"""Room for a thumb, and nothing beside the page: from the narrowest phone to twice the size."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Devstack, Lab, Shot, Visit
from tests.browser.quizzes import one_of_each

pytestmark = pytest.mark.needs("chromium")

TOGETHER = 'presentation="all_on_a_page" ask_confidence="true" attempts_allowed="5"'
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NARROW: dict[str, dict[str, Any]] = {
    "320 pixels": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
    "twice the size": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}


def answer_everything_wrong(page: Page) -> None:
    page.locator("[data-type=single] .mu-choice", has_text="That one").click()
    page.locator("[data-type=multiple] .mu-choice", has_text="Third").click()
    page.locator("[data-type=truefalse] .mu-choice").first.click()
    for field in page.locator("[name=t], input.mu-gap").all():
        field.fill("98765")
    for select in page.locator("select").all():
        select.select_option(index=1)
    page.locator("[data-do=hint]").click()
    expect(page.locator(".mu-hints li")).to_have_count(1)
    for item in page.locator(".mu-q:not([data-type=flashcard])").all():
        item.locator(".mu-go").click()
        expect(item.locator(".mu-feedback")).to_be_focused()
    page.locator("[data-do=turn]").click()
    page.locator(".mu-back").wait_for()


def too_small(page: Page) -> list[str]:
    """What is pressed and has less room than 44 by 44; a link within text needs 24 in height."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll(
        '.mu :is(button, select, input[type=text], label, a, .mu-grip)')].flatMap((it) => {
      const box = it.getBoundingClientRect();
      const least = it.matches('a') ? 24 : 44;
      const fits = box.height >= least - 0.01 && (box.width >= least - 0.01);
      return !box.width || fits ? [] : [`${Math.round(box.width)} x ${box.height}: ${it.outerHTML.slice(0, 120)}`];
    })""")
    return found


def must_fit(page: Page) -> None:
    """Nothing of the quiz sticks out of the page, and the page does not scroll sideways."""
    assert (
        page.evaluate("""() => [...document.querySelectorAll('.mu, .mu *')].filter((it) => {
      const box = it.getBoundingClientRect();
      return box.width && !it.closest('.mu-live') && (box.left < -0.5 || box.right > innerWidth + 0.5);
    }).map((it) => it.outerHTML.slice(0, 120))""")
        == []
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def must_not_overlap(page: Page) -> None:
    """No text of the quiz is wider than the box that it stands in."""
    assert (
        page.evaluate("""() => [...document.querySelectorAll('.mu :is(button, label, li, p, div, span, legend)')]
      .filter((it) => it.clientWidth > 1 && it.scrollWidth > it.clientWidth + 1)
      .filter((it) => getComputedStyle(it).display !== 'inline').map((it) => it.outerHTML.slice(0, 120))""")
        == []
    )


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_everything_that_is_pressed_has_room_for_a_thumb(lab: Lab, visit: Visit, language: str, shot: Shot) -> None:
    page = visit(lab.put(one_of_each(TOGETHER)), language=language, **PHONE)
    assert too_small(page) == []
    answer_everything_wrong(page)
    assert too_small(page) == []
    shot(page, "phone")


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
@pytest.mark.parametrize("size", NARROW)
def test_nothing_sticks_out(lab: Lab, visit: Visit, size: str, language: str, shot: Shot) -> None:
    page = visit(lab.put(one_of_each(TOGETHER)), language=language, **NARROW[size])
    must_fit(page)
    answer_everything_wrong(page)
    must_fit(page)
    must_not_overlap(page)
    shot(page, size.replace(" ", "-"))


def test_text_of_twice_the_size_still_fits_on_a_phone(lab: Lab, visit: Visit, shot: Shot) -> None:
    page = visit(lab.put(one_of_each(TOGETHER)), **PHONE)
    page.add_style_tag(content=":root { font-size: 200% }")
    must_fit(page)
    answer_everything_wrong(page)
    must_fit(page)
    must_not_overlap(page)
    shot(page, "large-text")


def test_the_lines_are_no_longer_than_is_good_to_read(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each()), viewport={"width": 1600, "height": 900})
    assert page.locator(".mu").evaluate("it => it.clientWidth / parseFloat(getComputedStyle(it).fontSize)") < 65 * 0.66


def test_the_answer_button_is_in_reach_while_a_long_question_is_read(devstack: Devstack, visit: Visit) -> None:
    page = visit(devstack.unit("sender", DEMO["en"]), as_="team", **PHONE)
    expect(page.locator("[data-current] .mu-choice").last).not_to_be_in_viewport()
    expect(page.locator("[data-current] .mu-go")).to_be_in_viewport(ratio=1)


def test_the_introduction_is_read_once(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each()))
    for part in (".mu-intro", ".mu-cost"):
        expect(page.locator(part)).to_be_visible()
    page.locator("[data-go='1']").click()
    for part in (".mu-intro", ".mu-cost"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".mu-count")).to_be_visible()
