"""The devstack as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DevstackConfig(AppConfig):
    """Courses, learners and what an LMS records about them, on one machine."""

    name = "devstack"
    verbose_name = "Microunits devstack"

    def ready(self) -> None:
        """Badges hear of completions and scores as they do in an LMS."""
        from django.db.models.signals import post_save

        from devstack import hearing

        post_save.connect(hearing.hear_completion, sender="devstack.Completion", dispatch_uid="devstack.completion")
        post_save.connect(hearing.hear_score, sender="devstack.Grade", dispatch_uid="devstack.score")
