"""The quiz where it lives: beside another one, in a frame, in front of a visitor, set up for its person."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Lab, Shot, Visit
from tests.browser.quizzes import one_of_each, two_questions

pytestmark = pytest.mark.needs("chromium")


def test_two_quizzes_on_a_page_do_not_disturb_each_other(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions("Alpha"), two_questions("Beta")))
    alpha, beta = page.locator(".mu").all()
    for quiz, text, outcome in ((beta, "Yes", "right"), (alpha, "No", "wrong")):
        quiz.locator("[data-current] .mu-choice", has_text=text).click()
        quiz.locator("[data-current] .mu-go").click()
        expect(quiz.locator("[data-current]")).to_have_attribute("data-standing", outcome)
    beta.locator("[data-go='1']").click()
    expect(beta.locator("[data-current]")).to_have_attribute("data-type", "shorttext")
    expect(alpha.locator("[data-current]")).to_have_attribute("data-type", "single")
    expect(alpha.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "1")
    assert page.evaluate(
        "[...document.querySelectorAll('[id]')].length === new Set([...document.querySelectorAll('[id]')]"
        ".map((it) => it.id)).size"
    )


def test_the_quiz_styles_nothing_outside_itself(lab: Lab, visit: Visit) -> None:
    address = lab.put(two_questions())
    page = visit()
    looks = """() => [...document.querySelectorAll('body *')].filter((it) => !it.closest('.mu'))
      .map((it) => getComputedStyle(it)).map((it) => [it.color, it.font, it.margin, it.padding, it.display].join())"""
    page.goto(address)
    with_quiz = page.evaluate(looks)
    page.evaluate("document.querySelector('link[href*=\"microquiz.css\"]').remove()")
    assert page.evaluate(looks) == with_quiz


def test_in_a_frame_it_is_as_good_as_alone(lab: Lab, visit: Visit) -> None:
    address = lab.put(one_of_each())
    page = visit(viewport={"width": 700, "height": 600})
    # The platform shows blocks in a frame as high as its content, and lets that view be framed; so do we here.
    page.route(
        "**/framed",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<!DOCTYPE html><h1 style="margin-block-end: 900px">Around it</h1>'
            f'<iframe title="unit" style="inline-size: 100%; block-size: 2400px" src="{address}"></iframe>',
        ),
    )
    page.route(
        address,
        lambda route: route.fulfill(
            response=(response := route.fetch()),
            headers={name: value for name, value in response.headers.items() if name != "x-frame-options"},
        ),
    )
    page.goto(f"{address}framed")
    quiz = page.frame_locator("iframe").locator(".mu")
    quiz.locator("[data-current] .mu-choice", has_text="That one").click()
    page.evaluate("scrollTo(0, 0)")
    quiz.locator("[data-current] .mu-go").evaluate("it => it.click()")
    expect(quiz.locator(".mu-feedback")).to_be_focused()
    expect(quiz.locator(".mu-feedback")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0


def test_a_visitor_sees_the_quiz_but_cannot_answer(lab: Lab, visit: Visit, shot: Shot) -> None:
    page = visit(lab.put(one_of_each()), as_="")
    expect(page.locator(".mu-q[data-current] .mu-text")).to_be_visible()
    for _ in range(8):
        page.locator("[data-go='1']").click()
    expect(page.locator(".mu-q[data-current]")).to_have_attribute("data-type", "flashcard")
    assert page.locator(".mu form :is(input, select, button):enabled").count() == 0
    assert page.get_by_role("progressbar").count() == 0
    shot(page, "visitor")


def test_after_the_due_date_everything_can_be_read_and_nothing_changed(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each('show_answer="past_due"'), unit="closed"))
    expect(page.locator(".mu-q[data-current] .mu-answer")).to_contain_text("This one")
    assert page.locator(".mu form :is(input, select, button):enabled").count() == 0


def test_nothing_moves_for_somebody_who_asked_for_that(lab: Lab, visit: Visit) -> None:
    address = lab.put(two_questions())
    moving = "getComputedStyle(document.querySelector('.mu-bar i')).transitionDuration"
    assert visit(address).evaluate(moving) == "0.3s"
    assert visit(address, as_="bob", reduced_motion="reduce").evaluate(moving) == "0s"


def test_in_forced_colours_the_bar_and_the_choice_are_still_seen(lab: Lab, visit: Visit, shot: Shot) -> None:
    page = visit(lab.put(two_questions()), forced_colors="active")
    page.locator("[data-current] .mu-choice", has_text="No").click()
    page.locator("[data-current] .mu-go").click()
    expect(page.locator("[data-current] .mu-feedback")).to_be_visible()
    colours = page.evaluate("""['.mu-bar', '.mu-bar i', '.mu-go'].map((it) =>
      getComputedStyle(document.querySelector(it)).backgroundColor)""")
    assert colours[0] != colours[1]
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    shot(page, "forced")


def test_right_to_left_is_a_mirror(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each('presentation="all_on_a_page"')), language="rtl")
    page.locator("[data-type=single] .mu-choice", has_text="That one").click()
    page.locator("[data-type=single] .mu-go").click()
    page.locator(".mu-feedback").wait_for()
    sides = page.evaluate("""() => {
      const at = (it) => document.querySelector(it).getBoundingClientRect().x;
      const feedback = getComputedStyle(document.querySelector('.mu-feedback'));
      return {
        radio: at('.mu-choice input') > at('.mu-choice span'),
        grip: at('.mu-grip') > at('.mu-order span'),
        arrows: at('[data-move="-1"]') > at('[data-move="1"]'),
        unit: at('[data-type=number] input') > at('.mu-typed span'),
        feedback: parseFloat(feedback.borderRightWidth) > parseFloat(feedback.borderLeftWidth),
        words: document.querySelector('.mu').matches(':dir(rtl)'),
      };
    }""")
    assert sides == dict.fromkeys(sides, True)
