"""A call is tried again where that is safe and may help, and never too soon or too long."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_bridge import errors
from moodle_bridge.errors import BridgeError
from moodle_bridge.patience import Patience

PATIENCE = Patience(attempts=4, first=0.5, longest=30)
ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, BridgeError)]


def wait(error: BridgeError, attempt: int = 1, is_repeatable: bool = True, random: float = 0.0) -> float | None:
    return PATIENCE.wait(error, attempt, is_repeatable, random)


def test_the_pause_doubles_and_differs_from_caller_to_caller() -> None:
    busy = errors.BusyError("Busy.")
    assert [wait(busy, attempt) for attempt in (1, 2, 3, 4)] == [0.25, 0.5, 1.0, None]
    assert wait(busy, random=0.5) == 0.375


def test_a_site_that_asks_for_time_gets_it() -> None:
    error = errors.OverloadedError("Busy.")
    error.retry_after = 20
    assert wait(error) == 20
    error.retry_after = 0.01
    assert wait(error) == 0.25


def test_a_site_that_asks_for_much_time_is_left_alone() -> None:
    error = errors.MaintenanceError("Maintenance.")
    error.retry_after = 300
    assert wait(error) is None


def test_what_may_have_run_is_done_again_only_where_that_does_no_harm() -> None:
    lost = errors.AnswerLostError("Lost.")
    assert wait(lost) is not None
    assert wait(lost, is_repeatable=False) is None
    never_sent = errors.ConnectionFailedError("Nobody there.")
    assert wait(never_sent, is_repeatable=False) is not None


@settings(deadline=None)
@given(
    kind=st.sampled_from(ERRORS),
    attempt=st.integers(1, 9),
    random=st.floats(0, 1, exclude_max=True),
    asked=st.none() | st.floats(0, 1000),
)
def test_no_error_is_waited_for_longer_than_the_longest_or_more_often_than_said(
    kind: type[BridgeError], attempt: int, random: float, asked: float | None
) -> None:
    error = kind("Something.")
    error.retry_after = asked
    pause = wait(error, attempt, random=random)
    assert pause is None or (error.may_pass and attempt < 4 and (asked or 0) <= pause <= 30)


@pytest.mark.parametrize("kind", ERRORS)
def test_what_needs_somebody_to_act_is_not_tried_again(kind: type[BridgeError]) -> None:
    acts = (errors.TokenRefusedError, errors.FunctionMissingError, errors.RedirectError, errors.TlsError)
    if issubclass(kind, acts):
        assert wait(kind("Something.")) is None
