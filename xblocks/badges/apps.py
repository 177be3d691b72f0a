"""The Django app of badges, which Open edX finds by its entry points."""

from typing import Any, ClassVar

from django.apps import AppConfig


class BadgesConfig(AppConfig):
    """Keeps what learners did, and what they earned by it; serves the pages of badges."""

    name = "xblocks.badges"
    label = "microunits_badges"
    verbose_name = "Microunits: badges"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "microunits_badges", "regex": "^microunits/", "relative_path": "urls"},
        },
    }

    def ready(self) -> None:
        """Listen for what learners do, for courses that are published, and for learners who leave."""
        from xblocks.badges import listening, publication

        listening.connect()
        publication.connect()
