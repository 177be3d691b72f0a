"""Reading what a page sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.base.problems import ContentError
from xblocks.reflection.drafting import MAX_ANSWER, MAX_ANSWERS, Sent
from xblocks.reflection.sending import read_sent

GOOD: dict[str, Any] = {"pen": "p-1", "turn": 1, "base": 0, "answers": {"q": "text"}}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_what_a_page_sends_is_read() -> None:
    assert read_sent(GOOD) == Sent("p-1", 1, 0, {"q": "text"})


def test_a_text_keeps_its_lines_and_loses_what_no_text_needs() -> None:
    assert read_sent({**GOOD, "answers": {"q": "a\r\nb\x00\tc"}}).answers == {"q": "a\nb\tc"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"pen": ""},
        {"pen": "a b"},
        {"pen": None},
        {"turn": -1},
        {"turn": True},
        {"base": "1"},
        {"base": 2**53},
        {"answers": None},
        {"answers": {"q": 3}},
        {"answers": {"a/b": "x"}},
        {"answers": {f"q{n}": "" for n in range(MAX_ANSWERS + 1)}},
        {"answers": {"q": "marker" * MAX_ANSWER}},
    ],
)
def test_what_cannot_be_read_is_refused_without_saying_what_was_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(ContentError) as refused:
        read_sent({**GOOD, **wrong})
    assert "marker" not in str(refused.value)


@given(st.dictionaries(st.sampled_from(["pen", "turn", "base", "answers"]), json_values))
def test_whatever_is_sent_is_read_or_refused(raw: dict[str, Any]) -> None:
    try:
        sent = read_sent(raw)
    except ContentError:
        return
    assert set(sent.answers) == set(raw["answers"])
