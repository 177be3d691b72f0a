"""The kinds of components, one module each: whoever adds one adds a module here and changes nothing else.

A module of this package says

    TYPE: str                                       the type of block that it takes ("microquiz")
    def components(block, context) -> [Carried]     that block as components, each with what Moodle cannot hold

and its counterpart in Moodle is one class of the companion plugin with the same name as the component's `kind`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from typing import Protocol

from moodle_bridge.addresses import Find
from moodle_bridge.components import Component, File, Loss
from moodle_bridge.olx_course import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a kind may ask of the course.

    Attributes:
        course: its key.
        language: of the course's texts.
        find: its files.
        content: the bytes of a file.
        words: those that learners see and nobody wrote, in the course's language.
        titles: of its blocks, by usage key.
        teachers_read: reflections go along, which teachers read in Moodle.
    """

    course: str
    language: str
    find: Find
    content: Callable[[File], bytes]
    words: NullTranslations
    titles: Mapping[str, str]
    teachers_read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A block as a component, and what Moodle gets otherwise or not at all.

    Attributes:
        is_placed: it stands in its section, among the others.
        waiting: keys of what belongs to it and cannot be made yet (`components.Course.waiting`).
    """

    component: Component
    losses: tuple[Loss, ...] = ()
    is_placed: bool = True
    waiting: tuple[str, ...] = ()


class StaysHereError(Exception):
    """A block that could be carried, and is not.

    Attributes:
        message: why, an English sentence from the catalogue.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Kind(Protocol):
    """A module of this package."""

    TYPE: str

    def components(self, block: Block, context: Context) -> Sequence[Carried]:
        """That block as components: most are one.

        Raises:
            ContentError: what stands in it cannot be read.
            StaysHereError: it is not for Moodle.
        """


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by the type of block that it takes."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {module.TYPE: module for module in modules}
