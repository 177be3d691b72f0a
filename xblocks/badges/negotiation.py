"""In which form a document is given out: the one that was asked for by a suffix, or that an Accept header likes best.

Source: RFC 9110, section 12.5.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

JSON, JWT, HTML = "json", "jwt", "html"

NAMES: Mapping[str, tuple[str, ...]] = {
    JSON: ("application/ld+json", "application/vc+ld+json", "application/vc", "application/json"),
    JWT: ("application/vc+jwt", "application/jwt", "text/plain"),
    HTML: ("text/html", "application/xhtml+xml"),
}
"""The media types of each form; the first is what it is sent as. Open Badges 3.0 asks for a JWT as plain text."""

MAX_RANGES = 50


def chosen(accept: str, offered: Sequence[str]) -> str:
    """The form among those that are offered.

    Of what is liked alike that comes first which was named, in the order in which it was, then what is offered first.
    Where nothing of it is liked the first is given: it may be of use, and an empty answer is not.
    """
    liked = _ranges(accept) or {"*/*": 1.0}
    return max(offered, key=lambda form: max(_rank(name, liked) for name in NAMES[form]))


def _ranges(accept: str) -> dict[str, float]:
    found = {}
    for part in accept.split(",")[:MAX_RANGES]:
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        if name:
            found[name] = _weight(parameters)
    return found


def _weight(parameters: Sequence[str]) -> float:
    for one in parameters:
        name, _is, value = one.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _rank(name: str, liked: Mapping[str, float]) -> tuple[float, int]:
    """How much a media type is liked, and how early it was named (0: not by its name)."""
    kind = name.partition("/")[0]
    quality = next((liked[one] for one in (name, f"{kind}/*", "*/*") if one in liked), 0.0)
    return quality, MAX_RANGES - list(liked).index(name) if name in liked else 0
