"""Who may read a reflection, pure. What nobody decided is private.

A draft is nobody's but the learner's. What is shared is what was handed in last. Making it private again takes it away
from everybody at once, along with the versions before it; what somebody has read by then, they have read, and the
learner is told so. What others wrote about it stays with the learner, and is shown to its writers no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Who else may read it."""

    PRIVATE = "private"
    COACH = "coach"
    GROUP = "group"


class Role(StrEnum):
    """What somebody is to the learner who wrote a reflection."""

    COACH = "coach"
    FELLOW = "fellow"
    BUDDY = "buddy"


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
    """What a learner decided about one reflection.

    Attributes:
        with_buddy: their buddy may read it, whoever else may.
        handed_in: how many versions of it were.
    """

    visibility: Visibility = Visibility.PRIVATE
    with_buddy: bool = False
    handed_in: int = 0


def may_read(sharing: Sharing, allowed: Allowed, role: Role) -> bool:
    """Whether somebody in a role may read what was handed in last.

    What the team no longer allows is shared no more; what it allows later is shared only once the learner says so,
    since their own choice counts as well.
    """
    if not sharing.handed_in:
        return False
    level = effective(sharing.visibility, allowed)
    if role is Role.BUDDY:
        return sharing.with_buddy and allowed.buddy
    return level is Visibility.GROUP or (level is Visibility.COACH and role is Role.COACH)


def effective(visibility: Visibility, allowed: Allowed) -> Visibility:
    """What a choice comes to under what is allowed by now: never more than was chosen."""
    if visibility is Visibility.GROUP and not allowed.group:
        return Visibility.COACH if allowed.coach else Visibility.PRIVATE
    if visibility is Visibility.COACH and not allowed.coach:
        return Visibility.PRIVATE
    return visibility


def is_coach(username: str, is_staff: bool, coaches: tuple[str, ...]) -> bool:
    """Whether somebody coaches here: whoever is named; where nobody is, the course's staff."""
    return username in coaches if coaches else is_staff
