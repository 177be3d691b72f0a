"""Whole units of the demo course, played to the summary: by keyboard only, and by touch on a phone."""

from __future__ import annotations

import tomllib

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Devstack, Shot, Visit
from tests.browser.playing import COURSE, Finger, Hand, Keyboard, demo, shown
from xblocks.microquiz import questions as q

pytestmark = pytest.mark.needs("chromium")

UNITS = tomllib.loads((COURSE / "en/course.toml").read_text())["unit"]
FILES = {unit["slug"]: unit["file"] for unit in UNITS if unit["slug"] not in ("workshop", "practise", "badges")}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("slug", FILES)
def test_a_whole_unit_is_played_by_keyboard(devstack: Devstack, visit: Visit, shot: Shot, slug: str) -> None:
    page = visit(devstack.unit(slug))
    play(Keyboard(page), page, demo("en", FILES[slug]), shot)


@pytest.mark.parametrize(("slug", "language"), [("sender", "nl"), ("links", "rtl")])
def test_a_whole_unit_is_played_by_keyboard_in_other_languages(
    devstack: Devstack, visit: Visit, shot: Shot, slug: str, language: str
) -> None:
    course = "nl" if language == "nl" else "en"
    page = visit(devstack.unit(slug, DEMO[course]), as_="bob", language=language)
    play(Keyboard(page), page, demo(course, FILES[slug]), shot)


@pytest.mark.parametrize("slug", FILES)
def test_a_whole_unit_is_played_by_touch(devstack: Devstack, visit: Visit, shot: Shot, slug: str) -> None:
    page = visit(devstack.unit(slug, DEMO["nl"]), as_="carol", language="nl", **PHONE)
    play(Finger(page), page, demo("nl", FILES[slug]), shot)


@pytest.mark.parametrize("language", ["en", "rtl"])
def test_a_whole_unit_is_played_by_touch_in_other_languages(
    devstack: Devstack, visit: Visit, shot: Shot, language: str
) -> None:
    learner = {"en": "carol", "rtl": "coach"}[language]
    page = visit(devstack.unit("links"), as_=learner, language=language, **PHONE)
    play(Finger(page), page, demo("en", FILES["links"]), shot)


def play(hand: Hand, page: Page, questions: tuple[q.Question, ...], shot: Shot) -> None:
    """Everything wrong at first, a hint, then right; on to the summary."""
    if page.locator(".mu[data-mode=one]").count():
        for number in range(1, len(questions) + 1):
            play_one(hand, page, shown(hand.current(), questions), shot, number)
    else:
        play_together(hand, page, questions, shot)
    expect(page.locator(".mu-sum")).to_be_focused()
    expect(page.locator(".mu-sum h4")).to_be_in_viewport()
    assert {item.get_attribute("data-standing") for item in page.locator(".mu-q").all()} == {"right"}
    shot(page, "summary")


def play_one(hand: Hand, page: Page, question: q.Question, shot: Shot, number: int) -> None:
    item = page.locator(f"[data-q='{hand.current().get_attribute('data-q')}']")
    shot(page, f"{number}-asked")
    if isinstance(question, q.Flashcard):
        hand.answer(item, question)
    else:
        if question.hints:
            hand.press(item.locator("[data-do=hint]"))
            expect(item.locator(".mu-hints li").first).to_be_focused()
        hand.answer(item, question, right=False)
        expect(item).to_have_attribute("data-standing", "wrong")
        must_hear(page)
        shot(page, f"{number}-wrong")
        hand.answer(item, question)
    expect(item).to_have_attribute("data-standing", "right")
    must_hear(page)
    shot(page, f"{number}-right")
    hand.go_on()
    expect(item).to_be_hidden()


def must_hear(page: Page) -> None:
    """The feedback has the focus, so that a screen reader says it, and begins in the window."""
    feedback = page.locator(".mu-q[data-current] .mu-feedback")
    expect(feedback).to_be_focused()
    expect(feedback.locator("> :first-child")).to_be_in_viewport()


def play_together(hand: Hand, page: Page, questions: tuple[q.Question, ...], shot: Shot) -> None:
    """Everything wrong and handed in, then everything right."""
    for right in (False, True):
        for item in page.locator(".mu-q").all():
            hand.fill_in(item, shown(item, questions), right)
            hand.leave(item)
            expect(item).to_have_attribute("data-standing", "saved")
        shot(page, f"filled-{right}")
        hand.press(page.locator("[data-do=finish]"))
        expect(page.locator(".mu-sum")).to_be_focused()
        shot(page, f"handed-in-{right}")
