"""Values made from a contract: ones that it allows, and each of them with one thing wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from moodle_bridge.checking import carries_nothing
from moodle_bridge.shapes import Json, Many, Named, Record, Shape, Text, Value

WORD = st.text("abcXYZ019_-", min_size=1, max_size=8)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=20)
PLAIN = TEXT.map(lambda text: text.replace("<", "‹"))
HEX = "0123456789abcdef"

PARAMS: dict[str, st.SearchStrategy[Json]] = {
    "alpha": st.text("abcXYZ", max_size=8),
    "alphanum": st.text("abcXYZ019", max_size=8),
    "alphanumext": WORD,
    "any": st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=5,
    ),
    "area": st.sampled_from(["", "draft", "question1"]),
    "auth": st.sampled_from(["manual", "email"]),
    "bool": st.booleans(),
    "capability": st.sampled_from(["mod/quiz:manage", ""]),
    "cleanhtml": st.sampled_from(["", "<p>Hi</p>"]),
    "component": st.sampled_from(["", "mod_quiz", "core", "local_microunits", "qtype_match"]),
    "file": st.sampled_from(["a.png", "mail (1).svg", "é.txt", ""]),
    "float": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000),
    "hash": st.text(HEX, min_size=32, max_size=32),
    "int": st.integers(-(2**63) + 1, 2**63 - 1),
    "key": WORD,
    "lang": st.sampled_from(["", "nl", "pt_br"]),
    "localurl": st.just("/mod/quiz/view.php?id=1"),
    "notags": PLAIN,
    "notice": st.text("ab:/09", min_size=1, max_size=100),
    "path": st.sampled_from(["/", "/a/", "a/b.txt", ""]),
    "plugin": st.sampled_from(["quiz", "topics", ""]),
    "raw": TEXT,
    "raw_trimmed": TEXT.map(lambda text: text.strip(" \t\n\r\v")),
    "safedir": WORD,
    "sha256": st.text(HEX, min_size=64, max_size=64),
    "tag": st.just("phishing"),
    "text": PLAIN | st.just('<span lang="nl" class="multilang">Ja</span> < 5'),
    "theme": st.sampled_from(["boost", ""]),
    "timezone": st.sampled_from(["99", "Europe/Amsterdam", "-3.5", ""]),
    "url": st.sampled_from(["https://example.org/a/b?c=d%20e#f", "http://127.0.0.1:8151", ""]),
    "username": st.text("abc019_.@-", max_size=8),
}

# A value of the right Python type that Moodle would refuse all the same.
REFUSED: dict[str, list[Json]] = {
    "int": [2**63, True, "1", 1.0],
    "bool": [2, "true", "1", 0.5],
    "float": [float("nan"), float("inf"), "1.5", True],
    "any": [float("nan"), {1: 2}, {"a": object()}, ["\0"]],
    "alpha": ["a1", "a b", "é"],
    "alphanum": ["a-b"],
    "alphanumext": ["a.b", "a b"],
    "area": ["Draft", "a_"],
    "auth": ["no auth"],
    "capability": ["quiz"],
    "cleanhtml": ["<p>Hi</p>\n"],
    "component": ["Mod_quiz", "mod_a_b", "a__b"],
    "file": ["a/b", "..", "a:b", "a\tb"],
    "hash": ["0" * 31, "G" * 32],
    "key": ["", "a:b", "a" * 65],
    "lang": ["nl.utf8"],
    "notags": ["<b>", "1<2"],
    "notice": ["", "a b", "é", "a" * 101],
    "path": ["a//b", "a\\b", "a/../b"],
    "plugin": ["Quiz"],
    "raw_trimmed": [" a", "a\n"],
    "safedir": ["a/b"],
    "sha256": ["0" * 63],
    "text": ["<b>x</b>", "1<2", "a <", "<span>x</span>", "</lang>"],
    "theme": ["a b"],
    "timezone": ["Europe/", "14.5", "a"],
    "url": ["ftp://a.example", "https://a.example/ b", "https://a.example//b", "example.org"],
    "username": ["Anna", "a b"],
}


def fitting(shape: Shape, in_json: bool = False) -> st.SearchStrategy[Json]:
    """Values that have this shape, as callers give them; outside JSON nothing null and nothing empty that is needed."""
    made: st.SearchStrategy[Json]
    match shape:
        case Value(param):
            made = PARAMS[param]
        case Many(items):
            inner = fitting(items, in_json)
            made = st.lists(inner if in_json else inner.filter(lambda one: not carries_nothing(one)), max_size=3)
        case Named(values):
            made = st.dictionaries(WORD, fitting(values, in_json), max_size=3)
        case Text(holds):
            return fitting(holds, in_json=True)
        case Record(members, optional):
            needed = {name: _needed(member, in_json) for name, member in members.items() if name not in optional}
            others = {name: fitting(member, in_json) for name, member in members.items() if name in optional}
            made = st.fixed_dictionaries(needed, optional=others)
    return made | st.none() if in_json and shape.is_nullable else made


def _needed(shape: Shape, in_json: bool) -> st.SearchStrategy[Json]:
    made = fitting(shape, in_json)
    return made if in_json else made.filter(lambda value: isinstance(shape, Text) or not carries_nothing(value))


def mutations(shape: Shape, value: Json, in_json: bool = False) -> Iterator[tuple[str, Json]]:
    """The same value with one thing wrong, for each thing that can be wrong with it: the path, and the whole."""
    for steps, replacement in _wrongs(shape, value, (), in_json):
        yield _path(steps), _replaced(value, steps, replacement)


_GONE = object()


Steps = tuple[Any, ...]


def _wrongs(shape: Shape, value: Json, steps: Steps, in_json: bool) -> Iterator[tuple[Steps, Json]]:
    if isinstance(shape, Text):
        yield from _wrongs(shape.holds, value, steps, in_json=True)
        return
    if not (in_json and (shape.is_nullable or shape == Value("any"))):
        yield steps, None
    if value is None:
        return
    match shape:
        case Value(param):
            yield from ((steps, wrong) for wrong in _wrong_values(param))
        case Many(items):
            yield from ((steps, wrong) for wrong in ("no list", {"no": "list"}))
            for index, item in enumerate(value):
                yield from _wrongs(items, item, (*steps, index), in_json)
            if not in_json and isinstance(items, Record) and value:
                yield (*steps, 0), {}
        case Named(values):
            yield steps, "no mapping"
            for name, member in value.items():
                yield from _wrongs(values, member, (*steps, name), in_json)
        case Record():
            yield from _wrong_records(shape, value, steps, in_json)


def _wrong_values(param: str) -> Iterator[Json]:
    if param != "any":
        yield from (["a list"], {"a": "mapping"})
    if param not in ("int", "bool", "float", "any"):
        yield from (5, "null\0", "half \ud83d")
    yield from REFUSED.get(param, [])


def _wrong_records(shape: Record, value: Json, steps: Steps, in_json: bool) -> Iterator[tuple[Steps, Json]]:
    yield from ((steps, wrong) for wrong in ("no mapping", ["no mapping"]))
    yield (*steps, "never_heard_of"), 1
    for name, member in value.items():
        yield from _wrongs(shape.members[name], member, (*steps, name), in_json)
        if name not in shape.optional:
            yield (*steps, name), _GONE
            if not in_json and isinstance(shape.members[name], Many):
                yield (*steps, name), []


def _path(steps: Steps) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _replaced(value: Json, steps: Steps, replacement: Json) -> Json:
    if not steps:
        return replacement
    changed = copy.deepcopy(value)
    place = changed
    for step in steps[:-1]:
        place = place[step]
    if replacement is _GONE:
        del place[steps[-1]]
    else:
        place[steps[-1]] = replacement
    return changed
