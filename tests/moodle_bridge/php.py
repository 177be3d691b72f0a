"""How PHP reads a form, written from its documentation: what the site makes of what we send."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from moodle_bridge.shapes import Json, Many, Named, Record, Shape, Text, Value

_NAME = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")


def form_of(body: bytes) -> list[tuple[str, str]]:
    """The names and values of a body, in order."""
    pairs = (pair.partition("=") for pair in body.decode("ascii").split("&") if pair)
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def read(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The array that PHP makes of a form: nested mappings, keys as they stand in brackets."""
    whole: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.fullmatch(name)
        assert match, name
        *above, last = [match[1], *re.findall(r"\[([^\]]*)\]", match[2])]
        place = whole
        for key in above:
            place = place.setdefault(key, {})
        place[last] = value
    return whole


def typed(expected: Shape, value: Any) -> Json:
    """What a form says, with the types that the contract gives: the values that a caller of ours would have."""
    match expected:
        case Value(param) if isinstance(value, str):
            if param in ("int", "float") and re.fullmatch(r"-?(0|[1-9]\d*)", value):
                return int(value)
            if param == "bool" and value in ("0", "1"):
                return value == "1"
            if param == "float" and re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", value):
                return float(value)
        case Many(items) if isinstance(value, dict):
            return [typed(items, item) for item in value.values()]
        case Named(values) if isinstance(value, dict):
            return {name: typed(values, member) for name, member in value.items()}
        case Record(members) if isinstance(value, dict):
            return {name: typed(members[name], member) if name in members else member for name, member in value.items()}
        case Text():
            return value
    return value
