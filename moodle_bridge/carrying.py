"""From a course as Open edX exports it to a course as the bridge carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from gettext import NullTranslations

from moodle_bridge.components import Component, Course, File, LeftOut, Loss, Section
from moodle_bridge.keys import section_key
from moodle_bridge.kinds import Context, StaysHereError, kinds
from moodle_bridge.olx_course import Block, Chapter, Outline
from moodle_bridge.words import ENGLISH
from xblocks.base.problems import N_, ContentError

NO_PLACE = N_(
    "The bridge carries micro-quizzes, texts, reflections, workshops and badges; make this by hand in Moodle if it is "
    "needed there."
)
_TWICE = N_("Another block of the course has a badge with this id already.")
_UNREADABLE = N_("It cannot be read: %(problem)s")


def carried_course(
    outline: Outline,
    find: Callable[[str], File | None],
    content: Callable[[File], bytes],
    words: NullTranslations = ENGLISH,
    *,
    teachers_read: bool = False,
) -> Course:
    """Every block that has a kind, in sections, with what Moodle cannot hold; the others are left out, and said.

    Args:
        teachers_read: reflections go along, which teachers read in Moodle.
    """
    titles = {block.usage_key: block.title for chapter in outline.chapters for block in chapter.blocks}
    context = Context(
        course=outline.key,
        language=outline.language,
        find=find,
        content=content,
        words=words,
        titles=titles,
        teachers_read=teachers_read,
    )
    beside: list[Component] = []
    waiting: set[str] = set()
    losses: list[Loss] = []
    left_out = [
        LeftOut(origin=problem.path, type="", title=problem.path, message=problem.message, params=problem.params)
        for problem in outline.problems
    ]
    sections = [_section(chapter, context, beside, waiting, losses, left_out) for chapter in outline.chapters]
    return Course(
        key=outline.key,
        title=outline.title,
        language=outline.language,
        sections=tuple(section for section in sections if section.components),
        beside=tuple(beside),
        waiting=frozenset(waiting),
        losses=tuple(losses),
        left_out=tuple(left_out),
    )


def _section(
    chapter: Chapter,
    context: Context,
    beside: list[Component],
    waiting: set[str],
    losses: list[Loss],
    left_out: list[LeftOut],
) -> Section:
    section = Section(key=section_key(chapter.usage_key), title=chapter.title)
    for block in chapter.blocks:
        kind = kinds().get(block.type)
        if kind is None:
            left_out.append(_left_out(block, NO_PLACE))
            continue
        try:
            carried = kind.components(block, context)
        except ContentError as error:
            problem = error.problems[0]
            left_out.append(_left_out(block, _UNREADABLE, problem=f"{problem.path}: {problem.sentence()}"))
            continue
        except StaysHereError as stays:
            left_out.append(_left_out(block, stays.message))
            continue
        for one in carried:
            if one.is_placed:
                component = _placed(one.component, block, section=section.key)
                section = replace(section, components=(*section.components, component))
            elif one.component.key in {known.key for known in beside}:
                left_out.append(replace(_left_out(block, _TWICE), title=one.component.title))
                continue
            else:
                beside.append(_placed(one.component, block))
            losses.extend(one.losses)
            waiting.update(one.waiting)
    return section


def _placed(component: Component, block: Block, **where: str) -> Component:
    """With what every component has: where it stands, and whether learners see it."""
    fields = {**component.fields, **where, "visible": not block.inherited.is_hidden}
    return replace(component, fields=fields)


def _left_out(block: Block, message: str, **params: object) -> LeftOut:
    return LeftOut(origin=block.usage_key, type=block.type, title=block.title, message=message, params=params)
