"""From a course as Open edX exports it to a course as the bridge carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from moodle_bridge.components import Component, Course, File, LeftOut, Loss, Section
from moodle_bridge.keys import section_key
from moodle_bridge.kinds import Context, kinds
from moodle_bridge.olx_course import Block, Chapter, Outline
from xblocks.base.problems import N_, ContentError

NO_PLACE = N_("The bridge carries micro-quizzes and texts; make this by hand in Moodle if it is needed there.")
_UNREADABLE = N_("It cannot be read: %(problem)s")


def carried_course(
    outline: Outline,
    find: Callable[[str], File | None],
    content: Callable[[File], bytes],
    gettext: Callable[[str], str] = str,
) -> Course:
    """Every block that has a kind, in sections, with what Moodle cannot hold; the others are left out, and said."""
    context = Context(language=outline.language, find=find, content=content, gettext=gettext)
    losses: list[Loss] = []
    left_out = [
        LeftOut(origin=problem.path, type="", title=problem.path, message=problem.message, params=problem.params)
        for problem in outline.problems
    ]
    sections = [_section(chapter, context, losses, left_out) for chapter in outline.chapters]
    return Course(
        key=outline.key,
        title=outline.title,
        language=outline.language,
        sections=tuple(section for section in sections if section.components),
        losses=tuple(losses),
        left_out=tuple(left_out),
    )


def _section(chapter: Chapter, context: Context, losses: list[Loss], left_out: list[LeftOut]) -> Section:
    section = Section(key=section_key(chapter.usage_key), title=chapter.title)
    for block in chapter.blocks:
        kind = kinds().get(block.type)
        if kind is None:
            left_out.append(_left_out(block, NO_PLACE))
            continue
        try:
            carried = kind.component(block, context)
        except ContentError as error:
            problem = error.problems[0]
            left_out.append(_left_out(block, _UNREADABLE, problem=f"{problem.path}: {problem.sentence()}"))
            continue
        component = _placed(carried.component, section.key, block)
        section = replace(section, components=(*section.components, component))
        losses.extend(carried.losses)
    return section


def _placed(component: Component, section: str, block: Block) -> Component:
    """With what every component has: where it stands, and whether learners see it."""
    fields = {**component.fields, "section": section, "visible": not block.inherited.is_hidden}
    return replace(component, fields=fields)


def _left_out(block: Block, message: str, **params: object) -> LeftOut:
    return LeftOut(origin=block.usage_key, type=block.type, title=block.title, message=message, params=params)
