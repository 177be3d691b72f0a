"""A whole page of our own, with the learner's ways between these pages; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a page's content.

    Attributes:
        here: the address of the page, to mark where one is.
        ways: addresses and names of the pages beside it.
        answers_url: where a session's answers go; its name and a slash are put behind it.
    """

    title: str
    site: str
    site_url: str
    here: str
    ways: Sequence[tuple[str, str]]
    answers_url: str
    css: Sequence[str]
    js: Sequence[str]
    lang: str
    rtl: bool


def render_page(frame: Frame, content: str, words: NullTranslations) -> str:
    """The page as HTML."""
    sheets = "".join(f'<link rel="stylesheet" href="{escape(url)}">' for url in frame.css)
    scripts = "".join(f'<script src="{escape(url)}" defer></script>' for url in frame.js)
    ways = "".join(
        f'<a href="{escape(url)}"{" aria-current=page" if url == frame.here else ""}>{escape(name)}</a>'
        for url, name in frame.ways
    )
    offline = words.gettext("That did not get through. Check your connection and try again.")
    return (
        f'<!DOCTYPE html><html lang="{escape(frame.lang)}" dir="{"rtl" if frame.rtl else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(frame.title)} | {escape(frame.site)}</title>'
        f'{sheets}{scripts}</head><body class="mn-page"><header>'
        f'<a class="mn-site" href="{escape(frame.site_url)}">{escape(frame.site)}</a><nav>{ways}</nav></header>'
        f'<main data-mn-page="{escape(frame.answers_url)}"><div class="mn" data-offline="{escape(offline)}">{content}'
        "</div></main></body></html>"
    )
