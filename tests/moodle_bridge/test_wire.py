"""A form says to PHP what the caller meant, and is known to be too large before it leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moodle_bridge.checking import carries_nothing
from moodle_bridge.contract import load
from moodle_bridge.shapes import Json
from moodle_bridge.wire import BATCH, Batch, Call, Limits, Size, advice, encoded, pairs, request, size
from tests.moodle_bridge import php
from tests.moodle_bridge.making import TEXT, fitting

CONTRACT = load("5.1")
PLAIN = st.text("abc_é[]&=%+ ", min_size=1, max_size=6).filter(lambda name: not set(name) & set("[]"))
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
    max_leaves=20,
)


def as_php_has_it(value: Json) -> Any:
    """A value of ours as PHP would have it: everything a text, lists as mappings from numbers, nothing empty."""
    if isinstance(value, dict):
        return {name: as_php_has_it(below) for name, below in value.items() if not carries_nothing(below)}
    if isinstance(value, list):
        return {str(index): as_php_has_it(below) for index, below in enumerate(value) if not carries_nothing(below)}
    return str(int(value)) if isinstance(value, bool) else str(value)


@settings(deadline=None)
@given(st.dictionaries(st.text("abcxyz", min_size=1, max_size=4), VALUES, max_size=4))
def test_php_reads_in_a_form_what_was_written(params: dict[str, Json]) -> None:
    assert php.read(php.form_of(encoded(pairs(params)))) == as_php_has_it(params)


@pytest.mark.parametrize("function", sorted(CONTRACT.functions))
@given(data=st.data())
@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
def test_what_a_site_reads_is_what_was_called(function: str, data: st.DataObject) -> None:
    described = CONTRACT.functions[function].params
    params = data.draw(fitting(described))
    closed = CONTRACT.closed(function, params)
    read = php.typed(described, php.read(php.form_of(encoded(pairs(closed)))))
    assert _without_nothing(read) == _without_nothing(closed)


def _without_nothing(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_nothing(below) for name, below in value.items() if not carries_nothing(below)}
    return [_without_nothing(below) for below in value] if isinstance(value, list) else value


def test_truth_is_written_as_one_and_zero() -> None:
    assert pairs({"a": True, "b": [False], "c": {"d": {"e": "f g"}}}) == [("a", "1"), ("b[0]", "0"), ("c[d][e]", "f g")]
    assert encoded(pairs({"c": {"d": "f g&é"}})) == b"c%5Bd%5D=f+g%26%C3%A9"


def test_what_is_empty_leaves_no_trace() -> None:
    assert pairs({"a": [], "b": {}, "c": [{}], "d": ""}) == [("d", "")]


# --- Sizes


def test_a_request_is_measured_with_all_that_goes_with_it() -> None:
    measured = size(pairs({"courseid": 2}))
    assert measured.variables == 4
    assert 300 < measured.bytes < 400


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        (Limits(variables=4, bytes=1000), True),
        (Limits(variables=3, bytes=1000), False),
        (Limits(variables=4, bytes=999), False),
        (Limits(variables=4, bytes=0), True),
    ],
)
def test_a_site_takes_what_is_within_its_limits(limits: Limits, fits: bool) -> None:
    assert Size(4, 1000).fits(limits) is fits


def test_nothing_is_advised_about_what_fits() -> None:
    assert advice(Call("f", {"courseid": 2}), Limits()) is None


def test_too_many_items_are_sent_in_parts() -> None:
    messages = [{"key": f"k{number}", "userid": number, "text": "Hi"} for number in range(900)]
    said = advice(Call("local_microunits_notify", {"courseid": 2, "messages": messages}), Limits())
    assert str(said) == (
        "The request has 2,704 variables and the site takes 1,000 (max_input_vars): send at most 332 of the 900 "
        "messages at once."
    )


def test_where_a_request_may_have_any_size_only_its_variables_count() -> None:
    said = advice(Call("f", {"items": ["x" * 3000] * 20}), Limits(variables=14, bytes=0))
    assert str(said) == (
        "The request has 23 variables and the site takes 14 (max_input_vars): send at most 11 of the 20 items at once."
    )


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), TEXT, min_size=1), min_size=1, max_size=40),
    st.integers(10, 60),
    st.integers(400, 3000) | st.just(0),
)
def test_as_many_as_advised_do_fit_whichever_they_are(items: list[Json], variables: int, bytes_: int) -> None:
    limits = Limits(variables=variables, bytes=bytes_)
    said = str(advice(Call("f", {"courseid": 2, "items": items, "more": [1]}), limits))
    if "send at most" not in said:
        return
    most = int(said.split("send at most ")[1].split(" ", maxsplit=1)[0])
    for start in range(len(items)):
        part = items[start : start + most]
        assert size(pairs({"courseid": 2, "items": part, "more": [1]})).fits(limits)


def test_what_no_splitting_helps_is_for_the_admin() -> None:
    call = Call("local_microunits_put_file", {"courseid": 2, "content": "x" * 3000})
    assert str(advice(call, Limits(bytes=2000))) == (
        "The request has 3,319 bytes and the site takes 2,000 (post_max_size): ask the site's admin to raise "
        "post_max_size in php.ini."
    )
    too_large_each = Call("f", {"items": ["x" * 3000, "y"]})
    assert "ask the site's admin" in str(advice(too_large_each, Limits(bytes=2000)))


# --- Several calls in one request


def batched(calls: list[Call], limits: Limits, most: int) -> list[list[Call]]:
    groups, batch = [], Batch(limits, most)
    for call in calls:
        if not batch.takes(call):
            groups.append(batch.calls)
            batch = Batch(limits, most)
            assert batch.takes(call)
    return [*groups, batch.calls]


@settings(deadline=None)
@given(st.lists(TEXT, max_size=30), st.integers(1, 9), st.integers(5, 30), st.integers(500, 3000))
def test_calls_go_together_as_far_as_they_fit_and_none_is_lost(
    texts: list[str], most: int, variables: int, bytes_: int
) -> None:
    limits = Limits(variables=variables, bytes=bytes_)
    calls = [Call("local_microunits_upsert", {"payload": text}) for text in texts]
    groups = batched(calls, limits, most)
    assert [call for group in groups for call in group] == calls
    for group in groups:
        assert len(group) <= most
        if len(group) > 1:
            assert size(pairs({"requests": [request(call) for call in group]})).fits(limits)


def test_a_call_in_a_batch_carries_its_arguments_as_json() -> None:
    batch = {"requests": [request(Call("f", {"courseid": 2, "keys": [], "is": True, "name": "é"}))]}
    assert CONTRACT.check_params(BATCH, batch) == []
    assert json.loads(batch["requests"][0]["arguments"]) == {"courseid": 2, "keys": [], "is": True, "name": "é"}
