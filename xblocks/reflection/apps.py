"""The Django app of reflections, which Open edX finds by its entry points."""

from typing import Any, ClassVar

from django.apps import AppConfig


class ReflectionConfig(AppConfig):
    """Keeps what learners write, sealed."""

    name = "xblocks.reflection"
    label = "microunits_reflection"
    verbose_name = "Microunits: reflection"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {}

    def ready(self) -> None:
        """Listen for learners who leave."""
        from xblocks.reflection import retirement

        retirement.connect()
