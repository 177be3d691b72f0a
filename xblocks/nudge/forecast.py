"""What is to be expected: how much a learner still knows on a day, how forgetting goes, how many questions come due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice, takewhile

from xblocks.nudge.horizon import Horizon, simulated
from xblocks.nudge.memory import Memory, Rating, recall, reviewed

WEAKEST = 3
"""How many questions are named as weakest: as many as one session asks."""

STEPS = 24
"""Points of a curve between two reviews; more are not to be told apart on a phone."""

MOST_COMING = 40
"""Reviews that a curve shows at most; more would be a comb."""

Point = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A question and what a learner remembers of it.

    Attributes:
        question: whatever names it to the caller.
        tags: none of them is empty.
    """

    question: str
    tags: tuple[str, ...]
    memory: Memory


@dataclass(frozen=True, slots=True)
class TagRecall:
    """What a learner knows of a subject, as means over its questions.

    Attributes:
        tag: "" for questions that have none.
        cards: how many questions.
        today: the mean probability (0..1) of a right answer now.
        at_target: the same at the target if nothing is practised any more; None without a target ahead.
        with_practice: the same if every coming review is taken and goes well.
        weakest: the questions that are known least now, the weakest first, at most WEAKEST.
    """

    tag: str
    cards: int
    today: float
    at_target: float | None
    with_practice: float | None
    weakest: tuple[str, ...]


def recall_by_tag(cards: Iterable[Remembered], horizon: Horizon, now: datetime) -> tuple[TagRecall, ...]:
    """A line a tag, the weakest first; a question counts under each of its tags."""
    by_tag: dict[str, list[_Outlook]] = {}
    for card in cards:
        outlook = _outlook(card, horizon, now)
        for tag in dict.fromkeys(card.tags) or ("",):
            by_tag.setdefault(tag, []).append(outlook)
    lines = (_means(tag, outlooks) for tag, outlooks in by_tag.items())
    return tuple(sorted(lines, key=lambda line: (line.today, line.tag)))


def recall_of_all(cards: Iterable[Remembered], horizon: Horizon, now: datetime) -> TagRecall | None:
    """All questions in one line without a tag, each counted once; None when there are none."""
    outlooks = [_outlook(card, horizon, now) for card in cards]
    return _means("", outlooks) if outlooks else None


@dataclass(frozen=True, slots=True)
class _Outlook:
    question: str
    today: float
    at_target: float | None
    with_practice: float | None


def _outlook(card: Remembered, horizon: Horizon, now: datetime) -> _Outlook:
    today, aim = recall(card.memory, now), horizon.aim
    if aim is None or aim <= now:
        return _Outlook(card.question, today, None, None)
    practised = card.memory
    for _, after in takewhile(lambda review: review[0] < aim, simulated(card.memory, horizon, now)):
        practised = after
    return _Outlook(card.question, today, recall(card.memory, aim), recall(practised, aim))


def _means(tag: str, outlooks: Sequence[_Outlook]) -> TagRecall:
    weakest = sorted(outlooks, key=lambda outlook: (outlook.today, outlook.question))[:WEAKEST]
    return TagRecall(
        tag=tag,
        cards=len(outlooks),
        today=sum(outlook.today for outlook in outlooks) / len(outlooks),
        at_target=_mean([outlook.at_target for outlook in outlooks]),
        with_practice=_mean([outlook.with_practice for outlook in outlooks]),
        weakest=tuple(outlook.question for outlook in weakest),
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


# --- Volume


def volume(plans: Iterable[Iterable[datetime]], first: date, days: int, zone: tzinfo) -> tuple[tuple[date, int], ...]:
    """How many questions come due on each of the next days, days without any included.

    Args:
        plans: for each question of each learner the moments at which it comes back (`horizon.plan`).
        first: the first day; what came due before it counts there, as it is still waiting.
        zone: whose days these are.

    Raises:
        ValueError: fewer than one day.
    """
    if days < 1:
        raise ValueError("A forecast has at least one day")
    counted = Counter(max(when.astimezone(zone).date(), first) for plan in plans for when in plan)
    ahead = (first + timedelta(days=number) for number in range(days))
    return tuple((day, counted[day]) for day in ahead)
