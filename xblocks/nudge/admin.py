"""The platform's admin: the switch and the bounds for everybody, and the ledger, which can be read and not changed."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

from xblocks.base.platform import platform
from xblocks.nudge import errands, models


class SiteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own takes no parameter
    """One row: the switch that stops everything, and what teams may at most choose."""

    list_display = ("__str__", "is_stopped", "bounds")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Other bounds may let something be sent to whom nothing could be: everybody is looked at, course by course."""
        super().save_model(request, obj, form, change)
        if "bounds" in form.changed_data:
            errands.ask(models.Course.objects.values_list("pk", flat=True), models.Task.PLAN, platform().now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only while there is none."""
        return super().has_add_permission(request) and not models.Site.objects.exists()


class NudgeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every message: decided when, why, and what became of it."""

    list_display = ("learner", "kind", "slot", "status", "reason", "planned_at", "sent_at", "opened_at")
    list_filter = ("status", "kind", "reason")
    search_fields = ("learner__external_id",)
    date_hierarchy = "planned_at"
    list_select_related = ("learner",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Messages are decided, not typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened has happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The limits are counted from the ledger."""
        return False


if apps.is_installed("django.contrib.admin"):
    admin.site.register(models.Site, SiteAdmin)
    admin.site.register(models.Nudge, NudgeAdmin)
