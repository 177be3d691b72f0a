"""External keys: what something is called in Moodle's id numbers, the same for ever.

A key says where a thing comes from in a readable way and ends in a hash of the whole, so that two things never share
one, however long their names are. A key is also an id as our questions have them (`content.ID`), so that a question
that comes back from Moodle keeps it.
"""

from __future__ import annotations

import hashlib
import re

LONGEST = 64
"""Ids of ours are no longer; Moodle's id numbers hold 100 characters."""

_HASH = 12
_DUE = "mu-due"
_BADGE = "mu-badge"
_SESSION = "mu-session"
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def component_key(usage_key: str) -> str:
    """The key of a block: "mu-" and its name, and a hash of its whole usage key."""
    return _key("mu", usage_key.rpartition("@")[2], usage_key)


def part_key(component: str, part_id: str) -> str:
    """The key of a part of a component, by its id there, which survives editing."""
    return _key("mu", part_id, f"{component}/{part_id}")


def section_key(usage_key: str) -> str:
    """The key of a chapter."""
    return _key("mu-section", usage_key.rpartition("@")[2], usage_key)


def badge_key(course_key: str, badge_id: str) -> str:
    """The key of a badge of a course, in whichever of its blocks it stands."""
    return _key(_BADGE, badge_id, f"{course_key}/{badge_id}")


def session_key(usage_key: str, session_id: str) -> str:
    """The key of a session of a workshop, by its id there, which survives editing."""
    return _key(_SESSION, session_id, f"{usage_key}/{session_id}")


def due_key(course_key: str, user: int) -> str:
    """The key of the date on which a learner's questions of a course come back, which only they see."""
    return _key(_DUE, str(user), f"{course_key}/{user}")


def is_of_one_learner(key: str) -> bool:
    """Whether something belongs to one learner, and so is no part of the course."""
    return key.startswith(f"{_DUE}-")


def _key(prefix: str, name: str, whole: str) -> str:
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_HASH]
    room = LONGEST - len(prefix) - _HASH - 2
    readable = _UNSAFE.sub("-", name)[:room].strip("-") or "x"
    return f"{prefix}-{readable}-{digest}"
