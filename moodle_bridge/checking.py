"""Whether a value has the shape that a contract asks for: on its way out, inside a JSON text, and on arrival."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType

from moodle_bridge.cleaning import kind, refusal, shown
from moodle_bridge.shapes import Json, Many, Named, Record, Shape, Text, Value


@dataclass(frozen=True, slots=True)
class Problem:
    """Where a value breaks the contract, and how.

    Attributes:
        path: as in "events[0].timestart"; "" is the whole.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How strict to be.

    Attributes:
        complaint: what is wrong with a single value of a PARAM type.
        takes_null: where the shape says so.
        takes_empty: lists and records with nothing in them. A form has no way to write these.
        takes_unknown: names that the shape does not have.
        texts: how what a JSON text holds is judged; None: on arrival the text is read first.
    """

    complaint: Callable[[str, Json], str | None]
    takes_null: bool = True
    takes_empty: bool = True
    takes_unknown: bool = False
    texts: _Manner | None = None


def _held(param: str, value: Json) -> str | None:
    if param == "bool":
        return None if isinstance(value, bool) else f"true or false was expected, got {shown(value)}"
    return refusal(param, value)


def _is_number(value: Json, types: type | UnionType) -> bool:
    return isinstance(value, types) and not isinstance(value, bool)


# Moodle itself cleans what it answers, so only the types are looked at. Raw may be any single value.
_ARRIVES: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "any": (lambda value: True, "anything"),
    "bool": (lambda value: isinstance(value, int) and value in (0, 1), "true or false"),
    "float": (lambda value: _is_number(value, int | float), "a number"),
    "int": (lambda value: _is_number(value, int), "a whole number"),
    "raw": (lambda value: isinstance(value, str | int | float), "a single value"),
}


def _received(param: str, value: Json) -> str | None:
    is_right, expected = _ARRIVES.get(param, (lambda value: isinstance(value, str), "a text"))
    return None if is_right(value) else f"{expected} was expected, got {kind(value)}"


_HELD = _Manner(complaint=_held)
_SENT = _Manner(complaint=refusal, takes_null=False, takes_empty=False, texts=_HELD)
_RECEIVED = _Manner(complaint=_received, takes_unknown=True)


def problems_sent(expected: Shape, value: Json) -> list[Problem]:
    """Everything for which Moodle would refuse a parameter, or that a form cannot carry."""
    return list(_problems(expected, value, "", _SENT))


def problems_received(expected: Shape, value: Json) -> list[Problem]:
    """Everything in which an answer is not what was expected; names that are new are no problem."""
    return list(_problems(expected, value, "", _RECEIVED))


def _problems(expected: Shape, value: Json, path: str, manner: _Manner) -> Iterator[Problem]:
    if value is None:
        if not (manner.takes_null and expected.is_nullable):
            can = "is not allowed here" if manner.takes_null else "cannot be sent: leave it out, or give a value"
            yield Problem(path, f"nothing (null) {can}")
        return
    match expected:
        case Value(param):
            complaint = manner.complaint(param, value)
            if complaint:
                yield Problem(path, complaint)
        case Many(items):
            yield from _many(items, value, path, manner)
        case Text(holds):
            yield from _text(holds, value, path, manner)
        case _:
            # PHP cannot tell an empty mapping from an empty list, and writes the list.
            mapping = {} if value == [] and manner.takes_unknown else value
            if not isinstance(mapping, Mapping):
                yield Problem(path, f"a mapping was expected, got {kind(value)}")
            elif isinstance(expected, Named):
                yield from _named(expected.values, mapping, path, manner)
            else:
                yield from _record(expected, mapping, path, manner)


def _many(items: Shape, value: Json, path: str, manner: _Manner) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield Problem(path, f"a list was expected, got {kind(value)}")
        return
    for index, item in enumerate(value):
        below = f"{path}[{index}]"
        if not manner.takes_empty and _vanishes(items, item):
            yield Problem(below, "a list or record with nothing in it cannot be sent")
        else:
            yield from _problems(items, item, below, manner)


def _named(values: Shape, value: Mapping[str, Json], path: str, manner: _Manner) -> Iterator[Problem]:
    for name, member in value.items():
        yield from _problems(values, member, _below(path, name), manner)


def _record(expected: Record, value: Mapping[str, Json], path: str, manner: _Manner) -> Iterator[Problem]:
    for name, member in expected.members.items():
        below = _below(path, name)
        if name not in value:
            if name not in expected.optional:
                yield Problem(below, "is missing")
        elif name not in expected.optional and not manner.takes_empty and _vanishes(member, value[name]):
            yield Problem(below, "a list or record with nothing in it cannot be sent, and this one is needed")
        else:
            yield from _problems(member, value[name], below, manner)
    if not manner.takes_unknown:
        for name in value:
            if name not in expected.members:
                known = ", ".join(expected.members) or "none"
                yield Problem(_below(path, name), f"there is no such name here; the names are: {known}")


def _text(holds: Shape, value: Json, path: str, manner: _Manner) -> Iterator[Problem]:
    if manner.texts:
        yield from _problems(holds, value, path, manner.texts)
        return
    try:
        held = json.loads(value)
    except (TypeError, ValueError):
        yield Problem(path, f"a text that holds JSON was expected, got {kind(value)}")
    else:
        yield from _problems(holds, held, path, manner)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else str(name)


def _vanishes(expected: Shape, value: Json) -> bool:
    """Whether a form would hold no trace of a value. A JSON text is there even where it holds nothing."""
    return not isinstance(expected, Text) and carries_nothing(value)


def carries_nothing(value: Json) -> bool:
    """Whether a value is an empty list or record, or one of nothing but such."""
    if isinstance(value, Mapping):
        return all(map(carries_nothing, value.values()))
    return isinstance(value, list | tuple) and all(map(carries_nothing, value))
