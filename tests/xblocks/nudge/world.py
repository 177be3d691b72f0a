"""A platform in memory for the simulation, and the courses that it may have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from tests.xblocks.nudge.chronicle import Limits
from xblocks.base.platform import CourseFacts, Person

QUIZZES = 1
QUIZ_OLX = """<microquiz display_name="Quiz {number}">
  <single id="q1"><text>First?</text><choice id="a" right="true">Yes</choice><choice id="b">No</choice></single>
  <single id="q2"><text>Second?</text><choice id="a" right="true">Yes</choice><choice id="b">No</choice></single>
</microquiz>"""
ZONES = tuple(
    "Africa/Cairo America/Anchorage America/Bogota America/Caracas America/Chicago America/Havana America/Los_Angeles "
    "America/New_York America/Santiago America/Sao_Paulo America/St_Johns Asia/Calcutta Asia/Dubai Asia/Jerusalem "
    "Asia/Katmandu Asia/Shanghai Asia/Tehran Asia/Tokyo Atlantic/Azores Australia/Adelaide Australia/Lord_Howe "
    "Australia/Sydney Europe/Amsterdam Europe/Brussels Europe/Dublin Europe/Istanbul Europe/London Europe/Paris "
    "Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Kiritimati Pacific/Pago_Pago UTC".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A course to simulate; weeks count from the start.

    Attributes:
        policy: as the team keeps it in `models.Course.policy`; `limits` says the same to the audit.
        moved: in which week the team moves the end, and to which.
        stopped: from week to week the team's switch is on.
    """

    name: str
    policy: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    ends: float | None = None
    moved: tuple[float, float] | None = None
    stopped: tuple[float, float] | None = None
    target: float | None = None
    tail: tuple[int, ...] = ()
    holdout: float = 0.0


class World:
    """A platform in memory, with a clock of its own; see `xblocks.base.platform.Platform`."""

    def __init__(self, start: datetime) -> None:
        self.moment = start
        self.persons: dict[int, Person] = {}
        self.enrolments: dict[int, set[CourseKey]] = {}
        self.facts: dict[CourseKey, CourseFacts] = {}
        self.quizzes: dict[UsageKey, Any] = {}

    def people(self, user_ids: Collection[int]) -> Mapping[int, Person]:
        return {user_id: self.persons[user_id] for user_id in user_ids}

    def time_zones(self, user_ids: Collection[int]) -> Mapping[int, str]:
        return {user_id: self.persons[user_id].time_zone for user_id in user_ids}

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        return {key: {one for one in user_ids if key in self.enrolments[one]} for key in course_keys}

    def opted_out(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        return {}

    def in_groups(
        self, user_ids: Collection[int], course_key: CourseKey, groups: Mapping[int, Collection[int]]
    ) -> set[int]:
        return set()

    def course(self, course_key: CourseKey) -> CourseFacts | None:
        return self.facts.get(course_key)

    def blocks(self, course_key: CourseKey, block_type: str) -> Iterable[Any]:
        return [block for key, block in self.quizzes.items() if key.course_key == course_key]

    def block(self, usage_key: UsageKey) -> Any:
        return self.quizzes.get(usage_key)

    def block_for(self, usage_key: UsageKey, user_id: int) -> Any:
        return self.block(usage_key)

    def given_time(self, course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        return {}

    def notify(self, user_ids: Collection[int], course_key: CourseKey, text: str, url: str) -> bool:
        return False

    def site_url(self) -> str:
        return "https://lms.example.com"

    def site_name(self) -> str:
        return "Example"

    def now(self) -> datetime:
        return self.moment


WORLDS: list[World] = []


def the_world() -> World:
    """For the setting MICROUNITS_PLATFORM: the world that is lived in."""
    return WORLDS[-1]
