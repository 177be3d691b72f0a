"""Trying a badge out before it counts: who would have earned it by what they did so far. Nothing is kept.

What no badge of the course looked at was not kept when it was done, so the logs of the quiz, of nudging and of the
platform are read as well, as they are once the badge is published (`catching_up.look_back`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from opaque_keys.edx.keys import CourseKey

from xblocks.badges import awarding, catching_up
from xblocks.badges.criteria import Criterion, watched
from xblocks.badges.facts import Fact
from xblocks.badges.fulfilment import fulfilled_at
from xblocks.badges.record import record_of, with_fact
from xblocks.badges.taking_in import Intake, Who


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it.

    Attributes:
        looked: how many learners have done anything that the course's badges, or this one, look at.
        earned: who would have the badge, and since when; the earliest first.
    """

    looked: int
    earned: Sequence[tuple[Who, datetime]]


class Trial(Intake):
    """Takes in what was done as if the badge were there, and keeps none of it."""

    def __init__(self, course_key: CourseKey, criterion: Criterion, now: datetime) -> None:
        super().__init__(course_key, frozenset(watched(criterion)), now)
        self.found: dict[Who, list[Fact]] = defaultdict(list)

    def _hear(self, who: Who, facts: Sequence[Fact]) -> None:
        self.found[who] += facts


def tried(course_key: CourseKey, criterion: Criterion, now: datetime) -> Tried:
    """Who would have earned a badge with this criterion by now."""
    trial = Trial(course_key, criterion, now)
    for told in catching_up.all_told(course_key, trial.watch):
        trial.take(told)
    looked, earned = 0, []
    for standing in awarding.standings(course_key):
        who = (standing.holder.source, standing.holder.external_id)
        record = awarding.kept_record(standing)
        for fact in trial.found.pop(who, ()):
            record = with_fact(record, fact)
        looked += 1
        earned.append((who, fulfilled_at(criterion, record)))
    for who, facts in trial.found.items():
        looked += 1
        earned.append((who, fulfilled_at(criterion, record_of(facts))))
    return Tried(looked, sorted(((who, at) for who, at in earned if at is not None), key=lambda one: (one[1], one[0])))
