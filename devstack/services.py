"""The services that a block may declare, shaped as the platform's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from opaque_keys.edx.keys import CourseKey, UsageKey
from workbench.services import SettingsService
from xblock.completable import XBlockCompletionMode
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import NullI18nService

from devstack.models import Completion
from devstack.people import Person, anonymous_id, by_anonymous_id, role_of
from devstack.recording import keep_completion
from xblocks.base.i18n import translator

__all__ = ["CompletionService", "I18nService", "PeopleService", "SettingsService", "StaticLinks", "StudioPermissions"]


class PeopleService(UserService):
    """`user`: who is looking. The attribute names are the platform's."""

    def __init__(self, user: Person, course_key: CourseKey) -> None:
        super().__init__()
        self._django_user = user
        self._course_key = course_key

    def get_current_user(self) -> XBlockUser:
        """Who is looking; without an id or a name when nobody is logged in."""
        user = self._django_user
        found = XBlockUser(is_current_user=True)
        found.opt_attrs["edx-platform.is_authenticated"] = user.is_authenticated
        found.opt_attrs["edx-platform.request_country_code"] = None
        if user.is_authenticated:
            found.full_name = user.get_full_name()
            found.emails = [user.email]
            found.opt_attrs.update(
                {
                    "edx-platform.anonymous_user_id": anonymous_id(user, self._course_key),
                    "edx-platform.deprecated_anonymous_user_id": anonymous_id(user, None),
                    "edx-platform.user_id": user.pk,
                    "edx-platform.username": user.username,
                    "edx-platform.user_is_beta_tester": False,
                    "edx-platform.user_is_global_staff": False,
                    "edx-platform.user_is_staff": user.is_staff,
                    "edx-platform.user_role": role_of(user),
                    "edx-platform.user_preferences": {},
                }
            )
        return found

    def get_anonymous_user_id(self, username: str, course_id: str) -> str | None:
        """The id that stands for a learner in a course; None when the one who asks is not staff."""
        if not self._django_user.is_staff:
            return None
        found: Any = get_user_model().objects.filter(username=username).first()
        return anonymous_id(found, CourseKey.from_string(course_id)) if found else None

    def get_user_by_anonymous_id(self, uid: str | None = None) -> Any:
        """The Django user behind an id, or None."""
        return by_anonymous_id(uid or anonymous_id(self._django_user, self._course_key), self._course_key)


class CompletionService:
    """`completion`: what the learner has done. None instead of it for somebody who is not logged in."""

    def __init__(self, user: User, course_key: CourseKey) -> None:
        self._user = user
        self._course_key = course_key

    def completion_tracking_enabled(self) -> bool:
        """True: the devstack behaves as an LMS whose switch is on."""
        return True

    def get_completions(self, candidates: Iterable[UsageKey]) -> dict[UsageKey, float]:
        """Of each block how much is done, 0..1."""
        wanted = list(candidates)
        rows = Completion.objects.filter(user=self._user, usage_key__in=[str(key) for key in wanted])
        done = dict(rows.values_list("usage_key", "completion"))
        return {key: done.get(str(key), 0.0) for key in wanted}

    def can_mark_block_complete_on_view(self, block: Any) -> bool:
        """Whether looking at a block is all that there is to do."""
        return (
            XBlockCompletionMode.get_mode(block) == XBlockCompletionMode.COMPLETABLE
            and not getattr(block, "has_custom_completion", False)
            and not getattr(block, "has_score", False)
        )

    def submit_completion(self, block_key: UsageKey, completion: float) -> None:
        """Keep how much is done.

        Raises:
            ValidationError: when it is not within 0..1.
        """
        keep_completion(self._user, block_key, completion)


class I18nService(NullI18nService):
    """`i18n`: the catalogue of the suite in the language of the page."""

    def __init__(self) -> None:
        super().__init__()
        self._translations = translator()


class StaticLinks:
    """`replace_urls`: "/static/<name>" in what a course team wrote becomes the address of the course's file.

    As in the platform the address must stand in quotes; what ends in "?raw", and what is a file of the site itself,
    stays as it is.
    """

    _LINK = re.compile(r"""(?P<quote>\\?["'])/static/(?P<rest>.*?)(?P=quote)""")

    def __init__(self, course_key: CourseKey) -> None:
        self._course_key = course_key

    def replace_urls(self, text: str, static_replace_only: bool = False) -> str:
        """The text with working addresses."""
        return self._LINK.sub(self._replaced, text)

    def _replaced(self, match: re.Match[str]) -> str:
        name = match["rest"]
        if name.endswith("?raw") or finders.find(name.split("?")[0]):
            return match[0]
        asset = self._course_key.make_asset_key("asset", name.replace("/", "_"))
        return f"{match['quote']}/{asset}{match['quote']}"


class StudioPermissions:
    """`studio_user_permissions`: what the one who edits may do."""

    def __init__(self, user: Person) -> None:
        self._user = user

    def can_read(self, course_key: CourseKey) -> bool:
        """Whether they may look at the course."""
        return bool(self._user.is_staff)

    def can_write(self, course_key: CourseKey) -> bool:
        """Whether they may change the course."""
        return bool(self._user.is_staff)


Services = dict[str, Any]
Make = Callable[[Person, CourseKey], Services]


def lms_services(user: Person, course_key: CourseKey) -> Services:
    """What a block may get in the LMS."""
    return {
        "completion": CompletionService(user, course_key) if user.is_authenticated else None,
        "i18n": I18nService(),
        "replace_urls": StaticLinks(course_key),
        "settings": SettingsService(),
        "user": PeopleService(user, course_key),
    }


def studio_services(user: Person, course_key: CourseKey) -> Services:
    """What a block may get in Studio: nothing that belongs to learners."""
    return {
        "i18n": I18nService(),
        "replace_urls": StaticLinks(course_key),
        "settings": SettingsService(),
        "studio_user_permissions": StudioPermissions(user),
        "user": PeopleService(user, course_key),
    }
