"""What the platform forgets of a learner is forgotten here, too.

Only all of it: when a course team deletes a learner's state in a block, the grade goes, but what the learner wrote is
theirs and stays.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from xblocks.reflection import api

_SIGNALS = "openedx.core.djangoapps.user_api.accounts.signals"


def forget_retired(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    """Remove what is kept of a user whom the LMS retires. Safe to run twice."""
    if user is not None:
        api.forget_learner(user.id)


def connect() -> None:
    """Listen to the LMS; outside of one there is nothing to hear."""
    try:
        signals = import_module(_SIGNALS)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (Studio, a bare checkout on the path).
        return
    signals.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.reflection.forget_retired")
