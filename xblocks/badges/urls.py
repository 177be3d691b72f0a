"""Addresses of the pages of badges; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "microunits_badges"

urlpatterns: list[URLPattern] = [
    # The learner's own.
    # What the public sees.
    # The course team's.
]
