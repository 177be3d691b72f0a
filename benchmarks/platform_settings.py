"""As much of a platform's Django settings as blocks with their fields in memory look at."""

from __future__ import annotations

from typing import Any

SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "for measuring only",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "INSTALLED_APPS": [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.staticfiles",
        "xblocks.microquiz.apps.MicroQuizConfig",
    ],
    "LANGUAGE_CODE": "en",
    "ROOT_URLCONF": "benchmarks.platform_settings",
    "STATIC_URL": "/static/",
    "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    "USE_I18N": True,
    "USE_TZ": True,
}

urlpatterns: list[Any] = []
