"""The pages behind the links of a mail, as markup."""

from __future__ import annotations

from gettext import NullTranslations

import html5lib
import pytest

from xblocks.nudge.mail_page import (
    Choice,
    Frame,
    Way,
    render_asked,
    render_chosen,
    render_notice,
    render_onward,
    render_stop,
)

ENGLISH = NullTranslations()
FRAME = Frame(site="Campus <b> & co", lang="ar", rtl=True, css=("/a.css?x&y",), js=("/a.js",))
WAY = Way("On <i>", "/on?a&b")

PAGES = {
    "notice": render_notice(FRAME, "Title <i>", "Text & <b>", WAY),
    "choosing": render_stop(FRAME, "3 December", ENGLISH),
    "asked": render_asked(FRAME, '<li class="mu-q"></li>', "/q/x/", WAY, ENGLISH),
    **{choice.value: render_chosen(FRAME, choice, "3 December", "/wishes/", ENGLISH) for choice in Choice},
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_and_found_by_its_link_alone(name: str) -> None:
    page = PAGES[name]
    html5lib.HTMLParser(strict=True).parse(page)
    assert page.startswith('<!DOCTYPE html><html lang="ar" dir="rtl">')
    assert '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">' in page
    assert "<bdi>Campus &lt;b&gt; &amp; co</bdi>" in page
    assert 'href="/a.css?x&amp;y"' in page
    assert page.count("<h1>") == 1


def test_a_page_says_when_a_break_ends() -> None:
    assert "Until 3 December you hear nothing." in PAGES["choosing"]
    assert "<h1>Done: a break until 3 December</h1>" in PAGES["pause"]


@pytest.mark.parametrize(("choice", "can_undo"), [("stop", True), ("pause", True), ("fewer", False), ("again", False)])
def test_what_stops_messages_can_be_undone_there(choice: str, can_undo: bool) -> None:
    assert ('value="again"' in PAGES[choice]) is can_undo
    assert 'href="/wishes/"' in PAGES[choice]


def test_after_an_answer_it_says_when_the_question_comes_back() -> None:
    assert "returns on Thursday." in render_onward("on Thursday", WAY, ENGLISH)
    assert "returns" not in render_onward("", WAY, ENGLISH)
    assert '<a class="mm-button" href="/on?a&amp;b">On &lt;i&gt;</a>' in render_onward("", WAY, ENGLISH)
