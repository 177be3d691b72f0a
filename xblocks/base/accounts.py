"""Where a learner's account is: learners are a source ("openedx", "moodle:<site>") and an id there; pure."""

from __future__ import annotations

OPENEDX = "openedx"
"""The source of learners who have an account on this platform."""


def user_id_of(source: str, external_id: str) -> int | None:
    """The user of this platform that a learner is; None for those from elsewhere, and for what can be no user."""
    is_number = external_id.isascii() and external_id.isdigit() and len(external_id) < 19
    return int(external_id) if source == OPENEDX and is_number else None
