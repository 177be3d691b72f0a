"""The blocks of a course that a workshop can name: quizzes to prepare with, and a reflection afterwards; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from xblocks.base.place import Place

NAMED = ("microquiz", "reflection")


def choices(outline: Place) -> Mapping[str, list[tuple[str, str]]]:
    """By type: (how a plan names it, what it is called), in the order of the course.

    A name that several share tells nothing: then the unit is named as well ("Micro-quiz (Links)").
    """
    leaves = [(place.usage_key, place.name, around) for place, around in _leaves(outline, "")]
    shared = Counter((key.block_type, name) for key, name, _around in leaves)
    found: dict[str, list[tuple[str, str]]] = {block_type: [] for block_type in NAMED}
    for key, name, around in leaves:
        if key.block_type in found:
            called = f"{name} ({around})" if shared[key.block_type, name] > 1 and around else name
            found[key.block_type].append((f"{key.block_type}@{key.block_id}", called))
    return found


def _leaves(place: Place, around: str) -> Iterator[tuple[Place, str]]:
    if not place.parts:
        yield place, around
    for part in place.parts:
        yield from _leaves(part, place.name)
