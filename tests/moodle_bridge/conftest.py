"""What the bridge's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.moodle_bridge.scripted import Scripted, serving


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A web server on loopback that does what the test tells it."""
    with serving() as scripted:
        yield scripted
