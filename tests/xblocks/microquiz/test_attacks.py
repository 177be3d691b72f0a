"""Attacks on the block, each as somebody would try it: on the truth, on the grade, on others, on the machine."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest

from tests.devstack.playing import add_block, view
from xblocks.base.sanitise import as_plain_text, clean_html

pytestmark = pytest.mark.django_db(transaction=True)

# --- Markup


class Elements(HTMLParser):
    """What a browser would make of a page: every element with its attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_gap_within_an_attribute_does_not_let_markup_out_of_it() -> None:
    hostile = '<a title="[[g]] <img src=x onerror=alert(1)>">x</a>'
    text = hostile.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    key = add_block(
        f'<microquiz url_name="m"><cloze id="c"><text>{text}</text>'
        '<gap id="g" kind="typed"><answer>gap</answer></gap></cloze></microquiz>'
    )
    elements = Elements(view(key)).found
    assert not [tag for tag, attributes in elements if tag == "img" or "onerror" in attributes]


def test_clean_markup_has_no_angle_bracket_within_an_attribute() -> None:
    cleaned = clean_html('<i title="a < b > c">x</i> <b>1 &lt; 2</b>')
    assert cleaned == '<i title="a &lt; b &gt; c">x</i> <b>1 &lt; 2</b>'
    assert clean_html(cleaned) == cleaned
    assert as_plain_text(cleaned) == "x 1 < 2"


def test_unclosed_brackets_do_not_keep_the_server_busy() -> None:
    begun = time.process_time()
    assert as_plain_text("<" * 20_000).startswith("<<<")
    assert time.process_time() - begun < 0.2
