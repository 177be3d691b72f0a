"""What goes through Celery: each takes ids, and may run twice."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task

from xblocks.badges import issuing
from xblocks.base.platform import platform

log = logging.getLogger(__name__)


def queue(task: Any, *arguments: Any) -> bool:
    """Give a task to the workers; False when the queue does not answer, which is in the log."""
    try:
        task.delay(*arguments)
    except task.OperationalError:
        log.exception("The queue cannot be reached: %s%r waits.", task.name, arguments)
        return False
    return True


# --- What is signed


@shared_task(name="microunits.badges.sign", ignore_result=True)
def sign(award_id: int) -> None:
    """Sign an award. What is not signed is signed when somebody asks for its credential."""
    issuing.sign(award_id, platform().now())
