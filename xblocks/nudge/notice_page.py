"""A message as the notifications of another place show it: a few paragraphs and links, nothing that it would clean."""

from __future__ import annotations

from html import escape

from xblocks.nudge.wording import Addresses, Letter


def render_notice(letter: Letter, addresses: Addresses, lang: str, *, rtl: bool) -> str:
    """The letter as markup. Links to pages of ours are left out where there are none."""
    parts = [f"<p><strong>{escape(letter.lead)}</strong></p>"]
    parts += [f"<p>{escape(text)}</p>" for text in letter.paragraphs]
    if letter.topics:
        parts.append(f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in letter.topics)}</ul>")
    if letter.asked:
        parts.append(f"<p>{escape(letter.asked_label)}</p><blockquote><p>{escape(letter.asked)}</p></blockquote>")
        if addresses.question:
            parts.append(f"<p>{_link(addresses.question, letter.answer)}</p>")
    if addresses.go:
        parts.append(f"<p><strong>{_link(addresses.go, letter.button)}</strong></p>")
    parts.append(f"<p><small>{escape(letter.why)}</small></p>")
    if addresses.stop:
        parts.append(f"<p><small>{_link(addresses.stop, letter.choose)}</small></p>")
    direction = "rtl" if rtl else "ltr"
    return f'<div lang="{escape(lang, quote=True)}" dir="{direction}">{"".join(parts)}</div>'


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address, quote=True)}">{escape(words)}</a>'
