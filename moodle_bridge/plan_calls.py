"""A plan as calls to the companion, in the order in which they are to be made.

New sections come before what stands in them; sections that are there already after, as the order of what is new in
them can only be made then. What the course has no more comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moodle_bridge.addresses import distinct_names, shown
from moodle_bridge.components import Component, File, Part, field_hash
from moodle_bridge.plan import Action, ComponentPlan, Fate, FieldChange, PartPlan, Plan
from moodle_bridge.shapes import Json
from moodle_bridge.wire import Call

UPSERT = "local_microunits_upsert"
REMOVE = "local_microunits_remove"
UNLINK = "local_microunits_unlink"
PUT_FILE = "local_microunits_put_file"

HIDE, DELETE = "hide", "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of a sync.

    Attributes:
        key, title: of the component that it is about.
        call: to make; its `files` are without content.
        files: those that the call shows, of which the companion must have the content.
    """

    key: str
    title: str
    action: Action
    call: Call
    files: tuple[File, ...] = ()


def steps(plan: Plan, course_id: int, *, delete: bool = False) -> Iterator[Step]:
    """The calls that a plan needs, in order.

    Args:
        course_id: Moodle's id of the course.
        delete: what the course has no more is deleted where no learner has worked on it, instead of hidden.
    """
    new = [one for one in plan.sections if one.action is Action.CREATED]
    known = [one for one in plan.sections if one.action is not Action.CREATED]
    for one in (*new, *plan.components, *known):
        if one.needs_a_call:
            yield _step(one, course_id, delete)


def _step(one: ComponentPlan, course_id: int, delete: bool) -> Step:
    title = one.component.title if one.component else one.key
    if one.action is Action.REMOVED:
        params: dict[str, Any] = {"courseid": course_id, "key": one.key, "mode": DELETE if delete else HIDE}
        return Step(key=one.key, title=title, action=one.action, call=Call(REMOVE, params))
    if one.action is Action.FORGOTTEN:
        params = {"courseid": course_id, "keys": [one.key]}
        return Step(key=one.key, title=title, action=one.action, call=Call(UNLINK, params))
    assert one.component is not None
    files = _files(one, one.component)
    payload = _payload(one, one.component, files)
    params = {"courseid": course_id, "kind": one.kind, "key": one.key, "payload": payload}
    return Step(key=one.key, title=title, action=one.action, call=Call(UPSERT, params), files=files)


def _payload(one: ComponentPlan, component: Component, files: tuple[File, ...]) -> dict[str, Json]:
    payload: dict[str, Json] = {"fields": _written(one.fields, component.fields)}
    if one.action is Action.CREATED and one.after:
        payload["after"] = one.after
    accept = _agreed(one.fields, component.fields)
    if accept:
        payload["accept"] = accept
    parts = [_part(part) for part in one.parts if part.action is not Action.UNCHANGED or _is_agreed(part)]
    if parts:
        payload["parts"] = parts
    if files:
        names = distinct_names(component.files)
        payload["files"] = {file.sha256: {"name": names[file.sha256], "mimetype": file.mimetype} for file in files}
    return payload


def _part(plan: PartPlan) -> dict[str, Json]:
    part = plan.part
    data: dict[str, Json] = {"key": part.key, "kind": part.kind, "title": part.title}
    written = {change.name for change in plan.fields if change.fate is Fate.WRITTEN}
    data["fields"] = {name: {"hash": field_hash(value)} for name, value in part.fields.items() if name in written}
    accept = _agreed(plan.fields, part.fields)
    if accept:
        data["accept"] = accept
    if written:
        data.update(part.payload)
    return data


def _is_agreed(part: PartPlan) -> bool:
    return any(change.fate is Fate.AGREED for change in part.fields)


def _written(changes: tuple[FieldChange, ...], values: Mapping[str, Json]) -> dict[str, Json]:
    names = [change.name for change in changes if change.fate is Fate.WRITTEN]
    return {name: {"value": values[name], "hash": field_hash(values[name])} for name in names}


def _agreed(changes: tuple[FieldChange, ...], values: Mapping[str, Json]) -> dict[str, Json]:
    return {change.name: field_hash(values[change.name]) for change in changes if change.fate is Fate.AGREED}


def _files(one: ComponentPlan, component: Component) -> tuple[File, ...]:
    """The files that what is written shows, each once."""
    written = [change.name for change in one.fields if change.fate is Fate.WRITTEN]
    texts = [str(component.fields[name]) for name in written]
    texts += [_texts_of(part.part) for part in one.parts if _is_written(part)]
    wanted = set(shown(" ".join(texts)))
    return tuple(file for file in component.files if file.sha256 in wanted)


def _is_written(part: PartPlan) -> bool:
    return any(change.fate is Fate.WRITTEN for change in part.fields)


def _texts_of(part: Part) -> str:
    """Everything a part says: it is written whole, whichever of its fields changed."""
    return str([part.fields[name] for name in sorted(part.fields)])
