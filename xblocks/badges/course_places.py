"""The blocks of a course as badges look at them: what they are called, and what can be done in each; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from xblocks.badges.definition import name_of
from xblocks.base.place import Place

ASKING = frozenset({"microquiz"})
"""Types of blocks whose answers are heard of one by one."""
REFLECTING = frozenset({"reflection"})
MEETING = frozenset({"workshop"})


def names_in(outline: Place) -> Mapping[str, str]:
    """What each block of a course is called, by its name in criteria.

    A name that several blocks share tells nothing: then the one around it is named as well ("Micro-quiz: Links").
    """
    leaves = list(_leaves(outline, ""))
    shared = Counter(place.name for place, _around in leaves)
    return {
        name_of(place.usage_key): f"{place.name}: {around}" if shared[place.name] > 1 and around else place.name
        for place, around in leaves
    }


def leaves_of(outline: Place) -> frozenset[str]:
    """The blocks that a criterion can name, by their names in criteria."""
    return frozenset(name_of(place.usage_key) for place, _around in _leaves(outline, ""))


def possible_in(outline: Place) -> frozenset[str]:
    """Kinds of criteria for which there is a block in the course."""
    return frozenset(_does(outline)).union(*map(possible_in, outline.parts))


def _leaves(place: Place, around: str) -> Iterator[tuple[Place, str]]:
    if not place.parts:
        yield place, around
    for part in place.parts:
        yield from _leaves(part, place.name)


def tree(place: Place) -> dict[str, Any]:
    """A place for the editor: its title, what can be done in it, and its parts, but for empty branches."""
    parts = [one for one in map(tree, place.parts) if one["parts"] or one["does"]]
    return {
        "name": name_of(place.usage_key),
        "type": place.usage_key.block_type,
        "title": place.name,
        "does": sorted(_does(place)),
        "parts": parts,
    }


def _does(place: Place) -> Iterator[str]:
    """Kinds of criteria that may name a block."""
    if place.completes:
        yield from ("completed", "within")
    if place.scores:
        yield "score"
    block_type = place.usage_key.block_type
    if block_type in ASKING:
        yield from ("first_try", "came_back")
    if block_type in REFLECTING:
        yield "reflected"
    if block_type in MEETING:
        yield from ("prepared", "attended")
