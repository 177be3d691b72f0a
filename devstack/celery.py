"""Celery in the devstack: within the process itself, unless MICROUNITS_BROKER_URL names a broker (redis://...)."""

from __future__ import annotations

from celery import Celery

app = Celery("microunits")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Each thread of the server has a current app of its own; without a default one that would be somebody else's.
app.set_default()
