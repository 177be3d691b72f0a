"""Feedback at the end: answers are kept as they are given, and handed in together."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Lab, Visit
from tests.browser.quizzes import one_of_each, two_questions

pytestmark = pytest.mark.needs("chromium")

AT_END = 'feedback_timing="end"'
TOGETHER = f'{AT_END} presentation="all_on_a_page"'


def single(page: Page) -> Locator:
    return page.locator("[data-type=single]")


def typed(page: Page) -> Locator:
    return page.locator("[data-type=shorttext]")


def choose(page: Page, text: str) -> None:
    single(page).locator(".mu-choice", has_text=text).click()


def saved(item: Locator) -> None:
    expect(item).to_have_attribute("data-standing", "saved")


def hand_in(page: Page) -> None:
    page.locator("[data-do=finish]").click()


@pytest.mark.parametrize("settings", [AT_END, TOGETHER])
def test_answers_are_kept_until_they_are_handed_in(lab: Lab, visit: Visit, settings: str) -> None:
    page = visit(lab.put(two_questions(settings=settings)))
    choose(page, "No")
    saved(single(page))
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "1")
    page.reload()
    expect(single(page).locator(".mu-choice", has_text="No").locator("input")).to_be_checked()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "1")
    assert not page.locator(".mu-feedback").count()


def test_handing_in_with_open_questions_asks_once(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings=TOGETHER)))
    choose(page, "No")
    saved(single(page))
    page.locator("[data-do=finish]").dblclick()
    expect(page.locator(".mu-all")).to_contain_text("1")
    saved(single(page))
    hand_in(page)
    expect(single(page)).to_have_attribute("data-standing", "wrong")
    expect(single(page).locator(".mu-feedback")).to_be_visible()
    expect(typed(page)).to_have_attribute("data-standing", "open")
    expect(page.locator(".mu-sum")).to_be_focused()
    expect(page.locator(".mu-sum a")).to_have_count(2)


def test_handing_in_nothing_at_all_is_not_an_attempt(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings=f'{TOGETHER} attempts_allowed="1"')))
    hand_in(page)
    expect(page.locator(".mu-all")).not_to_be_empty()
    hand_in(page)
    expect(page.locator(".mu-all")).not_to_be_empty()
    assert {one["attempts"] for one in lab.state(page)["questions"].values()} == {0}


def test_what_was_typed_last_is_handed_in_too(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings=TOGETHER)))
    choose(page, "Yes")
    typed(page).locator("[name=t]").fill("quiz")
    # The press takes the focus from the field, so its saving and the handing in come at once.
    hand_in(page)
    expect(page.locator(".mu-q[data-standing=right]")).to_have_count(2)
    expect(page.locator("[data-do=finish]")).to_have_count(0)


def test_one_at_a_time_they_are_handed_in_from_the_last_one(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings=AT_END)))
    choose(page, "Yes")
    page.locator("[data-go='1']").click()
    expect(typed(page)).to_be_focused()
    expect(page.locator("[data-go='1']")).to_be_hidden()
    typed(page).locator("[name=t]").fill("something else")
    page.locator("[data-go='-1']").click()
    saved(typed(page))
    hand_in(page)
    expect(page.locator(".mu-sum")).to_be_focused()
    expect(page.locator(".mu-sum a")).to_have_count(1)
    page.locator(".mu-sum a").click()
    expect(typed(page).locator(".mu-feedback")).to_be_visible()


def test_an_order_that_nobody_touched_is_no_answer(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each(TOGETHER)))
    ordering = page.locator("[data-type=ordering]")
    page.locator("[data-type=truefalse] .mu-choice").last.click()
    hand_in(page)
    expect(page.locator(".mu-all")).not_to_be_empty()
    ordering.locator("[data-move='1']").first.click()
    saved(ordering)
    hand_in(page)
    expect(page.locator("[data-type=truefalse]")).to_have_attribute("data-standing", "right")
    assert sum(one["attempts"] for one in lab.state(page)["questions"].values()) == 2


def test_going_on_from_an_order_means_that_it_is_right_as_it_stands(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each(AT_END)))
    ordering = page.locator("[data-type=ordering]")
    for _ in range(6):
        page.locator("[data-go='1']").click()
    saved(ordering)
    assert page.locator("[data-standing=saved]").count() == 1


def test_a_card_is_turned_and_rated_before_the_end(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each(TOGETHER)))
    card = page.locator("[data-type=flashcard]")
    card.locator("[data-do=turn]").click()
    card.locator("[name=r][value=good]").click()
    saved(card)
    expect(card.locator("[name=r][value=good]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(card.locator("[name=r][value=good]")).to_have_attribute("aria-pressed", "true")


def test_without_a_connection_nothing_is_lost(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings=AT_END)))
    page.context.set_offline(True)
    choose(page, "Yes")
    expect(single(page).get_by_role("alert")).not_to_be_empty()
    page.context.set_offline(False)
    page.locator("[data-go='1']").click()
    saved(single(page))
    page.reload()
    expect(typed(page)).to_be_visible()
    expect(single(page).locator(".mu-choice", has_text="Yes").locator("input")).to_be_checked()
