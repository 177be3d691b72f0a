"""A clock that can be moved forward, so that a month of nudges passes in a minute; kept in a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.DATA) / "clock"


def ahead() -> timedelta:
    """How far the devstack's clock is ahead of the real one."""
    try:
        return timedelta(seconds=float(_file().read_text()))
    except FileNotFoundError:
        return timedelta()


def now() -> datetime:
    """The time in the devstack, in UTC."""
    return datetime.now(UTC) + ahead()


def move(by: timedelta) -> None:
    """Move the clock forward; it never goes back, since what was recorded would then lie in the future."""
    if by < timedelta():
        raise ValueError("The clock only goes forward. Begin anew with RESET=1.")
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(str((ahead() + by).total_seconds()))
    fresh.replace(file)


def reset() -> None:
    """Show the real time again."""
    _file().unlink(missing_ok=True)
