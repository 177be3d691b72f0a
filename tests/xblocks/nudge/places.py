"""Another place where people learn, for tests: a source that does what it is told, and keeps what it was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.nudge import sources
from xblocks.nudge.sources import Delivered, Fate, Guest, Identity, Outgoing


class Place:
    """A place.

    Attributes:
        guests: who is known there; people of this platform ("openedx") too.
        there: who takes part in which course.
        sent: every message that it took, once for each key.
        answers: what it answers instead of SENT, by the number of the message, from 0; None: nothing.
    """

    def __init__(self) -> None:
        self.guests: dict[Identity, Guest] = {}
        self.there: dict[CourseKey, set[Identity]] = {}
        self.sent: dict[str, Outgoing] = {}
        self.asked: list[list[str]] = []
        self.answers: dict[int, Delivered | Exception | None] = {}

    def take_in(self, identity: Identity, *course_keys: CourseKey, **facts: Any) -> Identity:
        """Somebody takes part there."""
        self.guests[identity] = Guest(**facts)
        for key in course_keys:
            self.there.setdefault(key, set()).add(identity)
        return identity

    def people(self, learners: Collection[Identity]) -> Mapping[Identity, Guest]:
        return {one: self.guests[one] for one in learners if one in self.guests}

    def enrolled(
        self, learners: Collection[Identity], course_keys: Collection[CourseKey]
    ) -> Mapping[CourseKey, set[Identity]]:
        return {key: self.there.get(key, set()) & set(learners) for key in course_keys}

    def address(self, learner: Identity, course_key: CourseKey, usage_key: UsageKey | None) -> str:
        return f"https://place.example/{usage_key.block_id if usage_key else 'course'}"

    def deliver(self, messages: Sequence[Outgoing]) -> Mapping[str, Delivered]:
        self.asked.append([one.key for one in messages])
        found = {}
        for one in messages:
            answer = self.answers.pop(len(self.sent), Delivered(Fate.SENT))
            # An exception stands for a connection that breaks after the place has done it.
            if isinstance(answer, Exception):
                self.sent[one.key] = one
                raise answer
            if answer is not None:
                found[one.key] = answer
                if answer.fate is Fate.SENT:
                    self.sent[one.key] = one
        return found


@contextmanager
def known_place() -> Iterator[Place]:
    """A place that nudging knows, for as long as the block runs."""
    place = Place()
    sources.register("place", place)
    try:
        yield place
    finally:
        sources.forget(["place"])
