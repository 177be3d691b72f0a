"""Kinds of messages: what tells one message of a kind from the next, and which of its texts a learner gets."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from hashlib import sha256
from math import gcd
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What a message is about.

    REVIEWS: questions are due, in one course or in several at once; DIGEST: the same, from a learner who chose one
    message a week; COMEBACK: the same, after a long silence; ANCHORED: another component asked for it at a time
    relative to an event; GOODBYE: nothing more will come, because nobody reads it.
    """

    REVIEWS = "reviews"
    DIGEST = "digest"
    COMEBACK = "comeback"
    ANCHORED = "anchored"
    GOODBYE = "goodbye"


def slot(kind: Kind, now: datetime, zone: ZoneInfo, anchor: str | None = None, number: int = 1) -> str:
    """What makes a message of a kind unique for a learner, so that deciding twice sends once.

    Args:
        now: when it is decided (UTC).
        zone: the learner's.
        anchor: the key of the request, for ANCHORED; others have none.
        number: which message of that local day it is (`policy.Decision.number`); only a policy that allows several a
            day gets past 1.

    Returns:
        the anchor's key; the ISO week of a digest ("2026-W47"); else the local date ("2026-11-22", "2026-11-22/2").

    Raises:
        ValueError: an anchored message without its key.
    """
    if kind is Kind.ANCHORED:
        if not anchor:
            raise ValueError("an anchored message is told apart by the key of its anchor")
        return anchor
    day = _local_day(now, zone)
    if kind is Kind.DIGEST:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat() if number == 1 else f"{day.isoformat()}/{number}"


@lru_cache(maxsize=1024)
def _local_day(now: datetime, zone: ZoneInfo) -> date:
    """Kept, since a sweep asks for thousands of learners at one moment."""
    return now.astimezone(zone).date()


def variant(kind: Kind, learner_id: int | str, number: int, count: int) -> int:
    """Which of `count` texts a learner's message of a kind gets: 0 .. count - 1.

    Every text comes by before one comes back, and never the same twice in a row: a text works better the longer ago it
    was seen (Yancey & Settles 2020). Learners begin at different texts and go round in different steps.

    Args:
        number: how many messages of this kind the learner had before.

    Raises:
        ValueError: there is no text to choose from.
    """
    if count < 1:
        raise ValueError("a kind of message needs at least one text")
    digest = sha256(f"{kind}/{learner_id}".encode()).digest()
    start, wish = int.from_bytes(digest[:4]), int.from_bytes(digest[4:8])
    steps = _steps(count)
    return (start + number * steps[wish % len(steps)]) % count


@cache
def _steps(count: int) -> tuple[int, ...]:
    """Those that go round all texts."""
    return tuple(step for step in range(1, count) if gcd(step, count) == 1) or (0,)
