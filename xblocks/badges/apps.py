"""The Django app of badges, which Open edX finds by its entry points."""

from django.apps import AppConfig


class BadgesConfig(AppConfig):
    """Keeps what learners did, and what they earned by it."""

    name = "xblocks.badges"
    label = "microunits_badges"
    verbose_name = "Microunits: badges"
    default_auto_field = "django.db.models.BigAutoField"
