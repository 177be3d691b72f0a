"""Addresses of the pages of workshops; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern, path

from xblocks.workshop import team_views, views

app_name = "microunits_workshop"

urlpatterns: list[URLPattern] = [
    path("workshop/calendar/<str:ticket>.ics", views.feed, name="feed"),
    # The course team's.
    path("workshop/team/<int:number>/", team_views.page, name="team"),
    path("workshop/team/<int:number>/do/", team_views.act, name="act"),
    path("workshop/team/<int:number>/learners.csv", team_views.download, name="table"),
]
