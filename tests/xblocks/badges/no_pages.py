"""Addresses of a process that serves none of ours, as Studio."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
