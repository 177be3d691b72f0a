"""What the command line and the service do with a course: read it, plan it, carry the plan out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from moodle_bridge.applying import Content, Done, Site, carry_out
from moodle_bridge.carrying import carried_course
from moodle_bridge.completions import Pages, pages_in
from moodle_bridge.components import Course
from moodle_bridge.config import Configuration
from moodle_bridge.config import Course as Configured
from moodle_bridge.held import HELD, held_of
from moodle_bridge.olx_course import read
from moodle_bridge.plan import Asked, Plan, Rules, make_plan
from moodle_bridge.plan_calls import steps
from moodle_bridge.plan_text import Values
from moodle_bridge.results import Questions, questions_in
from moodle_bridge.shapes import Json
from moodle_bridge.sources import export_of
from moodle_bridge.submissions import Assignments, assignments_in
from moodle_bridge.words import catalogue

VALUES = "local_microunits_get_values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A course that was read, and the bytes of its files for as long as its source is open."""

    course: Course
    content: Content


@contextmanager
def course_of(
    source: str,
    configuration: Configuration | None = None,
    waits: Callable[[float], None] = lambda seconds: None,
    *,
    teachers_read: bool = False,
) -> Iterator[Read]:
    """The course of an export or of a running Open edX (`sources.export_of`).

    Args:
        teachers_read: its reflections go along, which teachers read in Moodle.

    Raises:
        ConfigurationError, ContentError: there is no course in it.
        BridgeError: the Open edX does not give it.
    """
    with export_of(source, configuration, waits) as export:
        outline = read(export.read)
        words = catalogue(outline.language)
        course = carried_course(outline, export.find, export.content, words, teachers_read=teachers_read)
        yield Read(course=course, content=lambda file: export.content(file) if file.made is None else file.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What is needed of a course to understand what was done of it in Moodle.

    Attributes:
        key: its course key.
        questions: by the key that they have in Moodle.
        pages: its workshops, likewise.
        assignments: its reflections, likewise.
    """

    key: str
    questions: Questions
    pages: Pages
    assignments: Assignments


def taught_in(
    source: str, configuration: Configuration | None = None, waits: Callable[[float], None] = lambda seconds: None
) -> Taught:
    """What a course teaches.

    Raises:
        ConfigurationError, ContentError: there is no course in it.
        BridgeError: the Open edX does not give it.
    """
    with export_of(source, configuration, waits) as export:
        outline = read(export.read)
        return Taught(
            key=outline.key,
            questions=questions_in(outline),
            pages=pages_in(outline),
            assignments=assignments_in(outline),
        )


def rules_of(configured: Configured, asked: Asked) -> Rules:
    """How a plan is made for a course as it is configured."""
    owners = {f"{kind}.{name}": owner for kind, fields in configured.owners.items() for name, owner in fields.items()}
    return Rules(asked=asked, owners=owners)


def planned(course: Course, site: Site, course_id: int, rules: Rules) -> Plan:
    """The plan for a course against what Moodle holds now: one call."""
    return make_plan(course, held_of(site.call(HELD, {"courseid": course_id})), rules)


def edited_values(plan: Plan, site: Site, course_id: int) -> Values:
    """What Moodle has for the fields that were edited there: one call, none where nothing was edited."""
    changed = [(one.key, one.fields) for one in plan.all()]
    changed += [(part.key, part.fields) for one in plan.all() for part in one.parts]
    wanted = dict.fromkeys(key for key, fields in changed for change in fields if change.is_edited)
    if not wanted:
        return {}
    answer: Mapping[str, Json] = site.call(VALUES, {"courseid": course_id, "keys": list(wanted)})
    return {(item["key"], one["name"]): one["value"] for item in answer["items"] for one in item["fields"]}


def synced(plan: Plan, site: Site, course_id: int, content: Content, *, delete: bool = False) -> Iterator[Done]:
    """Carries a plan out; what became of each step, as it comes in."""
    return carry_out(steps(plan, course_id, delete=delete), site, content)
