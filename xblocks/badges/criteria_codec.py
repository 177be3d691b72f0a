"""Criteria as plain JSON-ready data, and back, with a problem for each thing that was not understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from xblocks.badges.criteria import KINDS, Criterion, SomeOf
from xblocks.base.problems import N_, ContentError, Problem

MAX_DEPTH = 4
MAX_PARTS = 20
MAX_BLOCKS = 200
MAX_KEY = 255
MOST = {"number": 1000, "days": 366, "weeks": 104, "rest": 4}
"""The most that may be asked for; more than that nobody wants, and most likely it is a slip."""
LEAST = {"number": 1, "days": 1, "weeks": 1, "rest": 0}
OPTIONAL_BLOCKS = frozenset({"first_try", "came_back"})


def encode(criterion: Criterion) -> dict[str, Any]:
    """A criterion as data: its kind, and its fields by their names."""
    out: dict[str, Any] = {"kind": criterion.kind}
    for field in fields(criterion):
        value = getattr(criterion, field.name)
        if field.name == "parts":
            value = [encode(part) for part in value]
        elif field.name == "blocks":
            value = list(value)
        out[field.name] = value
    return out


def decode(raw: Any) -> Criterion:
    """A criterion from data.

    Raises:
        ContentError: with everything that is wrong in it.
    """
    problems: list[Problem] = []
    found = _read(raw, "", 1, problems)
    if found is None or problems:
        raise ContentError(tuple(problems))
    return found


def _read(raw: Any, path: str, depth: int, problems: list[Problem]) -> Criterion | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("kind"), str) or raw["kind"] not in KINDS:
        problems.append(Problem(path, N_("Choose what has to be done here, or remove it.")))
        return None
    if depth > MAX_DEPTH:
        problems.append(Problem(path, N_("Groups within groups go too deep here; take some apart.")))
        return None
    cls = KINDS[raw["kind"]]
    known = {field.name for field in fields(cls)}
    problems.extend(
        Problem(_join(path, str(name)[:64]), N_("There is no field of this name here; remove it."))
        for name in raw
        if name not in known and name != "kind"
    )
    before = len(problems)
    values: dict[str, Any] = {}
    for field in fields(cls):
        here = _join(path, field.name)
        if field.name == "parts":
            values["parts"] = _read_parts(raw.get("parts"), here, depth, problems)
        else:
            values[field.name] = _READERS[field.name](raw, field.name, here, problems)
    if len(problems) > before:
        return None
    found = cls(**values)
    if isinstance(found, SomeOf) and found.number > len(found.parts):
        problems.append(
            Problem(
                _join(path, "number"),
                N_("There are only %(parts)d parts; ask for fewer, or add some."),
                {"parts": len(found.parts)},
            )
        )
    return found


def _read_parts(raw: Any, path: str, depth: int, problems: list[Problem]) -> tuple[Criterion | None, ...]:
    if not isinstance(raw, list | tuple) or not raw:
        problems.append(Problem(path, N_("Add at least one thing to do.")))
        return ()
    if len(raw) > MAX_PARTS:
        problems.append(Problem(path, N_("At most %(most)d parts fit in one group."), {"most": MAX_PARTS}))
        return ()
    return tuple(_read(part, _join(path, index), depth + 1, problems) for index, part in enumerate(raw))


def _read_blocks(raw: Mapping[str, Any], name: str, path: str, problems: list[Problem]) -> tuple[str, ...]:
    blocks = raw.get(name, [])
    is_list = isinstance(blocks, list | tuple) and all(
        isinstance(one, str) and 0 < len(one) <= MAX_KEY for one in blocks
    )
    if not is_list or len(blocks) > MAX_BLOCKS:
        problems.append(Problem(path, N_("This is no list of blocks; choose them again.")))
        return ()
    if not blocks and raw["kind"] not in OPTIONAL_BLOCKS:
        problems.append(Problem(path, N_("Choose at least one block of the course.")))
    return tuple(dict.fromkeys(blocks))


def _read_number(raw: Mapping[str, Any], name: str, path: str, problems: list[Problem]) -> int:
    least, most = LEAST[name], MOST[name]
    value = raw.get(name, 0 if name == "rest" else None)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        told = {"least": least, "most": most}
        problems.append(Problem(path, N_("Give a whole number from %(least)d to %(most)d."), told))
        return least
    return value


def _read_share(raw: Mapping[str, Any], name: str, path: str, problems: list[Problem]) -> float:
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        problems.append(Problem(path, N_("Give a score from 1 to 100 percent.")))
        return 1.0
    return float(value)


_READERS: Mapping[str, Callable[[Mapping[str, Any], str, str, list[Problem]], Any]] = {
    "blocks": _read_blocks,
    "least": _read_share,
    "number": _read_number,
    "days": _read_number,
    "weeks": _read_number,
    "rest": _read_number,
}


def _join(path: str, name: str | int) -> str:
    return f"{path}/{name}" if path else str(name)
