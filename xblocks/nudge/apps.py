"""The Django app of nudging, which Open edX finds by its entry points."""

from typing import Any, ClassVar

from django.apps import AppConfig


class NudgeConfig(AppConfig):
    """Keeps cards, reviews and the ledger; serves the learner's and the course team's pages."""

    name = "xblocks.nudge"
    label = "microunits_nudge"
    verbose_name = "Microunits: nudges"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "microunits_nudge", "regex": "^microunits/", "relative_path": "urls"},
        },
    }

    def ready(self) -> None:
        """Listen for answers, for courses that are published, and for learners who leave."""
        from xblocks.nudge import listening

        listening.connect()
