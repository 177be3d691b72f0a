"""Moments as credentials write them: xsd:dateTimeStamp (VC Data Model 2.0, section 4.9), to the second, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def written(when: datetime) -> str:
    """A moment with a time zone, as "2026-11-26T16:05:00Z". Parts of a second are left out: a JWT would lose them.

    Raises:
        ValueError: when it has no time zone.
    """
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: object) -> datetime | None:
    """The moment that a text names, in UTC; None when it is not one, or has no time zone."""
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
