"""An award as a file to take along: JSON, a JWT, or the badge's picture with the credential in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xblocks.badges import models, picture, picture_png
from xblocks.badges.baking import baked
from xblocks.badges.earned import PNG, SVG
from xblocks.badges.reading import read


@dataclass(frozen=True, slots=True)
class File:
    """A file with its media type and a name to keep it under."""

    content: bytes
    media_type: str
    name: str


def file_of(credential: models.Credential, form: str) -> File:
    """A credential as a file: "json", "jwt", "png" or "svg"."""
    name = f"{_plain(str(credential.achievement.document['name']))}.{form}"
    if form == "json":
        return File(credential.document.encode(), "application/ld+json", name)
    if form == "jwt":
        return File(credential.token.encode(), "application/vc+jwt", name)
    media_type = PNG if form == "png" else SVG
    return File(baked(picture_of(credential.achievement, media_type), credential.document), media_type, name)


def picture_of(achievement: models.Achievement, media_type: str) -> bytes:
    """The badge's picture as PNG or SVG.

    That is what the course team uploaded, where it is of this kind. Of the other kind there is no picture of theirs:
    one is drawn from the badge's design, which every badge has.
    """
    if achievement.picture and achievement.picture_type == media_type:
        return bytes(achievement.picture)
    badge = read(achievement)
    design = badge.design
    if media_type == PNG:
        return picture_png.draw(design)
    return picture.draw(design, badge.name).encode()


def _plain(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60].lower() or "badge"
