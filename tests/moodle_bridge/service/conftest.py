"""A school for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.moodle_bridge.service.school import School, school_of
from xblocks.base.platform import platform


class Clock:
    """The platform's time in a test; the school's own goes on as it does."""

    at = datetime.now(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    Clock.at = datetime.now(UTC)
    monkeypatch.setattr(type(platform()), "now", lambda self: Clock.at)
    return Clock


@pytest.fixture
def school(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    with school_of(settings, monkeypatch) as one:
        yield one
