"""What a sync would do: the course as it is against what Moodle holds, field by field; nothing is done here.

Three values decide about a field: as the course has it now, as it was when it was last written to Moodle (its hash,
kept there), and whether somebody has edited it in Moodle since. What was edited there is never overwritten unasked:

    course   Moodle    who owns it, or what was asked     what happens
    same     same      -                                  nothing
    changed  same      Moodle owns it                     left
    changed  same      otherwise                          written
    same     edited    the course owns it, or --ours      written
    same     edited    --theirs                           agreed: what Moodle has counts as written
    same     edited    otherwise                          left
    changed  edited    the course owns it, or --ours      written
    changed  edited    Moodle owns it, or --theirs        agreed
    changed  edited    otherwise                          a conflict: left, and said

An owner of a field comes before --ours and --theirs. Where something stands and whether it is seen are fields too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from moodle_bridge.components import SECTION, WAITING, Component, Course, Part, hashes


class Owner(StrEnum):
    """Who has the last word on a field when both sides have changed it; where nobody has, somebody decides."""

    OPENEDX = "openedx"
    MOODLE = "moodle"


class Asked(StrEnum):
    """What the person who syncs said about fields that were edited in Moodle."""

    NOTHING = "nothing"
    OURS = "ours"
    THEIRS = "theirs"


class Fate(StrEnum):
    """What becomes of a field: WRITTEN to Moodle, AGREED (what Moodle has counts as written), LEFT, or a CONFLICT."""

    WRITTEN = "written"
    AGREED = "agreed"
    LEFT = "left"
    CONFLICT = "conflict"


class Action(StrEnum):
    """What becomes of a component or a part of one.

    CREATED, CHANGED, UNCHANGED; REMOVED: it is not in the course any more; GONE: somebody deleted it in Moodle, and
    it is not made anew unasked; FORGOTTEN: it was deleted there, and that is agreed.
    """

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    GONE = "gone"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldField:
    """What Moodle's companion keeps of a field: the hash of what was last written, and whether it was edited since."""

    hash: str
    is_edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that Moodle holds.

    Attributes:
        parent: the component's key, for a part; "" for a component.
        is_present: the target is still there; a part: it is in its component.
        is_removed: a sync took it away since the course had it no more.
        position: among the parts of its component, or in its section.
        attempts: how many learners' attempts hang on it.
    """

    key: str
    kind: str
    parent: str = ""
    is_present: bool = True
    is_removed: bool = False
    position: int = 0
    attempts: int = 0
    fields: Mapping[str, HeldField] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field about which something is to be said."""

    name: str
    fate: Fate
    is_edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """What becomes of a part. Which parts a component has, and in what order, is a field of the component."""

    key: str
    action: Action
    part: Part
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentPlan:
    """What becomes of a component; `component` is None where the course has it no more.

    Attributes:
        after: the key of the component before it in its section, "" for the first; where a new one is put.
    """

    key: str
    kind: str
    action: Action
    component: Component | None = None
    after: str = ""
    fields: tuple[FieldChange, ...] = ()
    parts: tuple[PartPlan, ...] = ()
    attempts: int = 0

    @property
    def needs_a_call(self) -> bool:
        """Whether Moodle hears of it."""
        if self.action in (Action.UNCHANGED, Action.GONE):
            return any(change.fate is Fate.AGREED for change in self.all_fields())
        return True

    def all_fields(self) -> Iterator[FieldChange]:
        """Its own fields and those of its parts."""
        yield from self.fields
        for part in self.parts:
            yield from part.fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sync of a course would do.

    Attributes:
        sections: the course's sections as components.
        components: in the order of the course; those that it has no more at the end.
    """

    course: Course
    sections: tuple[ComponentPlan, ...]
    components: tuple[ComponentPlan, ...]

    def all(self) -> Iterator[ComponentPlan]:
        """Sections and components."""
        yield from self.sections
        yield from self.components

    @property
    def conflicts(self) -> int:
        """How many fields were changed on both sides."""
        return sum(change.fate is Fate.CONFLICT for one in self.all() for change in one.all_fields())

    @property
    def is_empty(self) -> bool:
        """Whether Moodle would hear nothing."""
        return not any(one.needs_a_call for one in self.all())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a plan is made.

    Attributes:
        owners: by "kind.field" or "field"; what is not named has none.
    """

    asked: Asked = Asked.NOTHING
    owners: Mapping[str, Owner] = field(default_factory=dict)

    def owner(self, kind: str, name: str) -> Owner | None:
        """Who owns a field, if anybody does."""
        return self.owners.get(f"{kind}.{name}", self.owners.get(name))


UNASKED = Rules()


def make_plan(course: Course, held: Sequence[Held], rules: Rules = UNASKED) -> Plan:
    """The plan for a course against everything that Moodle holds of it."""
    by_key = {one.key: one for one in held}
    parts: dict[str, list[Held]] = {}
    for one in sorted(held, key=lambda one: one.position):
        parts.setdefault(one.parent, []).append(one)
    sections, components = [], []
    for section in course.sections:
        whole, inside, after = section.itself(), [], ""
        for component in section.components:
            found, its_parts = by_key.get(component.key), parts.get(component.key, ())
            inside.append(_component(component, after, found, its_parts, rules))
            after = component.key
        itself = _component(whole, "", by_key.get(whole.key), (), rules)
        sections.append(_with_room_for_new(itself, inside))
        components.extend(inside)
    components.extend(_component(one, "", by_key.get(one.key), (), rules) for one in course.beside)
    wanted = {component.key for component in course.all()}
    components.extend(
        ComponentPlan(key=one.key, action=Action.REMOVED, kind=one.kind, attempts=one.attempts)
        for one in parts.get("", ())
        if one.kind != SECTION
        and one.key not in wanted
        and one.is_present
        and not one.is_removed
        and not _waits(one, course)
    )
    return Plan(course=course, sections=tuple(sections), components=tuple(components))


def _waits(one: Held, course: Course) -> bool:
    """Whether it was made by the service, as the course itself cannot say all of it yet."""
    return one.key in course.waiting and all(field.hash == WAITING for field in one.fields.values())


def _with_room_for_new(section: ComponentPlan, inside: Sequence[ComponentPlan]) -> ComponentPlan:
    """A section that is there is put in order again when something is made in it, also where its order is the same.

    A sync that ended in the middle has written the order and not all that stands in it.
    """
    is_new = any(one.action is Action.CREATED for one in inside)
    if not is_new or section.action is Action.CREATED or any(change.name == "order" for change in section.fields):
        return section
    fields = (*section.fields, FieldChange(name="order", fate=Fate.WRITTEN))
    return replace(section, action=Action.CHANGED, fields=fields)


def _component(
    component: Component, after: str, held: Held | None, held_parts: Sequence[Held], rules: Rules
) -> ComponentPlan:
    planned = ComponentPlan(
        key=component.key, kind=component.kind, action=Action.UNCHANGED, component=component, after=after
    )
    if held is None or (not held.is_present and rules.asked is Asked.OURS):
        parts = tuple(_new_part(part) for part in component.parts)
        return replace(planned, action=Action.CREATED, fields=_all_written(component), parts=parts)
    if not held.is_present:
        return replace(planned, action=Action.FORGOTTEN if rules.asked is Asked.THEIRS else Action.GONE)
    fields = _fields(component, held, rules)
    if held.is_removed and not any(change.name == "visible" for change in fields):
        fields = (*fields, FieldChange(name="visible", fate=Fate.WRITTEN))
    parts = _parts(component, held_parts, rules)
    is_changed = any(change.fate is Fate.WRITTEN for change in fields) or any(
        part.action is not Action.UNCHANGED for part in parts
    )
    return replace(
        planned,
        action=Action.CHANGED if is_changed else Action.UNCHANGED,
        fields=fields,
        parts=parts,
        attempts=held.attempts,
    )


def _all_written(of: Component | Part) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name=name, fate=Fate.WRITTEN) for name in of.fields)


def _new_part(part: Part) -> PartPlan:
    return PartPlan(key=part.key, action=Action.CREATED, part=part, fields=_all_written(part))


def _parts(component: Component, held: Sequence[Held], rules: Rules) -> tuple[PartPlan, ...]:
    by_key = {one.key: one for one in held}
    plans = []
    for part in component.parts:
        found = by_key.get(part.key)
        if found is None:
            plans.append(_new_part(part))
            continue
        fields = _fields(part, found, rules)
        is_changed = any(change.fate is Fate.WRITTEN for change in fields)
        action = Action.CHANGED if is_changed else Action.UNCHANGED
        plans.append(PartPlan(key=part.key, action=action, part=part, fields=fields))
    return tuple(plans)


def _fields(of: Component | Part, held: Held, rules: Rules) -> tuple[FieldChange, ...]:
    changes = []
    for name, new in hashes(of).items():
        was = held.fields.get(name)
        is_edited = was is not None and was.is_edited
        fate = decide(
            is_changed=was is None or was.hash != new,
            is_edited=is_edited,
            owner=rules.owner(of.kind, name),
            asked=rules.asked,
        )
        if fate is not None:
            changes.append(FieldChange(name=name, fate=fate, is_edited=is_edited))
    return tuple(changes)


def decide(*, is_changed: bool, is_edited: bool, owner: Owner | None, asked: Asked) -> Fate | None:
    """What becomes of one field (the table above); None: there is nothing to say."""
    if not is_edited:
        if not is_changed:
            return None
        return Fate.LEFT if owner is Owner.MOODLE else Fate.WRITTEN
    if owner is Owner.OPENEDX or (owner is None and asked is Asked.OURS):
        return Fate.WRITTEN
    if asked is Asked.THEIRS or (is_changed and owner is Owner.MOODLE):
        return Fate.AGREED
    return Fate.CONFLICT if is_changed else Fate.LEFT
