"""Criteria as data: they come back as they were, and whatever is wrong in them is said where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.badges.strategies import criteria
from xblocks.badges.criteria import Completed, Criterion, FirstTry, WeeksInARow
from xblocks.badges.criteria_codec import MAX_DEPTH, MAX_PARTS, decode, encode
from xblocks.base.problems import ContentError


@given(criteria())
def test_a_criterion_comes_back_as_it_was(criterion: Criterion) -> None:
    assert decode(json.loads(json.dumps(encode(criterion)))) == criterion


def problems(raw: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as found:
        decode(raw)
    return {problem.path: problem.sentence() for problem in found.value.problems}


DONE = {"kind": "completed", "blocks": ["a"]}


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        (None, "", "Choose what has to be done"),
        ({"kind": "magic"}, "", "Choose what has to be done"),
        ({"kind": ["completed"]}, "", "Choose what has to be done"),
        ({"kind": "completed"}, "blocks", "at least one block"),
        ({"kind": "completed", "blocks": "a"}, "blocks", "no list of blocks"),
        ({"kind": "completed", "blocks": [""]}, "blocks", "no list of blocks"),
        ({"kind": "completed", "blocks": [1]}, "blocks", "no list of blocks"),
        ({"kind": "completed", "blocks": ["a" * 300]}, "blocks", "no list of blocks"),
        ({"kind": "completed", "blocks": list(map(str, range(300)))}, "blocks", "no list of blocks"),
        ({**DONE, "least": 1}, "least", "no field of this name"),
        ({"kind": "score", "blocks": ["a"], "least": 80}, "least", "1 to 100 percent"),
        ({"kind": "score", "blocks": ["a"], "least": True}, "least", "1 to 100 percent"),
        ({"kind": "score", "blocks": ["a"], "least": 0}, "least", "1 to 100 percent"),
        ({"kind": "score", "blocks": ["a"], "least": float("nan")}, "least", "1 to 100 percent"),
        ({"kind": "first_try", "number": 0}, "number", "from 1 to 1000"),
        ({"kind": "first_try", "number": 1.0}, "number", "from 1 to 1000"),
        ({"kind": "first_try", "number": True}, "number", "from 1 to 1000"),
        ({"kind": "first_try"}, "number", "from 1 to 1000"),
        ({"kind": "reviews", "number": 3, "days": 500}, "days", "from 1 to 366"),
        ({"kind": "weeks", "weeks": 3, "rest": 9}, "rest", "from 0 to 4"),
        ({"kind": "all", "parts": []}, "parts", "at least one thing"),
        ({"kind": "all", "parts": [DONE] * (MAX_PARTS + 1)}, "parts", "At most 20 parts"),
        ({"kind": "all", "parts": [DONE, {"kind": "completed"}]}, "parts/1/blocks", "at least one block"),
        ({"kind": "some", "number": 3, "parts": [DONE, DONE]}, "number", "only 2 parts"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(raw: Any, path: str, words: str) -> None:
    assert words in problems(raw)[path]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    raw = {"kind": "any", "parts": [{"kind": "completed"}, {"kind": "reviews", "number": 0, "days": 0}]}
    assert set(problems(raw)) == {"parts/0/blocks", "parts/1/number", "parts/1/days"}


def test_groups_do_not_go_deeper_than_people_understand() -> None:
    raw: dict[str, Any] = DONE
    for _ in range(MAX_DEPTH):
        raw = {"kind": "all", "parts": [raw]}
    assert list(problems(raw).values()) == ["Groups within groups go too deep here; take some apart."]


def test_a_block_that_is_chosen_twice_is_chosen_once() -> None:
    assert decode({"kind": "completed", "blocks": ["a", "b", "a"]}) == Completed(("a", "b"))


def test_what_may_be_left_out_may_be_left_out() -> None:
    assert decode({"kind": "first_try", "number": 2}) == FirstTry(2)
    assert decode({"kind": "weeks", "weeks": 2}) == WeeksInARow(2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "blocks", "parts", "number", "least", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(JSON)
def test_whatever_is_sent_is_read_or_refused(raw: Any) -> None:
    try:
        found = decode(raw)
    except ContentError:
        return
    assert decode(encode(found)) == found
