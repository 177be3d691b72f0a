"""A course whose people, groups and teams a test moves about; and a model of permissions that knows nothing of ours.

The model keeps what happened, as one would tell it: who handed in what while which words stood on the page, and what
they took back since. It answers by going through that, not by looking at a level that is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

BLOCK = UsageKey.from_string("block-v1:Microunits+TEST+2026+type@reflection+block@week1")
OTHER = UsageKey.from_string("block-v1:Microunits+TEST+2026+type@reflection+block@week2")
LEARNERS = (1, 2, 3, 4)
LEADER, TEAM, STRANGER = 5, 6, 7
EVERYBODY = (*LEARNERS, LEADER, TEAM, STRANGER)


@dataclass
class World:
    """Who is where in the course. It is also what the platform answers."""

    groups: dict[int, int] = field(default_factory=lambda: {1: 1, 2: 1, 3: 2, 4: 1, LEADER: 1})
    there: set[int] = field(default_factory=lambda: {*LEARNERS, LEADER})
    leaders: set[int] = field(default_factory=lambda: {LEADER})
    team: set[int] = field(default_factory=lambda: {TEAM})

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        return {key: set(user_ids) & self.there for key in course_keys}

    def cohorts(self, user_ids: Collection[int], course_key: CourseKey) -> Mapping[int, int]:
        return {pk: self.groups[pk] for pk in user_ids if pk in self.groups}

    def cohort_leaders(self, user_ids: Collection[int], course_key: CourseKey) -> set[int]:
        return set(user_ids) & self.leaders


@dataclass
class Handed:
    """A version: who wrote it, and whom they had let in when they handed it in."""

    pk: int
    writer: int
    block: UsageKey
    text: str
    coaches: bool
    group: int | None
    buddy: int | None


@dataclass
class Expected:
    """What should be readable, from what happened."""

    world: World
    versions: list[Handed] = field(default_factory=list)
    pairs: set[frozenset[int]] = field(default_factory=set)

    def took_back(self, writer: int, block: UsageKey, level: str, with_buddy: bool) -> None:
        """They chose anew: whoever is not in the new choice is out, for good."""
        for one in self.versions:
            if (one.writer, one.block) == (writer, block):
                one.coaches = one.coaches and level != "private"
                one.group = one.group if level == "group" else None
                one.buddy = one.buddy if with_buddy else None

    def parted(self, pair: frozenset[int]) -> None:
        """Two are buddies no more: what they let each other read is closed, for good."""
        self.pairs.discard(pair)
        for one in self.versions:
            if one.writer in pair:
                one.buddy = None

    def may(self, reader: int, one: Handed, leaders_group: Mapping[Any, int | None]) -> bool:
        """Whether somebody may read a version now.

        Args:
            leaders_group: from which group each version was handed in; who leads it coaches there.
        """
        world = self.world
        if reader == one.writer:
            return False
        if one.coaches and reader in world.team:
            return True
        both_there = {reader, one.writer} <= world.there
        if both_there and one.buddy == reader and frozenset((reader, one.writer)) in self.pairs:
            return True
        if not both_there:
            return False
        mine, theirs = world.groups.get(reader), world.groups.get(one.writer)
        if mine is None or mine != theirs:
            return False
        if one.group == mine:
            return True
        return one.coaches and reader in world.leaders and leaders_group[one.pk] == mine
