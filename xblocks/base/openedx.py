"""Open edX's answers to `platform.Platform`. Its modules are imported when asked for: elsewhere are none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.completable import XBlockCompletionMode

from xblocks.base.place import Place
from xblocks.base.platform import CourseFacts, Done, Joined, Person

# The LMS has settings that Django does not know.
settings: Any = django_settings
LANGUAGE = "pref-lang"
TIME_ZONE = "time_zone"
TEAM = ("staff", "limited_staff", "instructor", "data_researcher")
"""Roles in a course, or in an organisation, of people who make or run it."""


class OpenEdx:
    """The LMS (or Studio) that this process is."""

    def people(self, user_ids: Collection[int]) -> Mapping[int, Person]:
        """Accounts with their profile and preferences, in two statements."""
        from openedx.core.djangoapps.user_api.models import UserPreference

        preferences: dict[tuple[int, str], str] = {
            (user_id, key): value
            for user_id, key, value in UserPreference.objects.filter(
                user_id__in=user_ids, key__in=(LANGUAGE, TIME_ZONE)
            ).values_list("user_id", "key", "value")
        }
        rows: Any = get_user_model().objects.filter(pk__in=user_ids)
        return {
            pk: Person(
                user_id=pk,
                email=email,
                name=(full_name or "").strip(),
                language=preferences.get((pk, LANGUAGE), ""),
                time_zone=preferences.get((pk, TIME_ZONE), ""),
                is_active=is_active,
            )
            for pk, email, is_active, full_name in rows.values_list("pk", "email", "is_active", "profile__name")
        }

    def time_zones(self, user_ids: Collection[int]) -> Mapping[int, str]:
        """From the account's settings."""
        from openedx.core.djangoapps.user_api.models import UserPreference

        rows = UserPreference.objects.filter(user_id__in=user_ids, key=TIME_ZONE)
        return dict(rows.values_list("user_id", "value"))

    def enrolled(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """Active enrolments."""
        from common.djangoapps.student.models import CourseEnrollment

        rows = CourseEnrollment.objects.filter(user_id__in=user_ids, course_id__in=course_keys, is_active=True)
        return _by_course(rows, course_keys)

    def learners(self, course_key: CourseKey, after: int, most: int) -> list[Joined]:
        """Active enrolments, since they were made; without those who have a role in this course or its organisation."""
        from common.djangoapps.student.models import CourseAccessRole, CourseEnrollment

        of_all = Q(course_id=CourseKeyField.Empty, org=course_key.org)
        team = CourseAccessRole.objects.filter(Q(course_id=course_key) | of_all, role__in=TEAM)
        rows = CourseEnrollment.objects.filter(course_id=course_key, is_active=True, user_id__gt=after)
        rows = rows.exclude(user_id__in=team.values("user_id"))
        return [Joined(*row) for row in rows.order_by("user_id").values_list("user_id", "created")[:most]]

    def opted_out(self, user_ids: Collection[int], course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """As the LMS's own policy for edx-ace asks it; but that lets a mail about two courses pass for one of them."""
        try:
            from lms.djangoapps.bulk_email.models import Optout
        except (ImportError, RuntimeError):
            # Studio, which sends no mail.
            return {}
        return _by_course(Optout.objects.filter(user_id__in=user_ids, course_id__in=course_keys), course_keys)

    def in_groups(
        self, user_ids: Collection[int], course_key: CourseKey, groups: Mapping[int, Collection[int]]
    ) -> set[int]:
        """As the LMS decides whether a learner may load a block (`_has_group_access`), but for the course team.

        A group that is gone from its partition closes it for everybody, as there. One or two statements a user and
        partition: the platform's schemes have no way to be asked about many.
        """
        from xmodule.partitions.partitions_service import PartitionService

        partitions = {one.id: one for one in PartitionService(course_key).course_partitions}
        asked = []
        for partition_id, group_ids in groups.items():
            partition, wanted = partitions.get(partition_id), set(group_ids)
            if partition is None or not wanted:
                return set()
            if partition.active:
                if not wanted <= {group.id for group in partition.groups}:
                    return set()
                asked.append((partition, wanted))
        return {
            user.pk
            for user in get_user_model().objects.filter(pk__in=user_ids)
            if all(_group_of(user, course_key, partition) in wanted for partition, wanted in asked)
        }

    def cohorts(self, user_ids: Collection[int], course_key: CourseKey) -> Mapping[int, int]:
        """Memberships as they are; asking by the LMS's own way would put people into a cohort by chance."""
        from openedx.core.djangoapps.course_groups.cohorts import is_course_cohorted
        from openedx.core.djangoapps.course_groups.models import CohortMembership

        if not is_course_cohorted(course_key):
            return {}
        rows = CohortMembership.objects.filter(course_id=course_key, user_id__in=user_ids)
        return dict(rows.values_list("user_id", "course_user_group_id"))

    def cohort_names(self, course_key: CourseKey) -> Mapping[int, str]:
        """As the instructor dashboard lists them."""
        from openedx.core.djangoapps.course_groups.models import CourseUserGroup

        rows = CourseUserGroup.objects.filter(course_id=course_key, group_type=CourseUserGroup.COHORT)
        return dict(rows.values_list("pk", "name"))

    def cohort_leaders(self, user_ids: Collection[int], course_key: CourseKey) -> set[int]:
        """Who is "Group Community TA" in the course's discussions (`FORUM_ROLE_GROUP_MODERATOR`)."""
        from openedx.core.djangoapps.django_comment_common.models import FORUM_ROLE_GROUP_MODERATOR, Role

        rows = Role.objects.filter(course_id=course_key, name=FORUM_ROLE_GROUP_MODERATOR, users__in=user_ids)
        return set(rows.values_list("users", flat=True)) & set(user_ids)

    def course(self, course_key: CourseKey) -> CourseFacts | None:
        """From the course overviews."""
        from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

        found = CourseOverview.objects.filter(id=course_key).first()
        if found is None:
            return None
        return CourseFacts(
            name=found.display_name or str(course_key),
            starts_at=found.start,
            ends_at=found.end,
            language=found.language or "",
        )

    def blocks(self, course_key: CourseKey, block_type: str) -> Iterable[Any]:
        """From the published branch of the modulestore."""
        from xmodule.modulestore import ModuleStoreEnum
        from xmodule.modulestore.django import modulestore
        from xmodule.modulestore.exceptions import ItemNotFoundError

        store = modulestore()
        with store.branch_setting(ModuleStoreEnum.Branch.published_only, course_key), store.bulk_operations(course_key):
            try:
                return [_complete(one) for one in store.get_items(course_key, qualifiers={"category": block_type})]
            except ItemNotFoundError:
                # The course is gone, or was never published.
                return []

    def block(self, usage_key: UsageKey) -> Any:
        """From the published branch of the modulestore."""
        from xmodule.modulestore import ModuleStoreEnum
        from xmodule.modulestore.django import modulestore
        from xmodule.modulestore.exceptions import ItemNotFoundError

        store = modulestore()
        with store.branch_setting(ModuleStoreEnum.Branch.published_only, usage_key.course_key):
            try:
                return _complete(store.get_item(usage_key))
            except ItemNotFoundError:
                return None

    def outline(self, course_key: CourseKey, *, published: bool = True) -> Place | None:
        """From the modulestore, all of the course at once."""
        from xmodule.modulestore import ModuleStoreEnum
        from xmodule.modulestore.django import modulestore

        branch = ModuleStoreEnum.Branch.published_only if published else ModuleStoreEnum.Branch.draft_preferred
        store = modulestore()
        with store.branch_setting(branch, course_key), store.bulk_operations(course_key):
            course = store.get_course(course_key, depth=None)
            return _place(course) if course is not None else None

    def block_url(self, usage_key: UsageKey) -> str:
        """The LMS's own way to a block, wherever it stands; Studio knows no such address."""
        try:
            return reverse("jump_to", args=[str(usage_key.course_key), str(usage_key)])
        except NoReverseMatch:
            return ""

    def keep_file(self, course_key: CourseKey, name: str, content_type: str, content: bytes) -> str:
        """Among the files and uploads of the course, as Studio's own page keeps them."""
        from xmodule.contentstore.content import StaticContent
        from xmodule.contentstore.django import contentstore

        location = StaticContent.compute_location(course_key, name)
        contentstore().save(StaticContent(location, name, content_type, content))
        return f"/static/{location.block_id}"

    def block_for(self, usage_key: UsageKey, user_id: int) -> Any:
        """With the dates of edx-when, read anew: what it keeps of them may be from before an extension."""
        from edx_when.field_data import DateLookupFieldData

        block, user = self.block(usage_key), get_user_model().objects.filter(pk=user_id).first()
        if block is None or user is None:
            return None
        authored = block.runtime.service(block, "field-data-unbound")
        return _with(block, DateLookupFieldData(authored, usage_key.course_key, user, use_cached=False))

    def given_time(self, course_keys: Collection[CourseKey]) -> Mapping[CourseKey, set[int]]:
        """Extensions that an instructor gave, which edx-when keeps."""
        from edx_when.models import UserDate

        given = UserDate.objects.filter(content_date__course_id__in=course_keys)
        return _by_course(given, course_keys, "content_date__course_id")

    def is_course_team(self, user: Any, course_key: CourseKey) -> bool:
        """As the instructor dashboard asks it."""
        from common.djangoapps.student.auth import has_course_author_access
        from lms.djangoapps.courseware.access import has_access

        return bool(has_access(user, "staff", course_key)) or bool(has_course_author_access(user, course_key))

    def course_url(self, course_key: CourseKey) -> str:
        """The course's home, as the platform links to it; its page about the course without a learning front end."""
        if not getattr(settings, "LEARNING_MICROFRONTEND_URL", None):
            return reverse("course_root", args=[str(course_key)])
        from openedx.features.course_experience import course_home_url

        return str(course_home_url(course_key))

    def with_course_files(self, course_key: CourseKey, html: str) -> str:
        """As the service `replace_urls` does it, which needs a block."""
        from common.djangoapps.static_replace import replace_course_urls, replace_jump_to_id_urls, replace_static_urls

        html = replace_course_urls(replace_static_urls(html, course_id=course_key), course_key)
        jump = reverse("jump_to_id", kwargs={"course_id": str(course_key), "module_id": ""})
        return str(replace_jump_to_id_urls(html, course_key, jump))

    def course_file(self, course_key: CourseKey, address: str) -> bytes | None:
        """From the contentstore."""
        from xmodule.contentstore.content import StaticContent
        from xmodule.contentstore.django import contentstore

        if not address.startswith("/static/"):
            return None
        key = StaticContent.get_asset_key_from_path(course_key, address.removeprefix("/static/"))
        found = contentstore().find(key, throw_on_not_found=False)
        return bytes(found.data) if found is not None else None

    def site_url(self) -> str:
        """The LMS's own address."""
        return str(settings.LMS_ROOT_URL).rstrip("/")

    def site_name(self) -> str:
        """The platform's name."""
        return str(settings.PLATFORM_NAME)

    def notify(self, user_ids: Collection[int], course_key: CourseKey, text: str, url: str) -> bool:
        """As a course update: the tray has no types for plugins, and one that it does not know vanishes silently."""
        from openedx_events.learning.data import UserNotificationData
        from openedx_events.learning.signals import USER_NOTIFICATION_REQUESTED

        if not _has_tray(course_key):
            return False
        USER_NOTIFICATION_REQUESTED.send_event(
            notification_data=UserNotificationData(
                user_ids=list(user_ids),
                notification_type="course_updates",
                content_url=url,
                app_name="updates",
                course_key=course_key,
                # The tray puts it into markup as it is.
                context={"course_update_content": escape(text)},
            )
        )
        return True

    def complete(self, usage_key: UsageKey, user_ids: Collection[int]) -> None:
        """As the completion library does it for a block that publishes its own."""
        from completion.models import BlockCompletion
        from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH

        if not ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled():
            return
        for user in get_user_model().objects.filter(pk__in=user_ids):
            BlockCompletion.objects.submit_completion(user=user, block_key=usage_key, completion=1.0)

    def completed(
        self, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
    ) -> list[Done]:
        """From the completion library, which has rows by course and type of block."""
        from completion.models import BlockCompletion

        rows = BlockCompletion.objects.filter(
            context_key__in={key.course_key for key in usage_keys},
            block_type__in={key.block_type for key in usage_keys},
            block_key__in=usage_keys,
            completion__gte=1.0,
            pk__gt=after,
        )
        if since is not None:
            rows = rows.filter(modified__gte=since)
        found = rows.order_by("pk").values_list("pk", "user_id", "block_key", "modified")[:most]
        return [Done(number=pk, user_id=user_id, usage_key=key, at=at) for pk, user_id, key, at in found]

    def scored(
        self, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None
    ) -> list[Done]:
        """From the learners' states; scores of the submissions library are heard of when they are given, not here."""
        from lms.djangoapps.courseware.models import StudentModule

        rows = StudentModule.objects.filter(
            module_state_key__in=usage_keys, grade__isnull=False, max_grade__gt=0, pk__gt=after
        )
        if since is not None:
            rows = rows.filter(modified__gte=since)
        columns = ("pk", "student_id", "module_state_key", "modified", "grade", "max_grade")
        found = rows.order_by("pk").values_list(*columns)[:most]
        return [
            Done(number=pk, user_id=user_id, usage_key=key, at=at, share=min(max(grade / possible, 0.0), 1.0))
            for pk, user_id, key, at, grade, possible in found
        ]

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)


def _place(block: Any) -> Place:
    """A block with what stands in it. Only its own fields are looked at: it is bound to nobody."""
    parts = tuple(map(_place, block.get_children())) if block.has_children else ()
    mode = XBlockCompletionMode.get_mode(block)
    return Place(
        usage_key=block.location,
        name=str(block.display_name_with_default),
        completes=not block.has_children and mode == XBlockCompletionMode.COMPLETABLE,
        scores=bool(block.has_score) and not block.has_children,
        is_hidden=bool(block.visible_to_staff_only),
        parts=parts,
    )


def _complete(block: Any) -> Any:
    """A block that has looked up what it takes from those around it, as long as those are the published ones, too."""
    block = _unbound(block)
    getattr(block, "merged_group_access", None)
    return block


def _unbound(block: Any) -> Any:
    """A block and those around it as everybody has them.

    While a learner's request goes on, the modulestore gives out the very blocks that the LMS has bound to them, with
    that learner's own dates over everybody's. The copy leaves these as they are.
    """
    if block is None:
        return None
    around = block.get_parent()
    around_everybody = _unbound(around)
    if around_everybody is around and not hasattr(block, "_bound_field_data"):
        return block
    found = _with(block, block.runtime.service(block, "field-data-unbound"))
    found._parent_block = around_everybody
    found.scope_ids = block.scope_ids._replace(user_id=None)
    return found


def _with(block: Any, field_data: Any) -> Any:
    """A copy of a block that reads its fields from there; the block, which others may hold, stays as it is."""
    found = copy(block)
    found._bound_field_data = field_data
    found._field_data_cache, found._dirty_fields = {}, {}
    return found


def _group_of(user: Any, course_key: CourseKey, partition: Any) -> int | None:
    group = partition.scheme.get_group_for_user(course_key, user, partition)
    return None if group is None else group.id


def _by_course(rows: Any, course_keys: Collection[CourseKey], column: str = "course_id") -> dict[CourseKey, set[int]]:
    found: dict[CourseKey, set[int]] = {key: set() for key in course_keys}
    by_name = {str(key): users for key, users in found.items()}
    # As text: a key made and hashed for each of thousands of rows takes longer than the statement.
    for user_id, name in rows.values_list("user_id", Cast(column, CharField())):
        by_name[name].add(user_id)
    return found


def _has_tray(course_key: CourseKey) -> bool:
    """Whether a course has notifications; where they are off, what one asks for vanishes silently, too."""
    try:
        from openedx.core.djangoapps.notifications.config import waffle
    except ImportError:
        return False
    # Later releases have them without a flag.
    flag: Any = getattr(waffle, "ENABLE_NOTIFICATIONS", None)
    return flag is None or bool(flag.is_enabled(course_key))
