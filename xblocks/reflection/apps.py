"""The Django app of reflections, which Open edX finds by its entry points."""

from typing import Any, ClassVar

from django.apps import AppConfig


class ReflectionConfig(AppConfig):
    """Keeps what learners write, sealed; serves the pages of those who coach."""

    name = "xblocks.reflection"
    label = "microunits_reflection"
    verbose_name = "Microunits: reflection"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "microunits_reflection", "regex": "^microunits/", "relative_path": "urls"},
        },
    }

    def ready(self) -> None:
        """Listen for learners who leave."""
        from xblocks.reflection import retirement

        retirement.connect()
