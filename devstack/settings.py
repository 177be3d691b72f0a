"""Django settings of the devstack: one machine, one person, no password. Never for the internet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from devstack.database import from_url, sqlite

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
DATA = Path(os.environ.get("MICROUNITS_DATA") or CHECKOUT / "var").resolve()
COURSE_FILES = HERE / "course"

DEBUG = True
SECRET_KEY = "the-devstack-serves-one-machine-and-keeps-no-secrets"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

ROOT_URLCONF = "devstack.urls"
WSGI_APPLICATION = "devstack.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "openedx_events",
    "workbench",
    "xblocks.microquiz",
    "xblocks.nudge",
    "xblocks.badges",
    "xblocks.workshop",
    "xblocks.reflection",
    "moodle_bridge.service",
    "edx_ace",
    "devstack",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "devstack.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "devstack.context.chrome",
            ],
        },
    },
]

_URL = os.environ.get("MICROUNITS_DATABASE_URL", "")
DATABASES: dict[str, dict[str, Any]] = {"default": from_url(_URL) if _URL else sqlite(DATA / "devstack.sqlite3")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("rtl", "rtl")]
LANGUAGES_BIDI = ["ar", "fa", "he", "rtl", "ur"]
MICROUNITS_LOCALE_PATHS = (HERE / "conf" / "locale",)
LANGUAGE_COOKIE_NAME = "openedx-language-preference"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = str(DATA / "static")

# Who one is, is chosen in the menu of any page.
LOGIN_URL = "home"

SESSION_COOKIE_NAME = "microunits_sessionid"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

SITE_URL = "http://127.0.0.1:8000"
EMAIL_BACKEND = "devstack.mailbox.Mailbox"
DEFAULT_FROM_EMAIL = "Microunits <microunits@example.com>"
ACE_ENABLED_CHANNELS = ["django_email"]
ACE_CHANNEL_DEFAULT_EMAIL = "django_email"
ACE_CHANNEL_TRANSACTIONAL_EMAIL = "django_email"
ACE_ENABLED_POLICIES: list[str] = []
OPENEDX_TELEMETRY: list[str] = []

# Messages are sent within the process that sweeps, unless a broker is named; then a worker sends them:
# celery -A devstack worker
CELERY_BROKER_URL = os.environ.get("MICROUNITS_BROKER_URL", "memory://localhost//")
CELERY_TASK_ALWAYS_EAGER = "MICROUNITS_BROKER_URL" not in os.environ
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"socket_connect_timeout": 5, "visibility_timeout": 3600}
CELERY_TASK_PUBLISH_RETRY = False
MICROUNITS_PLATFORM = "devstack.platform.Devstack"
# A moodle-bridge.toml, for results of learners in Moodle and nudges there; without one there is no Moodle.
MICROUNITS_MOODLE = os.environ.get("MICROUNITS_MOODLE", "")
EVENT_BUS_PRODUCER_CONFIG: dict[str, Any] = {}
XBLOCK_SETTINGS: dict[str, Any] = {}
WORKBENCH: dict[str, Any] = {"services": {}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # edx-ace's channels that the devstack does not use miss what they need.
        "stevedore.extension": {"level": "CRITICAL"},
        "edx_ace.channel.sailthru": {"level": "CRITICAL"},
    },
}
