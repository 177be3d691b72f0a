"""Courses in files: devstack/course/<language>/course.toml and one XML file a unit."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import CourseKey

from devstack import clock, olx, workshops
from devstack.fields import INHERITED, PlatformFields
from devstack.hearing import tell_published
from devstack.models import Course, Unit
from devstack.people import Person


class CourseFileError(ValueError):
    """A course in files cannot be loaded; the message says which file and why."""


def found(folder: Path) -> Iterator[Path]:
    """The descriptions of courses in a folder, in the order of their languages."""
    return iter(sorted(folder.glob("*/course.toml")))


def load_all(folder: Path, user: Person) -> list[Course]:
    """Load the courses that are not in the database yet, and say which; one that is there is left as it is."""
    loaded = []
    for description in found(folder):
        course = load(description, user)
        if course is not None:
            loaded.append(course)
    return loaded


@transaction.atomic
def load(description: Path, user: Person) -> Course | None:
    """Load a course unless it is in the database already.

    Raises:
        CourseFileError: when a file is missing or not understood; nothing is loaded then.
    """
    try:
        data = tomllib.loads(description.read_text(encoding="utf-8"))
        if Course.objects.filter(key=data["key"]).exists():
            return None
        course: Course = Course.objects.create(
            key=data["key"],
            language=description.parent.name,
            title=data["title"],
            description=data.get("description", ""),
        )
        units = data.get("unit", [])
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseFileError(f"{description}: {error!r}") from error
    for position, entry in enumerate(units):
        try:
            _load_unit(course, position, entry, description.parent, user)
        except (KeyError, OSError, ValueError) as error:
            raise CourseFileError(f"{description.parent / str(entry.get('file'))}: {error}") from error
    tell_published(CourseKey.from_string(course.key))
    return course


def _load_unit(course: Course, position: int, entry: dict[str, Any], folder: Path, user: Person) -> None:
    root = olx.read(workshops.dated((folder / entry["file"]).read_text(encoding="utf-8"), clock.now().date()))
    if root.tag != "unit":
        raise ValueError(f"the root should be <unit>, not <{root.tag}>")
    unit = Unit.objects.create(
        course=course,
        slug=entry["slug"],
        title=entry["title"],
        minutes=entry.get("minutes", 0),
        position=position,
        settings=inherited_settings(dict(root.attrib)),
    )
    for node in list(root):
        if isinstance(node.tag, str):
            olx.add(node, unit, user)


def inherited_settings(attributes: dict[str, str]) -> dict[str, Any]:
    """What the blocks of a unit inherit from its attributes ("due", "graded", ...), as the fields' JSON."""
    settings = {}
    for name, text in attributes.items():
        if name in INHERITED:
            field = PlatformFields.fields[name]
            settings[name] = field.to_json(field.from_string(text))
    return settings
