"""A question whose GIFT text was edited by hand, together with what GIFT has no place for.

There are three of it: as it was written (`base`), what one reads in the GIFT text that was written for that
(`written`), and what one reads in the text as it is now (`edited`). Wherever `edited` differs from `written` somebody
changed it, and that wins; everything else is as in `base`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from xblocks.microquiz.questions import Question

# Fields by which one sees which part a part was before others were moved, added or removed.
_SEEN = ("text", "pattern", "value", "left")

# Of another type only this was in the GIFT text; the rest of what all types have comes from before.
_IN_GIFT = frozenset({"text", "title", "tags"})


def merge(base: Question, written: Question, edited: Question) -> Question:
    """`edited`, with what it cannot say taken from `base`; it keeps its id."""
    if type(base) is type(edited):
        return dataclasses.replace(_merged(base, written, edited), id=edited.id)
    common = {
        field.name: _merged_value(getattr(base, field.name), getattr(written, field.name), getattr(edited, field.name))
        for field in dataclasses.fields(Question)
        if field.name not in _IN_GIFT
    }
    return dataclasses.replace(edited, **(common | {"id": edited.id}))


def _merged(base: Any, written: Any, edited: Any) -> Any:
    values = {
        field.name: _merged_value(getattr(base, field.name), getattr(written, field.name), getattr(edited, field.name))
        for field in dataclasses.fields(base)
    }
    return dataclasses.replace(edited, **values)


def _merged_value(base: Any, written: Any, edited: Any) -> Any:
    if edited == written:
        return base
    if dataclasses.is_dataclass(edited):
        return _merged(base, written, edited)
    if isinstance(edited, tuple) and len(base) == len(written) and all(map(dataclasses.is_dataclass, edited)):
        return _merged_parts(base, written, edited)
    return edited


def _merged_parts(base: Sequence[Any], written: Sequence[Any], edited: Sequence[Any]) -> tuple[Any, ...]:
    """Parts that one recognises keep their ids, also when they were moved; new ones get ids that are free."""
    before = _recognised(written, edited)
    taken = {getattr(base[at], "id", "") for at in before if at is not None}
    out = []
    for part, at in zip(edited, before, strict=True):
        merged = part
        if at is not None:
            merged = _merged(base[at], written[at], part)
            if hasattr(part, "id"):
                merged = dataclasses.replace(merged, id=base[at].id)
        elif hasattr(part, "id"):
            merged = dataclasses.replace(part, id=_free(part.id, taken))
            taken.add(merged.id)
        out.append(merged)
    return tuple(out)


def _recognised(written: Sequence[Any], edited: Sequence[Any]) -> list[int | None]:
    """For each edited part which written one it was: the one that says the same, or else the one in its place."""
    left = list(range(len(written)))
    found: list[int | None] = []
    for part in edited:
        same = next((at for at in left if _seen(written[at]) == _seen(part)), None)
        found.append(same)
        if same is not None:
            left.remove(same)
    if found.count(None) == len(left):
        found = [at if at is not None else left.pop(0) for at in found]
    return found


def _seen(part: Any) -> Any:
    return next(getattr(part, name) for name in _SEEN if hasattr(part, name))


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
