"""Celery's worker of `test_nudging.py`: the devstack's own app, with the time and the mails of `nudging`.

celery -A tests.concurrency.worker worker
"""

from __future__ import annotations

import django

django.setup()

from devstack.celery import app  # noqa: E402
from tests.concurrency.nudging import use_test_clock_and_folder  # noqa: E402

use_test_clock_and_folder()

__all__ = ["app"]
