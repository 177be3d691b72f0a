"""The Django app of the micro-quiz, which Open edX finds by its entry points."""

from typing import Any, ClassVar

from django.apps import AppConfig


class MicroQuizConfig(AppConfig):
    """Keeps answers and the contents of questions; serves the course team's download."""

    name = "xblocks.microquiz"
    label = "microunits_microquiz"
    verbose_name = "Microunits: micro-quiz"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "microunits_microquiz", "regex": "^microunits/", "relative_path": "urls"},
        },
    }

    def ready(self) -> None:
        """Listen for what the platform says of learners who leave."""
        from xblocks.microquiz import retirement

        retirement.connect()
