"""What no block could read is kept, told and escaped."""

from __future__ import annotations

from gettext import NullTranslations

from lxml import etree

from xblocks.base.problems import ContentError, Problem
from xblocks.base.unread import kept_element, problems_of, render_unread

TEXT = '<quiz url_name="x" xblock-family="xblock.v1" mood="odd"><text>a &lt; b</text></quiz>'


def refuse(node: etree._Element) -> None:
    raise ContentError((Problem(f"/{node.get('mood')}", "This is %(n)s too many.", {"n": 1}),))


def test_what_the_platform_adds_itself_is_not_part_of_it() -> None:
    kept = kept_element(TEXT)
    assert dict(kept.attrib) == {"mood": "odd"}
    assert kept.findtext("text") == "a < b"


def test_nothing_outside_of_the_text_is_read() -> None:
    kept = kept_element('<!DOCTYPE q [<!ENTITY f SYSTEM "file:///etc/hostname">]><q>&f;</q>')
    assert not (kept.text or "").strip()


def test_problems_are_those_of_now() -> None:
    assert problems_of(TEXT, lambda _node: None) == ()
    assert [one.path for one in problems_of(TEXT, refuse)] == ["/odd"]


def test_the_team_reads_what_to_mend_and_what_there_was() -> None:
    told = problems_of(TEXT, refuse)
    html = render_unread("Mine & yours", TEXT, told, NullTranslations(), what="It is <odd>.", how="Mend it.", look="mw")
    assert html.startswith('<section class="mu mw"><h3 class="mu-title">Mine &amp; yours</h3><p>It is &lt;odd&gt;.</p>')
    assert "<li>This is 1 too many. <code>/odd</code></li>" in html
    assert "&lt;quiz url_name=" in html
    assert '<section class="mu"><' in render_unread("", "", (), NullTranslations(), what="", how="")
