"""A whole page that everybody may see: alone in a browser, on a phone, without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

GOOD, BAD, UNSURE = "good", "bad", "unsure"

_DRAWN = {
    GOOD: '<path d="M5 13l4.5 4.5L19 7"/>',
    BAD: '<path d="M6 6l12 12M18 6L6 18"/>',
    UNSURE: '<path d="M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 2"/><path d="M12 17.5v.5"/>',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a page's content.

    Attributes:
        ways: addresses and names of the pages beside it.
        preview: what others show of a link to it (OpenGraph), by name.
    """

    title: str
    site: str
    site_url: str
    css: Sequence[str]
    lang: str
    rtl: bool
    ways: Sequence[tuple[str, str]] = ()
    preview: Mapping[str, str] = field(default_factory=dict)


def render_page(frame: Frame, content: str) -> str:
    """The page as HTML."""
    sheets = "".join(f'<link rel="stylesheet" href="{escape(url)}">' for url in frame.css)
    metas = "".join(
        f'<meta property="{escape(name)}" content="{escape(value)}">' for name, value in frame.preview.items() if value
    )
    ways = "".join(f'<a class="mb-way" href="{escape(url)}">{escape(name)}</a>' for url, name in frame.ways)
    return (
        f'<!DOCTYPE html><html lang="{escape(frame.lang)}" dir="{"rtl" if frame.rtl else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{escape(frame.title)} | {escape(frame.site)}</title>{metas}{sheets}"
        f'</head><body class="mb"><header><a class="mb-way" href="{escape(frame.site_url)}">{escape(frame.site)}</a>'
        f"</header><main>{content}</main>{f'<footer>{ways}</footer>' if ways else ''}</body></html>"
    )


def sign(kind: str) -> str:
    """A small sign beside words that say the same: GOOD, BAD or UNSURE."""
    return f'<svg class="mb-sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_DRAWN[kind]}</svg>'


def said(kind: str, text: str) -> str:
    """A sentence with its sign, as it stands out on a page."""
    return f'<p class="mb-said mb-{kind}">{sign(kind)}<span>{escape(text)}</span></p>'
