"""What a learner did, as badges look at it: one fact for each thing that happened, wherever it was heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Did(StrEnum):
    """What can be done. The values are kept: they are never changed."""

    COMPLETED = "completed"
    SCORED = "scored"
    ANSWERED = "answered"
    REVIEWED = "reviewed"
    REFLECTED = "reflected"
    PREPARED = "prepared"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a learner did. Two facts that are equal are the same thing, heard of twice.

    Attributes:
        at: when, in UTC.
        day: the local date it was for the learner, as it was known when it was heard of.
        block: the block as criteria name it (`definition.name_of` makes it of a usage key).
        question: its id within the block, of what was ANSWERED or REVIEWED.
        attempt: which try at this question, from 1, of what was ANSWERED.
        score: 0 to 1, of what was SCORED, ANSWERED or REVIEWED.
    """

    what: Did
    at: datetime
    day: date
    block: str
    question: str = ""
    attempt: int = 0
    score: float = 0.0
