"""The devstack's answers to `xblocks.base.platform.Platform`: everybody is enrolled everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.completable import XBlockCompletionMode

from devstack import clock, people, recording
from devstack.models import Completion, Course, CourseFile, Grade, Unit, Usage
from devstack.runtime import studio_block
from devstack.services import StaticLinks
from xblocks.base.place import Place
from xblocks.base.platform import CourseFacts, Done, Joined, Person

TIME_ZONE = "Europe/Amsterdam"


class Devstack:
    """One machine, five people."""

    def people(self, user_ids: Collection[int]) -> Mapping[int, Person]:
        """Everybody reads the language that the devstack was started in, unless a page says otherwise."""
        rows: Any = get_user_model().objects.filter(pk__in=user_ids)
        return {
            pk: Person(user_id=pk, email=email, name=name, time_zone=TIME_ZONE, is_active=is_active)
            for pk, email, name, is_active in rows.values_list("pk", "email", "first_name", "is_active")
        }

    def time_zones(self, user_ids: Collection[int]) -> Mapping[int, str]:
        """Everybody lives in one place."""
        return dict.fromkeys(user_ids, TIME_ZONE)

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """Everybody in every course that is there."""
        there = set(Course.objects.filter(key__in=[str(key) for key in course_keys]).values_list("key", flat=True))
        return {key: set(user_ids) for key in course_keys if str(key) in there}

    def learners(self, course_key: CourseKey, after: int, most: int) -> list[Joined]:
        """Everybody but the team, since they are known at all."""
        if not Course.objects.filter(key=str(course_key)).exists():
            return []
        rows: Any = get_user_model().objects.filter(is_staff=False, pk__gt=after).order_by("pk")
        return [Joined(*row) for row in rows.values_list("pk", "date_joined")[:most]]

    def opted_out(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """There is nowhere to tell."""
        return {}

    def in_groups(
        self, user_ids: Collection[int], course_key: CourseKey, groups: Mapping[int, Collection[int]]
    ) -> set[int]:
        """There are no groups, so nobody belongs to one."""
        return set()

    def cohorts(self, user_ids: Collection[int], course_key: CourseKey) -> Mapping[int, int]:
        """The same people in every course."""
        groups = {part.username: part.cohort for part in people.PARTS if part.cohort}
        rows: Any = get_user_model().objects.filter(pk__in=user_ids, username__in=groups)
        return {pk: groups[username] for pk, username in rows.values_list("pk", "username")}

    def cohort_names(self, course_key: CourseKey) -> Mapping[int, str]:
        """As people would call them."""
        return people.COHORTS

    def cohort_leaders(self, user_ids: Collection[int], course_key: CourseKey) -> set[int]:
        """The coach, who leads the group that they belong to."""
        leaders = [part.username for part in people.PARTS if part.leads]
        rows: Any = get_user_model().objects.filter(pk__in=user_ids, username__in=leaders)
        return set(rows.values_list("pk", flat=True))

    def course(self, course_key: CourseKey) -> CourseFacts | None:
        """A course in files; it has no end."""
        found = Course.objects.filter(key=str(course_key)).first()
        return CourseFacts(name=found.title, language=found.language) if found else None

    def blocks(self, course_key: CourseKey, block_type: str) -> Iterable[Any]:
        """What stands in the units of a course."""
        usages = Usage.objects.filter(unit__course__key=str(course_key), block_type=block_type)
        return [studio_block(UsageKey.from_string(usage.usage_key), AnonymousUser()) for usage in usages]

    def block(self, usage_key: UsageKey) -> Any:
        """One block, wherever it stands."""
        there = Usage.objects.filter(usage_key=str(usage_key)).exists()
        return studio_block(usage_key, AnonymousUser()) if there else None

    def outline(self, course_key: CourseKey, *, published: bool = True) -> Place | None:
        """Units and their blocks; what is saved here is published with it."""
        found = Course.objects.filter(key=str(course_key)).first()
        if found is None:
            return None
        units = [_unit(course_key, unit) for unit in found.units.prefetch_related("usages")]
        return Place(usage_key=course_key.make_usage_key("course", "course"), name=found.title, parts=tuple(units))

    def block_url(self, usage_key: UsageKey) -> str:
        """As the LMS has it."""
        return reverse("jump_to", args=[str(usage_key.course_key), str(usage_key)])

    def keep_file(self, course_key: CourseKey, name: str, content_type: str, content: bytes) -> str:
        """In the database."""
        CourseFile.objects.update_or_create(
            course=Course.objects.get(key=str(course_key)),
            name=name,
            defaults={"content_type": content_type, "content": content},
        )
        return f"/static/{name}"

    def block_for(self, usage_key: UsageKey, user_id: int) -> Any:
        """Everybody has the dates of the files."""
        block = self.block(usage_key)
        if block is not None:
            block.scope_ids = block.scope_ids._replace(user_id=user_id)
        return block

    def given_time(self, course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """There is no way to give anybody more."""
        return {}

    def is_course_team(self, user: Any, course_key: CourseKey) -> bool:
        """The course team of one course is that of all."""
        return bool(user.is_staff)

    def course_url(self, course_key: CourseKey) -> str:
        """The page of the course."""
        return reverse("course", args=[str(course_key)])

    def with_course_files(self, course_key: CourseKey, html: str) -> str:
        """As the service for blocks does it."""
        return StaticLinks(course_key).replace_urls(html)

    def course_file(self, course_key: CourseKey, address: str) -> bytes | None:
        """What was uploaded, or else from the folder of the files of all courses."""
        uploaded = CourseFile.objects.filter(course__key=str(course_key), name=address.removeprefix("/static/")).first()
        if uploaded is not None:
            return bytes(uploaded.content)
        folder = settings.COURSE_FILES / "static"
        path = folder / address.removeprefix("/static/")
        return bytes(path.read_bytes()) if path.parent == folder and path.is_file() else None

    def site_url(self) -> str:
        """Where `make demo` serves."""
        return str(settings.SITE_URL)

    def site_name(self) -> str:
        """What stands on its pages."""
        return "Microunits"

    def notify(self, user_ids: Collection[int], course_key: CourseKey, text: str, url: str) -> bool:
        """There is no tray."""
        return False

    def completed(
        self, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
    ) -> list[Done]:
        """As it was recorded."""
        rows = _changed(Completion, usage_keys, after, since).filter(completion__gte=1.0)
        return [
            Done(number=row.pk, user_id=row.user_id, usage_key=UsageKey.from_string(row.usage_key), at=row.modified)
            for row in rows[:most]
        ]

    def scored(
        self, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
    ) -> list[Done]:
        """As it was recorded."""
        rows = _changed(Grade, usage_keys, after, since).filter(possible__gt=0)
        return [
            Done(
                number=row.pk,
                user_id=row.user_id,
                usage_key=UsageKey.from_string(row.usage_key),
                at=row.modified,
                share=row.earned / row.possible,
            )
            for row in rows[:most]
        ]

    def complete(self, usage_key: UsageKey, user_ids: Collection[int]) -> None:
        """As a block's own."""
        for user in get_user_model().objects.filter(pk__in=user_ids):
            recording.keep_completion(user, usage_key, 1.0)

    def now(self) -> datetime:
        """The clock that can be moved."""
        return clock.now()


def _changed(model: Any, usage_keys: Collection[UsageKey], after: int, since: datetime | None) -> Any:
    rows = model.objects.filter(usage_key__in=[str(key) for key in usage_keys], pk__gt=after).order_by("pk")
    return rows if since is None else rows.filter(modified__gte=since)


def _unit(course_key: CourseKey, unit: Unit) -> Place:
    keys = [UsageKey.from_string(usage.usage_key) for usage in unit.usages.all()]
    hidden = bool(unit.settings.get("visible_to_staff_only"))
    blocks = tuple(_block(studio_block(key, AnonymousUser()), hidden) for key in keys)
    return Place(
        usage_key=course_key.make_usage_key("vertical", unit.slug), name=unit.title, is_hidden=hidden, parts=blocks
    )


def _block(block: Any, hidden: bool) -> Place:
    return Place(
        usage_key=block.location,
        name=block.display_name_with_default,
        completes=XBlockCompletionMode.get_mode(block) == XBlockCompletionMode.COMPLETABLE,
        scores=bool(block.has_score),
        is_hidden=hidden or bool(block.visible_to_staff_only),
    )
