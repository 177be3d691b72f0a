"""A learner who leaves the platform takes their answers along."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from xblocks.microquiz import api

_SIGNALS = "openedx.core.djangoapps.user_api.accounts.signals"


def forget_retired(sender: Any, user: Any = None, **kwargs: Any) -> None:
    """Remove what is kept of a user whom the LMS retires. Safe to run twice."""
    if user is not None:
        api.forget_learner(user.id)


def connect() -> None:
    """Listen to the LMS's retirement pipeline; outside an LMS there is none."""
    try:
        signals = import_module(_SIGNALS)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (Studio, a bare checkout on the path).
        return
    signals.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.microquiz.forget_retired")
