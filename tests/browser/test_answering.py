"""Answering in the browser: what is seen and heard, what is kept, what happens when something comes between."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Lab, Visit
from tests.browser.quizzes import one_of_each, two_questions

pytestmark = pytest.mark.needs("chromium")


def current(page: Page) -> Locator:
    return page.locator(".mu-q[data-current]")


def choose(item: Locator, text: str) -> None:
    item.locator(".mu-choice").filter(has_text=text).click()


def answer(item: Locator) -> None:
    item.locator(".mu-go").click()


def standing(item: Locator, wanted: str) -> None:
    expect(item).to_have_attribute("data-standing", wanted)


def test_enter_in_a_field_hands_the_answer_in(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions()))
    page.locator("[data-go='1']").click()
    page.keyboard.press("Tab")
    page.keyboard.type("quiz")
    page.keyboard.press("Enter")
    standing(current(page), "right")
    expect(current(page).locator(".mu-feedback")).to_be_focused()


def test_an_answer_that_is_not_there_yet_is_asked_for_in_a_sentence(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions()))
    answer(current(page))
    expect(current(page).get_by_role("alert")).not_to_be_empty()
    standing(current(page), "open")
    choose(current(page), "Yes")
    answer(current(page))
    standing(current(page), "right")


def test_a_wrong_answer_says_why_and_can_be_mended(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each()))
    item = current(page)
    choose(item, "That one")
    answer(item)
    standing(item, "wrong")
    expect(item.locator(".mu-feedback")).to_contain_text("SECRET-wrong")
    expect(item.locator(".mu-feedback")).not_to_contain_text("SECRET-explanation")
    expect(item.locator(".mu-choice", has_text="That one").locator("input")).to_be_checked()
    choose(item, "This one")
    answer(item)
    standing(item, "right")
    expect(item.locator(".mu-feedback")).to_contain_text("SECRET-explanation")
    expect(item.locator("input").first).to_be_disabled()


def test_hints_open_one_by_one_and_stay_open(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each()))
    hint = current(page).locator("[data-do=hint]")
    hint.click()
    expect(current(page).locator(".mu-hints li")).to_have_text(["SECRET-hint-1"])
    hint.click()
    expect(current(page).locator(".mu-hints li")).to_have_text(["SECRET-hint-1", "SECRET-hint-2"])
    expect(hint).to_have_count(0)
    page.reload()
    expect(current(page).locator(".mu-hints li")).to_have_count(2)


def test_the_bar_grows_and_says_so(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions()))
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    choose(current(page), "No")
    answer(current(page))
    expect(bar).to_have_attribute("aria-valuenow", "1")
    assert page.locator(".mu-bar i").evaluate("it => it.style.inlineSize") == "50%"


def test_one_goes_on_where_one_stopped(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each()))
    choose(current(page), "This one")
    answer(current(page))
    standing(current(page), "right")
    page.reload()
    expect(current(page)).to_have_attribute("data-type", "multiple")
    choose(current(page), "Third")
    answer(current(page))
    standing(current(page), "wrong")
    page.reload()
    expect(current(page)).to_have_attribute("data-type", "multiple")
    expect(current(page).locator(".mu-feedback")).to_contain_text("SECRET-third")


def test_what_is_known_and_what_to_revisit_stands_at_the_end_and_leads_back(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions()))
    choose(current(page), "No")
    answer(current(page))
    standing(current(page), "wrong")
    page.locator("[data-go='1']").click()
    current(page).locator("[name=t]").fill("quiz")
    answer(current(page))
    standing(current(page), "right")
    page.locator("[data-go='1']").click()
    summary = page.locator(".mu-sum")
    expect(summary).to_be_focused()
    expect(summary.locator("a")).to_have_count(1)
    summary.locator("a").click()
    expect(current(page)).to_have_attribute("data-type", "single")
    expect(current(page)).to_be_focused()
    choose(current(page), "Yes")
    answer(current(page))
    standing(current(page), "right")
    expect(summary.locator("a")).to_have_count(0)


def test_attempts_run_out_with_the_answer_shown(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each('attempts_allowed="2" show_answer="last_attempt"')))
    item = current(page)
    for place, text in enumerate(["That one", "Another"]):
        expect(item.locator(".mu-answer")).to_have_count(0)
        expect(item.locator(".mu-actions small")).to_contain_text(str(2 - place))
        choose(item, text)
        answer(item)
        standing(item, "wrong")
        expect(item.locator(".mu-choice", has_text=text).locator(".mu-sign")).to_be_visible()
    expect(item.locator(".mu-answer")).to_contain_text("This one, with a bold word")
    expect(item.locator(".mu-go")).to_have_count(0)
    expect(item.locator("input").first).to_be_disabled()


@pytest.mark.parametrize(("mode", "shown"), [("never", False), ("attempted", True), ("correct", False)])
def test_the_answer_is_shown_after_a_wrong_one_only_where_the_course_team_says_so(
    lab: Lab, visit: Visit, mode: str, shown: bool
) -> None:
    page = visit(lab.put(one_of_each(f'show_answer="{mode}"')))
    choose(current(page), "Another")
    answer(current(page))
    standing(current(page), "wrong")
    expect(current(page).locator(".mu-answer")).to_have_count(int(shown))


def test_how_sure_one_is_goes_with_the_answer(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each('ask_confidence="true"')))
    current(page).locator(".mu-sure label").last.click()
    choose(current(page), "This one")
    with page.expect_request("**/handler/answer") as sent:
        answer(current(page))
    assert sent.value.post_data_json["confidence"] == "high"
    assert sent.value.post_data_json["elapsed_ms"] > 0
    standing(current(page), "right")


def test_a_mark_goes_away_when_what_it_was_about_has_changed(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each('presentation="all_on_a_page"')))
    ordering, matching = page.locator("[data-type=ordering]"), page.locator("[data-type=matching]")
    answer(ordering)
    expect(ordering.locator(".mu-sign")).to_have_count(3)
    ordering.locator("[data-move='1']").first.click()
    expect(ordering.locator(".mu-sign")).to_have_count(0)
    for select in matching.locator("select").all():
        select.select_option(index=1)
    answer(matching)
    expect(matching.locator(".mu-sign")).to_have_count(2)
    matching.locator("select").first.select_option(index=2)
    expect(matching.locator(".mu-sign")).to_have_count(1)


def test_lines_are_dragged_with_a_mouse_and_a_new_place_is_said(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(one_of_each('presentation="all_on_a_page"')))
    lines = page.locator(".mu-order > li")
    lines.first.scroll_into_view_if_needed()
    moved = lines.first.get_attribute("data-item")
    start, end = lines.first.bounding_box(), lines.last.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 80, start["y"] + start["height"] / 2)
    page.mouse.down()
    # One move over the whole list: as when the page is busy while the hand is quick.
    page.mouse.move(end["x"] + 80, end["y"] + end["height"] - 4)
    page.mouse.up()
    expect(lines.last).to_have_attribute("data-item", moved or "")
    lines.last.locator("[data-move='-1']").click()
    expect(page.locator(".mu-order + [aria-live=polite]")).to_have_text("2 / 3")


# --- When something comes between


def test_without_a_connection_what_was_typed_stays_and_goes_through_afterwards(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings='presentation="all_on_a_page"')))
    item = page.locator("[data-type=shorttext]")
    page.context.set_offline(True)
    item.locator("[name=t]").fill("quiz")
    answer(item)
    expect(item.get_by_role("alert")).to_contain_text(page.locator(".mu").get_attribute("data-offline") or "?")
    expect(item.locator("[name=t]")).to_have_value("quiz")
    page.context.set_offline(False)
    answer(item)
    standing(item, "right")


def test_an_answer_of_the_server_that_is_no_json_is_told_as_a_failure(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions()))
    page.route("**/handler/answer", lambda route: route.fulfill(status=403, body="<p>Log in</p>"))
    choose(current(page), "Yes")
    answer(current(page))
    expect(current(page).get_by_role("alert")).not_to_be_empty()
    expect(current(page).locator("input:checked")).to_have_count(1)


def test_two_presses_at_once_are_one_answer(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(two_questions(settings='attempts_allowed="3"')))
    choose(current(page), "No")
    current(page).locator(".mu-go").dblclick()
    standing(current(page), "wrong")
    (first, *_rest) = lab.state(page)["questions"].values()
    assert first["attempts"] == 1


def test_of_two_tabs_that_answer_at_once_one_is_taken_and_the_other_hears_why(lab: Lab, visit: Visit) -> None:
    address = lab.put(two_questions(settings='attempts_allowed="2"'))
    page = visit(address)
    other = visit(address, beside=page)
    for tab in (page, other):
        choose(current(tab), "No")
    for tab in (page, other):
        tab.evaluate("() => void document.querySelector('.mu-q[data-current] .mu-go').click()")
    for tab in (page, other):
        expect(current(tab).locator(".mu-verdict, [role=alert]:not(:empty)")).to_be_visible()
    (first, *_rest) = lab.state(page)["questions"].values()
    assert (first["attempts"], first["attempts_left"]) == (1, 1)
    for tab in (page, other):
        tab.reload()
        standing(current(tab), "wrong")


def test_a_tab_that_comes_too_late_hears_why_and_keeps_its_answer(lab: Lab, visit: Visit) -> None:
    address = lab.put(two_questions(settings='attempts_allowed="1"'))
    page = visit(address)
    late = visit(address, beside=page)
    choose(current(page), "Yes")
    answer(current(page))
    standing(current(page), "right")
    choose(current(late), "No")
    answer(current(late))
    expect(current(late).get_by_role("alert")).not_to_be_empty()
    expect(current(late).locator(".mu-choice", has_text="No").locator("input")).to_be_checked()
    late.reload()
    assert {one["attempts"] for one in lab.state(late)["questions"].values()} == {0, 1}


def test_what_is_chosen_before_the_script_arrives_is_kept(lab: Lab, visit: Visit) -> None:
    address = lab.put(two_questions())
    page = visit()
    held: list[Route] = []
    page.route("**/microquiz.js", lambda route: held.append(route))  # noqa: PLW0108 - it must be a function
    page.goto(address, wait_until="commit")
    choose(current(page), "Yes")
    answer(current(page))
    page.wait_for_timeout(100)
    assert held
    assert page.url == address
    expect(current(page).locator("input:checked")).to_have_count(1)
    held[0].continue_()
    page.locator(".xblock-initialized").wait_for()
    expect(current(page).locator("input:checked")).to_have_count(1)
    answer(current(page))
    standing(current(page), "right")
