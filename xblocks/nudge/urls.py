"""Addresses of nudging's own pages; the platform mounts them under /microunits/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "microunits_nudge"

urlpatterns: list[URLPattern] = []
