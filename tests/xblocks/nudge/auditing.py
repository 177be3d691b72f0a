"""The promises of nudging, in the words in which they were given, held against what happened.

Nothing here asks the code that is tried: the audit reads a `Chronicle` of plain data, and has its own idea of local
days, of what is stricter, and of who should have heard something.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.xblocks.nudge.chronicle import Chronicle, Heard, Life, Limits, Steps, Terms, Wishes

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE = 8
"""Whoever may hear something has heard it after so many hours in which it was allowed, or on the second day on which
it was allowed for one hour. A message that is on its way counts as if it came late, so the next may take half a day."""
BACK_WITHIN = timedelta(days=8)
TURN_AFTER = timedelta(days=7)
"""A course that has had something to say for so long gets the next message, also when others may speak before it."""
AHEAD = 15
"""Within so many days a course may speak again, at the latest: its week is empty by then, and its day has come."""
REMINDERS = ("reviews", "digest", "comeback")
TOLD = ("sent", "uncertain", "claimed", "planned")
"""What may have arrived, or still will."""


# --- The audit


def broken(chronicle: Chronicle) -> list[str]:
    """Every promise that was not kept, in words."""
    return [
        f"{life.name}: {words}"
        for life in chronicle.lives
        for words in (
            *_ledger(life),
            *_messages(life, chronicle),
            *_forgotten(life, chronicle),
            *_drowned_out(life, chronicle),
        )
    ]


def _ledger(life: Life) -> Iterator[str]:
    """The ledger says what arrived, and nothing arrives twice."""
    arrived = Counter(message.nudge_id for message in life.heard)
    slots = Counter((line.kind, line.slot) for line in life.ledger)
    lines = {line.nudge_id: line for line in life.ledger}
    yield from (f"{slot} is there {times} times" for slot, times in slots.items() if times > 1)
    yield from (f"message {one} arrived {times} times" for one, times in arrived.items() if times > 1)
    for one in arrived:
        if one not in lines or lines[one].status not in ("sent", "uncertain"):
            yield f"message {one} arrived, and the ledger does not say so"
    for line in life.ledger:
        if line.status == "sent" and line.nudge_id not in arrived:
            yield f"message {line.nudge_id} was sent, says the ledger, and did not arrive"


def _messages(life: Life, chronicle: Chronicle) -> Iterator[str]:
    for message in life.heard:
        for course in message.courses:
            for words in _about(life, message, course, chronicle.courses[course]):
                yield f"{message.kind} about {course} at {_local(message.at, life.zone.at(message.at))}: {words}"
        if not message.courses:
            yield f"{message.kind} at {message.at} is about nothing"


def _about(life: Life, message: Heard, course: str, terms: Terms) -> Iterator[str]:
    """What is wrong with a message, as far as one of its courses goes."""
    at, zone, wishes = message.at, life.zone.at(message.at), life.wishes.at(message.at)
    limits = stricter(terms.limits, wishes)
    local = _local(at, zone)
    today, days = local.toordinal(), [_local(one.at, zone).toordinal() for one in life.heard if one.at <= at]
    on_this_day, in_seven = days.count(today), sum(today - 7 < day <= today for day in days)
    # Whoever wants one message a week gets that, but an event in the course may have one of its own.
    per_week = 1 if wishes.weekly_digest and message.kind != "anchored" else limits.per_week
    checks = {
        f"{on_this_day} on one day": on_this_day > limits.per_day,
        f"{in_seven} in seven days": in_seven > per_week,
        "in a quiet hour": local.hour in limits.quiet,
        "on another day than they chose": local.weekday() not in limits.days,
        "at another hour than they chose": limits.hour is not None and local.hour != limits.hour,
        "after the end of the course": _has_ended(terms, at),
        "while not enrolled": not life.enrolled[course].at(at),
        "while suspended": not life.may_sign_in.at(at),
        "while opted out": wishes.opted_out,
        "while paused": wishes.paused_until is not None and at < wishes.paused_until,
        "while the course team had stopped it": terms.stopped.at(at),
    }
    yield from (words for words, is_broken in checks.items() if is_broken)
    if message.kind != "anchored":
        yield from _reminding(life, message, course, limits, in_seven)
    if message.kind in REMINDERS:
        due = sum(_due(life, one, at) for one in message.courses)
        if not 1 <= message.questions <= limits.most_questions or message.questions > due:
            yield f"{message.questions} questions, with {due} due and at most {limits.most_questions} allowed"


def _reminding(life: Life, message: Heard, course: str, limits: Limits, in_seven: int) -> Iterator[str]:
    at = message.at
    active = _last(life.active, at)
    ignored, said_stop = _ignored(life, at)
    if active is not None and at < active + limits.rest * HOUR:
        yield f"{at - active} after activity"
    if course in life.held_out:
        yield "to somebody who is held out"
    if ignored >= limits.slow_after and in_seven > 1:
        yield f"{in_seven} in seven days after {ignored} ignored"
    if said_stop:
        yield "after the goodbye"
    if message.kind == "goodbye" and (ignored < limits.stop_after or message.questions):
        yield f"a goodbye after {ignored} ignored, with {message.questions} questions"
    if message.kind != "goodbye" and ignored >= limits.stop_after:
        yield f"a reminder after {ignored} ignored"


def _forgotten(life: Life, chronicle: Chronicle) -> Iterator[str]:
    """Hours in which somebody should have heard something; a few of them may pass, not more."""
    missed = 0
    # What may have arrived counts from its last moment on, which is another day where somebody has travelled.
    tries = [line.until if line.status == "uncertain" else line.at for line in life.ledger if line.status != "skipped"]
    quiet_spans = [*life.asked_for, *((line.planned_at, line.until) for line in life.ledger)]
    for hour in _hours_with_something_due(life, chronicle):
        if _is_heard_around(life, hour):
            missed = 0
        elif not any(start - HOUR <= hour < end for start, end in quiet_spans):
            counts = _should_hear(life, chronicle, hour, tries)
            if missed < PATIENCE <= missed + counts:
                yield f"forgotten: should have heard something before {_local(hour, life.zone.at(hour))}"
            missed += counts


def _hours_with_something_due(life: Life, chronicle: Chronicle) -> Iterator[datetime]:
    hour = chronicle.start
    changes = sorted(
        moment
        for cards in life.due.values()
        for card in cards.values()
        for moment in (*card.times, *(value for value in card.values if value is not None))
    )
    place = -1
    is_due = False
    while hour + HOUR < chronicle.end:
        following = bisect_right(changes, hour)
        if following != place:
            place = following
            is_due = any(_due(life, course, hour) for course in life.due)
        if is_due:
            yield hour
            hour += HOUR
        elif place < len(changes):
            hour += max(1, -(-(changes[place] - hour) // HOUR)) * HOUR
        else:
            return


def _is_heard_around(life: Life, hour: datetime) -> bool:
    place = bisect_left(life.heard, hour, key=lambda message: message.at)
    return place < len(life.heard) and life.heard[place].at < hour + HOUR


def _should_hear(life: Life, chronicle: Chronicle, hour: datetime, tries: list[datetime]) -> int:
    """Whether some course might have been talked about at every moment of this hour, and how much that counts."""
    last = hour + HOUR - timedelta(seconds=1)
    wishes = life.wishes.at(hour)
    if life.wishes.at(last) != wishes or _is_just_there(life.zone, hour, last) or wishes.opted_out:
        return 0
    if _is_just_back(life.may_sign_in, hour) or (wishes.paused_until is not None and hour < wishes.paused_until):
        return 0
    # No hint for who is to hear, but most hours end here: at night, or on other days.
    clock = _clock(hour, life.zone.at(hour))
    if clock[0] not in wishes.days or clock[1] in range(6) or wishes.hour not in (None, clock[1]):
        return 0
    going = [
        (course, stricter(terms.limits, wishes))
        for course, terms in chronicle.courses.items()
        if course in life.due
        and not _is_just_back(life.enrolled[course], hour)
        and _is_going_on(life, course, terms, hour)
        and _is_going_on(life, course, terms, last)
    ]
    ignored, said_stop = _ignored(life, last)
    willing = [] if said_stop else [pair for pair in going if ignored < pair[1].stop_after] or going
    digest_day = min(frozenset.intersection(*(limits.days for _, limits in willing)), default=None) if willing else None
    if wishes.weekly_digest and {clock[0], _clock(last, life.zone.at(hour))[0]} != {digest_day}:
        return 0
    waiting = [(course, limits) for course, limits in willing if _due(life, course, hour)]
    free = [
        (course, limits)
        for course, limits in waiting
        if _is_free(life, limits, hour, tries, ignored >= limits.slow_after or wishes.weekly_digest)
    ]
    if free and _is_kept_for_another(life, waiting, free, hour, tries, ignored):
        return 0
    return min([1 if limits.hour is None else PATIENCE // 2 for _course, limits in free], default=0)


def _is_kept_for_another(
    life: Life,
    waiting: list[tuple[str, Limits]],
    free: list[tuple[str, Limits]],
    hour: datetime,
    tries: list[datetime],
    ignored: int,
) -> bool:
    """Whether it is the turn of a course that may not speak yet, and a message now would take that from it.

    "No course is drowned out by the others": the one that has waited longest, and for a week, gets the next message.
    """
    first, limits = min(waiting, key=lambda pair: (_waits_since(life, pair[0], hour), pair[0]))
    if (first, limits) in free or hour - _waits_since(life, first, hour) < TURN_AFTER:
        return False
    is_weekly = ignored >= limits.slow_after or life.wishes.at(hour).weekly_digest
    sent = [one for one in tries if one <= hour]
    as_it_is = _next_free(life, limits, hour, sent, is_weekly)
    return as_it_is is not None and as_it_is != _next_free(life, limits, hour, [*sent, hour], is_weekly)


def _next_free(life: Life, limits: Limits, now: datetime, sent: list[datetime], is_weekly: bool) -> datetime | None:
    """When a course may speak next, if nothing else happens: the first of its hours for which there is room."""
    zone, here = life.zone.at(now), _local(now, life.zone.at(now))
    wanted = range(24) if limits.hour is None else [limits.hour]
    for ahead in range(AHEAD):
        day = here.date() + ahead * DAY
        for hour in wanted:
            at = datetime.combine(day, time(hour), _zone(zone)).astimezone(UTC)
            if at < now or hour in limits.quiet or day.weekday() not in limits.days:
                continue
            if _has_room(limits, at, zone, sent, is_weekly):
                return at
    return None


def _has_room(limits: Limits, at: datetime, zone: str, sent: list[datetime], is_weekly: bool) -> bool:
    """Whether one more message is within the limits, after those that were sent."""
    if any(at < one + DAY / 2 for one in sent):
        return False
    today = _local(at, zone).toordinal()
    days = [_local(one, zone).toordinal() for one in sent if at - 9 * DAY < one]
    per_week = min(limits.per_week, 1) if is_weekly else limits.per_week
    return days.count(today) < limits.per_day and sum(today - 7 < day <= today for day in days) < per_week


def _waits_since(life: Life, course: str, at: datetime) -> datetime:
    """Since when a course has something to say: something came due, or it was last told of."""
    dues = [when for card in life.due[course].values() if (when := card.at(at)) is not None and when <= at]
    told = [line.at for line in life.ledger if course in line.asks and line.status in TOLD and line.at <= at]
    return max([min(dues), *told])


def _drowned_out(life: Life, chronicle: Chronicle) -> Iterator[str]:
    """Courses that had something to say, were free to, and were not heard for too long because of the others.

    Seven days, and fourteen for each course with something due. Whatever moves all of them begins the count anew:
    activity, a pause, another wish or clock, having been away; so does what only another component's messages do.
    """
    unheard: dict[str, datetime] = {}
    day = chronicle.start
    while day < chronicle.end:
        going = _may_be_told_of(life, chronicle, day)
        for course in life.due:
            if course not in going:
                unheard.pop(course, None)
            elif day - max(unheard.setdefault(course, day), _waits_since(life, course, day)) > (
                TURN_AFTER + 2 * len(going) * TURN_AFTER + DAY
            ):
                yield f"{course} was drowned out: not heard for {day - unheard[course]} until {day:%Y-%m-%d}"
                del unheard[course]
        day += DAY


def _may_be_told_of(life: Life, chronicle: Chronicle, day: datetime) -> set[str]:
    """Courses that may be talked about on this day as on the one before, as far as the others leave room."""
    before = day - DAY
    wishes, (ignored, said_stop) = life.wishes.at(day), _ignored(life, day)
    is_same = wishes == life.wishes.at(before) and life.zone.at(day) == life.zone.at(before)
    is_here = not _is_just_back(life.may_sign_in, day) and not wishes.opted_out
    is_paused = wishes.paused_until is not None and before < wishes.paused_until
    active = _last(life.active, day)
    is_busy = (active is not None and active > before) or any(before < until for _at, until in life.asked_for)
    # After a goodbye nothing comes before they practise, whichever course it was about.
    if not is_same or not is_here or is_paused or is_busy or said_stop:
        return set()
    return {
        course
        for course, terms in chronicle.courses.items()
        if course in life.due
        and _due(life, course, before)
        and _due(life, course, day)
        and not _is_just_back(life.enrolled[course], day)
        and _is_going_on(life, course, terms, day)
        and not _has_ended(terms, day + AHEAD * DAY)
        and ignored < stricter(terms.limits, wishes).stop_after
        and _speaks_at_all(stricter(terms.limits, wishes))
    }


def _speaks_at_all(limits: Limits) -> bool:
    hours = set(range(24)) if limits.hour is None else {limits.hour}
    return bool(limits.days and limits.per_week and hours - limits.quiet)


def _is_just_back(is_there: Steps[bool], hour: datetime) -> bool:
    """Away, or not back for long: nobody tells when an account works again, so it is looked at once a week."""
    return not all(is_there.during(hour - BACK_WITHIN, hour))


def _is_just_there(zone: Steps[str], hour: datetime, last: datetime) -> bool:
    """Nobody tells that somebody has travelled, so it is looked at when it is time where they were before: within a
    week, which may be some hours later than it would be time where they are."""
    return len(set(zone.during(hour - BACK_WITHIN, last))) > 1


def _is_free(life: Life, limits: Limits, hour: datetime, tries: list[datetime], is_weekly: bool) -> bool:
    zone = life.zone.at(hour)
    for moment in (hour, hour + HOUR - timedelta(seconds=1)):
        weekday, clock_hour = _clock(moment, zone)
        if clock_hour in limits.quiet or weekday not in limits.days or limits.hour not in (None, clock_hour):
            return False
    active = _last(life.active, hour + HOUR)
    if active is not None and hour < active + limits.rest * HOUR:
        return False
    # Nobody is forgotten who is left alone for half a day after a message, which several a day do not change.
    return _has_room(limits, hour, zone, [one for one in tries if one < hour + HOUR], is_weekly)


# --- Words of the promises


@cache
def stricter(limits: Limits, wishes: Wishes) -> Limits:
    """What holds when a course team and a learner both have their say: always the stricter."""
    clash = None not in (limits.hour, wishes.hour) and limits.hour != wishes.hour
    return Limits(
        per_day=_least(limits.per_day, wishes.per_day),
        per_week=_least(limits.per_week, wishes.per_week),
        most_questions=_least(limits.most_questions, wishes.most_questions),
        quiet=frozenset(range(24)) if clash else limits.quiet | _hours_of(wishes.quiet),
        days=limits.days & wishes.days,
        hour=limits.hour if wishes.hour is None else wishes.hour,
        rest=max(limits.rest, wishes.rest or 0),
        slow_after=_least(limits.slow_after, wishes.slow_after),
        stop_after=_least(limits.stop_after, wishes.stop_after),
    )


def _least(limit: int, wish: int | None) -> int:
    return limit if wish is None else min(limit, wish)


def _hours_of(span: tuple[int, int] | None) -> frozenset[int]:
    if span is None:
        return frozenset()
    begin, end = span
    return frozenset(hour for hour in range(24) if (hour - begin) % 24 < (end - begin) % 24)


def _ignored(life: Life, before: datetime) -> tuple[int, bool]:
    """How many reminders in a row had nothing done after them, and whether a goodbye was among them."""
    active = _last(life.active, before)
    sent = {line.nudge_id for line in life.ledger if line.status == "sent"}
    since = [
        one for one in life.heard if one.at < before and (active is None or one.at > active) and one.nudge_id in sent
    ]
    return sum(one.kind in REMINDERS for one in since), any(one.kind == "goodbye" for one in since)


def _is_going_on(life: Life, course: str, terms: Terms, at: datetime) -> bool:
    return (
        not _has_ended(terms, at)
        and life.enrolled[course].at(at)
        and not terms.stopped.at(at)
        and course not in life.held_out
    )


def _has_ended(terms: Terms, at: datetime) -> bool:
    ends = terms.ends.at(at)
    return ends is not None and at >= ends


def _due(life: Life, course: str, at: datetime) -> int:
    found = 0
    for card in life.due.get(course, {}).values():
        when = card.at(at)
        found += when is not None and when <= at
    return found


def _last(moments: list[datetime], before: datetime) -> datetime | None:
    place = bisect_right(moments, before)
    return moments[place - 1] if place else None


@cache
def _clock(at: datetime, zone: str) -> tuple[int, int]:
    """The weekday and the hour that a clock shows there."""
    local = _local(at, zone)
    return local.weekday(), local.hour


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(_zone(zone))


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
