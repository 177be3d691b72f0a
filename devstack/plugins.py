"""The pages of installed plugins, mounted as the LMS mounts them: by what an app's `plugin_app` declares."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, re_path

PROJECT = "lms.djangoapp"


def plugin_urls() -> list[URLPattern | URLResolver]:
    """One entry for each installed app that declares pages for the LMS."""
    found: list[URLPattern | URLResolver] = []
    for config in apps.get_app_configs():
        declared = getattr(config, "plugin_app", {}).get("url_config", {}).get(PROJECT)
        if declared:
            module = f"{config.name}.{declared.get('relative_path', 'urls')}"
            found.append(re_path(declared["regex"], include((module, declared["namespace"]), declared["namespace"])))
    return found
