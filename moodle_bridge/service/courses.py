"""The courses that are carried: the rows for what is configured, and their questions as they are published now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opaque_keys.edx.keys import CourseKey, UsageKey

from moodle_bridge.client import Client
from moodle_bridge.config import Configuration
from moodle_bridge.config import Site as Configured
from moodle_bridge.held import HELD, held_of
from moodle_bridge.keys import component_key
from moodle_bridge.results import QUIZ_TYPE, Asked, questions_of
from moodle_bridge.service.models import Link, Quiz, Site
from moodle_bridge.service.settings_reading import course_key
from moodle_bridge.submissions import REFLECTION_TYPE
from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz
from xblocks.workshop import api as workshops


def site_row(configured: Configured) -> Site:
    """The row of a configured site."""
    row: Site = Site.objects.get_or_create(name=configured.name)[0]
    return row


def link_rows(configuration: Configuration, site: Site) -> list[Link]:
    """The rows of the courses that are configured for a site; those that are no longer stay, and are left alone."""
    wanted = {one.course: course_key(one) for one in configuration.courses.values() if one.site.name == site.name}
    known = {link.course: link for link in Link.objects.filter(site=site)}
    # Another worker may be a moment ahead.
    new = [Link(site=site, course=number, course_key=key) for number, key in wanted.items() if number not in known]
    Link.objects.bulk_create(new, ignore_conflicts=True)
    for number, link in known.items():
        values = {"course_key": wanted.get(number, link.course_key), "is_configured": number in wanted}
        if any(getattr(link, name) != value for name, value in values.items()):
            Link.objects.filter(pk=link.pk).update(**values)
    return list(Link.objects.filter(site=site, is_configured=True).order_by("course"))


@dataclass(frozen=True, slots=True)
class Published:
    """A question as it is published on this platform."""

    asked: Asked
    content_hash: str
    type: str


def published(key: CourseKey) -> dict[str, Published]:
    """The questions of a course by the key that they have in Moodle."""
    now = platform().now()
    found: dict[str, Published] = {}
    for block in platform().blocks(key, QUIZ_TYPE):
        questions = microquiz.published_questions(block, now)
        by_id = {one.question.id: one for one in questions}
        asked = questions_of(
            str(block.usage_key), [one.question for one in questions], block.quiz_settings.retry_penalty
        )
        for name, one in asked.items():
            known = by_id[one.question_id]
            found[name] = Published(one, known.content_hash, known.question.type)
    return found


def read_quizzes(client: Client, link: Link) -> None:
    """Note where quizzes, workshops and reflections stand in Moodle, for links that lead there: one call."""
    modnames = dict(_modnames(link))
    keys = {component_key(str(usage_key)): usage_key for usage_key in modnames}
    answer = client.call(HELD, {"courseid": link.course})
    modules = {item["key"]: item["cmid"] for item in answer["items"] if item["cmid"]}
    there = {one.key for one in held_of(answer) if one.is_present and not one.is_removed}
    standing = {keys[key]: modules[key] for key in keys.keys() & modules.keys() & there}
    known = {one.usage_key: one.module for one in Quiz.objects.filter(link=link)}
    new = [
        Quiz(link=link, usage_key=key, module=module, modname=modnames[key])
        for key, module in standing.items()
        if key not in known
    ]
    Quiz.objects.bulk_create(new, ignore_conflicts=True)
    for usage_key, module in standing.items():
        if known.get(usage_key, module) != module:
            Quiz.objects.filter(link=link, usage_key=usage_key).update(module=module)
    Quiz.objects.filter(link=link).exclude(usage_key__in=list(standing)).delete()


def _modnames(link: Link) -> Iterator[tuple[UsageKey, str]]:
    """What Moodle calls the activity that a block of the course is there."""
    for block in platform().blocks(link.course_key, QUIZ_TYPE):
        yield block.usage_key, "quiz"
    for workshop in workshops.workshops_of(link.course_key):
        yield workshop.usage_key, "page"
    for block in platform().blocks(link.course_key, REFLECTION_TYPE):
        yield block.usage_key, "assign"
