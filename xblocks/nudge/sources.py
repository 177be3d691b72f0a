"""Other places where people learn the same courses, such as a Moodle, and what nudging asks of them.

Whoever knows such a place registers a source for it. Nudging then decides about its people as about everybody, and
hands it the messages for those who take part in a course there and not on this platform. Where nothing is registered,
nothing is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from opaque_keys.edx.keys import CourseKey, UsageKey


class Identity(NamedTuple):
    """A learner by where they are known: a source ("openedx", "moodle:school") and their id there."""

    source: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody as another place knows them.

    Attributes:
        language: a code, "" when nobody knows.
        time_zone: an IANA name, "" when nobody knows.
        is_active: may sign in there.
        site: what people call that place, "" for nothing in particular.
    """

    language: str = ""
    time_zone: str = ""
    is_active: bool = True
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message for somebody elsewhere.

    Attributes:
        key: the ledger's own name for it; the place never sends one key twice.
        course_keys: what it is about, the most important first.
        address, button: where it leads, and the words for that.
        course: what the first of the courses is called.
    """

    key: str
    to: Identity
    course_keys: tuple[CourseKey, ...]
    subject: str
    text: str
    html: str
    address: str
    button: str
    course: str = ""


class Fate(StrEnum):
    """What became of a message.

    SENT: the place has it, perhaps since it was asked before; REFUSED: it is not for them (any more); FAILED: the place
    could not; UNCERTAIN: the place does not know itself whether it was sent, and will not send it again.
    """

    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a message, and why: a few words for the ledger, without anything personal."""

    fate: Fate
    reason: str = ""


class Source(Protocol):
    """What is asked of another place. It may also know people of this platform ("openedx") as its own."""

    def people(self, learners: Collection[Identity]) -> Mapping[Identity, Guest]:
        """Those of the learners whom it knows; whatever their number, in a few statements."""

    def enrolled(
        self, learners: Collection[Identity], course_keys: Collection[CourseKey]
    ) -> Mapping[CourseKey, set[Identity]]:
        """Which of the learners take part there now, by course; in a few statements."""

    def address(self, learner: Identity, course_key: CourseKey, usage_key: UsageKey | None) -> str:
        """Where they find a block there, or the course; "" when there is no such place."""

    def deliver(self, messages: Sequence[Outgoing]) -> Mapping[str, Delivered]:
        """Send messages; what became of each, by its key.

        One that is missing had no answer, and is asked for again later with the same key.
        """


_registered: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source known.

    Args:
        name: what the sources of its learners begin with: "moodle" for "moodle:school".
    """
    _registered[name] = source


def registered() -> Mapping[str, Source]:
    """Every source by its name."""
    return _registered


def named(name: str) -> Source | None:
    """The source of that name, or of a learner's `source`."""
    return _registered.get(name.partition(":")[0])


def forget(names: Iterable[str]) -> None:
    """Take sources away, such as those of a test."""
    for name in names:
        _registered.pop(name, None)
