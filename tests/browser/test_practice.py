"""Practising and wishes in the browser: by keyboard, by touch on a phone, for any eyes, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, LAB, Devstack, Shot, Visit
from tests.browser.playing import Finger, Hand, Keyboard, demo, shown
from tests.browser.test_accessibility import DESKTOP, PHONE, must_pass
from tests.browser.test_sizes import must_fit, must_not_overlap, too_small
from xblocks.microquiz import questions as q

pytestmark = pytest.mark.needs("chromium")

Later = Callable[[int], None]
COURSES = {"en": "en", "nl": "nl", "rtl": "en"}
# Learners of their own, so that what one test leaves behind does not meet another.
LEARNERS = {"en": "ann", "nl": "bob", "rtl": "carol"}


def learn(page: Page, devstack: Devstack, language: str, slug: str, file: str) -> tuple[q.Question, ...]:
    """Answer a unit of the demo course, through the pages' own handlers; the questions of the unit."""
    course = COURSES[language]
    questions = demo(course, file)
    page.goto(devstack.unit(slug, DEMO[course]))
    finger = Finger(page)
    for _number in questions:
        item = finger.current()
        finger.answer(item, shown(item, questions), right=True)
        expect(item).to_have_attribute("data-standing", "right")
        page.locator("[data-go='1']").click()
    return questions


def practise(hand: Hand, page: Page, questions: Sequence[q.Question], wrong: int = 0) -> None:
    """Go through a session: so many wrong at first, then right."""
    total = page.locator(".mn-practice .mu-q").count()
    for number in range(total):
        item = hand.current()
        question = shown(item, questions)
        right = number >= wrong or question.type == "flashcard"
        hand.answer(item, question, right)
        expect(item).to_have_attribute("data-standing", "right" if right else "wrong")
        expect(page.locator(".mn-practice .mu-bar")).to_have_attribute("aria-valuenow", str(number + 1))
        hand.press(page.locator(".mn-practice [data-go='1']"))


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_practising_in_the_course(devstack: Devstack, visit: Visit, later: Later, shot: Shot, language: str) -> None:
    page = visit(as_=LEARNERS[language], language=language, **PHONE)
    unit = devstack.unit("practise", DEMO[COURSES[language]])
    questions = learn(page, devstack, language, "sender", "1-sender.xml")
    page.goto(unit)
    must_pass(page, shot, "fresh")
    later(40)
    page.goto(unit)
    page.locator(".mn-overview details").first.locator("summary").tap()
    must_pass(page, shot, "due")
    must_fit(page)
    assert too_small(page) == []
    page.locator(".mn-waiting .mu-go").tap()
    expect(page.locator(".mn-overview")).to_be_hidden()
    # The page scrolls to the question first; what lies half under the edge of the screen meanwhile is no small target.
    page.wait_for_timeout(800)
    must_pass(page, shot, "asked")
    practise(Finger(page), page, questions, wrong=1)
    expect(page.locator(".mn-returns li")).to_have_count(len(questions))
    expect(page.locator(".mu-sum h4")).to_be_in_viewport()
    must_pass(page, shot, "summary")
    must_fit(page)
    must_not_overlap(page)
    page.locator(".mn-on a").tap()
    expect(page.locator(".mn-overview h3")).to_be_focused()
    expect(page.locator(".mn-practice")).to_have_count(0)
    shot(page, "after")


def test_practising_by_keyboard_on_the_page_of_all_courses(
    devstack: Devstack, visit: Visit, later: Later, shot: Shot
) -> None:
    page = visit(as_="coach", **DESKTOP)
    questions = learn(page, devstack, "en", "links", "2-links.xml")
    later(90)
    page.goto(devstack.address)
    hand = Keyboard(page)
    hand.press(page.locator("[href='/microunits/review/']"))
    expect(page).to_have_url(re.compile("/microunits/review/$"))
    must_pass(page, shot, "review")
    hand.press(page.locator(".mn-waiting .mu-go"))
    expect(page).to_have_url(re.compile(r"/review/practise/"))
    must_pass(page, shot, "asked")
    practise(hand, page, questions)
    expect(page.locator(".mu-sum h4")).to_be_in_viewport()
    must_pass(page, shot, "summary")
    hand.press(page.locator(".mn-on a"))
    expect(page).to_have_url(re.compile("/microunits/review/$"))
    page.goto(f"{devstack.address}/microunits/review/practise/")
    must_pass(page, shot, "nothing")


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_wishes_are_kept_in_place_and_say_what_follows(
    devstack: Devstack, visit: Visit, shot: Shot, language: str
) -> None:
    page = visit(as_=LEARNERS[language], language=language, **PHONE)
    page.goto(devstack.unit("practise", DEMO[COURSES[language]]))
    fold = page.locator("details:has(> .mn-inside .mn-wishes)")
    fold.locator("summary").first.tap()
    for day in (0, 2, 3, 4, 5, 6):
        fold.locator(f"[name=days][value='{day}']").set_checked(False)
    fold.locator("[name=hour]").select_option("9")
    fold.locator(".mu-go").tap()
    expect(fold.locator(".mn-said")).to_be_focused()
    expect(fold.locator(".mn-said b")).to_be_visible()
    expect(fold.locator("summary small")).to_contain_text("9:00")
    must_pass(page, shot, "wishes")
    must_fit(page)
    assert too_small(page) == []
    page.reload()
    expect(fold.locator("summary small")).to_contain_text("9:00")
    fold.locator("summary").first.tap()
    assert [box.is_checked() for box in fold.locator("[name=days]").all()] == [False, True] + [False] * 5
    fold.locator("[name=days][value='1']").set_checked(False)
    fold.locator(".mu-go").tap()
    expect(fold.locator(".mu-say[role=alert]").first).to_be_visible()
    fold.locator("[name=stop]").tap()
    expect(fold.locator("[name=days]")).to_have_count(0)
    must_pass(page, shot, "stopped")
    fold.locator("[name=stop]").tap()
    expect(fold.locator("[name=days]").nth(1)).to_be_checked()


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_wishes_on_a_page_of_their_own(devstack: Devstack, visit: Visit, shot: Shot, language: str) -> None:
    page = visit(as_=LEARNERS[language], language=language, **DESKTOP)
    page.goto(f"{devstack.address}/microunits/wishes/")
    page.locator("[name=hour]").select_option("10")
    page.locator("[name=pause]").select_option("14")
    page.locator(".mu-go").click()
    expect(page.locator(".mn-said")).to_contain_text("10:00")
    expect(page.locator("[name=pause]")).to_have_value("keep")
    must_pass(page, shot, "wishes")


@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_everything_else_that_can_be_wished_is_behind_one_fold(
    devstack: Devstack, visit: Visit, shot: Shot, language: str, size: dict[str, Any]
) -> None:
    page = visit(as_=LEARNERS[language], language=language, **size)
    page.goto(f"{devstack.address}/microunits/wishes/")
    fold = page.locator(".mn-wishes details")
    expect(fold.locator("[name=quiet_from]")).to_be_hidden()
    must_pass(page, shot, "first")
    must_fit(page)
    fold.locator("summary").click()
    must_pass(page, shot, "fold")
    assert too_small(page) == []
    must_not_overlap(page)
    page.locator("[name=hour]").select_option("18")
    for name, value in {"quiet_from": "17", "quiet_until": "9", "rest_hours": "48", "stop_after": "2"}.items():
        fold.locator(f"[name={name}]").select_option(value)
    page.locator(".mn-wishes .mu-go").click()
    expect(page.locator(".mu-say[role=alert]")).to_contain_text("18:00")
    expect(page.locator("[name=hour]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=hour]")).to_have_value("18")
    expect(fold.locator("[name=quiet_from]")).to_have_value("17")
    must_pass(page, shot, "refused")
    page.locator("[name=hour]").select_option("10")
    page.locator(".mn-wishes .mu-go").click()
    expect(page.locator(".mn-said")).to_contain_text("17:00-9:00")
    expect(fold.locator("[name=rest_hours]")).to_have_value("48")
    must_pass(page, shot, "saved")
    fold.locator("summary").click()
    fold.locator("[name=quiet_until]").select_option("17")
    page.locator(".mn-wishes .mu-go").click()
    expect(fold).to_have_attribute("open", "")
    must_pass(page, shot, "fold-refused")
    must_fit(page)
    for name in ("quiet_from", "rest_hours", "stop_after"):
        fold.locator(f"[name={name}]").select_option("")
    page.locator(".mn-wishes .mu-go").click()
    expect(page.locator(".mn-said")).not_to_contain_text("17:00")


def test_wishes_are_mended_in_place_by_keyboard(devstack: Devstack, visit: Visit) -> None:
    page = visit(as_="coach", **DESKTOP)
    page.goto(devstack.unit("practise", DEMO["en"]))
    hand = Keyboard(page)
    hand.press(page.locator("details:has(> .mn-inside .mn-wishes) > summary"))
    fold = page.locator(".mn-wishes details")
    hand.press(fold.locator("summary"))
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(fold.locator("[name=quiet_from]")).to_be_focused()
    page.keyboard.type("9:00")
    hand.press(page.locator(".mn-wishes .mu-go"))
    expect(page.locator(".mn-said")).to_be_focused()
    expect(page.locator(".mn-said")).to_contain_text("Not saved yet.")
    expect(fold).to_have_attribute("open", "")
    expect(fold.locator("[name=quiet_from]")).to_have_value("9")
    fold.locator("[name=quiet_until]").focus()
    page.keyboard.type("12:00")
    hand.press(page.locator(".mn-wishes .mu-go"))
    expect(page.locator(".mn-said")).to_contain_text("Saved.")
    expect(page.locator("summary small")).to_contain_text("and never 9:00-12:00")


def test_without_a_script_forms_lead_to_pages_that_do_the_same(devstack: Devstack, visit: Visit, shot: Shot) -> None:
    learn(visit(as_="team", **DESKTOP), devstack, "en", "links", "2-links.xml")
    page = visit(as_="team", java_script_enabled=False)
    page.goto(devstack.unit("practise", DEMO["en"]))
    page.locator("summary", has_text="hear from us").click()
    page.locator(".mn-wishes .mu-go").click()
    expect(page).to_have_url(re.compile("/microunits/wishes/"))
    expect(page.locator(".mn-wishes")).to_be_visible()
    page.goto(devstack.unit("practise", DEMO["en"]))
    page.locator(".mn-waiting button").click()
    expect(page).to_have_url(re.compile(r"/review/practise/\?course="))
    expect(page.locator(".mn-practice .mu-q").first).to_be_visible()


def test_two_blocks_and_their_quiz_on_one_page(devstack: Devstack, visit: Visit, shot: Shot) -> None:
    page = visit(devstack.unit("practise", LAB), as_="team")
    quiz = page.locator(".xblock-student_view-microquiz")
    quiz.locator(".mu-choice", has_text="Yes").click()
    quiz.locator(".mu-go").click()
    expect(quiz.locator(".mu-q")).to_have_attribute("data-standing", "right")
    page.reload()
    first, second = page.locator(".mn").all()
    for block in (first, second):
        block.locator(".mn-waiting button").click()
        expect(block.locator(".mn-practice .mu-q")).to_have_count(1)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(it => it.id)")
    assert len(ids) == len(set(ids))
    second.locator(".mu-choice", has_text="No").click()
    second.locator(".mu-q .mu-go").click()
    expect(second.locator(".mu-q")).to_have_attribute("data-standing", "wrong")
    expect(first.locator(".mu-q")).to_have_attribute("data-standing", "open")
    expect(quiz.locator(".mu-q")).to_have_attribute("data-standing", "right")
    first.locator(".mu-choice", has_text="Yes").click()
    first.locator(".mu-q .mu-go").click()
    expect(first.locator(".mu-q [role=alert]")).to_contain_text("already")
    first.locator(".mn-leave a").click()
    expect(first.locator(".mn-overview")).to_be_visible()
    expect(first.locator(".mn-practice")).to_have_count(0)
    shot(page, "two")


def test_a_visitor_and_the_course_team(devstack: Devstack, visit: Visit, shot: Shot) -> None:
    address = devstack.unit("practise", DEMO["en"])
    visitor = visit(address, as_="")
    expect(visitor.locator(".mn-overview")).to_contain_text("Sign in")
    team = visit(as_="team", **DESKTOP)
    team.goto(f"{address}studio/", wait_until="networkidle")
    team.locator("#editor [name=display_name]").fill("Practise a little")
    must_pass(team, shot, "editor")
    team.locator("#editor [type=submit]").click()
    expect(team.locator("#studio-status")).to_have_text("Saved.")
    team.goto(address)
    expect(team.locator(".mn-overview h3")).to_have_text("Practise a little")


def test_what_does_not_get_through_is_said_and_kept(devstack: Devstack, visit: Visit) -> None:
    page = visit(devstack.unit("practise", LAB), as_="team")
    fold = page.locator("details:has(> .mn-inside .mn-wishes)").first
    fold.locator("summary").first.click()
    fold.locator("[name=hour]").select_option("11")
    page.context.set_offline(True)
    fold.locator(".mu-go").click()
    expect(page.locator(".mn-overview > .mu-say").first).to_contain_text("did not get through")
    expect(fold.locator("[name=hour]")).to_have_value("11")
    page.context.set_offline(False)
    fold.locator(".mu-go").click()
    expect(fold.locator("summary small").first).to_contain_text("11:00")
