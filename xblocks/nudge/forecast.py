"""What is to be expected: how much a learner still knows on a day, and how forgetting goes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from itertools import islice, takewhile
from typing import NamedTuple

from xblocks.nudge.horizon import Horizon, practised, simulated
from xblocks.nudge.memory import DAY, Memory, Rating, recall, recall_after, reviewed

STEPS = 24
"""Points of a curve between two reviews; more are not to be told apart on a phone."""

MOST_COMING = 40
"""Reviews that a curve shows at most; more would be a comb."""

Point = tuple[datetime, float]


class Remembered(NamedTuple):
    """A question and what a learner remembers of it; a tuple, since there may be thousands.

    Attributes:
        card_id, question_id, course_id: its rows.
        content_hash, type: of the question.
        stability, difficulty, last_review: as in `Memory`.
        is_due: it waits to be asked.
        tags: none of them is empty.
    """

    card_id: int
    question_id: int
    course_id: int
    content_hash: str
    type: str
    stability: float
    difficulty: float
    last_review: datetime
    is_due: bool
    tags: tuple[str, ...]

    def today(self, now: datetime) -> float:
        """The probability (0..1) of a right answer now."""
        return recall_after(self.stability, max((now - self.last_review) / DAY, 0.0))


class Outlook(NamedTuple):
    """What is to be expected of a question.

    Attributes:
        today: the probability (0..1) of a right answer now.
        at_target: the same at the target if nothing is practised any more; None without a target ahead.
        with_practice: the same if every coming review is taken and goes well.
    """

    card: Remembered
    today: float
    at_target: float | None
    with_practice: float | None


@dataclass(frozen=True, slots=True)
class TagRecall:
    """What a learner knows of a subject, as means over its questions; see `Outlook`.

    Attributes:
        tag: "" for questions that have none.
        cards: how many questions.
    """

    tag: str
    cards: int
    today: float
    at_target: float | None
    with_practice: float | None


def outlooks(cards: Iterable[Remembered], horizon: Horizon, now: datetime) -> list[Outlook]:
    """What is to be expected of each question."""
    aim = horizon.aim
    if aim is None or aim <= now:
        return [Outlook(card, card.today(now), None, None) for card in cards]
    found, ahead, retention = [], (aim - now) / DAY, horizon.retention
    for card in cards:
        stability, waited = card.stability, (now - card.last_review) / DAY
        left_alone = recall_after(stability, max(waited + ahead, 0.0))
        kept = practised(stability, card.difficulty, waited, ahead, retention)
        found.append(Outlook(card, recall_after(stability, max(waited, 0.0)), left_alone, kept))
    return found


def recall_by_tag(found: Iterable[Outlook]) -> tuple[TagRecall, ...]:
    """A line a tag, the weakest first; a question counts under each of its tags."""
    by_tag: dict[str, list[Outlook]] = {}
    for outlook in found:
        for tag in dict.fromkeys(outlook.card.tags) or ("",):
            by_tag.setdefault(tag, []).append(outlook)
    lines = (_means(tag, under) for tag, under in by_tag.items())
    return tuple(sorted(lines, key=lambda line: (line.today, line.tag)))


def weakest(cards: Iterable[Remembered], now: datetime, most: int) -> list[Remembered]:
    """So many cards at most, those that are known least now first."""
    return nsmallest(most, cards, key=lambda card: (card.today(now), card.card_id))


def _means(tag: str, under: Sequence[Outlook]) -> TagRecall:
    return TagRecall(
        tag=tag,
        cards=len(under),
        today=sum([outlook.today for outlook in under]) / len(under),
        at_target=_mean([outlook.at_target for outlook in under]),
        with_practice=_mean([outlook.with_practice for outlook in under]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


# --- The forgetting curve


@dataclass(frozen=True, slots=True)
class Curve:
    """The forgetting curve of a question, as points in the order of time.

    Attributes:
        now: where the past ends and the forecast begins.
        reviews: the reviews so far; the answer is seen at each, so recall rises to 1 whatever it was.
        past: from the first review to now; at a review two points, before and after.
        without: from now on if nothing is practised any more.
        with_practice: from now on if every coming review is taken and goes well; at a review two points.
        coming: those reviews.
        target: when the knowledge must be there; None when no such moment is within the curve.
        retention: what should be held until then.
    """

    now: datetime
    reviews: tuple[tuple[datetime, Rating], ...]
    past: tuple[Point, ...]
    without: tuple[Point, ...]
    with_practice: tuple[Point, ...]
    coming: tuple[datetime, ...]
    target: datetime | None
    retention: float


def curve(reviews: Iterable[tuple[Rating, datetime]], horizon: Horizon, now: datetime, until: datetime) -> Curve:
    """The curve from the first review to `until`.

    Args:
        reviews: in any order, at least one; what was after `now` is left out.
        until: after `now`.

    Raises:
        ValueError: there is no review before now, or `until` is not after now.
    """
    log = sorted((when, rating) for rating, when in reviews if when <= now)
    if not log:
        raise ValueError("Before the first review there is nothing to forget")
    if until <= now:
        raise ValueError("The forecast ends after it begins")
    memory, past = _through(log, now)
    ahead = takewhile(lambda review: review[0] < until, simulated(memory, horizon, now))
    forecast, coming = list[Point](), list[datetime]()
    begun, later = now, memory
    for when, after in islice(ahead, MOST_COMING):
        forecast += _falling(later, begun, when)
        coming.append(when)
        begun, later = when, after
    forecast += _falling(later, begun, until)
    target = horizon.aim if horizon.aim is not None and now < horizon.aim <= until else None
    return Curve(
        now=now,
        reviews=tuple(log),
        past=past,
        without=_falling(memory, now, until),
        with_practice=tuple(forecast),
        coming=tuple(coming),
        target=target,
        retention=horizon.retention,
    )


def _through(log: Sequence[tuple[datetime, Rating]], now: datetime) -> tuple[Memory, tuple[Point, ...]]:
    """The memory after these reviews, and the way of recall until now."""
    first, rating = log[0]
    begun, memory, points = first, reviewed(None, rating, first), list[Point]()
    for when, rating in log[1:]:
        points += _falling(memory, begun, when)
        begun, memory = when, reviewed(memory, rating, when)
    return memory, (*points, *_falling(memory, begun, now))


def _falling(memory: Memory, begun: datetime, ended: datetime) -> tuple[Point, ...]:
    """Points from one moment to another; closer together at first, where forgetting is fastest."""
    if begun == ended:
        return ((begun, recall(memory, begun)),)
    moments = (begun + (ended - begun) * (step / STEPS) ** 2 for step in range(STEPS + 1))
    return tuple((when, recall(memory, when)) for when in moments)
