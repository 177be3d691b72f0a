"""Hearing that a course was published. The platform tells it in Studio only, so Studio's workers do what follows."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import publishing, tasks
from xblocks.base.platform import platform

_MODULESTORE = "xmodule.modulestore.django"


def read_published(sender: Any = None, course_key: Any = None, **kwargs: Any) -> None:
    """The badges of a course that was published are read by the workers."""
    # Libraries are published, too, and nobody learns in them.
    if not isinstance(course_key, CourseKey) or not course_key.is_course:
        return
    name = str(course_key)
    with transaction.atomic():
        publishing.ask(course_key, platform().now())
        transaction.on_commit(lambda: tasks.queue(tasks.publish, name))


def connect() -> None:
    """Listen to the platform; outside of one there is nothing to hear."""
    try:
        modulestore = import_module(_MODULESTORE)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (a bare checkout on the path).
        return
    modulestore.SignalHandler.course_published.connect(read_published, dispatch_uid="microunits.badges.read_published")
