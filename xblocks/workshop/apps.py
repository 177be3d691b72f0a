"""The Django app of workshops, which Open edX finds by its entry points."""

from typing import Any, ClassVar

from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    """Keeps who comes to which session, and what they prepared; serves the facilitator's pages and calendars."""

    name = "xblocks.workshop"
    label = "microunits_workshop"
    verbose_name = "Microunits: workshops"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "microunits_workshop", "regex": "^microunits/", "relative_path": "urls"},
        },
    }

    def ready(self) -> None:
        """Listen for courses that are published, for answers in quizzes, and for learners who leave."""
        from xblocks.workshop import listening

        listening.connect()
