"""Writing a reflection in the browser: in two tabs, without a network, on a phone, in any language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Lab, Shot, Visit
from tests.browser.test_accessibility import DESKTOP, PHONE, must_pass
from tests.browser.test_sizes import must_fit

pytestmark = pytest.mark.needs("chromium")

FREE = '<reflection display_name="My first week"/>'
GIBBS = '<reflection display_name="My first week" framework="gibbs" least_words="3" commitment="optional"/>'


def thoughts(page: Page) -> str:
    return page.locator("[data-answer=thoughts]").input_value()


def write(page: Page, text: str) -> None:
    """Type at the end of what is there."""
    field = page.locator("[data-answer=thoughts]")
    expect(field).to_be_editable()
    field.press("Control+End")
    field.press_sequentially(text)


def must_be_saved(page: Page) -> None:
    expect(page.locator(".mr-state")).to_contain_text("Saved at")


def test_what_is_written_is_saved_while_typing_and_is_there_again(lab: Lab, visit: Visit) -> None:
    address = lab.put_block("reflection", FREE)
    page = visit(address)
    write(page, "It went well, 我写.")
    expect(page.locator(".mr-count")).to_have_text("5 words")
    must_be_saved(page)
    page.reload()
    expect(page.locator("[data-answer=thoughts]")).to_be_editable()
    assert thoughts(page) == "It went well, 我写."
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator(".mr-after")).to_contain_text("Handed in on")
    must_be_saved(page)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('microunits.reflection'))") == []


def test_what_is_written_in_two_tabs_is_shown_and_both_are_kept(lab: Lab, visit: Visit, shot: Shot) -> None:
    address = lab.put_block("reflection", FREE)
    first = visit(address)
    second = visit(address, beside=first)
    for page in (first, second):
        expect(page.locator("[data-answer=thoughts]")).to_be_editable()
    write(first, "In the first tab.")
    must_be_saved(first)
    # It was opened before and did not look again: the page is in front all the time here.
    write(second, "In the second tab.")
    clash = second.locator(".mr-clash")
    expect(clash).to_contain_text("In the first tab.")
    assert thoughts(second) == "In the second tab."
    must_pass(second, shot, "clash")
    clash.get_by_role("button", name="What stands in the fields here").click()
    expect(second.locator(".mr-asides")).to_contain_text("Put aside on")
    assert thoughts(second) == "In the second tab."
    second.locator(".mr-asides summary").click()
    second.get_by_role("button", name="Bring it back").click()
    expect(second.locator("[data-answer=thoughts]")).to_have_value("In the first tab.")
    # The first tab still shows what it wrote, on top of a version that is gone.
    write(first, " And on.")
    first.locator(".mr-clash").get_by_role("button", name="Both, one under the other").click()
    expect(first.locator("[data-answer=thoughts]")).to_have_value("In the first tab.\n\nIn the first tab. And on.")


def test_all_that_was_written_is_taken_along_with_what_was_typed_a_moment_ago(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put_block("reflection", FREE))
    write(page, "Just now, *really*.")
    both = page.get_by_role("group", name="Take along all you wrote")
    with page.expect_download() as waited:
        both.get_by_role("button", name="As text").click()
    assert waited.value.suggested_filename == "reflections.md"
    assert "Just now, \\*really\\*." in waited.value.path().read_text()
    with page.expect_download() as waited:
        both.get_by_role("button", name="As PDF").click()
    assert waited.value.suggested_filename == "reflections.pdf"
    # Whatever else this learner wrote stands before it.
    pages = PdfReader(waited.value.path()).pages
    assert "Just now, *really*." in "\n".join(one.extract_text() for one in pages)


def test_without_a_network_nothing_is_lost(lab: Lab, visit: Visit) -> None:
    address = lab.put_block("reflection", FREE)
    page = visit(address)
    write(page, "Before.")
    must_be_saved(page)
    page.context.set_offline(True)
    write(page, " In the tunnel.")
    expect(page.locator(".mr-state")).to_contain_text("No connection.")
    page.context.set_offline(False)
    must_be_saved(page)
    again = visit(address, beside=page)
    expect(again.locator("[data-answer=thoughts]")).to_have_value("Before. In the tunnel.")


def test_what_a_page_left_behind_when_it_was_closed_is_sent_by_the_next_one(lab: Lab, visit: Visit) -> None:
    address = lab.put_block("reflection", FREE)
    page = visit(address)
    write(page, "Before.")
    must_be_saved(page)
    page.context.set_offline(True)
    write(page, " In the tunnel.")
    expect(page.locator(".mr-state")).to_contain_text("No connection.")
    other = visit("about:blank", beside=page)
    page.close()
    other.context.set_offline(False)
    other.goto(address)
    expect(other.locator("[data-answer=thoughts]")).to_have_value("Before. In the tunnel.")
    expect(other.locator("[data-answer=thoughts]")).to_be_editable()
    assert other.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('microunits.reflection'))") == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["en", "nl", "rtl"])
def test_it_looks_well(lab: Lab, visit: Visit, shot: Shot, language: str, size: dict[str, object]) -> None:
    page = visit(lab.put_block("reflection", GIBBS), language=language, **size)
    first = page.locator("[data-answer]").first
    expect(first).to_be_editable()
    must_pass(page, shot, "fresh")
    page.locator("[data-do=hand_in]").click()
    expect(page.locator(".mr-say")).not_to_be_empty()
    must_pass(page, shot, "refused")
    first.fill("Three words here")
    page.locator("[data-do=hand_in]").click()
    expect(page.locator(".mr-history")).to_be_visible()
    must_pass(page, shot, "handed-in")
    must_fit(page)
