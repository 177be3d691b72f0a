"""Every error is a sentence of what happened and one of what to do, and survives a queue."""

from __future__ import annotations

import inspect
import pickle

import pytest

from moodle_bridge import errors
from moodle_bridge.checking import Problem
from moodle_bridge.errors import BridgeError

ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, BridgeError)]
# Their sentence says what to do itself, since that differs from case to case.
SAYS_ITSELF = {
    errors.BridgeError,
    errors.ConfigurationError,
    errors.RedirectError,
    errors.RequestTooLargeError,
    errors.SiteError,
    errors.TokenMissingError,
}


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if not kind.__name__.startswith("_")])
def test_an_error_says_what_happened_and_then_what_to_do(kind: type[BridgeError]) -> None:
    error = kind("Something happened.")
    assert str(error).startswith("Something happened.")
    assert str(error).endswith(error.advice)
    assert bool(error.advice) is (kind not in SAYS_ITSELF)
    assert error.advice == "" or error.advice.endswith(".") or error.advice.endswith("`.")


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_can_be_put_into_a_queue(kind: type[BridgeError]) -> None:
    error = kind("Something happened.")
    error.function, error.retry_after = "core_x", 5.0
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.function, copy.retry_after) == (kind, str(error), "core_x", 5.0)


def test_problems_stand_between_what_happened_and_what_to_do() -> None:
    error = errors.ParametersError("f cannot be called like this.", [Problem("a[0].b", "is missing"), Problem("", "x")])
    assert str(error) == f"f cannot be called like this. a[0].b: is missing; x. {errors.ParametersError.advice}"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
