"""The four ways in which Moodle writes a text, as markup: HTML, its own automatic format, plain text and Markdown.

Of Markdown only what questions use is rendered: emphasis, code, links, lists and paragraphs; the rest stays as typed.
What comes out is not sanitised yet; `content.read` does that.
"""

from __future__ import annotations

import re
from enum import StrEnum
from html import escape


class TextFormat(StrEnum):
    """A format, by the name that GIFT gives it."""

    HTML = "html"
    MOODLE = "moodle"
    PLAIN = "plain"
    MARKDOWN = "markdown"


_BLOCK = re.compile(r"<(?:p|br|div|ul|ol|li|table|pre|h[1-6]|blockquote)\b", re.IGNORECASE)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(([^()\s\"<>]{1,2000})\)")
_BOLD = re.compile(r"\*\*([^\s*](?:[^*\n]{0,998}[^\s*])?)\*\*")
_EMPHASIS = re.compile(r"\*([^\s*](?:[^*\n]{0,998}[^\s*])?)\*")
_ITEM = re.compile(r"\s{0,3}([-*+]|\d{1,3}[.)])\s+(.*)")


def as_markup(text: str, form: TextFormat) -> str:
    """A text in that format as markup."""
    match form:
        case TextFormat.HTML:
            return text
        case TextFormat.PLAIN:
            return _with_breaks(escape(text, quote=False))
        case TextFormat.MARKDOWN:
            return _markdown(text)
        case _:
            return text if _BLOCK.search(text) else _with_breaks(text)


def _with_breaks(text: str) -> str:
    return text.replace("\n", "<br>")


def _markdown(text: str) -> str:
    blocks = [block for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    if len(blocks) == 1 and not any(_ITEM.match(line) for line in text.split("\n")):
        return _with_breaks(_inline(text.strip("\n")))
    return "\n".join(_markdown_block(block.strip("\n")) for block in blocks)


def _markdown_block(block: str) -> str:
    lines = block.split("\n")
    items = [_ITEM.match(line) for line in lines]
    if not all(items):
        return f"<p>{_with_breaks(_inline(block))}</p>"
    found = [item for item in items if item]
    kind = "ol" if found[0].group(1)[0].isdigit() else "ul"
    return f"<{kind}>" + "".join(f"<li>{_inline(item.group(2))}</li>" for item in found) + f"</{kind}>"


def _inline(text: str) -> str:
    parts = _CODE.split(text)
    for index, part in enumerate(parts):
        parts[index] = f"<code>{escape(part)}</code>" if index % 2 else _emphasis(part)
    return "".join(parts)


def _emphasis(text: str) -> str:
    text = _LINK.sub(lambda match: f'<a href="{escape(match.group(2))}">{match.group(1)}</a>', text)
    return _EMPHASIS.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", text))
