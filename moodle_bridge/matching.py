"""Which accounts of this platform Moodle's learners are, as far as that is certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """By what learners are told.

    EMAIL: the same address, whatever its case; IDNUMBER: Moodle's ID number is the user name here; NOTHING: nobody is.
    """

    EMAIL = "email"
    IDNUMBER = "idnumber"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleLearner:
    """A learner as Moodle tells of them."""

    user: int
    email: str = ""
    idnumber: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformUser:
    """An account of this platform."""

    user_id: int
    username: str
    email: str
    is_active: bool = True


def wanted(learners: Iterable[MoodleLearner], by: Match) -> frozenset[str]:
    """The addresses (in small letters) or user names of those who could be meant."""
    return frozenset(filter(None, (_told(one, by) for one in learners)))


def pairs(learners: Iterable[MoodleLearner], users: Iterable[PlatformUser], by: Match) -> Mapping[int, int]:
    """By Moodle's user id the account that is certainly the same person.

    Only where one active account, and one learner, has that address or name.

    Args:
        users: every account that could be meant (`wanted`), also those that are not active.
    """
    mine = [one for one in users if one.is_active]
    here = Counter(_known(one, by) for one in mine)
    by_name = {_known(one, by): one.user_id for one in mine}
    told = [(one.user, _told(one, by)) for one in learners]
    there = Counter(name for _user, name in told)
    return {user: by_name[name] for user, name in told if name and there[name] == here[name] == 1}


def _told(one: MoodleLearner, by: Match) -> str:
    if by is Match.EMAIL:
        return one.email.strip().lower()
    return one.idnumber.strip() if by is Match.IDNUMBER else ""


def _known(one: PlatformUser, by: Match) -> str:
    return one.email.strip().lower() if by is Match.EMAIL else one.username
