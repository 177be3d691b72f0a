"""Doing something once more when the database let others go first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

log = logging.getLogger(__name__)

TRIES = 4
Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")


def repeated(deed: Callable[Arguments, Found]) -> Callable[Arguments, Found]:
    """Do something that is safe to do twice once more when the database let others go first (a deadlock).

    Within somebody else's transaction that is theirs to do, as it is gone as a whole.
    """

    @wraps(deed)
    def done(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Found:
        for _try in range(TRIES - 1):
            try:
                return deed(*args, **kwargs)
            except OperationalError:
                if connection.in_atomic_block:
                    raise
                log.warning("%s makes way for others and is tried again.", deed.__name__)
        return deed(*args, **kwargs)

    return done
