"""The devstack's clock goes forward, stays where it was put, and begins anew on request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devstack import clock
from xblocks.base.platform import platform

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    """A folder of its own, without a clock in it: what somebody moved in their demo does not count here."""
    settings.DATA = tmp_path / "var"
    return Path(settings.DATA)


def ahead_of_real(moment: datetime) -> timedelta:
    return moment - datetime.now(UTC)


def test_it_shows_the_real_time_until_it_is_moved() -> None:
    assert clock.ahead() == timedelta()
    assert abs(ahead_of_real(clock.now())) < timedelta(seconds=5)


def test_moving_adds_up_and_stays() -> None:
    clock.move(DAY)
    clock.move(timedelta(hours=2))
    assert clock.ahead() == DAY + timedelta(hours=2)
    assert abs(ahead_of_real(clock.now()) - DAY - timedelta(hours=2)) < timedelta(seconds=5)


def test_it_never_goes_back() -> None:
    clock.move(DAY)
    with pytest.raises(ValueError, match="RESET=1"):
        clock.move(timedelta(seconds=-1))
    assert clock.ahead() == DAY


def test_reset_shows_the_real_time_again_and_may_be_done_twice() -> None:
    clock.move(DAY)
    clock.reset()
    clock.reset()
    assert clock.ahead() == timedelta()


def test_it_is_the_time_by_which_the_suite_plans() -> None:
    clock.move(30 * DAY)
    assert abs(platform().now() - clock.now()) < timedelta(seconds=5)


def test_a_half_written_file_is_never_read(data: Path) -> None:
    clock.move(DAY)
    assert [file.name for file in data.iterdir()] == ["clock"]
