"""A picture that a course team uploads for a badge: checked, made harmless, and no larger than it needs to be.

A PNG is written anew from its points, so nothing else in the file survives. An SVG loses what acts or fetches; what is
left is what `baking_svg` bakes. XML is read without DOCTYPE, entities or network.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO

from lxml import etree
from PIL import Image, UnidentifiedImageError

from xblocks.badges import baking_png, baking_svg
from xblocks.badges.credential_errors import PictureRefusedError
from xblocks.base.problems import N_, ContentError, Problem

MAX_PNG, MAX_SVG = 2 * 1024 * 1024, 256 * 1024
SIDE = 512
"""Points; a picture is shown smaller than that everywhere."""
LEAST_SIDE = 64

_NOTHING = N_("Choose a picture: a PNG or an SVG.")
_NO_PICTURE = N_("This is neither a PNG nor an SVG. Choose another picture, or use the designed one.")
_TOO_LARGE = N_("This picture is too large. A PNG may have %(png)d MB and 4000 by 4000 points, an SVG %(svg)d KB.")
_TOO_SMALL = N_("This picture is too small to be sharp. Choose one of at least %(least)d by %(least)d points.")
_DAMAGED = N_("This picture cannot be read. Export it again, or choose another.")
_NO_SIZE = N_("This SVG does not say how large it is. Export it with a viewBox.")

_ELSEWHERE = re.compile(r"url\(\s*['\"]?\s*(?!#)|@import|expression|javascript:|\\|data:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be kept and shown.

    Attributes:
        name: says what it holds, so that another picture never has its name.
    """

    content: bytes
    content_type: str
    name: str


def uploaded(content: bytes) -> Picture:
    """A picture as it may be kept.

    Raises:
        ContentError: when it cannot be used.
    """
    if not content:
        raise _refused(_NOTHING)
    if baking_png.is_png(content):
        return _picture(_png(content), "image/png", "png")
    if baking_svg.is_svg(content):
        return _picture(_svg(content), "image/svg+xml", "svg")
    raise _refused(_NO_PICTURE)


def _picture(content: bytes, content_type: str, ending: str) -> Picture:
    return Picture(content, content_type, f"badge-{hashlib.sha256(content).hexdigest()[:16]}.{ending}")


def _refused(message: str, **params: object) -> ContentError:
    return ContentError((Problem("image", message, params),))


def _too_large() -> ContentError:
    return _refused(_TOO_LARGE, png=MAX_PNG // 1024 // 1024, svg=MAX_SVG // 1024)


# --- PNG


def _png(content: bytes) -> bytes:
    if len(content) > MAX_PNG:
        raise _too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            points = _points(content)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except ContentError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise _refused(_DAMAGED) from None
    points.thumbnail((SIDE, SIDE))
    out = BytesIO()
    points.save(out, "PNG", optimize=True)
    return out.getvalue()


def _points(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=["PNG"]) as image:
        # Known from the header; nothing was unpacked yet.
        if image.width * image.height > baking_png.MAX_PIXELS:
            raise _too_large()
        if min(image.size) < LEAST_SIDE:
            raise _refused(_TOO_SMALL, least=LEAST_SIDE)
        return image.convert("RGBA")


# --- SVG


def _svg(content: bytes) -> bytes:
    if len(content) > MAX_SVG:
        raise _too_large()
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise _refused(_DAMAGED) from None
    if root.tag != f"{{{baking_svg.SVG}}}svg":
        raise _refused(_NO_PICTURE)
    if root.get("viewBox") is None and (root.get("width") is None or root.get("height") is None):
        raise _refused(_NO_SIZE)
    for element in list(root.iter(etree.Element)):
        if element is not root and not _draws(element):
            _remove(element)
        else:
            _disarm(element)
    # A copy of the root alone: what stands before it, such as a DOCTYPE, is gone.
    clean = etree.tostring(deepcopy(root), xml_declaration=True, encoding="UTF-8")
    try:
        # Whatever got past: nothing is kept that could not be baked later.
        baking_svg.baked(clean, "{}")
    except PictureRefusedError:
        raise _refused(_DAMAGED) from None
    return clean


def _draws(element: etree._Element) -> bool:
    name = etree.QName(element)
    if name.namespace != baking_svg.SVG or name.localname not in baking_svg.DRAWING:
        return False
    return name.localname != "style" or not (len(element) or _ELSEWHERE.search(element.text or ""))


def _disarm(element: etree._Element) -> None:
    for key, value in list(element.attrib.items()):
        name = etree.QName(key).localname.lower()
        goes_elsewhere = name in ("href", "src") and not str(value).strip().startswith("#")
        if name == "base" or name.startswith("on") or goes_elsewhere or _ELSEWHERE.search(str(value)):
            del element.attrib[key]


def _remove(element: etree._Element) -> None:
    """Without the element and all in it. The text behind it is not drawn where elements that are removed stand."""
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
