"""The devstack as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DevstackConfig(AppConfig):
    """Courses, learners and what an LMS records about them, on one machine."""

    name = "devstack"
    verbose_name = "Microunits devstack"
