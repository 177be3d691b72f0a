"""One worker at a time: who has something in hand says so, again and again; who dies with it does not.

Everything that is done under a lease may also be done twice: it spares Moodle and us work, and nothing depends on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from moodle_bridge.errors import BridgeError

LASTS = timedelta(minutes=10)
"""Longer than any one call to a site, with all its attempts."""


class InHandsError(BridgeError):
    """Somebody else is at it."""

    advice = "Nothing is wrong: it goes on there. If that worker died, this can be done within ten minutes."


class Lease:
    """A row that is ours for now."""

    def __init__(self, row: Any) -> None:
        self._row, self._token = row, uuid.uuid4().hex

    def take(self) -> None:
        """Raises InHandsError."""
        now = timezone.now()
        free = Q(held_until=None) | Q(held_until__lt=now)
        rows = type(self._row).objects.filter(free, pk=self._row.pk)
        if not rows.update(held_by=self._token, held_until=now + LASTS):
            raise InHandsError(f"{self._row} is in the hands of another worker.")

    def renew(self) -> None:
        """Keep it. Raises InHandsError: this took so long that another worker has it."""
        rows = type(self._row).objects.filter(pk=self._row.pk, held_by=self._token)
        if not rows.update(held_until=timezone.now() + LASTS):
            raise InHandsError(f"{self._row} has gone to another worker.")

    def give_back(self) -> None:
        """Let others have it; nothing happens when it went to one of them already."""
        rows = type(self._row).objects.filter(pk=self._row.pk, held_by=self._token)
        rows.update(held_by="", held_until=None)


@contextmanager
def leased(row: Any) -> Iterator[Lease]:
    """Have a site or a course in hand. Raises InHandsError."""
    lease = Lease(row)
    lease.take()
    try:
        yield lease
    finally:
        lease.give_back()
