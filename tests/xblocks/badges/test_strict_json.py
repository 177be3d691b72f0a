"""JSON is read so that every reader reads the same, and nothing in it exhausts one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xblocks.badges import strict_json
from xblocks.badges.credential_errors import UnreadableError

texts = st.text(st.characters(codec="utf-8"))
numbers = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
flat_values = scalars | st.lists(scalars, max_size=4) | st.dictionaries(texts, scalars, max_size=4)
values = flat_values | st.lists(flat_values, max_size=3) | st.dictionaries(texts, flat_values, max_size=3)


@settings(max_examples=30)
@given(st.dictionaries(texts, values))
def test_what_is_written_is_read(value: dict[str, object]) -> None:
    written = strict_json.write(value)
    assert strict_json.parse_object(written) == value
    assert strict_json.parse_object(b"\xef\xbb\xbf" + written.encode()) == value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not valid JSON"),
        (b"\xff", "not valid JSON"),
        (b"[]", "not valid JSON"),
        (b"3", "not valid JSON"),
        (b"{} {}", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b'{"a": NaN}', "not valid JSON"),
        (b'{"a": -Infinity}', "not valid JSON"),
        (rb'{"a": "\ud800"}', "not valid JSON"),
        (rb'{"\ud800": 1}', "not valid JSON"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"b": {"a": 1, "\\u0061": 2}}', "twice"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": 12345678901234567}', "too large"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "too large"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"a": ' + b"[" * 33 + b"]" * 33 + b"}", "nested"),
        (b" " * (strict_json.MAX_BYTES + 1), "larger"),
    ],
)
def test_what_could_be_read_in_two_ways_or_never_ends_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        strict_json.parse_object(data)


def test_brackets_within_texts_are_no_depth() -> None:
    assert strict_json.parse_object('{"a": "' + '[{\\"' * 100 + '"}')
