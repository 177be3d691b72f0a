"""Everything that runs the suite on one machine: a small LMS and Studio around the real XBlock runtime."""

from devstack.celery import app as celery_app

__all__ = ["celery_app"]
