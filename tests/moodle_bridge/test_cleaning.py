"""What Moodle takes for each type of parameter, as it was seen to on real sites."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_bridge.cleaning import LARGEST_INT, refusal, shown

TAKEN = [
    ("text", "5 < 6 & 7 > 3"),
    ("text", '<span lang="nl" class="multilang">Ja</span><span class="multilang" lang="en">Yes</span> < 5'),
    ("text", '<lang lang="nl">Ja</lang> '),
    ("text", '<lang lang="nl"><lang lang="en">Ja</lang>'),
    ("notags", "a < b"),
    ("bool", 1),
    ("float", 3),
    ("float", 1e-7),
    ("int", -LARGEST_INT),
    ("raw", "<script>"),
    ("raw_trimmed", "\u00a0not a space to PHP\u00a0"),
    ("path", "./a/b"),
    ("component", "mod_quiz"),
    ("url", "https://example.org:8443/mod/quiz/view.php?id=1;2#x/y"),
    ("url", "http://127.0.0.1/a/"),
    ("timezone", "+13"),
    ("any", {"a": [None, True, 1, 0.5, "x", ("y",)]}),
]

REFUSED = [
    ("text", "a <b>", "a text without tags was expected (a < needs a space after it), got 'a <b>'"),
    ("text", "<lang>", "a text without tags was expected (a < needs a space after it), got '<lang>'"),
    ("text", '<lang lang="nl">Ja', None),
    ("text", '</lang><lang lang="nl">', None),
    ("text", '<lang lang="nl">Ja</lang><b>', None),
    ("text", '<lang lang="nl">Ja</lang><', None),
    ("text", '<span class="x">Ja</span>', None),
    ("text", None, "a text was expected, got nothing"),
    ("text", 5, "a text was expected, got 5"),
    ("text", "null\0", "a text without null or broken characters was expected, got 'null\\x00'"),
    ("raw", "half \ud83d", None),
    ("raw", b"bytes", "a text was expected, got a bytes"),
    ("int", 10**400, "a whole number of at most 64 bits was expected, got a whole number"),
    ("int", "5", "a whole number was expected, got '5'"),
    ("float", 10**400, "a number was expected, got a whole number"),
    ("float", float("nan"), "a number was expected, got a number"),
    ("bool", 2, "True or False expected, got 2"),
    ("path", "a/./b", None),
    ("component", "mod_my_quiz", None),
    ("url", "https://9", None),
    ("url", "javascript:alert(1)", None),
    ("any", [object()], "a value that JSON can hold was expected, got a list"),
    ("any", {1: 2}, "names that are texts were expected, got a mapping"),
    ("any", {"\0": 2}, None),
    ("any", {"a": {"b": float("inf")}}, None),
]


@pytest.mark.parametrize(("param", "value"), TAKEN)
def test_what_moodle_takes_passes(param: str, value: Any) -> None:
    assert refusal(param, value) is None


@pytest.mark.parametrize(("param", "value", "words"), REFUSED)
def test_what_moodle_refuses_is_refused_with_what_was_expected(param: str, value: Any, words: str | None) -> None:
    found = refusal(param, value)
    assert found
    assert words in (None, found)


def test_a_number_too_long_to_be_written_is_only_named() -> None:
    assert shown(10**5000) == "a whole number"


def test_a_long_text_is_shown_by_its_beginning() -> None:
    assert shown("a" * 100) == f"'{'a' * 40}…'"


@pytest.mark.needs("php")
@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text("<>a b/!?-\"'\n\t\v\f\0é\xa0", max_size=12), min_size=60, max_size=60))
def test_what_is_a_tag_is_what_php_takes_for_one(texts: list[str]) -> None:
    code = "foreach (json_decode(stream_get_contents(STDIN)) as $text) { echo strip_tags($text) === $text ? 1 : 0; }"
    done = subprocess.run(["php", "-r", code], input=json.dumps(texts), capture_output=True, text=True, check=True)
    ours = ["0" if refusal("notags", text) else "1" for text in texts]
    assert list(done.stdout) == ours


def test_every_complaint_is_half_a_sentence_that_names_the_value() -> None:
    for param, value, _ in REFUSED:
        assert re.fullmatch(r".* expected.*, got .*", refusal(param, value) or "", re.DOTALL)
