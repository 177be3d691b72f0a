"""Who may read a reflection, pure. What nobody decided is private.

A draft is its writer's alone. Each version that is handed in holds under what it was (`Shared`): the level that its
writer saw and chose, the group they belonged to then, and who was their buddy then. From there on that only ever gets
less: taking something back counts at once for every version, and letting in more people counts for what is handed in
afterwards. What the course team offers, and which groups it makes, decide what can be chosen; they open nothing that
is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Visibility(StrEnum):
    """Who else may read it; each level lets in those of the one before, too."""

    PRIVATE = "private"
    COACH = "coach"
    GROUP = "group"


class Role(StrEnum):
    """What somebody is to the writer of a version that they may read."""

    COACH = "coach"
    BUDDY = "buddy"
    FELLOW = "fellow"


LEVELS = tuple(Visibility)
"""The most private first."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the course team lets learners choose from; private always is."""

    coach: bool = True
    group: bool = False
    buddy: bool = True

    def choices(self) -> tuple[Visibility, ...]:
        """The levels, the most private first."""
        levels = ((Visibility.COACH, self.coach), (Visibility.GROUP, self.group))
        return (Visibility.PRIVATE, *(level for level, is_allowed in levels if is_allowed))


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a learner chose for what they hand in.

    Attributes:
        with_buddy: their buddy may read it, whoever else may.
    """

    level: Visibility = Visibility.PRIVATE
    with_buddy: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """Under what a version was handed in, less what its writer took back since.

    Attributes:
        group: the group that its writer belonged to then; None: none.
        buddy: the user who was their buddy then, if they let them in.
    """

    level: Visibility = Visibility.PRIVATE
    group: int | None = None
    buddy: int | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """How somebody stands to a writer now.

    Attributes:
        reader, writer: users.
        is_team: the reader belongs to the team of the course.
        leads: the reader takes the course and leads the group that they belong to.
        reader_group, writer_group: the groups that both belong to, as far as they take the course; None: none.
        writers_buddy: the user who is the writer's buddy, as far as both take the course.
    """

    reader: int
    writer: int
    is_team: bool = False
    leads: bool = False
    reader_group: int | None = None
    writer_group: int | None = None
    writers_buddy: int | None = None


def role_for(shared: Shared, ties: Ties) -> Role | None:
    """In which role somebody may read a version that another one wrote; None: they may not."""
    if ties.reader == ties.writer:
        return None
    is_coach = ties.is_team or (ties.leads and _is_together(shared, ties))
    if shared.level is not Visibility.PRIVATE and is_coach:
        return Role.COACH
    if shared.buddy is not None and shared.buddy == ties.reader == ties.writers_buddy:
        return Role.BUDDY
    return Role.FELLOW if shared.level is Visibility.GROUP and _is_together(shared, ties) else None


def _is_together(shared: Shared, ties: Ties) -> bool:
    """Both belong now to the group that it was handed in for; who is moved to another one takes nothing along."""
    return shared.group is not None and shared.group == ties.reader_group == ties.writer_group


def capped(level: Visibility, allowed: Allowed, *, has_group: bool) -> Visibility:
    """A choice under what is offered: the widest level that is, and goes no further than what was chosen."""
    choices = offered(allowed, has_group=has_group)
    return max((one for one in choices if LEVELS.index(one) <= LEVELS.index(level)), key=LEVELS.index)


def offered(allowed: Allowed, *, has_group: bool) -> tuple[Visibility, ...]:
    """What a learner can choose from: who belongs to no group has nobody to let in there."""
    return tuple(one for one in allowed.choices() if has_group or one is not Visibility.GROUP)


def least(*levels: Visibility) -> Visibility:
    """The most private of some levels."""
    return min(levels, key=LEVELS.index)


def taken_back(shared: Shared, sharing: Sharing) -> Shared:
    """A version after its writer chose anew: never open to more people than it was."""
    return replace(
        shared,
        level=least(shared.level, sharing.level),
        buddy=shared.buddy if sharing.with_buddy else None,
    )


def agreed(seen: Sharing, held: Sharing) -> Sharing:
    """What counts when a page hands in: what stood on it, unless its writer took that back elsewhere meanwhile."""
    return Sharing(least(seen.level, held.level), seen.with_buddy and held.with_buddy)
