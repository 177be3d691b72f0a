"""The companion's functions that tell what learners did: attempts at quizzes, texts, and pages marked as done."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moodle_bridge.shapes import Json
from tests.moodle_bridge.double_people import People, RefusalError, expect
from tests.moodle_bridge.double_state import Attempt, State, Submission

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

    def get_submissions(self, courseid: int, cursor: str = "", limit: int = 200) -> Json:
        rows = [_told(keys, one) for keys, one in self._handed_in(courseid)]
        rows.sort(key=lambda one: (one["time"], one["id"]))
        told, cursor, more = self._page(rows, cursor, limit, lambda one: (one["time"], one["id"]))
        return {"submissions": told, "cursor": cursor, "more": more}

    def get_submission_texts(self, courseid: int, submissionids: list[int]) -> Json:
        expect(len(submissionids) <= 50, "submissionids", "at most 50 expected")
        found = [(keys, one) for keys, one in self._handed_in(courseid) if one.id in submissionids]
        return {"texts": [{**_told(keys, one), "text": one.text, "format": one.format} for keys, one in found]}

    def _handed_in(self, courseid: int) -> list[tuple[dict[int, str], Submission]]:
        course = self.course(courseid)
        keys = {item.cmid: item.key for item in course.items.values() if item.kind == "reflection"}
        return [(keys, one) for one in course.submissions if one.assignment in keys and one.status == "submitted"]

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


def _told(keys: dict[int, str], one: Submission) -> Json:
    told = {"id": one.id, "key": keys[one.assignment], "userid": one.userid, "number": one.number}
    return {**told, "time": one.timemodified}
