"""What is remembered of the facts about a learner in a course: as much as criteria ask for, and no more.

A record only ever grows, and a fact adds the same to it whatever came before (it is the join of a semilattice). So
facts that are heard of twice, late or out of order end in the record of the whole log, replayed from its beginning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from xblocks.badges.facts import Did, Fact

RIGHT = 1.0
"""A question is right when nothing is missing."""
VERSION = 1

Found = TypeVar("Found")
Moments = tuple[datetime, ...]
"""Each once, the earliest first."""
Review = tuple[datetime, str, str]
"""When, in which block, which question."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What came of a question.

    Attributes:
        wrong: the earliest answer that was not right.
        first: the earliest answer that was right at the first try.
        right: every answer that was right.
    """

    wrong: datetime | None = None
    first: datetime | None = None
    right: Moments = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What a learner did in a course.

    Attributes:
        times: when something was done in a block.
        scores: by block, each score that was the best so far, and when it was first reached; the earliest first.
        tries: by block and question.
        reviews: by local day, the earliest first.
        weeks: when something was first answered in a week; weeks are counted from 1 January of the year 1, a Monday.
    """

    times: Mapping[tuple[Did, str], Moments] = field(default_factory=dict)
    scores: Mapping[str, tuple[tuple[datetime, float], ...]] = field(default_factory=dict)
    tries: Mapping[tuple[str, str], Tries] = field(default_factory=dict)
    reviews: Mapping[date, tuple[Review, ...]] = field(default_factory=dict)
    weeks: Mapping[int, datetime] = field(default_factory=dict)
    _worked_out: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, work_out: Callable[[Record], Found]) -> Found:
        """Something that several criteria ask of the same record, worked out once."""
        if name not in self._worked_out:
            self._worked_out[name] = work_out(self)
        found: Found = self._worked_out[name]
        return found


def record_of(facts: Iterable[Fact]) -> Record:
    """The record of a whole log."""
    record = Record({}, {}, {}, {}, {})
    for fact in facts:
        _add(record, fact)
    return record


def with_fact(record: Record, fact: Fact) -> Record:
    """The record with one fact more, and the very same when it says nothing new; what is given stays as it is."""
    changed = {name: dict(getattr(record, name)) for name in _TOUCHED[fact.what]}
    found = replace(record, **changed)
    return found if _add(found, fact) else record


_TOUCHED = {
    **dict.fromkeys((Did.COMPLETED, Did.REFLECTED, Did.PREPARED, Did.ATTENDED), ("times",)),
    Did.SCORED: ("scores",),
    Did.ANSWERED: ("tries", "weeks"),
    Did.REVIEWED: ("tries", "reviews", "weeks"),
}


def week_of(day: date) -> int:
    """Which week a day belongs to; weeks begin on Monday (ISO 8601)."""
    return (day.toordinal() - 1) // 7


def _add(record: Record, fact: Fact) -> bool:
    """Add to the mappings of a record, which are ours; whether that changed anything."""
    into: Any = record
    match fact.what:
        case Did.SCORED:
            scores = (*record.scores.get(fact.block, ()), (fact.at, fact.score))
            return _put(into.scores, fact.block, _frontier(scores))
        case Did.ANSWERED | Did.REVIEWED:
            asked, week = (fact.block, fact.question), week_of(fact.day)
            changed = _put(into.tries, asked, _tried(record.tries.get(asked, Tries()), fact))
            changed |= _put(into.weeks, week, min(fact.at, record.weeks.get(week, fact.at)))
            if fact.what is Did.REVIEWED:
                reviews = _with(record.reviews.get(fact.day, ()), (fact.at, *asked))
                changed |= _put(into.reviews, fact.day, reviews)
            return changed
        case _:
            done = (fact.what, fact.block)
            return _put(into.times, done, _with(record.times.get(done, ()), fact.at))


def _put(into: dict[Any, Any], key: Any, value: Any) -> bool:
    if into.get(key) == value:
        return False
    into[key] = value
    return True


def _tried(tries: Tries, fact: Fact) -> Tries:
    if fact.score < RIGHT:
        return replace(tries, wrong=min(fact.at, tries.wrong or fact.at))
    is_first = fact.what is Did.ANSWERED and fact.attempt == 1
    first = min(fact.at, tries.first or fact.at) if is_first else tries.first
    return replace(tries, first=first, right=_with(tries.right, fact.at))


def _with(ordered: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    """One more, in its place; the same when it is there."""
    place = bisect_left(ordered, one)
    if place < len(ordered) and ordered[place] == one:
        return ordered
    return (*ordered[:place], one, *ordered[place:])


def _frontier(scores: Iterable[tuple[datetime, float]]) -> tuple[tuple[datetime, float], ...]:
    found: list[tuple[datetime, float]] = []
    # Of two at one moment the better counts.
    for at, score in sorted(scores, key=lambda one: (one[0], -one[1])):
        if not found or score > found[-1][1]:
            found.append((at, score))
    return tuple(found)


# --- As it is kept


def encode(record: Record) -> dict[str, Any]:
    """A record as JSON-ready data; moments are microseconds, which no time zone can change."""
    return {
        "version": VERSION,
        "times": [[str(did), block, [_number(at) for at in times]] for (did, block), times in record.times.items()],
        "scores": [[block, [[_number(at), score] for at, score in scores]] for block, scores in record.scores.items()],
        "tries": [
            [block, question, _number_or_none(one.wrong), _number_or_none(one.first), list(map(_number, one.right))]
            for (block, question), one in record.tries.items()
        ],
        "reviews": [
            [day.toordinal(), [[_number(at), block, question] for at, block, question in reviews]]
            for day, reviews in record.reviews.items()
        ],
        "weeks": [[week, _number(at)] for week, at in record.weeks.items()],
    }


def decode(raw: Mapping[str, Any]) -> Record | None:
    """The record again; None for one that another release wrote, which is then to be made anew from the log."""
    if raw.get("version") != VERSION:
        return None
    return Record(
        times={(Did(did), block): tuple(map(_moment, times)) for did, block, times in raw["times"]},
        scores={block: tuple((_moment(at), score) for at, score in scores) for block, scores in raw["scores"]},
        tries={
            (block, question): Tries(_moment_or_none(wrong), _moment_or_none(first), tuple(map(_moment, right)))
            for block, question, wrong, first, right in raw["tries"]
        },
        reviews={
            date.fromordinal(day): tuple((_moment(at), block, question) for at, block, question in reviews)
            for day, reviews in raw["reviews"]
        },
        weeks={week: _moment(at) for week, at in raw["weeks"]},
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _number(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _moment(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=number)


def _number_or_none(at: datetime | None) -> int | None:
    return None if at is None else _number(at)


def _moment_or_none(number: int | None) -> datetime | None:
    return None if number is None else _moment(number)
