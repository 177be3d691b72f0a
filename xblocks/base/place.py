"""Where blocks stand in a course, pure."""

from __future__ import annotations

from dataclasses import dataclass

from opaque_keys.edx.keys import UsageKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A block where it stands in a course, with what stands in it: a section, a unit, or something to do.

    Attributes:
        name: as its team reads it.
        completes: doing it is noted as its completion; never true of what holds others.
        scores: it has a score.
        is_hidden: learners do not see it, and so nothing in it.
    """

    usage_key: UsageKey
    name: str
    completes: bool = False
    scores: bool = False
    is_hidden: bool = False
    parts: tuple[Place, ...] = ()
