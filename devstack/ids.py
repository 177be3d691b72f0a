"""The names of blocks: real opaque keys, kept in the database, so that a restart changes nothing."""

from __future__ import annotations

import uuid
from typing import Any

from opaque_keys.edx.asides import AsideDefinitionKeyV2, AsideUsageKeyV2
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import DefinitionLocator
from xblock.exceptions import NoSuchUsage
from xblock.runtime import IdGenerator, IdReader

from devstack.models import Usage


class DatabaseIds(IdReader, IdGenerator):
    """The ids of one course.

    A usage is named after the slug that its definition was made with (`url_name` in OLX), or else at random.
    """

    def __init__(self, course_key: CourseKey) -> None:
        self._course_key = course_key
        self._slugs: dict[DefinitionLocator, str] = {}

    def create_definition(self, block_type: str, slug: str | None = None) -> DefinitionLocator:
        """A new definition."""
        definition = DefinitionLocator(block_type, uuid.uuid4().hex[:24])
        self._slugs[definition] = slug or uuid.uuid4().hex
        return definition

    def create_usage(self, def_id: DefinitionLocator) -> UsageKey:
        """A new usage of a definition.

        Raises:
            ValueError: when the course has a block of that type and name already.
        """
        slug = self._slugs.pop(def_id, None) or uuid.uuid4().hex
        usage_key = self._course_key.make_usage_key(def_id.block_type, slug)
        if Usage.objects.filter(usage_key=str(usage_key)).exists():
            raise ValueError(
                f"This course has a {def_id.block_type} named {slug!r} already; give one another url_name."
            )
        Usage.objects.create(usage_key=str(usage_key), definition_key=str(def_id), block_type=def_id.block_type)
        return usage_key

    def get_definition_id(self, usage_id: UsageKey) -> DefinitionLocator:
        """The definition that a usage shows.

        Raises:
            NoSuchUsage: when there is no such block.
        """
        found = Usage.objects.filter(usage_key=str(usage_id)).values_list("definition_key", flat=True).first()
        if found is None:
            raise NoSuchUsage(repr(usage_id))
        return DefinitionLocator.from_string(found)

    def get_block_type(self, def_id: DefinitionLocator) -> str:
        """The type of a definition."""
        return str(def_id.block_type)

    def create_aside(
        self, definition_id: DefinitionLocator, usage_id: UsageKey, aside_type: str
    ) -> tuple[AsideDefinitionKeyV2, AsideUsageKeyV2]:
        """The names of an aside of a block."""
        definition: Any = AsideDefinitionKeyV2
        usage: Any = AsideUsageKeyV2
        return definition(definition_id, aside_type), usage(usage_id, aside_type)

    def get_usage_id_from_aside(self, aside_id: AsideUsageKeyV2) -> UsageKey:
        """The block that an aside stands beside."""
        return aside_id.usage_key

    def get_definition_id_from_aside(self, aside_id: AsideDefinitionKeyV2) -> DefinitionLocator:
        """The definition of the block that an aside stands beside."""
        return aside_id.definition_key

    def get_aside_type_from_usage(self, aside_id: AsideUsageKeyV2) -> str:
        """The type of an aside."""
        return str(aside_id.aside_type)

    def get_aside_type_from_definition(self, aside_id: AsideDefinitionKeyV2) -> str:
        """The type of an aside."""
        return str(aside_id.aside_type)
