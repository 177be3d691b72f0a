"""The platform's admin: how far each Moodle was read, and whom of its learners nobody knows here."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

from moodle_bridge.service import models


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own takes no parameter
    """What was read is not typed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They come from the configuration and from Moodle."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are as they were read."""
        return False


class SiteAdmin(_ReadOnly):
    """Moodles."""

    list_display = ("name", "title", "read_at", "problem")


class LinkAdmin(_ReadOnly):
    """Courses and where they go."""

    list_display = ("course_key", "site", "course", "is_behind", "people_at", "problem", "is_configured")
    list_filter = ("site", "is_configured")


class MatchedFilter(admin.SimpleListFilter):
    """Whether somebody has an account here."""

    title = "account on this platform"
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What may be chosen."""
        return [("no", "nobody known"), ("yes", "matched")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that were chosen."""
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(openedx_id__isnull=chosen == "no")


class AccountAdmin(_ReadOnly):
    """Learners in Moodle, and who they are here."""

    list_display = ("username", "user", "site", "openedx_id", "matched_by", "is_active", "language", "seen_at")
    list_filter = (MatchedFilter, "matched_by", "site", "is_active")
    search_fields = ("username", "user")
    list_select_related = ("site",)


class AwardAdmin(_ReadOnly):
    """Badges of learners, and whether they have them in Moodle."""

    list_display = ("badge_id", "account", "link", "is_revoked", "told", "told_at", "reason", "next_at")
    list_filter = ("link", "told", "is_revoked", "reason")
    search_fields = ("award", "badge_id")
    list_select_related = ("account__site", "link__site")


if apps.is_installed("django.contrib.admin"):
    admin.site.register(models.Site, SiteAdmin)
    admin.site.register(models.Link, LinkAdmin)
    admin.site.register(models.Account, AccountAdmin)
    admin.site.register(models.Award, AwardAdmin)
