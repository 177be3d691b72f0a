"""A plan: what changed is written, what was edited in Moodle is not overwritten unasked, twice is nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_bridge.components import SECTION, Component, Course, Part, Section, field_hash
from moodle_bridge.plan import (
    Action,
    Asked,
    ComponentPlan,
    Fate,
    FieldChange,
    Held,
    HeldField,
    Owner,
    PartPlan,
    Plan,
    Rules,
    decide,
    make_plan,
)

KEYS = ("a", "b", "c", "d")
PARTS = ("q1", "q2", "q3")
VALUES = st.sampled_from(["one", "two", "three"])


# --- A Moodle that does what it is told


@dataclass
class Thing:
    kind: str
    fields: dict[str, Any]
    written: dict[str, str] = field(default_factory=dict)
    prints: dict[str, Any] = field(default_factory=dict)
    is_present: bool = True
    is_removed: bool = False

    def write(self, name: str, value: Any) -> None:
        self.fields[name] = self.prints[name] = value
        self.written[name] = field_hash(value)

    def agree(self, name: str, value: Any) -> None:
        self.prints[name] = self.fields[name]
        self.written[name] = field_hash(value)

    def held(self, key: str, parent: str = "", position: int = 0, is_in: bool = True) -> Held:
        fields = {
            name: HeldField(hash=value, is_edited=self.fields[name] != self.prints[name])
            for name, value in self.written.items()
        }
        return Held(
            key=key,
            kind=self.kind,
            parent=parent,
            position=position,
            is_present=self.is_present and is_in,
            is_removed=self.is_removed,
            fields=fields,
        )


@dataclass
class Moodle:
    things: dict[str, Thing] = field(default_factory=dict)
    questions: dict[tuple[str, str], Thing] = field(default_factory=dict)

    def held(self) -> list[Held]:
        found = [thing.held(key) for key, thing in self.things.items()]
        for (parent, key), question in self.questions.items():
            parts = self.things[parent].fields.get("order", [])
            is_in = key in parts
            found.append(question.held(key, parent, parts.index(key) if is_in else 99, is_in))
        return found

    def apply(self, plan: Plan) -> None:
        for one in plan.all():
            self._apply(one)

    def _apply(self, one: ComponentPlan) -> None:
        if one.action is Action.REMOVED:
            self.things[one.key].is_removed = True
        elif one.action is Action.FORGOTTEN:
            del self.things[one.key]
        elif one.action is not Action.GONE:
            component = one.component
            assert component
            if one.action is Action.CREATED:
                self.things[one.key] = Thing(component.kind, {})
            thing = self.things[one.key]
            if one.action in (Action.CREATED, Action.CHANGED):
                thing.is_removed = False
            _apply_fields(thing, one.fields, component)
            for part in one.parts:
                self._apply_part(one.key, part)

    def _apply_part(self, parent: str, plan: PartPlan) -> None:
        if plan.action is Action.CREATED:
            self.questions[parent, plan.key] = Thing(plan.part.kind, {})
        _apply_fields(self.questions[parent, plan.key], plan.fields, plan.part)


def _apply_fields(thing: Thing, changes: tuple[FieldChange, ...], of: Component | Part) -> None:
    for change in changes:
        if change.fate is Fate.WRITTEN:
            thing.write(change.name, of.fields[change.name])
        elif change.fate is Fate.AGREED:
            thing.agree(change.name, of.fields[change.name])


# --- Courses, and what people do in Moodle


@st.composite
def courses(draw: st.DrawFn) -> Course:
    keys = draw(st.permutations(KEYS))[: draw(st.integers(0, 4))]
    cut = draw(st.integers(0, len(keys)))

    def component(key: str, section: str) -> Component:
        parts = draw(st.permutations(PARTS))[: draw(st.integers(0, 3))]
        return Component(
            kind="quiz",
            key=key,
            title=key,
            fields={
                "name": draw(VALUES),
                "intro": draw(VALUES),
                "section": section,
                "visible": draw(st.booleans()),
                "order": list(parts),
            },
            parts=tuple(Part(kind="question", key=part, title=part, fields={"text": draw(VALUES)}) for part in parts),
        )

    sections = (
        Section(key="s1", title=draw(VALUES), components=tuple(component(key, "s1") for key in keys[:cut])),
        Section(key="s2", title=draw(VALUES), components=tuple(component(key, "s2") for key in keys[cut:])),
    )
    return Course(key="course", title="Course", sections=sections)


OWNERS = st.dictionaries(st.sampled_from(["quiz.name", "intro", "text"]), st.sampled_from(Owner))
RULES = st.builds(Rules, asked=st.sampled_from(Asked), owners=OWNERS)


@st.composite
def edited(draw: st.DrawFn, moodle: Moodle) -> set[tuple[str, str]]:
    """Edit fields as a teacher does; which."""
    done = set()
    things = {**moodle.things, **{f"{parent}/{key}": one for (parent, key), one in moodle.questions.items()}}
    for key, thing in things.items():
        for name in thing.fields:
            if draw(st.booleans()) and thing.fields[name] != []:
                value = thing.fields[name]
                thing.fields[name] = value[1:] if isinstance(value, list) else f"edited {draw(VALUES)}"
                done.add((key, name))
    return done


def fields_of(moodle: Moodle) -> dict[tuple[str, str], Any]:
    things = {**moodle.things, **{f"{parent}/{key}": one for (parent, key), one in moodle.questions.items()}}
    return {(key, name): value for key, thing in things.items() for name, value in thing.fields.items()}


@given(courses(), RULES)
def test_a_second_sync_has_nothing_to_do(course: Course, rules: Rules) -> None:
    moodle = Moodle()
    first = make_plan(course, moodle.held(), rules)
    assert all(one.action is Action.CREATED for one in first.all())
    moodle.apply(first)
    again = make_plan(course, moodle.held(), rules)
    assert again.is_empty
    assert again.conflicts == 0


@given(courses(), courses(), RULES, st.data())
def test_whatever_happened_on_both_sides_a_sync_settles_it(
    before: Course, after: Course, rules: Rules, data: st.DataObject
) -> None:
    moodle = Moodle()
    moodle.apply(make_plan(before, moodle.held()))
    data.draw(edited(moodle))
    moodle.apply(make_plan(after, moodle.held(), rules))
    again = make_plan(after, moodle.held(), rules)
    assert again.is_empty
    # What was asked for decides everything: nothing is left to be asked again.
    if rules.asked is not Asked.NOTHING:
        assert again.conflicts == 0
    wanted = {component.key for _section, component in after.placed()}
    for key, thing in moodle.things.items():
        if thing.kind != SECTION:
            assert thing.is_removed == (key not in wanted)


@given(courses(), courses(), OWNERS, st.data())
def test_what_was_edited_in_moodle_is_not_overwritten_unasked(
    before: Course, after: Course, owners: dict[str, Owner], data: st.DataObject
) -> None:
    moodle = Moodle()
    moodle.apply(make_plan(before, moodle.held()))
    touched = data.draw(edited(moodle))
    was = fields_of(moodle)
    rules = Rules(owners=owners)
    moodle.apply(make_plan(after, moodle.held(), rules))
    now = fields_of(moodle)
    kinds = {"name": "quiz", "intro": "quiz", "text": "question"}
    for key, name in touched:
        if rules.owner(kinds.get(name, ""), name) is not Owner.OPENEDX:
            assert now[key, name] == was[key, name]


@given(courses(), courses(), st.data())
def test_asked_for_ours_the_course_is_what_moodle_shows(before: Course, after: Course, data: st.DataObject) -> None:
    moodle = Moodle()
    moodle.apply(make_plan(before, moodle.held()))
    data.draw(edited(moodle))
    moodle.apply(make_plan(after, moodle.held(), Rules(asked=Asked.OURS)))
    for _section, component in after.placed():
        assert moodle.things[component.key].fields == dict(component.fields)
        for part in component.parts:
            assert moodle.questions[component.key, part.key].fields == dict(part.fields)


# --- The table of decisions


@pytest.mark.parametrize(
    ("is_changed", "is_edited", "owner", "asked", "fate"),
    [
        (False, False, None, Asked.OURS, None),
        (True, False, None, Asked.NOTHING, Fate.WRITTEN),
        (True, False, Owner.OPENEDX, Asked.THEIRS, Fate.WRITTEN),
        (True, False, Owner.MOODLE, Asked.OURS, Fate.LEFT),
        (False, True, None, Asked.NOTHING, Fate.LEFT),
        (False, True, None, Asked.OURS, Fate.WRITTEN),
        (False, True, None, Asked.THEIRS, Fate.AGREED),
        (False, True, Owner.OPENEDX, Asked.THEIRS, Fate.WRITTEN),
        (False, True, Owner.MOODLE, Asked.OURS, Fate.LEFT),
        (True, True, None, Asked.NOTHING, Fate.CONFLICT),
        (True, True, None, Asked.OURS, Fate.WRITTEN),
        (True, True, None, Asked.THEIRS, Fate.AGREED),
        (True, True, Owner.OPENEDX, Asked.NOTHING, Fate.WRITTEN),
        (True, True, Owner.MOODLE, Asked.NOTHING, Fate.AGREED),
        (True, True, Owner.MOODLE, Asked.OURS, Fate.AGREED),
    ],
)
def test_who_decides_about_a_field(
    is_changed: bool, is_edited: bool, owner: Owner | None, asked: Asked, fate: Fate | None
) -> None:
    assert decide(is_changed=is_changed, is_edited=is_edited, owner=owner, asked=asked) is fate


# --- What is gone


def quiz(**fields: Any) -> Component:
    return Component(kind="quiz", key="a", title="A", fields={"name": "A", "visible": True, **fields})


def course(*components: Component) -> Course:
    return Course(key="c", title="C", sections=(Section(key="s", title="S", components=components),))


def planned(moodle: Moodle, of: Course, asked: Asked = Asked.NOTHING) -> dict[str, Action]:
    plan = make_plan(of, moodle.held(), Rules(asked=asked))
    moodle.apply(plan)
    return {one.key: one.action for one in plan.components}


def test_what_somebody_deleted_in_moodle_is_not_made_anew_unasked() -> None:
    moodle = Moodle()
    planned(moodle, course(quiz()))
    moodle.things["a"].is_present = False
    assert planned(moodle, course(quiz())) == {"a": Action.GONE}
    assert planned(moodle, course()) == {}
    assert planned(moodle, course(quiz()), Asked.OURS) == {"a": Action.CREATED}
    moodle.things["a"].is_present = False
    assert planned(moodle, course(quiz()), Asked.THEIRS) == {"a": Action.FORGOTTEN}
    assert "a" not in moodle.things


def test_what_the_course_has_no_more_is_removed_and_comes_back_with_it() -> None:
    moodle = Moodle()
    planned(moodle, course(quiz()))
    assert planned(moodle, course()) == {"a": Action.REMOVED}
    assert planned(moodle, course()) == {}
    assert planned(moodle, course(quiz())) == {"a": Action.CHANGED}
    assert not moodle.things["a"].is_removed
    assert planned(moodle, course(quiz())) == {"a": Action.UNCHANGED}


def test_a_component_comes_after_the_one_before_it() -> None:
    second = Component(kind="quiz", key="b", title="B")
    plan = make_plan(course(quiz(), second), [])
    assert [(one.key, one.after) for one in plan.components] == [("a", ""), ("b", "a")]
    (section,) = plan.sections
    assert section.component is not None
    assert section.component.fields == {"name": "S", "order": ["a", "b"]}


def test_an_owner_of_one_kind_comes_before_that_of_all() -> None:
    rules = Rules(owners={"quiz.name": Owner.OPENEDX, "name": Owner.MOODLE})
    assert [rules.owner("quiz", "name"), rules.owner("page", "name"), rules.owner("quiz", "intro")] == [
        Owner.OPENEDX,
        Owner.MOODLE,
        None,
    ]


def test_a_section_is_put_in_order_again_when_something_is_made_in_it() -> None:
    """As after a sync that ended before its first quiz was made."""
    second = Component(kind="quiz", key="b", title="B", fields={"name": "B", "visible": True})
    moodle = Moodle()
    whole = course(quiz(), second)
    moodle.apply(make_plan(whole, moodle.held()))
    del moodle.things["a"]
    (section,) = make_plan(whole, moodle.held()).sections
    assert [(change.name, change.fate) for change in section.fields] == [("order", Fate.WRITTEN)]
    moodle.things["s"].fields["order"] = ["b"]
    (section,) = make_plan(whole, moodle.held()).sections
    assert [(change.name, change.fate) for change in section.fields] == [("order", Fate.LEFT)]
