"""The badges of a course: course badges in Moodle, which nobody but the companion awards.

Ours stays the signed one. Moodle shows the same name, picture and texts; what its badges have no place for is said.
"""

from __future__ import annotations

import hashlib
import re
from html import escape, unescape

from moodle_bridge.components import Component, Fate, File, Loss
from moodle_bridge.keys import badge_key
from moodle_bridge.kinds import Carried, Context
from moodle_bridge.olx_course import Block
from xblocks.badges import olx
from xblocks.badges.criteria import AnyOf, SomeOf
from xblocks.badges.criteria_words import Said, said
from xblocks.badges.definition import Badge, block_name
from xblocks.badges.picture import Design, letters_of
from xblocks.badges.picture_png import draw
from xblocks.base.problems import N_

TYPE = "badges"
KIND = "badge"

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
"""What Moodle can make a badge's picture of."""
DAYS_A_MONTH, SECONDS_A_DAY = 30.4375, 86_400

_END_OF_LINE = re.compile(r"<br[^>]*>|</(?:p|li|div|h[1-6]|blockquote|tr)>")
_TAG = re.compile(r"<[^>]*>")
_IMAGE = re.compile(r"<img\b[^>]*>")
_USAGE = re.compile(r"\+type@([^+]+)\+block@(.+)")

_DRAWN = N_("Moodle makes a badge's picture of a PNG, JPEG or GIF only: it gets one that is drawn.")
_MISSING = N_("The file %(name)s is not among the course's files: the badge gets a picture that is drawn.")
_NO_IMAGES = N_("What has to be done is text in Moodle; its pictures stay behind.")
_SIGNED_ONLY = N_("Moodle's badge has no place for it; the signed badge has it.")


def components(block: Block, context: Context) -> list[Carried]:
    """Each badge of that block.

    Raises:
        ContentError: they cannot be read.
    """
    names = dict(_names(context))
    return [_carried(badge, block, context, names) for badge in olx.read(block.element)]


def _names(context: Context) -> list[tuple[str, str]]:
    """Titles of the course's blocks, by what criteria call them."""
    found = ((_USAGE.search(usage_key), title) for usage_key, title in context.titles.items())
    return [(block_name(match[1], match[2]), title) for match, title in found if match]


def _carried(badge: Badge, block: Block, context: Context, names: dict[str, str]) -> Carried:
    key = badge_key(context.course, badge.id)
    losses: list[Loss] = []
    picture = _picture(badge, key, context, losses)
    losses.extend(
        Loss(key=key, path=name, fate=Fate.LOST, message=_SIGNED_ONLY)
        for name in ("minutes", "tags", "alignments")
        if getattr(badge, name)
    )
    component = Component(
        kind=KIND,
        key=key,
        title=badge.name,
        origin=block.usage_key,
        fields={
            "name": badge.name,
            # Moodle's badges are described in plain text, and not without.
            "description": _plain(badge.description) or badge.name,
            "picture": f"@@FILE:{picture.sha256}@@",
            "criteria": _criteria(badge, key, context, names, losses),
            "needed": "any" if isinstance(badge.criterion, AnyOf | SomeOf) else "all",
            "validity": round(badge.months * DAYS_A_MONTH) * SECONDS_A_DAY,
        },
        files=(picture,),
    )
    return Carried(component=component, losses=tuple(losses), is_placed=False)


def _plain(markup: str) -> str:
    """Markup as lines of text."""
    text = unescape(_TAG.sub("", _END_OF_LINE.sub("\n", markup)))
    return "\n".join(line for part in text.splitlines() if (line := " ".join(part.split())))


def _criteria(badge: Badge, key: str, context: Context, names: dict[str, str], losses: list[Loss]) -> str:
    """What has to be done: in the team's words, or as the criterion says it."""
    if not badge.narrative:
        return _markup(said(badge.criterion, names, context.words))
    text = _IMAGE.sub("", badge.narrative)
    if text != badge.narrative:
        losses.append(Loss(key=key, path="narrative", fate=Fate.LOST, message=_NO_IMAGES))
    return text


def _markup(one: Said) -> str:
    return f"<p>{escape(one.text)}</p>{_list(one.parts)}"


def _list(parts: tuple[Said, ...]) -> str:
    items = "".join(f"<li>{escape(part.text)}{_list(part.parts)}</li>" for part in parts)
    return f"<ul>{items}</ul>" if parts else ""


def _picture(badge: Badge, key: str, context: Context, losses: list[Loss]) -> File:
    """The course's picture, where Moodle can take it, else the drawn one."""
    if badge.image:
        name = badge.image.removeprefix("/static/")
        file = context.find(name)
        if file is not None and file.mimetype in PICTURES:
            return file
        message, fate = (_MISSING, Fate.LOST) if file is None else (_DRAWN, Fate.CHANGED)
        losses.append(Loss(key=key, path="image", fate=fate, message=message, params={"name": name}))
    is_chosen = badge.design != Design() or not badge.image
    content = draw(badge.design if is_chosen else Design(letters=letters_of(badge.name)))
    return File(
        name=f"{badge.id}.png",
        sha256=hashlib.sha256(content).hexdigest(),
        mimetype="image/png",
        size=len(content),
        made=content,
    )
