"""A message as another place's notifications show it."""

from __future__ import annotations

from gettext import NullTranslations
from xml.etree import ElementTree as ET

import pytest

from xblocks.nudge.kinds import Kind
from xblocks.nudge.notice_page import render_notice
from xblocks.nudge.wording import Addresses, Letter, Occasion, Topic, as_text, letter

WORDS = NullTranslations()
GO, STOP, QUESTION = "https://place.example/?id=1&x=2", "https://lms.example/stop/1", "https://lms.example/q/1"


def made(*topics: str, asked: str = "What is < 5?", kind: Kind = Kind.REVIEWS) -> Letter:
    occasion = Occasion(
        kind=kind, topics=tuple(Topic(name, 1) for name in topics), questions=len(topics), site="School", asked=asked
    )
    return letter(occasion, WORDS)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ANCHORED])
@pytest.mark.parametrize("topics", [("A & B",), ("A & B", "<C>")])
def test_it_is_whole_markup_that_says_what_the_text_says(kind: Kind, topics: tuple[str, ...]) -> None:
    one = made(*topics, kind=kind)
    root = ET.fromstring(render_notice(one, Addresses(go=GO, stop=STOP, question=QUESTION), "en", rtl=False))
    said = " ".join(root.itertext())
    for text in (one.lead, *one.paragraphs, *one.topics, one.asked, one.button, one.why, one.choose):
        assert text in said
    links = [link.get("href") for link in root.iter("a")]
    assert links == ([QUESTION] if one.asked else []) + [GO, STOP]


def test_links_that_lead_nowhere_are_left_out_of_markup_and_text() -> None:
    one, nowhere = made("A"), Addresses(go="", stop="")
    assert "<a " not in render_notice(one, nowhere, "en", rtl=False)
    text = as_text(one, nowhere)
    assert one.button not in text
    assert one.choose not in text
    assert one.asked in text


def test_it_says_in_which_direction_it_is_read() -> None:
    html = render_notice(made("A", asked=""), Addresses(go=GO, stop=STOP), "ar", rtl=True)
    assert html.startswith('<div lang="ar" dir="rtl">')
