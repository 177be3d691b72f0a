"""Half a year of a thousand learners ends with no broken promise; and the audit would see one that was broken."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.xblocks.nudge.auditing import broken
from tests.xblocks.nudge.chronicle import Chronicle, Heard, Life, Limits, Line, Steps, Terms, Wishes
from tests.xblocks.nudge.simulated import WEEK, Simulation, living
from tests.xblocks.nudge.world import Plan

LEARNERS = int(os.environ.get("MICROUNITS_TEST_LEARNERS") or 60)
"""MICROUNITS_TEST_LEARNERS=1000 lives through all thousand, which takes the better part of an hour."""
# Both changes of the clock lie within, in the north and in most of the south.
START = datetime(2026, 10, 1, tzinfo=UTC)
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5, 6})
PLANS = (
    Plan(name="open"),
    Plan(name="short", ends=9.3),
    Plan(name="prolonged", ends=6.2, moved=(5, 15.1)),
    Plan(name="cut", ends=20.4, moved=(10, 12.5)),
    Plan(name="audit", target=12.0, tail=(30, 60)),
    Plan(
        name="strict",
        policy={"per_week": 1, "most_questions": 2, "rest": 48, "days": 0b0011111, "hour": 10},
        limits=Limits(per_week=1, most_questions=2, rest=48, days=frozenset(range(5)), hour=10),
    ),
    Plan(
        name="daring",
        policy={"per_day": 2, "per_week": 6, "rest": 4, "quiet": sum(1 << hour for hour in NIGHT), "stop_after": 8},
        limits=Limits(per_day=2, per_week=6, rest=4, quiet=NIGHT, stop_after=8),
    ),
    Plan(name="halted", stopped=(7.1, 9.6)),
    Plan(name="compared", holdout=0.5),
)


@pytest.mark.django_db
def test_half_a_year_of_a_thousand_learners_ends_with_no_broken_promise(settings: Any) -> None:
    with living(Simulation(START, PLANS, learners=LEARNERS, seed=26), settings) as simulation:
        chronicle = simulation.live(START + 26 * WEEK)
    assert broken(chronicle) == []
    # It was a real half year: every kind of message was heard, some on their way met trouble, most courses spoke.
    heard = [message for life in chronicle.lives for message in life.heard]
    assert set(Counter(message.kind for message in heard)) == {"reviews", "digest", "comeback", "anchored", "goodbye"}
    statuses = Counter(line.status for life in chronicle.lives for line in life.ledger)
    assert statuses["sent"] > 5 * LEARNERS
    assert statuses["uncertain"]
    assert statuses["failed"]
    assert {course for message in heard for course in message.courses} == {plan.name for plan in PLANS}
    assert any("prolonged" in message.courses for message in heard if message.at > START + 7 * WEEK)
    assert max(message.at for message in heard) > START + 25 * WEEK


# --- The audit itself

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)  # a Wednesday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_life() -> Life:
    """Somebody in one course, with three questions due since Sunday noon."""
    due: Steps[datetime | None] = Steps(NOON - 3 * DAY)
    return Life(
        "ann",
        Steps("UTC"),
        enrolled={"open": Steps(True)},
        due={"open": dict.fromkeys(range(3), due)},
        active=[NOON - 10 * DAY],
    )


def hears(life: Life, *moments: datetime, kind: str = "reviews", questions: int = 3, status: str = "sent") -> None:
    """Messages arrive, and the ledger says so."""
    for at in moments:
        number = len(life.ledger)
        life.heard.append(Heard(at=at, nudge_id=number, kind=kind, courses=("open",), questions=questions))
        line = Line(nudge_id=number, kind=kind, slot=str(at), status=status, at=at, planned_at=at, until=at)
        life.ledger.append(line)


def told(life: Life, terms: Terms | None = None, until: datetime = NOON + HOUR) -> str:
    """What the audit says about a life."""
    chronicle = Chronicle(NOON - 3 * DAY, until, [life], {"open": terms or Terms()})
    return "\n".join(broken(chronicle))


def test_a_life_in_which_every_promise_was_kept() -> None:
    life = a_life()
    hears(life, NOON - 3 * DAY, NOON - 2 * DAY, NOON - DAY)
    assert told(life) == ""


def heard_at_noon(life: Life) -> None:
    hears(life, NOON)


def wishing(wishes: Wishes) -> Callable[[Life], None]:
    return lambda life: life.wishes.become(wishes, NOON - HOUR)


def never_active(life: Life) -> None:
    life.active.clear()


def weekly(*weeks: int) -> Callable[[Life], None]:
    return lambda life: hears(life, *(NOON - week * WEEK for week in weeks))


BREACHES: dict[str, tuple[Callable[[Life], Any], ...]] = {
    "2 on one day": (lambda life: hears(life, NOON - 3 * HOUR, NOON),),
    "4 in seven days": (lambda life: hears(life, *(NOON - days * DAY for days in (3, 2, 1, 0))),),
    "in a quiet hour": (lambda life: hears(life, NOON + 8 * HOUR),),
    "on another day than they chose": (heard_at_noon, wishing(Wishes(days=frozenset({0})))),
    "at another hour than they chose": (heard_at_noon, wishing(Wishes(hour=13))),
    "while not enrolled": (heard_at_noon, lambda life: life.enrolled.update(open=Steps(False))),
    "while suspended": (heard_at_noon, lambda life: life.may_sign_in.become(False, NOON - HOUR)),
    "while opted out": (heard_at_noon, wishing(Wishes(opted_out=True))),
    "while paused": (heard_at_noon, wishing(Wishes(paused_until=NOON + HOUR))),
    "after activity": (heard_at_noon, lambda life: life.active.append(NOON - 23 * HOUR)),
    "held out": (heard_at_noon, lambda life: life.held_out.add("open")),
    "after 3 ignored": (lambda life: hears(life, *(NOON - days * DAY for days in (9, 8, 2, 0))),),
    "a reminder after 6 ignored": (never_active, weekly(6, 5, 4, 3, 2, 1, 0)),
    "after the goodbye": (
        never_active,
        weekly(8, 7, 6, 5, 4, 3),
        lambda life: hears(life, NOON - 2 * WEEK, NOON, kind="goodbye", questions=0),
    ),
    "a goodbye after 0 ignored": (lambda life: hears(life, NOON, kind="goodbye", questions=0),),
    "4 questions": (lambda life: hears(life, NOON, questions=4),),
    "0 questions": (lambda life: hears(life, NOON, questions=0),),
    "arrived, and the ledger does not say so": (lambda life: hears(life, NOON, status="failed"),),
    "arrived 2 times": (heard_at_noon, lambda life: life.heard.append(life.heard[0])),
    "did not arrive": (heard_at_noon, lambda life: life.heard.clear()),
    "is there 2 times": (heard_at_noon, lambda life: life.ledger.append(replace(life.ledger[0], nudge_id=9))),
    "forgotten": (),
}


@pytest.mark.parametrize("words", BREACHES)
def test_a_broken_promise_is_seen(words: str) -> None:
    life = a_life()
    for change in BREACHES[words]:
        change(life)
    assert words in told(life)


def test_what_a_course_team_decided_is_seen_too() -> None:
    life = a_life()
    hears(life, NOON)
    assert "after the end of the course" in told(life, Terms(ends=Steps(NOON)))
    assert "while the course team had stopped it" in told(life, Terms(stopped=Steps(True)))
    assert "questions, with 3 due" in told(life, Terms(limits=Limits(most_questions=2)))


def test_whoever_may_hear_nothing_is_not_forgotten() -> None:
    for quiet in (Wishes(opted_out=True), Wishes(paused_until=NOON + DAY), Wishes(days=frozenset())):
        life = a_life()
        life.wishes = Steps(quiet)
        assert told(life) == ""


# --- Courses that take turns


def in_two_courses(weeks: int) -> tuple[Life, dict[str, Terms]]:
    """Somebody with something due in two courses all the time; the other one allows one message a week."""
    life = a_life()
    life.active.clear()
    due: Steps[datetime | None] = Steps(NOON - weeks * WEEK)
    life.due = {"open": {1: due}, "other": {2: due}}
    life.enrolled["other"] = Steps(True)
    # Nobody stops for what is ignored, so that the weeks are as they are.
    tireless = {"stop_after": 1000, "slow_after": 1000}
    return life, {"open": Terms(Limits(**tireless)), "other": Terms(Limits(per_week=1, **tireless))}


def heard_of(life: Life, at: datetime, *courses: str) -> None:
    hears(life, at, questions=1)
    life.heard[-1] = replace(life.heard[-1], courses=courses)
    life.ledger[-1] = replace(life.ledger[-1], asks=courses)


def told_of_two(life: Life, terms: dict[str, Terms], weeks: int) -> str:
    return "\n".join(broken(Chronicle(NOON - weeks * WEEK, NOON, [life], terms)))


def test_a_course_that_is_drowned_out_by_another_is_seen() -> None:
    life, terms = in_two_courses(8)
    for day in range(0, 8 * 7, 2):
        heard_of(life, NOON - 8 * WEEK + day * DAY, "open")
    words = told_of_two(life, terms, 8)
    assert "other was drowned out: not heard for 37 days" in words
    assert "open was drowned out" not in words
    # Whoever is active in between moves every course.
    life.active.extend(NOON - 8 * WEEK + day * DAY for day in range(0, 8 * 7, 20))
    assert "drowned out" not in told_of_two(life, terms, 8)


def test_a_message_that_is_kept_for_the_course_that_waits_is_not_missed() -> None:
    life, terms = in_two_courses(2)
    begin = NOON - 2 * WEEK
    for day in (0, 1, 2):
        heard_of(life, begin + day * DAY, "open")
    # On the seventh day there is room for the one again, on the ninth for the other.
    heard_of(life, begin + 9 * DAY, "other", "open")
    for day in (10, 11):
        heard_of(life, begin + day * DAY, "open")
    assert told_of_two(life, terms, 2) == ""
    # Where it was not kept for anybody, it is.
    del life.due["other"]
    assert "forgotten" in told_of_two(life, terms, 2)
