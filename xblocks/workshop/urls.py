"""Addresses of the pages of workshops; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern, path

from xblocks.workshop import views

app_name = "microunits_workshop"

urlpatterns: list[URLPattern] = [
    path("workshop/calendar/<str:ticket>.ics", views.feed, name="feed"),
]
