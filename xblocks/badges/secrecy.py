"""A badge tells how an answer was: so what a block still keeps to itself earns nothing before it may be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz

QUIZ = "microquiz"


class Blocks:
    """Blocks of a course as they are published, each read once."""

    def __init__(self, course_key: CourseKey, now: datetime) -> None:
        self._course_key = course_key
        self._now = now
        self._read: dict[UsageKey, Any] = {}
        self._given_time: set[int] | None = None

    def block(self, usage_key: UsageKey) -> Any:
        """A block, bound to nobody; None when it is gone."""
        if usage_key not in self._read:
            self._read[usage_key] = platform().block(usage_key)
        return self._read[usage_key]

    def secret(self, usage_key: UsageKey, user_ids: Collection[int]) -> dict[int, datetime]:
        """Until when which of the users must not hear how they did in a block; `microquiz.FOREVER`: never."""
        block = self.block(usage_key)
        if block is None:
            return {}
        everybody = _until(block, self._now)
        found: dict[int, datetime | None] = dict.fromkeys(user_ids, everybody)
        if everybody != microquiz.FOREVER and getattr(block, "due", None) is not None:
            for user_id in self._with_own_dates() & set(user_ids):
                theirs = platform().block_for(usage_key, user_id)
                found[user_id] = _until(theirs, self._now) if theirs is not None else everybody
        return {user_id: until for user_id, until in found.items() if until is not None}

    def _with_own_dates(self) -> set[int]:
        if self._given_time is None:
            self._given_time = set(platform().given_time([self._course_key]).get(self._course_key, ()))
        return self._given_time


def _until(block: Any, now: datetime) -> datetime | None:
    if block.scope_ids.block_type == QUIZ:
        return microquiz.secret_until(block, now)
    shown = getattr(block, "show_correctness", "always")
    if shown == "never":
        return microquiz.FOREVER
    if shown != "past_due":
        return None
    due: datetime | None = getattr(block, "due", None)
    if due is None:
        return microquiz.FOREVER
    closes = due + (getattr(block, "graceperiod", None) or (due - due))
    closes = closes if closes.tzinfo else closes.replace(tzinfo=UTC)
    return closes if closes > now else None
