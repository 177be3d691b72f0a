"""Until when a block keeps to itself how somebody did, for everybody and for who was given more time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack.platform import Devstack
from xblocks.badges.secrecy import Blocks
from xblocks.microquiz.api import FOREVER

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COURSE = CourseKey.from_string("course-v1:Microunits+BADGES+2026")
PROBLEM: UsageKey = COURSE.make_usage_key("problem", "p")


def problem(**fields: Any) -> Any:
    return SimpleNamespace(scope_ids=SimpleNamespace(block_type="problem"), **fields)


def secret(monkeypatch: pytest.MonkeyPatch, block: Any, own: dict[int, Any] | None = None) -> dict[int, datetime]:
    asked: list[UsageKey] = []

    def read(_self: Any, usage_key: UsageKey) -> Any:
        asked.append(usage_key)
        return block

    monkeypatch.setattr(Devstack, "block", read)
    monkeypatch.setattr(Devstack, "block_for", lambda _self, _key, user_id: (own or {}).get(user_id))
    monkeypatch.setattr(Devstack, "given_time", lambda _self, keys: {COURSE: {1, 9}} if own is not None else {})
    blocks = Blocks(COURSE, NOW)
    found = blocks.secret(PROBLEM, [1, 2])
    assert blocks.secret(PROBLEM, [1, 2]) == found
    assert len(asked) == 1
    return found


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({}, None),
        ({"show_correctness": "always", "due": NOW + HOUR}, None),
        ({"show_correctness": "never"}, FOREVER),
        ({"show_correctness": "past_due"}, FOREVER),
        ({"show_correctness": "past_due", "due": NOW + HOUR}, NOW + HOUR),
        ({"show_correctness": "past_due", "due": (NOW + HOUR).replace(tzinfo=None)}, NOW + HOUR),
        ({"show_correctness": "past_due", "due": NOW - HOUR}, None),
        ({"show_correctness": "past_due", "due": NOW - HOUR, "graceperiod": 3 * HOUR}, NOW + 2 * HOUR),
    ],
)
def test_a_block_of_another_kind_is_as_secret_as_the_platform_says(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], until: datetime | None
) -> None:
    assert secret(monkeypatch, problem(**fields)) == ({} if until is None else {1: until, 2: until})


def test_a_block_that_is_gone_keeps_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret(monkeypatch, None) == {}


def test_who_was_given_more_time_waits_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = problem(show_correctness="past_due", due=NOW - HOUR)
    mine = problem(show_correctness="past_due", due=NOW + 5 * HOUR)
    assert secret(monkeypatch, everybody, {1: mine}) == {1: NOW + 5 * HOUR}
    # Of a block that cannot be read for them, what holds for everybody counts.
    later = problem(show_correctness="past_due", due=NOW + HOUR)
    assert secret(monkeypatch, later, {}) == {1: NOW + HOUR, 2: NOW + HOUR}
