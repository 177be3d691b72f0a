"""The Django app of the bridge, which Open edX finds by its entry point."""

from typing import Any, ClassVar

from django.apps import AppConfig


class MoodleConfig(AppConfig):
    """Pulls results from Moodle and sends nudges there, where a configuration names a site."""

    name = "moodle_bridge.service"
    label = "microunits_moodle"
    verbose_name = "Microunits: Moodle"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app: ClassVar[dict[str, Any]] = {}

    def ready(self) -> None:
        """Make Moodle's learners known to nudging; where nothing is configured, nothing is asked of them."""
        from moodle_bridge.service import listening, settings_reading
        from moodle_bridge.service.reaching import Moodle
        from xblocks.nudge import api

        if settings_reading.is_configured():
            api.register_source("moodle", Moodle())
        listening.connect()
