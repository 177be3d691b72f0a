"""A learner who is quicker than the network: nothing that was pressed is lost, nothing is done twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Lab, Visit

pytestmark = pytest.mark.needs("chromium")

CARDS = """
<microquiz display_name="Cards">
  <flashcard id="one"><text>First</text><back>Its back</back></flashcard>
  <flashcard id="two"><text>Second</text><back>Its other back</back></flashcard>
</microquiz>
"""
ONE = """
<microquiz display_name="One question" presentation="all_on_a_page" attempts_allowed="3">
  <single id="one"><text>Pick</text><choice id="a" right="true">yes</choice><choice id="b">no</choice></single>
</microquiz>
"""


def slow(page: Page, milliseconds: int = 800) -> None:
    """Everything that is sent takes this long."""

    def later(route: Route) -> None:
        page.wait_for_timeout(milliseconds)
        route.continue_()

    page.route("**/handler/**", later)


def test_the_next_card_can_be_turned_while_the_last_one_is_on_its_way(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(CARDS), as_="ann")
    page.locator("[data-do=turn]").first.click()
    expect(page.locator(".mu-back")).to_be_visible()
    slow(page)
    page.locator("[name=r][value=good]").click()
    page.locator("[data-go='1']").click()
    page.locator("[data-current] [data-do=turn]").click()
    expect(page.locator("[data-current] .mu-back")).to_have_text("Its other back")
    assert lab.state(page)["answered"] == 1


def test_a_second_press_on_the_same_button_spends_no_second_attempt(lab: Lab, visit: Visit) -> None:
    page = visit(lab.put(ONE), as_="bob")
    slow(page)
    page.get_by_label("no", exact=True).check()
    page.locator(".mu-go").dblclick()
    expect(page.locator(".mu-feedback")).to_be_visible()
    page.wait_for_load_state("networkidle")
    (state,) = lab.state(page)["questions"].values()
    assert state["attempts"] == 1
