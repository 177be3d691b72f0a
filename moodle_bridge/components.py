"""What the bridge carries: components of a course, as plain values that neither side owns.

A component is one thing that Moodle holds as one target: a micro-quiz is a quiz there, a unit of text a page. It has a
key that never changes, fields with values that JSON can hold, and parts in an order (the questions of a quiz). What
each kind has for fields is for `moodle_bridge.kinds` to say; everything here and in `plan` is the same for all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from moodle_bridge.shapes import Json

HASH_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a component shows.

    Attributes:
        name: as the course calls it, without folders ("mail.svg").
        sha256: of its bytes, hexadecimal; what it is known by.
        size: in bytes.
        made: its bytes, where the bridge has made it and no course has it.
    """

    name: str
    sha256: str
    mimetype: str
    size: int
    made: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the things that a component is made of, such as a question of a quiz.

    Attributes:
        title: what people know it by.
        fields: what it says, by name.
        payload: the same in the form that Moodle takes (a question of Moodle XML), beside what the fields say.
    """

    kind: str
    key: str
    title: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    payload: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One thing of a course.

    Attributes:
        origin: the usage key in Open edX, for people and for matching results.
        fields: what it says, by name; one that has parts has their keys in `order`.
    """

    kind: str
    key: str
    title: str
    origin: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    files: tuple[File, ...] = ()


class Fate(StrEnum):
    """What becomes of something that Moodle cannot hold as it is: it is LOST, or CHANGED into what comes near."""

    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that Moodle cannot hold as it is.

    Attributes:
        key: of the component or part.
        path: which of our fields, as a path ("choices/2/feedback").
        message: an English sentence from the catalogue with %(name)s parameters: what becomes of it.
    """

    key: str
    path: str
    fate: Fate
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a course with a heading: a chapter in Open edX, a section in Moodle."""

    key: str
    title: str
    components: tuple[Component, ...] = ()

    def itself(self) -> Component:
        """The section itself, with its name and the order of what stands in it."""
        order = [component.key for component in self.components]
        return Component(kind=SECTION, key=self.key, title=self.title, fields={"name": self.title, "order": order})


SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A block of the course for which Moodle has no place here.

    Attributes:
        type: its block type ("video").
        message: why, with %(name)s parameters.
    """

    origin: str
    type: str
    title: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course as the bridge carries it.

    Attributes:
        key: its course key.
        language: of its texts ("en", "nl").
        beside: what belongs to the course and stands in none of its sections, such as its badges.
        waiting: keys of what cannot be made of the course alone yet, such as a session without a date; what stands
            there under such a key, marked as WAITING, was made by the service, and stays.
        losses, left_out: what Moodle gets otherwise or not at all.
    """

    key: str
    title: str
    language: str = "en"
    sections: tuple[Section, ...] = ()
    beside: tuple[Component, ...] = ()
    waiting: frozenset[str] = frozenset()
    losses: tuple[Loss, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def placed(self) -> Iterator[tuple[Section, Component]]:
        """Every component with its section, in the order of the course."""
        for section in self.sections:
            for component in section.components:
                yield section, component

    def all(self) -> Iterator[Component]:
        """Every component, those that stand in no section last."""
        for _section, component in self.placed():
            yield component
        yield from self.beside


def field_hash(value: Json) -> str:
    """What a value is known by: the same value has the same hash, however its mappings are ordered."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:HASH_LENGTH]


def hashes(of: Component | Part) -> dict[str, str]:
    """The hash of each field."""
    return {name: field_hash(value) for name, value in of.fields.items()}


WAITING = field_hash(None)
"""What a field is known by that the service wrote before the course itself says anything of it."""
