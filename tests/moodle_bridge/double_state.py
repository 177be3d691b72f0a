"""What the double of a Moodle site holds: courses, modules, questions, learners, and what the companion keeps of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from moodle_bridge.shapes import Json

GROUPS = ("name", "text", "points", "feedback", "hints", "tags", "answers", "settings")
"""The fields of a question."""


def fingerprint(value: Json) -> str:
    """The print of a value: the same for what Moodle holds in the same way."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]


@dataclass
class User:
    """A learner or teacher.

    Attributes:
        notices: our notifications reach them on some channel.
    """

    id: int
    username: str
    email: str
    idnumber: str = ""
    lang: str = "en"
    timezone: str = "Europe/Amsterdam"
    suspended: bool = False
    notices: bool = True
    lastaccess: int = 0


@dataclass
class Section:
    """A section of a course.

    Attributes:
        modules: the cmids, in order.
    """

    id: int
    name: str
    modules: list[int] = field(default_factory=list)


@dataclass
class Slot:
    """A question's place in a quiz."""

    entry: int
    points: float


@dataclass
class Completion:
    """That a learner marked a module as done, or took that back."""

    id: int
    done: bool
    time: int


@dataclass
class Module:
    """A course module with what it is made of.

    Attributes:
        values: its own fields as Moodle holds them.
        slots: of a quiz.
        completions: by learner.
    """

    cmid: int
    instance: int
    kind: str
    idnumber: str
    section: int
    values: dict[str, Json] = field(default_factory=dict)
    visible: bool = True
    slots: list[Slot] = field(default_factory=list)
    completions: dict[int, Completion] = field(default_factory=dict)


@dataclass
class Entry:
    """An entry of the question bank.

    Attributes:
        points: those of its place in a quiz, when it gets one.
        versions: each the question's fields as Moodle holds them.
    """

    id: int
    idnumber: str
    qtype: str
    points: float = 1.0
    versions: list[dict[str, Json]] = field(default_factory=list)

    @property
    def latest(self) -> dict[str, Json]:
        return self.versions[-1]


@dataclass
class Event:
    """A calendar event.

    Attributes:
        key: what tells it from others also when the companion has forgotten it.
    """

    id: int
    key: str
    values: dict[str, Json] = field(default_factory=dict)


@dataclass
class Badge:
    """A badge of a course.

    Attributes:
        archived: a teacher deleted it, and who has it keeps it.
        holders: who has it: since when, and until when (0: for ever).
    """

    id: int
    values: dict[str, Json] = field(default_factory=dict)
    archived: bool = False
    holders: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass
class Award:
    """What the companion knows of an award of the bridge."""

    badge: int
    userid: int
    revoked: bool = False


@dataclass
class Attempt:
    """An attempt at a quiz.

    Attributes:
        questions: as get_attempts tells them.
    """

    id: int
    quiz: int
    userid: int
    number: int
    state: str
    timestart: int
    timefinish: int
    timemodified: int
    sumgrades: float | None
    maxgrade: float
    questions: list[Json] = field(default_factory=list)


@dataclass
class Submission:
    """What a learner wrote at an assignment.

    Attributes:
        assignment: the cmid.
        status: "submitted", "draft", or "new" where it was taken away.
        format: Moodle's number for what the text is (1: HTML).
    """

    id: int
    assignment: int
    userid: int
    timemodified: int
    text: str
    format: int = 1
    number: int = 1
    status: str = "submitted"


@dataclass
class Agreed:
    """What was written or agreed on: the source's hash, and the print of what Moodle held then."""

    hash: str
    print: str | None


@dataclass
class Item:
    """What the companion knows of a component or part.

    Attributes:
        parent: the key of the component that a part belongs to.
        target: the id of the section, instance, event or bank entry.
        learner: whose own it is; 0: it is there for all.
    """

    key: str
    kind: str
    target: int
    cmid: int = 0
    parent: str = ""
    removed: bool = False
    learner: int = 0
    fields: dict[str, Agreed] = field(default_factory=dict)


@dataclass
class Course:
    """A course, and all that is in it."""

    id: int
    shortname: str
    fullname: str
    sections: list[Section] = field(default_factory=list)
    modules: dict[int, Module] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    learners: list[int] = field(default_factory=list)
    notices: dict[str, bool] = field(default_factory=dict)
    badges: dict[int, Badge] = field(default_factory=dict)
    awards: dict[str, Award] = field(default_factory=dict)

    def section(self, id_: int) -> Section | None:
        return next((section for section in self.sections if section.id == id_), None)

    def parts(self, key: str) -> list[Item]:
        return [item for item in self.items.values() if item.parent == key]

    def attempts_at(self, cmid: int) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.quiz == cmid]

    def submissions_at(self, cmid: int) -> list[Submission]:
        return [one for one in self.submissions if one.assignment == cmid and one.status != "new"]


@dataclass
class Change:
    """A row of the outbox."""

    id: int
    time: int
    courseid: int
    what: str
    key: str
    objectid: int
    userid: int


@dataclass
class State:
    """Everything on the site."""

    courses: dict[int, Course] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    expired: int = 0
    sent: list[Json] = field(default_factory=list)
    last_id: int = 100

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def course_of(self, cmid: int) -> Course:
        return next(course for course in self.courses.values() if cmid in course.modules)


# --- What Moodle holds for a thing


def prints(course: Course, item: Item) -> dict[str, str] | None:
    """The print of each field as it is now; None: the target is not there any more."""
    values = values_of(course, item)
    if values is None:
        return None
    made = {name: fingerprint(value) for name, value in values.items()}
    # Not by keys: what is forgotten, or made anew under its key, is no edit of what stands around it.
    section, module = course.section(item.target), course.modules.get(item.cmid)
    if item.kind == "section" and section:
        ours = {one.cmid for one in course.items.values()}
        # Kept readable, so that it can be told whether those that are still there stand as they did.
        made["order"] = " ".join(str(cmid) for cmid in section.modules if cmid in ours)
    elif module:
        made["section"] = str(module.section)
    return made


def is_edited(name: str, item: Item, now: dict[str, str] | None) -> bool:
    """Whether somebody changed a field since it was written or agreed on."""
    agreed, found = item.fields[name].print, (now or {}).get(name)
    if agreed is None or found is None:
        return False
    if item.kind == "section" and name == "order":
        before, after = agreed.split(), found.split()
        return [cmid for cmid in before if cmid in after] != [cmid for cmid in after if cmid in before]
    return agreed != found


def values_of(course: Course, item: Item) -> dict[str, Any] | None:
    """What Moodle holds for each field of a component or part."""
    if item.kind == "section":
        section = course.section(item.target)
        return {"name": section.name, "order": [*_keys(course, section.modules)]} if section else None
    if item.kind == "event":
        event = course.events.get(item.target)
        return dict(event.values) if event else None
    if item.kind == "badge":
        badge = course.badges.get(item.target)
        return dict(badge.values) if badge and not badge.archived else None
    if item.kind == "question":
        entry = course.entries.get(item.target)
        return {**entry.latest, **_points(course, item)} if entry else None
    module = course.modules.get(item.cmid)
    return _of_module(course, module) if module else None


def _of_module(course: Course, module: Module) -> dict[str, Any]:
    section = [one.key for one in course.items.values() if one.kind == "section" and one.target == module.section]
    common = {"section": section[0] if section else "", "visible": module.visible}
    order = {"order": part_order(course, module)} if module.kind == "microquiz" else {}
    return {**module.values, **common, **order}


def part_order(course: Course, module: Module) -> list[str]:
    """The keys of our questions in a quiz, in order; a teacher's own stand between them unnoticed."""
    keys = {item.target: item.key for item in course.items.values() if item.kind == "question"}
    return [keys[slot.entry] for slot in module.slots if slot.entry in keys]


def _keys(course: Course, cmids: list[int]) -> Iterator[str]:
    keys = {item.cmid: item.key for item in course.items.values() if item.cmid}
    return (keys[cmid] for cmid in cmids if cmid in keys)


def slot_of(course: Course, part: Item) -> Slot | None:
    parent = course.items.get(part.parent)
    quiz = course.modules.get(parent.cmid) if parent else None
    return next((slot for slot in quiz.slots if slot.entry == part.target), None) if quiz else None


def _points(course: Course, part: Item) -> dict[str, Any]:
    slot = slot_of(course, part)
    return {"points": slot.points} if slot else {}


# --- A question of Moodle XML


def question(xml: str) -> tuple[str, dict[str, Json]]:
    """The type of a question, and what it says, sorted into its fields. ValueError: it cannot be read."""
    try:
        element = ET.fromstring(xml)
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if element.tag != "question" or not element.get("type"):
        raise ValueError("a question expected")
    groups: dict[str, Json] = {name: [] for name in GROUPS if name != "points"}
    for child in element:
        # Its points are those of its place in the quiz.
        if child.tag == "defaultgrade":
            continue
        groups[_GROUP.get(child.tag, "settings")].append(_written(child))
    if not groups["name"]:
        raise ValueError("a question without a name")
    return str(element.get("type")), groups


_GROUP = {
    "name": "name",
    "questiontext": "text",
    "generalfeedback": "feedback",
    "correctfeedback": "feedback",
    "partiallycorrectfeedback": "feedback",
    "incorrectfeedback": "feedback",
    "hint": "hints",
    "tags": "tags",
    "answer": "answers",
    "subquestion": "answers",
}


def _written(element: ET.Element) -> str:
    return ET.canonicalize(ET.tostring(element, encoding="unicode"), strip_text=True)
