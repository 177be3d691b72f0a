"""Markup that course teams write, made safe. The same rule serves on save and on display.

Allowed is what an explanation needs: text structure, emphasis, lists, links, pictures, tables, code. No scripts, no
forms, no style, no frames, no ids (they could collide with the page's own). Uses nh3 (ammonia).
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

import nh3

TAGS = frozenset(
    "a abbr b blockquote br cite code dd del dfn dl dt em figcaption figure h3 h4 h5 h6 hr i img ins kbd li mark ol p "
    "pre q rp rt ruby s samp small span strong sub sup table tbody td th thead tr u ul var".split()
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# What XML 1.0 cannot hold, and what no text needs: control characters, surrogates and the two non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile("\r\n?")
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_ELEMENT = re.compile(r'<(/?)([a-z0-9]+)(?:\s[^\s=>]+="[^"]*")*>')
_START_TAG = re.compile(r'<[a-z0-9]+(?:\s[^\s=>]+="[^"]*")+>')
_VALUE = re.compile(r'"[^"]*"')
_PRE = re.compile(r"(<pre[^>]*>)\n+")
_MOST_PASSES = 8


def clean_text(text: str) -> str:
    """Plain text without control characters, line ends as \\n."""
    return _CONTROL.sub("", _NEWLINE.sub("\n", text))


@lru_cache(maxsize=4096)
def clean_html(markup: str) -> str:
    """Markup with only what is allowed. Cleaning twice is the same as cleaning once.

    One pass of an HTML parser can leave tags so nested that the next pass would read them otherwise, so passes go on
    until nothing changes. Markup that will not settle is nobody's writing: its text is kept, its tags are not.
    """
    text = clean_text(markup)
    if "<" not in text and "&" not in text and ">" not in text:
        return text
    for _ in range(_MOST_PASSES):
        cleaned = _clean_once(text)
        if cleaned == text:
            return text
        text = cleaned
    return _clean_once(escape(as_plain_text(text), quote=False))


def _clean_once(text: str) -> str:
    cleaned = nh3.clean(
        text,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    # A parser drops a line end right after <pre>: without this, every pass would take one more.
    return _PRE.sub(r"\1", _without_loose_items(_START_TAG.sub(_with_inert_values, cleaned)))


def _with_inert_values(tag: re.Match[str]) -> str:
    """A start tag without < and > in its attributes.

    To a browser they are text there; but whoever puts something into markup (a gap, the address of a course's file)
    must find brackets around tags only, or what is put in ends the attribute and the text behind it becomes a tag.
    """
    return _VALUE.sub(lambda value: value[0].replace("<", "&lt;").replace(">", "&gt;"), tag[0])


def _without_loose_items(markup: str) -> str:
    """Clean markup in which a list item outside a list is a line: it would end the item of ours in which it stands."""
    if "<li" not in markup:
        return markup
    depth = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal depth
        closing, name = found.groups()
        if name in ("ul", "ol"):
            depth += -1 if closing else 1
        if name != "li" or depth:
            return found[0]
        return "<br>" if closing else ""

    return _ELEMENT.sub(kept, markup)


def clean_url(url: str) -> str:
    """A web address or a path on this site; "" when it is neither (javascript:, data:, ...)."""
    address = clean_text(url).strip().replace("\n", "").replace("\t", "")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    if scheme and scheme.group(1).lower() not in SCHEMES:
        return ""
    return address


def as_plain_text(markup: str) -> str:
    """What a screen reader would read: markup without its tags, on one line."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" ", markup))).strip()
