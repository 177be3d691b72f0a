"""A credential in a picture, and out of it again: PNG or SVG, whichever the picture is."""

from __future__ import annotations

from xblocks.badges import baking_png, baking_svg
from xblocks.badges.credential_errors import PictureRefusedError
from xblocks.base.problems import N_

_NO_PICTURE = N_("This is neither a PNG nor an SVG picture.")


def baked(picture: bytes, text: str) -> bytes:
    """A picture with a credential in it: a JWT, or JSON with a proof.

    Raises:
        PictureRefusedError: when the picture cannot be used.
    """
    if baking_png.is_png(picture):
        return baking_png.baked(picture, text)
    if baking_svg.is_svg(picture):
        return baking_svg.baked(picture, text)
    raise PictureRefusedError(_NO_PICTURE)


def cleaned(picture: bytes) -> bytes:
    """A picture that can be baked and shown on a page of ours: without what acts or fetches, or is baked in it.

    Raises:
        PictureRefusedError: when the picture cannot be used.
    """
    if baking_png.is_png(picture):
        return baking_png.cleaned(picture)
    if baking_svg.is_svg(picture):
        return baking_svg.cleaned(picture)
    raise PictureRefusedError(_NO_PICTURE)


def unbaked(picture: bytes) -> str:
    """The credential in a picture.

    Raises:
        PictureRefusedError: when there is none that can be read.
    """
    if baking_png.is_png(picture):
        return baking_png.unbaked(picture)
    if baking_svg.is_svg(picture):
        return baking_svg.unbaked(picture)
    raise PictureRefusedError(_NO_PICTURE)
