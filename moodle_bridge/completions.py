"""Pages of workshops that learners marked as done in Moodle, as what it means in the course that they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from moodle_bridge.keys import component_key
from moodle_bridge.olx_course import Outline
from moodle_bridge.shapes import Json

WORKSHOP_TYPE = "workshop"

Pages = Mapping[str, str]
"""The usage keys of a course's workshops by the key that they have in Moodle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Whether a learner marked a page as done.

    Attributes:
        row: Moodle's id of it; one for each page and learner.
        user: the learner's id in Moodle.
        is_done: False: they took it back.
        at: when they last said so, UTC, to the second.
    """

    row: int
    user: int
    usage_key: str
    is_done: bool
    at: datetime

    @property
    def mark(self) -> str:
        """What it says, short; another time alone is no news."""
        return "done" if self.is_done else "undone"


def pages_of(usage_keys: Iterable[str]) -> dict[str, str]:
    """Where to look up which workshop a page is."""
    return {component_key(usage_key): usage_key for usage_key in usage_keys}


def pages_in(outline: Outline) -> dict[str, str]:
    """The workshops of a course."""
    blocks = (block for chapter in outline.chapters for block in chapter.blocks)
    return pages_of(block.usage_key for block in blocks if block.type == WORKSHOP_TYPE)


def completions_of(rows: Iterable[Mapping[str, Json]], pages: Pages) -> Iterator[Completion]:
    """What rows say of the workshops of a course; what the course does not have (any more) says nothing."""
    for row in rows:
        usage_key = pages.get(row["key"])
        if usage_key is not None:
            yield Completion(
                row=row["id"],
                user=row["userid"],
                usage_key=usage_key,
                is_done=row["done"],
                at=datetime.fromtimestamp(row["time"], UTC),
            )
