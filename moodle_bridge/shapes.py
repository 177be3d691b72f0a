"""The shape of a value in a contract, and the notation in which the files under `contracts/` write it down:

"int", "text|null"       a value of that PARAM type (moodle_bridge/cleaning.py); "|null": may be null
["int"]                  a list
{"id": ..., "name?": ...}   a record; "?": may be left out
{"*": ...}               a mapping from any name
{"$or_null": ...}        may be null
{"$json": ...}           a text that holds JSON of that shape; callers give and get what it holds
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from moodle_bridge.cleaning import RULES

Json: TypeAlias = Any
"""None, a truth value, a number, a text, or lists of these and mappings from texts to them."""


@dataclass(frozen=True, slots=True)
class Value:
    """A single value of type `param`."""

    param: str
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    items: Shape
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known names.

    Attributes:
        optional: the names that may be missing.
    """

    members: Mapping[str, Shape]
    optional: frozenset[str] = frozenset()
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping from any name to things of one shape."""

    values: Shape
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text that holds JSON."""

    holds: Shape
    is_nullable: bool = False


Shape: TypeAlias = Value | Many | Record | Named | Text


def shape(written: Json) -> Shape:
    """What a description in the notation means; ValueError for a type that cleaning has no rule for."""
    if isinstance(written, list):
        (items,) = written
        return Many(shape(items))
    if isinstance(written, str):
        param, _, null = written.partition("|")
        if param not in RULES:
            raise ValueError(f"moodle_bridge/cleaning.py has no rule for the PARAM type {param!r}")
        return Value(param, bool(null))
    match written:
        case {"$or_null": inner}:
            return replace(shape(inner), is_nullable=True)
        case {"$json": inner}:
            return Text(shape(inner))
        case {"*": inner}:
            return Named(shape(inner))
    return Record(
        {name.removesuffix("?"): shape(member) for name, member in written.items()},
        frozenset(name.removesuffix("?") for name in written if name.endswith("?")),
    )


def closed(expected: Shape, value: Json) -> Json:
    """A value that fits its shape, with JSON texts where the shape has them."""
    return _with_texts(expected, value, lambda text, held: _dumps(held))


def opened(expected: Shape, value: Json) -> Json:
    """A value that fits its shape, with what its JSON texts hold in their place."""
    return _with_texts(expected, value, lambda text, held: opened(text.holds, json.loads(held)))


def _dumps(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _with_texts(expected: Shape, value: Json, change: Any) -> Json:
    if value is None:
        return None
    match expected:
        case Text():
            return change(expected, value)
        case Many(items):
            return [_with_texts(items, item, change) for item in value]
        case Named(values):
            return {name: _with_texts(values, member, change) for name, member in value.items()}
        case Record(members) if isinstance(value, Mapping):
            return {
                name: _with_texts(members[name], member, change) if name in members else member
                for name, member in value.items()
            }
    return value
