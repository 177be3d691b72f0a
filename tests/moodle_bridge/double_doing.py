"""The companion's functions that tell what learners did: attempts at quizzes, and pages that they marked as done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moodle_bridge.shapes import Json
from tests.moodle_bridge.double_people import People, RefusalError
from tests.moodle_bridge.double_state import Attempt, State

SETTLED = 2
OVERLAP = 120


class Doing(People):
    """Those functions.

    Attributes:
        now: epoch seconds.
    """

    def __init__(self, state: State, now: Callable[[], int]) -> None:
        super().__init__(state)
        self.now = now

    def get_attempts(
        self, courseid: int, cursor: str = "", limit: int = 200, attemptids: list[int] | None = None
    ) -> Json:
        course = self.course(courseid)
        keys = {item.cmid: item.key for item in course.items.values() if item.kind == "microquiz"}
        over = [one for one in course.attempts if one.quiz in keys and one.state != "inprogress"]
        over.sort(key=lambda one: (one.timemodified, one.id))
        if attemptids:
            some = [one for one in over if one.id in attemptids]
            return {"attempts": [self._attempt(one, keys) for one in some], "cursor": "", "more": False}
        told, cursor, more = self._page(over, cursor, limit, lambda one: (one.timemodified, one.id))
        return {"attempts": [self._attempt(one, keys) for one in told], "cursor": cursor, "more": more}

    def _attempt(self, attempt: Attempt, keys: dict[int, str]) -> Json:
        told = {name: value for name, value in vars(attempt).items() if name not in ("id", "quiz")}
        return {"attemptid": attempt.id, "key": keys[attempt.quiz], **told}

    def get_completions(self, courseid: int, cursor: str = "", limit: int = 200) -> Json:
        course = self.course(courseid)
        keys = {item.cmid: item.key for item in course.items.values() if item.kind == "workshop"}
        rows = [
            {"id": one.id, "key": keys[cmid], "userid": userid, "done": one.done, "time": one.time}
            for cmid, module in course.modules.items()
            for userid, one in module.completions.items()
            if cmid in keys
        ]
        rows.sort(key=lambda one: (one["time"], one["id"]))
        told, cursor, more = self._page(rows, cursor, limit, lambda one: (one["time"], one["id"]))
        return {"completions": told, "cursor": cursor, "more": more}

    def _page(
        self, rows: list[Any], cursor: str, limit: int, place: Callable[[Any], tuple[int, int]]
    ) -> tuple[list[Any], str, bool]:
        """A page of rows that are in order; the cursor of the last one lies a little in the past."""
        match = re.fullmatch(r"(\d{1,12})\.(\d{1,18})", cursor or "0.0")
        if not match:
            raise RefusalError("invalidcursor", cursor)
        time, id_ = int(match[1]), int(match[2])
        waiting = [one for one in rows if place(one) > (time, id_)]
        told = waiting[: max(1, min(limit, 500))]
        more = len(waiting) > len(told)
        if more:
            return told, "{}.{}".format(*place(told[-1])), more
        settled = self.now() - OVERLAP
        return told, (f"{settled}.0" if settled > time else f"{time}.{id_}"), more
