"""The kinds of components, one module each: whoever adds one adds a module here and changes nothing else.

A module of this package says

    TYPE: str                                       the type of block that it takes ("microquiz")
    def component(block, course) -> Carried         that block as a component, with what Moodle cannot hold

and its counterpart in Moodle is one class of the companion plugin with the same name as the component's `kind`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from moodle_bridge.addresses import Find
from moodle_bridge.components import Component, File, Loss
from moodle_bridge.olx_course import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a kind may ask of the course.

    Attributes:
        language: of the course's texts.
        find: its files.
        content: the bytes of a file.
        gettext: the few words that learners see and nobody wrote, in the course's language.
    """

    language: str
    find: Find
    content: Callable[[File], bytes]
    gettext: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A block as a component, and what Moodle gets otherwise or not at all."""

    component: Component
    losses: tuple[Loss, ...] = ()


class Kind(Protocol):
    """A module of this package."""

    TYPE: str

    def component(self, block: Block, context: Context) -> Carried:
        """That block as a component.

        Raises:
            ContentError: what stands in it cannot be read.
        """


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by the type of block that it takes."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {module.TYPE: module for module in modules}
