"""The truth stays on the server until the learner has earned it: nothing that the browser gets holds any of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Lab, Visit
from tests.browser.quizzes import one_of_each

pytestmark = pytest.mark.needs("chromium")

# What only the server knows: everything marked in the quiz, and the number that is right.
SECRETS = ("SECRET", "86420")


class Wire:
    """Everything that came over the wire, but for the devstack's own panel, which shows what the LMS recorded."""

    def __init__(self, page: Page) -> None:
        self.responses: list[Response] = []
        page.on("response", lambda response: self.responses.append(response))  # noqa: PLW0108 - it must be a function

    def told(self) -> list[str]:
        """The secrets that came since the last time, each with the address that told it."""
        texts = [(one.url, one.text()) for one in self.responses if not one.url.endswith("/recorded/")]
        assert texts
        self.responses.clear()
        return [f"{secret} in {address}" for address, text in texts for secret in SECRETS if secret in text]


def page_told(page: Page) -> list[str]:
    return [secret for secret in SECRETS if secret in page.locator(".block").first.inner_html()]


@pytest.mark.parametrize("person", ["ann", "", "team"])
@pytest.mark.parametrize("settings", ["", 'presentation="all_on_a_page"', 'feedback_timing="end"'])
def test_before_the_first_answer_nothing_is_told(lab: Lab, visit: Visit, person: str, settings: str) -> None:
    address = lab.put(one_of_each(settings))
    page = visit(as_=person)
    wire = Wire(page)
    page.goto(address, wait_until="networkidle")
    assert wire.told() == []
    assert page_told(page) == []
    state = page.request.get(
        page.locator(".xblock").evaluate("it => `/courses/${it.dataset.courseId}/xblock/${it.dataset.usageId}`")
        + "/handler/student_view_user_state"
    )
    assert not [secret for secret in SECRETS if secret in state.text()]


def test_a_wrong_answer_is_told_only_what_it_has_earned(lab: Lab, visit: Visit) -> None:
    page = visit()
    wire = Wire(page)
    page.goto(lab.put(one_of_each('presentation="all_on_a_page"')))
    item = page.locator("[data-type=shorttext]")
    item.locator("[name=t]").fill("half")
    item.locator(".mu-go").click()
    expect(item).to_have_attribute("data-standing", "partly")
    expect(item.locator(".mu-feedback")).to_contain_text("SECRET-half")
    told = "".join(one.text() for one in wire.responses if "/handler/" in one.url)
    assert told.count("SECRET") == told.count("SECRET-half") > 0


def test_saved_answers_tell_nothing_before_they_are_handed_in(lab: Lab, visit: Visit) -> None:
    page = visit()
    wire = Wire(page)
    page.goto(lab.put(one_of_each('presentation="all_on_a_page" feedback_timing="end"')))
    page.locator("[data-type=single] .mu-choice", has_text="This one").click()
    page.locator("[data-type=truefalse] .mu-choice").last.click()
    expect(page.locator("[data-type=truefalse]")).to_have_attribute("data-standing", "saved")
    assert wire.told() == []
    page.reload()
    expect(page.locator("[data-standing=saved]")).to_have_count(2)
    assert wire.told() == []
    assert page_told(page) == []
