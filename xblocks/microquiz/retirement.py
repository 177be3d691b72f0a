"""What the platform forgets of a learner is forgotten here, too: their state in a quiz, or everything."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db.models.signals import post_delete

from xblocks.microquiz import api

_SIGNALS = "openedx.core.djangoapps.user_api.accounts.signals"
BLOCK_TYPE = "microquiz"
_STATE = "lms.djangoapps.courseware.models"


def forget_retired(sender: Any, user: Any = None, **kwargs: Any) -> None:
    """Remove what is kept of a user whom the LMS retires. Safe to run twice."""
    if user is not None:
        api.forget_learner(user.id)


def forget_deleted_state(sender: Any, instance: Any = None, **kwargs: Any) -> None:
    """Remove the log that belongs to a user state which the LMS deletes, or the next answer would bring it back.

    Not every way to delete it asks the block before (`clear_student_state`): for an entrance exam, or for all learners
    at once, the platform deletes its rows only.
    """
    if instance is not None and instance.module_type == BLOCK_TYPE:
        api.forget_answers(instance.student_id, instance.module_state_key)


def connect() -> None:
    """Listen to the LMS; outside of one there is nothing to hear."""
    signals, state = _module(_SIGNALS), _module(_STATE)
    if signals is not None:
        signals.USER_RETIRE_LMS_MISC.connect(forget_retired, dispatch_uid="microunits.microquiz.forget_retired")
    if state is not None:
        post_delete.connect(
            forget_deleted_state, sender=state.StudentModule, dispatch_uid="microunits.microquiz.forget_deleted_state"
        )


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, RuntimeError):
        # RuntimeError: the module is there, but its app is not installed (Studio, a bare checkout on the path).
        return None
