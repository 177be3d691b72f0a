"""A credential in an SVG: an element `openbadges:credential` right at its beginning (Open Badges 3.0, section 5.3.2).

A JWT stands in its attribute `verify`, JSON with a proof in CDATA. The XML is read without DOCTYPE, entities or
network. A picture that is about to be baked may hold nothing that acts or fetches, since badges are shown on pages.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from xblocks.badges.baking_png import MAX_TEXT, NOT_AS_ASKED, NOTHING_BAKED, OLD, SEVERAL
from xblocks.badges.credential_errors import PictureRefusedError
from xblocks.base.problems import N_

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLD_NAMESPACE = "http://openbadges.org"
SVG = "http://www.w3.org/2000/svg"
ELEMENT = f"{{{NAMESPACE}}}credential"

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_ELEMENTS = 20_000

_DAMAGED = N_("This is not an SVG picture that can be read.")
_DOCTYPE = N_("This picture has a DOCTYPE, behind which other texts can hide. Export it again as plain SVG.")
_TOO_LARGE = N_("This picture is too large. Choose an SVG of at most %(most)d MB.")
_ACTIVE = N_("This picture holds something that acts or fetches (%(what)s). Export it again as plain SVG.")

# What draws. Links, scripts, animation, foreign markup and pictures from elsewhere are not among them.
DRAWING = frozenset(
    """
    circle clipPath defs desc ellipse feBlend feColorMatrix feComposite feDropShadow feFlood feGaussianBlur feMerge
    feMergeNode feMorphology feOffset filter g line linearGradient marker mask metadata path pattern polygon polyline
    radialGradient rect stop style svg switch symbol text textPath title tspan use view
    """.split()
)
_ELSEWHERE = re.compile(r"url\(\s*['\"]?\s*(?!#)|@import|expression|javascript:|\\", re.IGNORECASE)
_NO_XML_CHARACTER = re.compile("[\ufffe\uffff]")


def is_svg(data: bytes) -> bool:
    """Whether it begins as XML does."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def baked(picture: bytes, text: str) -> bytes:
    """A picture with a credential (a JWT, or JSON with a proof) in it; one that was in it before is replaced.

    Raises:
        PictureRefusedError: when it is no SVG, is too large, or holds something that acts or fetches.
    """
    root = _drawing(picture)
    framed = etree.Element(root.tag, {str(key): str(value) for key, value in root.attrib.items()}, nsmap=_spaces(root))
    credential = etree.SubElement(framed, ELEMENT)
    if text.lstrip().startswith("{"):
        credential.text = etree.CDATA(_for_cdata(text))
    else:
        credential.set("verify", text)
    credential.tail = root.text
    framed.extend(list(root))
    return etree.tostring(framed, xml_declaration=True, encoding="UTF-8")


def cleaned(picture: bytes) -> bytes:
    """A picture without a credential in it, and without what drawing programs note for themselves.

    Raises:
        PictureRefusedError: when it is no SVG, is too large, or holds something that acts or fetches.
    """
    return etree.tostring(_drawing(picture), xml_declaration=True, encoding="UTF-8")


def unbaked(picture: bytes) -> str:
    """The credential in a picture.

    Raises:
        PictureRefusedError: when there is none, or several, or it is not written as the specification says.
    """
    root = _root(picture)
    found = list(root.iter(ELEMENT))
    if not found:
        old = next(root.iter(f"{{{OLD_NAMESPACE}}}assertion"), None)
        raise PictureRefusedError(NOTHING_BAKED if old is None else OLD)
    if len(found) > 1:
        raise PictureRefusedError(SEVERAL)
    text = found[0].get("verify") or (found[0].text or "").strip()
    if not text or len(text) > MAX_TEXT or len(found[0]):
        raise PictureRefusedError(NOT_AS_ASKED)
    return text


def _drawing(picture: bytes) -> etree._Element:
    root = _root(picture)
    for old in [*root.iter(ELEMENT)]:
        _remove(old)
    _refuse_active(root)
    return root


def _spaces(root: etree._Element) -> dict[Any, str]:
    """The prefixes of a picture (None is one), with the one that the specification asks for."""
    spaces: dict[Any, str] = dict(root.nsmap.items())
    return spaces | {"openbadges": NAMESPACE}


def _root(picture: bytes) -> etree._Element:
    if len(picture) > MAX_BYTES:
        raise PictureRefusedError(_TOO_LARGE, most=MAX_BYTES // 1024 // 1024)
    try:
        # Nothing may hide from the look at the text in another encoding, so UTF-8 is asked for twice.
        if "<!DOCTYPE" in picture.decode():
            raise PictureRefusedError(_DOCTYPE)
        root = etree.fromstring(picture, _parser())
    except (etree.XMLSyntaxError, UnicodeDecodeError):
        raise PictureRefusedError(_DAMAGED) from None
    if root.tag != f"{{{SVG}}}svg":
        raise PictureRefusedError(_DAMAGED)
    _refuse_hostile(root)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        strip_cdata=False,
        remove_pis=True,
    )


def _refuse_hostile(root: etree._Element) -> None:
    depth = 0
    for count, (event, _node) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH or count > 2 * MAX_ELEMENTS:
            raise PictureRefusedError(_DAMAGED)


def _refuse_active(root: etree._Element) -> None:
    for element in [*root.iter(etree.Element)]:
        name = etree.QName(element)
        if name.namespace != SVG:
            # What drawing programs note for themselves is not drawn, and a browser runs scripts of other markup.
            _remove(element)
        elif name.localname not in DRAWING:
            raise PictureRefusedError(_ACTIVE, what=f"<{name.localname}>")
        else:
            _refuse_active_text(name.localname, element)


def _refuse_active_text(name: str, element: etree._Element) -> None:
    for key, value in element.attrib.items():
        local = etree.QName(key).localname.lower()
        goes_elsewhere = local in {"href", "src"} and not str(value).strip().startswith("#")
        if local == "base" or local.startswith("on") or goes_elsewhere or _ELSEWHERE.search(str(value)):
            raise PictureRefusedError(_ACTIVE, what=local)
    if name == "style" and (_ELSEWHERE.search("".join(map(str, element.itertext()))) or len(element)):
        raise PictureRefusedError(_ACTIVE, what="style")


def _remove(element: etree._Element) -> None:
    """Without the element, but with the text behind it, which lxml would take along."""
    parent, before = element.getparent(), element.getprevious()
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _for_cdata(text: str) -> str:
    """JSON that XML can hold: the same JSON, with the few characters written as escapes that CDATA cannot have."""
    escaped = _NO_XML_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return escaped.replace("]]>", "]]\\u003e")
