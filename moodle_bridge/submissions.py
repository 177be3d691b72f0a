"""What learners handed in at reflections in Moodle, as what it means in the course that they came from.

Who handed something in, and when, is told by itself; what they wrote is asked for where there is a place to keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from opaque_keys.edx.keys import UsageKey

from moodle_bridge.keys import component_key
from moodle_bridge.olx_course import Outline
from moodle_bridge.plain_text import plain_text
from moodle_bridge.shapes import Json
from xblocks.badges.definition import block_name
from xblocks.badges.facts import Did, Fact

REFLECTION_TYPE = "reflection"

TEXTS = "local_microunits_get_submission_texts"
TEXTS_A_CALL = 50

Assignments = Mapping[str, str]
"""The usage keys of a course's reflections by the key that they have in Moodle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """That a learner handed something in.

    Attributes:
        row: Moodle's id of it; handing in again leaves it the same.
        user: the learner's id in Moodle.
        at: when they last did, UTC, to the second.
    """

    row: int
    user: int
    usage_key: str
    at: datetime

    @property
    def mark(self) -> str:
        """What it says, short: each time it was handed in is news."""
        return str(int(self.at.timestamp()))

    def fact(self, zone: tzinfo) -> Fact:
        """What it is worth to badges.

        Args:
            zone: of the learner, whose day it was.
        """
        key = UsageKey.from_string(self.usage_key)
        return Fact(Did.REFLECTED, self.at, self._day(zone), block_name(key.block_type, key.block_id))

    def _day(self, zone: tzinfo) -> date:
        return self.at.astimezone(zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was handed in, as it was when it was asked for."""

    submission: Submission
    text: str = field(repr=False)


def assignments_of(usage_keys: Iterable[str]) -> dict[str, str]:
    """Where to look up which reflection an assignment is."""
    return {component_key(usage_key): usage_key for usage_key in usage_keys}


def assignments_in(outline: Outline) -> dict[str, str]:
    """The reflections of a course."""
    blocks = (block for chapter in outline.chapters for block in chapter.blocks)
    return assignments_of(block.usage_key for block in blocks if block.type == REFLECTION_TYPE)


def submissions_of(rows: Iterable[Mapping[str, Json]], assignments: Assignments) -> Iterator[Submission]:
    """What rows say of the reflections of a course; what the course does not have (any more) says nothing."""
    for row in rows:
        usage_key = assignments.get(row["key"])
        if usage_key is not None:
            yield Submission(
                row=row["id"], user=row["userid"], usage_key=usage_key, at=datetime.fromtimestamp(row["time"], UTC)
            )


def written_of(rows: Iterable[Mapping[str, Json]], assignments: Assignments) -> Iterator[Written]:
    """What was written, of rows of TEXTS; where nothing is left of it, nothing."""
    for row in rows:
        for submission in submissions_of([row], assignments):
            text = plain_text(row["text"], row["format"])
            if text:
                yield Written(submission=submission, text=text)
