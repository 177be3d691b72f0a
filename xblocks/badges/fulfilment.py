"""When a criterion was fulfilled, by a record; None when it is not yet.

Every criterion can only become true: more facts bring the moment forward or leave it, and never take it away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from xblocks.badges.criteria import (
    DOES,
    AllOf,
    AnyOf,
    Attended,
    CameBack,
    Completed,
    Criterion,
    FinishedWithin,
    FirstTry,
    Prepared,
    Reflected,
    Reviews,
    ScoreAtLeast,
    SomeOf,
    WeeksInARow,
)
from xblocks.badges.record import Moments, Record, Review, Tries

DAY = timedelta(days=1)


def fulfilled_at(criterion: Criterion, record: Record) -> datetime | None:
    """When the last thing that was missing was done (UTC); None: something is missing."""
    try:
        found: datetime | None = _WAYS[type(criterion)](criterion, record)
    except KeyError:
        raise TypeError(f"{criterion!r} is no criterion") from None
    return found


def done_at(criterion: Completed | Reflected | Prepared | Attended, block: str, record: Record) -> datetime | None:
    """When what the criterion asks for was first done in one of its blocks."""
    times = record.times.get((DOES[type(criterion)], block))
    return times[0] if times else None


def reached_at(block: str, least: float, record: Record) -> datetime | None:
    """When a score was first reached in a block."""
    return next((at for at, score in record.scores.get(block, ()) if score >= least), None)


def first_tries(blocks: tuple[str, ...], record: Record) -> list[datetime]:
    """When questions were answered right at the first try, the earliest first."""
    return _of_blocks(blocks, record.once("first_tries", _first_tries))


def came_back(blocks: tuple[str, ...], record: Record) -> list[datetime]:
    """When questions that went wrong before were first answered right, the earliest first."""
    return _of_blocks(blocks, record.once("came_back", _back))


def still_wrong(record: Record) -> tuple[str, ...]:
    """The blocks with questions that went wrong and are not known since, in the order in which they did."""
    wrong = (
        (one.wrong, block)
        for (block, _question), one in record.tries.items()
        if one.wrong is not None and _right_again(one) is None
    )
    return tuple(dict.fromkeys(block for _at, block in sorted(wrong)))


_ByBlock = Mapping[str, list[datetime]]
"""The earliest first; "" has those of all blocks."""


def _of_blocks(blocks: tuple[str, ...], found: _ByBlock) -> list[datetime]:
    return sorted(at for block in blocks or ("",) for at in found.get(block, ()))


def _first_tries(record: Record) -> _ByBlock:
    return _by_block((block, one.first) for (block, _question), one in record.tries.items())


def _back(record: Record) -> _ByBlock:
    return _by_block((block, _right_again(one)) for (block, _question), one in record.tries.items())


def _right_again(tries: Tries) -> datetime | None:
    if tries.wrong is None:
        return None
    place = bisect_right(tries.right, tries.wrong)
    return tries.right[place] if place < len(tries.right) else None


def _by_block(moments: Iterable[tuple[str, datetime | None]]) -> _ByBlock:
    found: dict[str, list[datetime]] = defaultdict(list)
    for block, at in moments:
        if at is not None:
            found[block].append(at)
            found[""].append(at)
    found[""].sort()
    return found


def reviewed_days(record: Record) -> list[tuple[int, tuple[Review, ...]]]:
    """What was repeated on which day (its number in the calendar), the earliest first.

    A question counts once a day: to ask for the same one again and again is no repetition.
    """
    return record.once("days", _reviewed_days)


def _reviewed_days(record: Record) -> list[tuple[int, tuple[Review, ...]]]:
    return [(day.toordinal(), _each_once(reviews)) for day, reviews in sorted(record.reviews.items())]


def _each_once(reviews: Iterable[Review]) -> tuple[Review, ...]:
    first: dict[tuple[str, str], Review] = {}
    for one in reviews:
        first.setdefault(one[1:], one)
    return tuple(first.values())


# --- One way for each kind


def _each(criterion: Any, record: Record) -> datetime | None:
    return _last(done_at(criterion, block, record) for block in criterion.blocks)


def _score(criterion: ScoreAtLeast, record: Record) -> datetime | None:
    return _last(reached_at(block, criterion.least, record) for block in criterion.blocks)


def _first_try(criterion: FirstTry, record: Record) -> datetime | None:
    return _nth(criterion.number, first_tries(criterion.blocks, record))


def _came_back(criterion: CameBack, record: Record) -> datetime | None:
    return _nth(criterion.number, came_back(criterion.blocks, record))


def _reviews(criterion: Reviews, record: Record) -> datetime | None:
    days = reviewed_days(record)
    first = within = 0
    for number, reviews in days:
        within += len(reviews)
        while number - days[first][0] >= criterion.days:
            within -= len(days[first][1])
            first += 1
        if within >= criterion.number:
            # As many as it took of this day, in their order.
            return reviews[criterion.number - (within - len(reviews)) - 1][0]
    return None


def _weeks(criterion: WeeksInARow, record: Record) -> datetime | None:
    run, last = 0, None
    for week in record.once("weeks", lambda one: sorted(one.weeks)):
        run = run + 1 if last is not None and week - last <= criterion.rest + 1 else 1
        last = week
        if run >= criterion.weeks:
            return record.weeks[week]
    return None


def _within(criterion: FinishedWithin, record: Record) -> datetime | None:
    times = [record.times.get((DOES[FinishedWithin], block), ()) for block in criterion.blocks]
    ends = sorted(at for one in times for at in one)
    if not all(times):
        return None
    return next((end for end in ends if _all_lately(times, end, criterion.days * DAY)), None)


def _all_lately(times: Sequence[Moments], end: datetime, length: timedelta) -> bool:
    return all(any(end - length <= at <= end for at in one) for one in times)


def _all(criterion: AllOf, record: Record) -> datetime | None:
    return _last(fulfilled_at(part, record) for part in criterion.parts)


def _any(criterion: AnyOf, record: Record) -> datetime | None:
    return _nth(1, _parts(criterion, record))


def _some(criterion: SomeOf, record: Record) -> datetime | None:
    return _nth(criterion.number, _parts(criterion, record))


def _parts(criterion: AnyOf | SomeOf, record: Record) -> list[datetime]:
    return sorted(at for part in criterion.parts if (at := fulfilled_at(part, record)) is not None)


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    """The latest of them; None when one is missing, and when there are none at all, which is never fulfilled."""
    latest: datetime | None = None
    for at in moments:
        if at is None:
            return None
        latest = at if latest is None or at > latest else latest
    return latest


def _nth(number: int, moments: Sequence[datetime]) -> datetime | None:
    return moments[number - 1] if 0 < number <= len(moments) else None


_WAYS: dict[type[Criterion], Callable[[Any, Record], datetime | None]] = {
    Completed: _each,
    Reflected: _each,
    Prepared: _each,
    Attended: _each,
    ScoreAtLeast: _score,
    FirstTry: _first_try,
    CameBack: _came_back,
    Reviews: _reviews,
    WeeksInARow: _weeks,
    FinishedWithin: _within,
    AllOf: _all,
    AnyOf: _any,
    SomeOf: _some,
}
