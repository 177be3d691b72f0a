"""What the suite asks the platform when there is no block and no request: people, enrolments, courses and their blocks.

Tasks and pages of our own have no runtime with services. The setting MICROUNITS_PLATFORM names the class that answers;
without it that is Open edX.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.place import Place

OPENEDX = "xblocks.base.openedx.OpenEdx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account on this platform.

    Attributes:
        name: how a message addresses them; "" when nobody said.
        language: the code of the language they read, "" when they chose none.
        time_zone: an IANA name, "" when they chose none.
        is_active: may sign in.
    """

    user_id: int
    email: str
    name: str = ""
    language: str = ""
    time_zone: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """A course run, as its team set it up."""

    name: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the platform itself keeps of what a user did in a block.

    Attributes:
        number: its place among its kind.
        at: when it became so.
        share: of the points, 0 to 1; 1 of what is completed.
    """

    number: int
    user_id: int
    usage_key: UsageKey
    at: datetime
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Joined:
    """A learner of a course, and since when they are."""

    user_id: int
    at: datetime


class Platform(Protocol):
    """What a platform answers."""

    def people(self, user_ids: Collection[int]) -> Mapping[int, Person]:
        """Those of the users who exist, whatever their number in a few statements."""

    def time_zones(self, user_ids: Collection[int]) -> Mapping[int, str]:
        """The time zones that users chose (`Person.time_zone`), of those who chose one; in one statement."""

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """Which of the users are enrolled now, by course."""

    def learners(self, course_key: CourseKey, after: int, most: int) -> list[Joined]:
        """Who takes a course now, but for its team: the next ones after a user's id, in the order of these.

        In one statement. Who makes a course is enrolled in it, and is no learner.
        """

    def opted_out(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """Which of the users want no mail about which of the courses, as they told the platform itself."""

    def in_groups(
        self, user_ids: Collection[int], course_key: CourseKey, groups: Mapping[int, Collection[int]]
    ) -> set[int]:
        """Which of the users belong, in each of these partitions of a course's learners, to one of these groups now.

        A partition that was switched off counts for nothing; in one that is gone nobody belongs to a group.
        """

    def cohorts(self, user_ids: Collection[int], course_key: CourseKey) -> Mapping[int, int]:
        """To which cohort of a course each of the users belongs now, of those who belong to one; in a few statements.

        Nobody is put into one by being asked about. In a course that is not parted into cohorts, nobody belongs to any.
        """

    def cohort_names(self, course_key: CourseKey) -> Mapping[int, str]:
        """What the cohorts of a course are called."""

    def cohort_leaders(self, user_ids: Collection[int], course_key: CourseKey) -> set[int]:
        """Which of the users look after the cohort that they belong to, as the team of the course has said."""

    def course(self, course_key: CourseKey) -> CourseFacts | None:
        """A course; None when there is none any more."""

    def blocks(self, course_key: CourseKey, block_type: str) -> Iterable[Any]:
        """The published blocks of a type in a course, bound to nobody: only for what their team wrote."""

    def block(self, usage_key: UsageKey) -> Any:
        """One published block, bound to nobody; None when it is not there any more."""

    def outline(self, course_key: CourseKey, *, published: bool = True) -> Place | None:
        """Everything that stands in a course, in its order; None when there is no such course.

        Args:
            published: as learners have it; otherwise as its team left it in Studio.
        """

    def block_url(self, usage_key: UsageKey) -> str:
        """Where a learner finds a block within its course, as a path or an address."""

    def keep_file(self, course_key: CourseKey, name: str, content_type: str, content: bytes) -> str:
        """Keep a file of a course as its team keeps its own; how its texts name it ("/static/…").

        Args:
            name: letters, digits, - and one dot; a file of that name is replaced.
        """

    def block_for(self, usage_key: UsageKey, user_id: int) -> Any:
        """A block as `block` gives it, but with the dates that hold for one user; None where there is none."""

    def given_time(self, course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """Which users were given dates of their own in which of the courses, in one statement; they are few."""

    def is_course_team(self, user: Any, course_key: CourseKey) -> bool:
        """Whether a user of Django belongs to the team of a course."""

    def course_url(self, course_key: CourseKey) -> str:
        """Where a learner finds a course, as a path or an address."""

    def with_course_files(self, course_key: CourseKey, html: str) -> str:
        """Markup in which addresses within a course ("/static/…", "/course/…") work outside of it too."""

    def course_file(self, course_key: CourseKey, address: str) -> bytes | None:
        """A file that a course team uploaded, by its address within the course ("/static/…"); None where it is gone."""

    def site_url(self) -> str:
        """Scheme and host before every path of ours in a mail, without a slash at the end."""

    def site_name(self) -> str:
        """What people call this platform."""

    def notify(self, user_ids: Collection[int], course_key: CourseKey, text: str, url: str) -> bool:
        """Put a notification in people's tray; False where the platform has none."""

    def completed(
        self, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
    ) -> list[Done]:
        """Who completed which of these blocks of one course: the next ones after a number, in their order.

        Args:
            since: only those that changed then or later.
        """

    def scored(
        self, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
    ) -> list[Done]:
        """Who has which score in these blocks of one course; as `completed`."""

    def complete(self, usage_key: UsageKey, user_ids: Collection[int]) -> None:
        """Note a block as completed by users who are not there themselves; safe to repeat."""

    def now(self) -> datetime:
        """The time by which messages are planned, in UTC: now, but for the devstack, whose clock can be moved."""


@cache
def platform() -> Platform:
    """The platform that this process runs in."""
    made: Platform = import_string(getattr(settings, "MICROUNITS_PLATFORM", OPENEDX))()
    return made
