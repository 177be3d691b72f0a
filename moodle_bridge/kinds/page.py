"""A page of text: an HTML block of Open edX, a page in Moodle."""

from __future__ import annotations

from moodle_bridge.addresses import carried
from moodle_bridge.components import Component, Fate, Loss
from moodle_bridge.keys import component_key
from moodle_bridge.kinds import Carried, Context
from moodle_bridge.olx_course import Block
from xblocks.base.problems import N_
from xblocks.base.sanitise import clean_html

TYPE = "html"
KIND = "page"

UNTITLED = N_("Text")
CLEANED = N_("Scripts, styles and forms in it stay behind; the text, its pictures and links come along.")


def components(block: Block, context: Context) -> tuple[Carried]:
    """That block as a page."""
    key = component_key(block.usage_key)
    clean = clean_html(block.markup)
    content, files, losses = carried(clean, context.find, key, "content")
    if _has_more_than_text(block.markup):
        losses.append(Loss(key=key, path="content", fate=Fate.LOST, message=CLEANED))
    title = block.title or context.words.gettext(UNTITLED)
    page = Component(
        kind=KIND,
        key=key,
        title=title,
        origin=block.usage_key,
        fields={"name": title, "content": content},
        files=tuple(dict.fromkeys(files)),
    )
    return (Carried(component=page, losses=tuple(losses)),)


def _has_more_than_text(markup: str) -> bool:
    lowered = markup.lower()
    return any(f"<{tag}" in lowered for tag in ("script", "style", "form", "iframe", "object", "embed", "input"))
