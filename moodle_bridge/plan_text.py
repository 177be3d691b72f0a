"""A plan as a person reads it: a tree of the course with what would happen to each thing, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from moodle_bridge.components import SECTION, Component, Course, Json, Loss
from moodle_bridge.components import Fate as LossFate
from moodle_bridge.plan import Action, ComponentPlan, Fate, FieldChange, Plan

SIGNS = {
    Action.CREATED: "+",
    Action.CHANGED: "~",
    Action.UNCHANGED: "=",
    Action.REMOVED: "-",
    Action.GONE: "!",
    Action.FORGOTTEN: "-",
}
WORDS = {
    Action.CREATED: "new",
    Action.CHANGED: "changed",
    Action.UNCHANGED: "as it is",
    Action.REMOVED: "not in the course any more: hidden in Moodle",
    Action.GONE: "deleted in Moodle: stays so (--ours makes it anew, --theirs forgets it)",
    Action.FORGOTTEN: "deleted in Moodle: forgotten",
}
_KINDS = {"microquiz": "quiz", "page": "page", SECTION: "section"}
_SHOWN = 60
"""Characters of a value that a line shows."""

Values = Mapping[tuple[str, str], Json]
"""What Moodle holds now, by key and field; where it was not asked, nothing."""


def lines(plan: Plan, values: Values | None = None, *, whole: bool = False) -> Iterator[str]:
    """The plan as lines of text.

    Args:
        values: to show beside what the course says, for fields that were edited in Moodle.
        whole: also what stays as it is.
    """
    yield f"{plan.course.title} ({plan.course.key})"
    sections = {one.key: one for one in plan.sections}
    by_key = {one.key: one for one in plan.components}
    for section in plan.course.sections:
        inside = [line for one in section.components for line in _component(by_key[one.key], values or {}, whole)]
        itself = sections[section.key]
        if inside or whole or itself.action is not Action.UNCHANGED or itself.fields:
            yield f"  {_sign(itself)} {section.title}"
            if itself.action is not Action.CREATED:
                yield from (f"      {line}" for line in _fields(itself.fields, itself, values or {}))
            yield from (f"    {line}" for line in inside)
    for one in plan.components:
        if one.component is None:
            attempts = f", {one.attempts} attempts stay" if one.attempts else ""
            yield f"  {_sign(one)} {one.key}: {WORDS[one.action]}{attempts}"
    yield summary(plan)


def summary(plan: Plan) -> str:
    """The plan in one line: "3 new, 1 changed, 5 as they are; 1 conflict"."""
    counts = Counter(one.action for one in plan.components)
    parts = [
        f"{counts[action]} {word}"
        for action, word in (
            (Action.CREATED, "new"),
            (Action.CHANGED, "changed"),
            (Action.UNCHANGED, "as they are"),
            (Action.REMOVED, "removed"),
            (Action.GONE, "deleted in Moodle"),
            (Action.FORGOTTEN, "forgotten"),
        )
        if counts[action]
    ]
    text = ", ".join(parts) or "nothing"
    if plan.conflicts:
        text += f"; {_count(plan.conflicts, 'field')} changed on both sides (--ours or --theirs decides)"
    return text


def loss_lines(course: Course) -> Iterator[str]:
    """What Moodle gets otherwise or not at all, thing by thing; what is the same for many is said once."""
    titles = {one.key: one.title for _section, one in course.placed()}
    titles |= {part.key: part.title for _section, one in course.placed() for part in one.parts}
    same: dict[tuple[LossFate, str], list[Loss]] = {}
    for loss in course.losses:
        same.setdefault((loss.fate, _sentence(loss)), []).append(loss)
    for (fate, sentence), losses in sorted(same.items()):
        yield f"{fate}: {sentence}"
        for loss in losses:
            yield f"    {titles.get(loss.key, loss.key)}: {loss.path}"
    for left in course.left_out:
        name = " ".join(filter(None, (left.type, left.title or left.origin)))
        yield f"left out: {name}: {left.message % left.params if left.params else left.message}"


def as_json(plan: Plan) -> Json:
    """The plan for scripts."""
    return {
        "course": plan.course.key,
        "summary": summary(plan),
        "conflicts": plan.conflicts,
        "components": [_json(one) for one in plan.all()],
        "losses": [
            {"key": loss.key, "path": loss.path, "fate": str(loss.fate), "message": _sentence(loss)}
            for loss in plan.course.losses
        ],
        "left_out": [
            {"origin": one.origin, "type": one.type, "message": one.message % one.params if one.params else one.message}
            for one in plan.course.left_out
        ],
    }


def _json(one: ComponentPlan) -> Json:
    return {
        "key": one.key,
        "kind": one.kind,
        "title": one.component.title if one.component else "",
        "action": str(one.action),
        "fields": {change.name: str(change.fate) for change in one.fields},
        "parts": [
            {
                "key": part.key,
                "title": part.part.title,
                "action": str(part.action),
                "fields": {change.name: str(change.fate) for change in part.fields},
            }
            for part in one.parts
        ],
    }


def _component(one: ComponentPlan, values: Values, whole: bool) -> Iterator[str]:
    assert one.component is not None
    if one.action is Action.UNCHANGED and not _is_said(one) and not whole:
        return
    kind = _KINDS.get(one.kind, one.kind)
    parts = f", {_count(len(one.component.parts), 'question')}" if one.component.parts else ""
    yield f"{_sign(one)} {one.component.title} ({kind}{parts}): {WORDS[one.action]}"
    if one.action is Action.CREATED:
        return
    yield from (f"    {line}" for line in _fields(one.fields, one, values))
    for part in one.parts:
        if part.action is not Action.UNCHANGED or part.fields:
            yield f"    {SIGNS[part.action]} {part.part.title}"
            if part.action is not Action.CREATED:
                yield from (f"        {line}" for line in _changes(part.fields, part.key, part.part.fields, values))


def _fields(changes: tuple[FieldChange, ...], one: ComponentPlan, values: Values) -> Iterator[str]:
    component: Component | None = one.component
    return _changes(changes, one.key, component.fields if component else {}, values)


def _changes(changes: tuple[FieldChange, ...], key: str, ours: Mapping[str, Json], values: Values) -> Iterator[str]:
    for change in changes:
        said = {
            Fate.WRITTEN: "edited in Moodle, and overwritten" if change.is_edited else "changed",
            Fate.AGREED: "edited in Moodle, and agreed",
            Fate.LEFT: "edited in Moodle, left so" if change.is_edited else "belongs to Moodle, left as it is there",
            Fate.CONFLICT: "changed here and in Moodle, left as it is there",
        }[change.fate]
        yield f"{change.name}: {said}"
        theirs = values.get((key, change.name))
        if theirs is not None:
            yield f"    course: {_short(ours.get(change.name))}"
            yield f"    Moodle: {_short(theirs)}"


def _is_said(one: ComponentPlan) -> bool:
    return any(True for _change in one.all_fields())


def _sign(one: ComponentPlan) -> str:
    return "!" if any(change.fate is Fate.CONFLICT for change in one.all_fields()) else SIGNS[one.action]


def _sentence(loss: Loss) -> str:
    return loss.message % loss.params if loss.params else loss.message


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _short(value: Json) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
