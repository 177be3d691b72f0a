"""Frozen dataclasses as plain JSON-ready data, and back, with a problem for each thing that was not understood.

Defaults are left out, decimals are written as text (0.1 stays 0.1), a union of dataclasses is told apart by `kind`.
Text is cleaned on the way in: control characters go, markup is sanitised where the field holds markup.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import clean_html, clean_text
from xblocks.microquiz.questions import is_html

MAX_PARTS = 50
MAX_TEXT = 20_000


def encode_fields(value: Any) -> dict[str, Any]:
    """A dataclass as data, fields at their default left out."""
    out: dict[str, Any] = {}
    kind = getattr(value, "kind", None)
    if kind is not None:
        out["kind"] = kind
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        if field.default is dataclasses.MISSING or item != field.default:
            out[field.name] = _encode_value(item)
    return out


def _encode_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_encode_value(item) for item in value]
    if dataclasses.is_dataclass(value):
        return encode_fields(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    return value


@cache
def _fields_of(cls: type) -> tuple[tuple[dataclasses.Field[Any], Any], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((field, hints[field.name]) for field in dataclasses.fields(cls))


def _join(path: str, name: str | int) -> str:
    return f"{path}/{name}" if path else str(name)


_READABLE = N_("This could not be read: %(expected)s was expected.")


def _unreadable(path: str, expected: str) -> Problem:
    return Problem(path, _READABLE, {"expected": expected})


def read_dataclass(cls: type, raw: Any, path: str, problems: list[Problem]) -> Any:
    """Data as a dataclass; None when anything in it was not understood, which is then in `problems`."""
    if not isinstance(raw, Mapping):
        problems.append(_unreadable(path, N_("a group of fields")))
        return None
    known = {field.name for field, _ in _fields_of(cls)} | {"kind"}
    problems.extend(
        Problem(_join(path, str(name)[:64]), N_("There is no field of this name here; remove it."))
        for name in raw
        if name not in known
    )
    values: dict[str, Any] = {}
    before = len(problems)
    for field, hint in _fields_of(cls):
        if field.name in raw:
            values[field.name] = _read_value(hint, raw[field.name], _join(path, field.name), problems, is_html(field))
        elif field.default is dataclasses.MISSING:
            problems.append(Problem(_join(path, field.name), N_("This is needed.")))
    return cls(**values) if len(problems) == before else None


def _read_value(hint: Any, raw: Any, path: str, problems: list[Problem], html: bool) -> Any:
    if typing.get_origin(hint) is tuple:
        return _read_tuple(typing.get_args(hint)[0], raw, path, problems, html)
    if isinstance(hint, types.UnionType):
        return _read_union(typing.get_args(hint), raw, path, problems)
    if dataclasses.is_dataclass(hint):
        return read_dataclass(typing.cast(type, hint), raw, path, problems)
    reader = _SCALARS.get(hint)
    if reader is None:
        return _read_enum(hint, raw, path, problems)
    try:
        value = reader(raw)
    except (TypeError, ValueError, InvalidOperation, OverflowError):
        problems.append(_unreadable(path, _EXPECTED[hint]))
        return None
    if hint is str:
        # Cleaning takes long where markup is nested deeply, so what is too long anyway is not cleaned.
        if len(value) <= MAX_TEXT:
            value = clean_html(value) if html else clean_text(value)
        if len(value) > MAX_TEXT:
            problems.append(
                Problem(path, N_("This is longer than %(most)d characters; make it shorter."), {"most": MAX_TEXT})
            )
    return value


def _read_tuple(hint: Any, raw: Any, path: str, problems: list[Problem], html: bool) -> Any:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        problems.append(_unreadable(path, N_("a list")))
        return ()
    if len(raw) > MAX_PARTS:
        problems.append(Problem(path, N_("At most %(most)d of these fit; remove some."), {"most": MAX_PARTS}))
        return ()
    return tuple(_read_value(hint, item, _join(path, i), problems, html) for i, item in enumerate(raw))


def _read_union(classes: tuple[type, ...], raw: Any, path: str, problems: list[Problem]) -> Any:
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    for cls in classes:
        if getattr(cls, "kind", None) == kind:
            return read_dataclass(cls, raw, path, problems)
    problems.append(Problem(_join(path, "kind"), N_("Choose whether this gap is typed or picked.")))
    return None


def _read_enum(hint: type[StrEnum], raw: Any, path: str, problems: list[Problem]) -> Any:
    try:
        return hint(raw)
    except ValueError:
        problems.append(
            Problem(path, N_("Choose one of: %(choices)s."), {"choices": ", ".join(item.value for item in hint)})
        )
        return None


def _str(raw: Any) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _bool(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def _float(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
        raise TypeError
    return float(raw)


def _int(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or raw != int(raw):
        raise TypeError
    return int(raw)


def _decimal(raw: Any) -> Decimal:
    """Decimals are written as text, so that 0.1 stays 0.1; a comma is as good as a point."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise TypeError
    value = Decimal(str(raw).strip().replace(",", "."))
    if not value.is_finite() or value.adjusted() > 30 or value.adjusted() < -30 or len(value.as_tuple().digits) > 40:
        raise ValueError
    return value


_SCALARS: dict[Any, Callable[[Any], Any]] = {str: _str, bool: _bool, int: _int, float: _float, Decimal: _decimal}
_EXPECTED: dict[Any, str] = {
    str: N_("text"),
    bool: N_("yes or no"),
    int: N_("a whole number"),
    float: N_("a number"),
    Decimal: N_("a number such as 12 or 3.5"),
}
