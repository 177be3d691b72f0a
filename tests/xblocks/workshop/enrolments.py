"""Who takes the course of the tests, in place of the devstack's everybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partialmethod
from types import SimpleNamespace
from typing import Any

import pytest
from opaque_keys.edx.keys import CourseKey

from devstack.people import person
from devstack.platform import Devstack
from tests.xblocks.workshop.stage import DAY, KEY, NOW
from xblocks.base.platform import Joined
from xblocks.workshop import listening


class Enrolled:
    """Who takes the course, by their ids.

    Attributes:
        since: and since when.
        team: those of them who make it.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.since: dict[int, datetime] = {}
        self.team: set[int] = set()
        for name in ("learners", "enrolled"):
            monkeypatch.setattr(Devstack, name, partialmethod(_ask, self, name))

    def add(self, name: str, since: datetime = NOW - 9 * DAY) -> None:
        self.since[person(name).pk] = since

    def remove(self, name: str) -> None:
        del self.since[person(name).pk]

    def learners(self, course_key: CourseKey, after: int, most: int) -> list[Joined]:
        found = [Joined(*one) for one in sorted(self.since.items()) if one[0] > after and one[0] not in self.team]
        return found[:most] if course_key == KEY else []

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        return {key: set(user_ids) & self.since.keys() for key in course_keys if key == KEY}


def _ask(_platform: Any, enrolled: Enrolled, name: str, *arguments: Any) -> Any:
    return getattr(enrolled, name)(*arguments)


def told(user_id: int) -> None:
    """The platform tells that somebody's enrolment changed."""
    user, course = SimpleNamespace(id=user_id), SimpleNamespace(course_key=KEY)
    listening.look_at_enrolled(enrollment=SimpleNamespace(user=user, course=course))


def told_of_role(user_id: int, course_key: CourseKey | None = KEY) -> None:
    """The platform tells that somebody joined the team of a course, or left it."""
    role = SimpleNamespace(user=SimpleNamespace(id=user_id), course_key=course_key)
    listening.look_at_role(course_access_role_data=role)
