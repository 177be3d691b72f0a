"""XML that somebody pasted or uploaded, parsed without its dangers: no DOCTYPE, no entities, no network, bounded."""

from __future__ import annotations

import re

from lxml import etree

from xblocks.base.problems import N_, ContentError, Problem

MAX_BYTES = 5_000_000
MAX_DEPTH = 32
MAX_ELEMENTS = 50_000

# All that XML allows before a DOCTYPE: a declaration, comments, processing instructions and blanks.
_DOCTYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)

# libxml2's XML_ERR_INTERNAL_ERROR (too deep), _NO_MEMORY (too long a text), _ENTITY_LOOP and _RESOURCE_LIMIT.
_LIMITS = frozenset({1, 2, 89, 114})
_UNDECLARED_ENTITY = 26

_NO_ENTITIES = N_("This has a DOCTYPE or entities such as &name;. Remove them, and write the characters themselves.")
_TOO_LARGE = N_("This is nested too deeply or is too large for a quiz; check whether something was pasted twice.")


def parse(text: str | bytes) -> etree._Element:
    """The root element of a pasted or uploaded text.

    Raises:
        ContentError: when it is not well-formed XML in UTF-8, or not harmless. The path is ":" and the line, if known.
    """
    try:
        data = text.encode() if isinstance(text, str) else text.decode().encode()
    except UnicodeError:
        raise _refusal(N_("This is not text in UTF-8; save it as UTF-8 and try again.")) from None
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if len(data) > MAX_BYTES:
        raise _refusal(N_("This is larger than %(most)d MB; split it into several files."), most=MAX_BYTES // 1_000_000)
    if _DOCTYPE.match(data):
        raise _refusal(_NO_ENTITIES)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from None
    refuse_hostile(root)
    return root


def refuse_hostile(root: etree._Element, most_depth: int = MAX_DEPTH) -> None:
    """Bounds that no honest quiz meets, checked before anything is read; also for nodes that another parser made.

    Raises:
        ContentError: with one problem.
    """
    depth = 0
    for count, (event, node) in enumerate(etree.iterwalk(root, events=("start", "end", "comment", "pi"))):
        depth += {"start": 1, "end": -1}.get(event, 0)
        where = f"{root.tag}:{node.sourceline}"
        if event == "pi":
            raise _refusal(N_("Processing instructions (<?…?>) do not belong in a quiz; remove them."), where)
        if depth > most_depth or count > 2 * MAX_ELEMENTS:
            raise _refusal(_TOO_LARGE, where)
    for entity in root.iter(etree.Entity):
        raise _refusal(_NO_ENTITIES, f"{root.tag}:{entity.sourceline}")


def _malformed(error: etree.XMLSyntaxError) -> ContentError:
    where = f":{error.lineno}" if error.lineno else ""
    code = getattr(error, "code", 0)
    if code in _LIMITS:
        return _refusal(_TOO_LARGE, where)
    if code == _UNDECLARED_ENTITY:
        return _refusal(_NO_ENTITIES, where)
    reason = re.sub(r", line \d+, column \d+.*", "", error.msg or "")
    return _refusal(N_("This is not well-formed XML: %(reason)s."), where, reason=reason)


def _refusal(message: str, path: str = "", **params: object) -> ContentError:
    return ContentError((Problem(path, message, params),))
