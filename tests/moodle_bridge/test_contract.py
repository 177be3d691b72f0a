"""What the contract allows passes; what it does not is found before it leaves, with its path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moodle_bridge.checking import problems_sent
from moodle_bridge.cleaning import RULES
from moodle_bridge.contract import RELEASES, Contract, Problem, contract_of, load, version
from moodle_bridge.shapes import Many, Named, Record, Text, Value, closed, opened, shape
from tests.moodle_bridge.making import PARAMS, fitting, mutations

CONTRACT = load("5.1")
EVENTS = "core_calendar_create_calendar_events"
UPSERT = "local_microunits_upsert"
KEY, HASH = "mu-1", "0" * 32

every_function = pytest.mark.parametrize(
    ("release", "function"),
    [
        (release, name)
        for release in RELEASES
        for name, function in load(release).functions.items()
        if release == "5.1" or function != CONTRACT.functions.get(name)
    ],
)


def problems(function: str, **params: Any) -> list[str]:
    return list(map(str, CONTRACT.check_params(function, params)))


# --- Parameters


@every_function
@given(data=st.data())
@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
def test_what_the_contract_describes_passes(release: str, function: str, data: st.DataObject) -> None:
    contract = load(release)
    params = data.draw(fitting(contract.functions[function].params))
    assert contract.check_params(function, params) == []


@every_function
@given(data=st.data())
@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)
def test_each_single_thing_that_is_wrong_is_found_at_its_place(
    release: str, function: str, data: st.DataObject
) -> None:
    contract = load(release)
    params = data.draw(fitting(contract.functions[function].params))
    for path, wrong in mutations(contract.functions[function].params, params):
        found = contract.check_params(function, wrong)
        assert found, (path, wrong)
        assert any(problem.path == path or path.startswith(problem.path) for problem in found), (path, found)


def test_a_word_for_a_number_is_named_with_its_path() -> None:
    events = [{"name": "Webinar", "timestart": "tomorrow"}]
    assert problems(EVENTS, events=events) == [
        "events[0].timestart: a whole number was expected, got 'tomorrow'",
    ]


def test_every_problem_is_told_and_not_only_the_first() -> None:
    events = [{"timestart": 1.5}, {"name": "<b>Webinar</b>", "colour": "red"}]
    found = problems(EVENTS, events=events)
    assert [line.split(":")[0] for line in found] == [
        "events[0].name",
        "events[0].timestart",
        "events[1].name",
        "events[1].colour",
    ]


def test_a_name_that_is_not_known_comes_with_those_that_are() -> None:
    assert problems("core_course_get_course_module", cmid=1, id=2) == [
        "id: there is no such name here; the names are: cmid",
    ]


def test_a_function_without_parameters_says_that_it_has_none() -> None:
    assert problems("core_badges_get_user_badges", userid=2, colour=1)[0].startswith("colour: there is no such name")


def test_a_function_that_is_not_known_is_a_problem_of_the_whole() -> None:
    (found,) = CONTRACT.check_params("core_no_such_function", {})
    assert found.path == ""
    assert str(found).startswith("core_no_such_function is no function")


def test_what_a_form_cannot_carry_is_refused() -> None:
    assert problems("core_course_get_course_module", cmid=None) == [
        "cmid: nothing (null) cannot be sent: leave it out, or give a value"
    ]
    assert problems("core_course_delete_modules", cmids=[]) == [
        "cmids: a list or record with nothing in it cannot be sent, and this one is needed"
    ]
    assert problems(EVENTS, events=[{}]) == [
        "events: a list or record with nothing in it cannot be sent, and this one is needed"
    ]
    assert problems(EVENTS, events=[{"name": "Webinar"}, {}]) == [
        "events[1]: a list or record with nothing in it cannot be sent"
    ]


def test_an_empty_list_that_may_be_left_out_is_none_of_our_business() -> None:
    assert problems("local_microunits_unlink", courseid=2, keys=[]) == []


def test_a_long_value_is_shown_short() -> None:
    (found,) = problems("core_course_get_course_module", cmid="x" * 5000)
    assert len(found) < 120


# --- What a JSON text holds


def test_a_payload_is_checked_to_its_depth() -> None:
    part = {"key": "q 1", "kind": "question", "fields": {"text": {"hash": 5}}}
    payload = {"fields": {"name": {"value": "Phishing"}}, "parts": [part], "sections": []}
    assert problems(UPSERT, courseid=2, kind="microquiz", key=KEY, payload=payload) == [
        "payload.fields.name.hash: is missing",
        "payload.parts[0].key: a key of at most 64 letters, digits, - and _ was expected, got 'q 1'",
        "payload.parts[0].fields.text.hash: a text was expected, got 5",
        "payload.sections: there is no such name here; the names are: fields, after, accept, parts, files",
    ]


def test_a_payload_may_hold_null_and_nothing_where_a_form_may_not() -> None:
    payload = {"fields": {"intro": {"value": None, "hash": HASH}}, "parts": [], "files": {}}
    assert problems(UPSERT, courseid=2, kind="page", key=KEY, payload=payload) == []


def test_a_payload_travels_as_a_text_and_an_answer_comes_as_what_it_holds() -> None:
    payload = {"fields": {"name": {"value": "Één", "hash": HASH}}}
    closed = CONTRACT.closed(UPSERT, {"courseid": 2, "kind": "page", "key": KEY, "payload": payload})
    assert closed["payload"] == '{"fields":{"name":{"value":"Één","hash":"' + HASH + '"}}}'
    answer = {"items": [{"key": KEY, "fields": [{"name": "name", "value": '"Één"'}, {"name": "x", "value": "null"}]}]}
    assert CONTRACT.check_returns("local_microunits_get_values", answer) == []
    opened = CONTRACT.opened("local_microunits_get_values", answer)
    assert [field["value"] for field in opened["items"][0]["fields"]] == ["Één", None]


def test_truth_is_written_as_such_in_json() -> None:
    expected = shape({"visible": {"$json": {"*": "bool"}}})
    assert problems_sent(expected, {"visible": {"a": True}}) == []
    assert list(map(str, problems_sent(expected, {"visible": {"a": 1}}))) == [
        "visible.a: true or false was expected, got 1"
    ]


def test_texts_are_found_wherever_they_are_among_names() -> None:
    expected = shape({"*": {"$json": "any"}})
    assert closed(expected, {"a": [1, None]}) == {"a": "[1,null]"}
    assert opened(expected, {"a": "[1,null]"}) == {"a": [1, None]}


# --- Answers


def returned(function: str, answer: Any) -> list[str]:
    return list(map(str, CONTRACT.check_returns(function, answer)))


def test_an_answer_of_the_wrong_type_is_found_with_its_path() -> None:
    change = {"id": "1", "time": 1, "courseid": 2, "what": "graded", "key": "", "objectid": 1, "userid": 3}
    answer = {"changes": [change], "cursor": "1", "more": 2}
    assert returned("local_microunits_get_changes", answer) == [
        "changes[0].id: a whole number was expected, got a text",
        "more: true or false was expected, got a whole number",
    ]


def test_an_answer_may_hold_more_than_is_known_but_not_less() -> None:
    assert returned("local_microunits_unlink", {"count": 1, "new_in_some_release": True}) == []
    assert returned("local_microunits_unlink", {}) == ["count: is missing"]
    assert returned("local_microunits_unlink", {"count": None}) == ["count: nothing (null) is not allowed here"]


def test_what_php_writes_for_an_empty_record_is_an_empty_list() -> None:
    assert returned("local_microunits_unlink", []) == ["count: is missing"]
    assert returned("local_microunits_unlink", [1]) == ["a mapping was expected, got a list"]


def test_a_function_without_an_answer_answers_null() -> None:
    assert returned("core_course_delete_modules", None) == []
    assert returned("core_course_delete_modules", {}) == ["no answer was expected, got a mapping"]


def test_truth_comes_as_true_or_as_one() -> None:
    for more in (True, False, 1, 0):
        assert returned("local_microunits_get_changes", {"changes": [], "cursor": "", "more": more}) == []
    assert returned("local_microunits_unlink", {"count": True}) == [
        "count: a whole number was expected, got true or false"
    ]


def test_a_text_that_should_hold_json_and_does_not_is_found() -> None:
    answer = {"items": [{"key": KEY, "fields": [{"name": "name", "value": "{"}, {"name": "intro", "value": 5}]}]}
    assert returned("local_microunits_get_values", answer) == [
        "items[0].fields[0].value: a text that holds JSON was expected, got a text",
        "items[0].fields[1].value: a text that holds JSON was expected, got a whole number",
    ]


@every_function
@given(data=st.data())
@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)
def test_what_a_function_is_known_to_return_passes(release: str, function: str, data: st.DataObject) -> None:
    contract = load(release)
    returns = contract.functions[function].returns
    if returns is None:
        return
    answer = data.draw(fitting(returns, in_json=True))
    assert contract.check_returns(function, _texts(contract, function, answer)) == []


def _texts(contract: Contract, function: str, answer: Any) -> Any:
    """The same answer with JSON texts where the contract has them, as a site would send it."""
    returns = contract.functions[function].returns
    assert returns is not None
    return json.loads(json.dumps(_closed(returns, answer)))


def _closed(expected: Any, value: Any) -> Any:
    match expected:
        case Text():
            return json.dumps(value)
        case Many(items) if value is not None:
            return [_closed(items, item) for item in value]
        case Record(members) if value is not None:
            return {name: _closed(members[name], member) for name, member in value.items()}
    return value


# --- The files, and which one holds


def test_every_type_of_parameter_has_a_rule_and_is_tried_here() -> None:
    assert set(PARAMS) == set(RULES)


def test_a_type_without_a_rule_is_no_contract() -> None:
    with pytest.raises(ValueError, match="no rule for the PARAM type 'colour'"):
        shape("colour|null")


def test_the_notation_says_what_may_be_null_and_what_may_be_missing() -> None:
    read = shape({"a?": "int|null", "b": {"$or_null": ["text"]}, "c": {"$json": {"*": "bool"}}})
    assert read == Record(
        {
            "a": Value("int", is_nullable=True),
            "b": Many(Value("text"), is_nullable=True),
            "c": Text(Named(Value("bool"))),
        },
        frozenset({"a"}),
    )


@pytest.mark.parametrize(
    ("release", "numbers", "contract"),
    [
        ("5.1+ (Build: 20251017)", (5, 1), "5.1"),
        ("4.5.5+ (Build: 20250613)", (4, 5), "4.5"),
        ("5.0.2 (Build: 20250811)", (5, 0), "4.5"),
        ("5.2dev (Build: 20260101)", (5, 2), "5.1"),
        ("6.0", (6, 0), "5.1"),
        ("3.11", (3, 11), "4.5"),
        ("", (0, 0), "4.5"),
        ("x.y", (0, 0), "4.5"),
    ],
)
def test_the_contract_is_the_newest_that_is_not_newer_than_the_site(
    release: str, numbers: tuple[int, int], contract: str
) -> None:
    assert version(release) == numbers
    assert contract_of(release).release == contract


def test_what_may_be_done_twice_is_what_reads_and_what_is_ours() -> None:
    functions = CONTRACT.functions
    assert functions["core_course_get_contents"].is_repeatable
    assert functions[UPSERT].is_repeatable
    assert not functions["core_message_send_instant_messages"].is_repeatable


def test_a_problem_of_the_whole_has_no_path() -> None:
    assert str(Problem("", "is wrong")) == "is wrong"
