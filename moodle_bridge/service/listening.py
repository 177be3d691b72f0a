"""What the service hears: users of this platform who leave."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from moodle_bridge.service import people

_RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"


def forget_retired(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    """Forget whose Moodle account was theirs. Safe to run twice."""
    if user is not None:
        people.forget_user(user.id)


def connect() -> None:
    """Listen to the platform, where there is one."""
    try:
        signals = import_module(_RETIREMENT)
    except (ImportError, RuntimeError):
        return
    signals.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.moodle.forget_retired")
