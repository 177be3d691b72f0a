"""Addresses of the pages of reflections; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern, path

from xblocks.reflection import coach_views

app_name = "microunits_reflection"

urlpatterns: list[URLPattern] = [
    path("reflection/coach/<str:usage_key>/", coach_views.page, name="coach"),
    path("reflection/coach/<str:usage_key>/learners.csv", coach_views.download, name="coach_table"),
    path("reflection/coach/<str:usage_key>/<int:number>/", coach_views.read, name="coach_read"),
    path("reflection/coach/<str:usage_key>/<int:number>/remark/", coach_views.remark, name="coach_remark"),
    path("reflection/coach/<str:usage_key>/<int:number>/remove/", coach_views.remove, name="coach_remove"),
]
