"""Courses of one learner take turns: whatever the limits, none is drowned out by the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xblocks.nudge.kinds import Kind
from xblocks.nudge.moments import EVERY_DAY, QUIET_NIGHT
from xblocks.nudge.policy import (
    PATIENCE,
    Action,
    Anchor,
    CourseState,
    Policy,
    Reason,
    State,
    decide,
    drowned_after,
)

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
# A Monday, 8:00 in Amsterdam.
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass
class Weeks:
    """A learner who answers nothing and ignores nothing, with courses that always have something due.

    Attributes:
        told: when a message last asked something of each course, or when it all began.
        heard: every message: when, and how many questions of each course.
        waits: whether the courses know how long they wait; without that there are no turns.
    """

    policies: Mapping[str, Policy]
    begin: datetime = MONDAY
    zone: ZoneInfo = AMSTERDAM
    weekly_digest: bool = False
    due: int = 5
    waits: bool = True
    active: Callable[[datetime], datetime | None] = lambda _now: None
    late: Callable[[timedelta], timedelta] = lambda _span: timedelta(0)
    told: dict[str, datetime] = field(default_factory=dict)
    heard: list[tuple[datetime, dict[str, int]]] = field(default_factory=list)
    longest: dict[str, timedelta] = field(default_factory=dict)

    def live(self, weeks: int) -> Weeks:
        """Let them pass; how long each course was not heard at most is in `longest`."""
        self.told = dict.fromkeys(self.policies, self.begin)
        self.longest = dict.fromkeys(self.policies, timedelta(0))
        now, end = self.begin, self.begin + weeks * WEEK
        while now < end:
            decision = decide(self.state(now), now)
            assert decision.until is not None, decision.reason
            if decision.action is Action.SEND:
                now += self.late(decision.until - now - timedelta(seconds=1))
                self.hear(now, dict(zip(decision.courses, decision.shares, strict=True)))
                now += timedelta(minutes=1)
            else:
                now = decision.until
        for name in self.policies:
            self.longest[name] = max(self.longest[name], end - self.told[name])
        return self

    def hear(self, now: datetime, shares: dict[str, int]) -> None:
        self.heard.append((now, shares))
        for name, share in shares.items():
            if share:
                self.longest[name] = max(self.longest[name], now - self.told[name])
                self.told[name] = now

    def state(self, now: datetime) -> State:
        courses = tuple(
            CourseState(course=name, due=self.due, policy=policy, waits_since=self.told[name] if self.waits else None)
            for name, policy in self.policies.items()
        )
        sent = tuple(at for at, _shares in self.heard[-30:])
        return State(
            zone=self.zone,
            courses=courses,
            sent=sent,
            weekly_digest=self.weekly_digest,
            last_active=self.active(now),
            said_comeback=True,
        )


def policy(**limits: object) -> Policy:
    return Policy(**{"rest": timedelta(0), **limits})  # type: ignore[arg-type]


def test_a_course_with_one_message_a_week_is_heard_beside_one_with_three() -> None:
    courses = {"busy": policy(per_week=3, hour=9), "quiet": policy(per_week=1, hour=10)}
    drowned = Weeks(courses, waits=False).live(20)
    assert drowned.longest["quiet"] == 20 * WEEK
    fair = Weeks(courses).live(20)
    assert fair.longest["quiet"] <= 2 * WEEK + DAY
    # And the busy one is still heard more often.
    assert sum("busy" in shares for _at, shares in fair.heard) > sum("quiet" in shares for _at, shares in fair.heard)


def test_courses_with_other_hours_take_turns() -> None:
    fair = Weeks({"nine": policy(hour=9), "ten": policy(hour=10), "eleven": policy(hour=11)}).live(20)
    assert max(fair.longest.values()) <= drowned_after(3)
    counts = [sum(name in shares for _at, shares in fair.heard) for name in fair.policies]
    assert min(counts) >= 6


def test_a_course_that_leaves_more_rest_is_heard_by_somebody_who_practises_every_week() -> None:
    def on_mondays(now: datetime) -> datetime:
        return now - (now - MONDAY) % WEEK

    courses = {"strict": policy(per_week=1, rest=timedelta(hours=48)), "busy": policy(rest=timedelta(hours=4))}
    assert Weeks(courses, waits=False, active=on_mondays).live(20).longest["strict"] == 20 * WEEK
    fair = Weeks(courses, active=on_mondays).live(20)
    assert fair.longest["strict"] <= drowned_after(2)


def test_the_questions_of_a_message_are_shared() -> None:
    def shares(*due: int, most: int = 3) -> Sequence[int]:
        limits = policy(most_questions=most)
        courses = tuple(
            CourseState(course=str(number), due=number_due, policy=limits) for number, number_due in enumerate(due)
        )
        return decide(State(zone=AMSTERDAM, courses=courses), MONDAY).shares

    assert shares(50, 2) == (2, 1)
    assert shares(1, 50) == (1, 2)
    assert shares(50, 50, 50, 50) == (1, 1, 1, 0)
    assert shares(1, 1, most=5) == (1, 1)
    assert shares(9) == (3,)


def test_who_got_no_question_in_a_message_comes_first_in_the_next() -> None:
    fair = Weeks({name: policy(most_questions=1) for name in "abc"}, begin=MONDAY - HOUR).live(3)
    assert [next(name for name, share in shares.items() if share) for _at, shares in fair.heard[:6]] == list("abcabc")


def waiting(since: datetime, **limits: object) -> CourseState:
    return CourseState(course="waiting", due=1, policy=policy(**limits), waits_since=since)


def test_a_turn_is_said_to_be_one() -> None:
    busy = CourseState(course="busy", due=1, policy=policy(), waits_since=MONDAY - DAY)
    learner = State(
        zone=AMSTERDAM, courses=(busy, waiting(MONDAY - PATIENCE, per_week=1)), sent=(MONDAY - 5 * DAY - HOUR,)
    )
    decision = decide(learner, MONDAY)
    # The week is empty on Wednesday.
    assert (decision.action, decision.reason, decision.until) == (Action.WAIT, Reason.TURN, MONDAY + 2 * DAY)
    assert Reason.TURN.sentence
    then = decide(learner, MONDAY + 2 * DAY)
    assert (then.action, then.courses) == (Action.SEND, ("waiting", "busy"))


def test_nothing_is_kept_for_a_course_before_a_week_or_where_a_message_now_changes_nothing_for_it() -> None:
    busy = CourseState(course="busy", due=1, policy=policy(), waits_since=MONDAY - DAY)
    since = MONDAY - PATIENCE
    sent = (MONDAY - 5 * DAY - HOUR,)
    almost = State(zone=AMSTERDAM, courses=(busy, waiting(since + HOUR, per_week=1)), sent=sent)
    assert decide(almost, MONDAY).courses == ("busy",)
    # On Thursdays only, three a week: a message today takes nothing from it.
    free = State(zone=AMSTERDAM, courses=(busy, waiting(since, days=0b0001000)), sent=sent)
    assert decide(free, MONDAY).courses == ("busy",)
    # It ends before its day comes.
    ending = waiting(since, days=0b0001000, per_week=1)._replace(ends_at=MONDAY + DAY)
    assert decide(State(zone=AMSTERDAM, courses=(busy, ending)), MONDAY).courses == ("busy",)


def test_an_appointment_and_a_goodbye_wait_for_no_turn() -> None:
    busy = CourseState(course="busy", due=1, policy=policy(), waits_since=MONDAY - DAY)
    late = waiting(MONDAY - PATIENCE, hour=10)
    anchor = Anchor(key="workshop", at=MONDAY, until=MONDAY + DAY, course="busy")
    invited = State(zone=AMSTERDAM, courses=(busy, late), anchors=(anchor,))
    assert decide(invited, MONDAY).kind is Kind.ANCHORED
    ignored = State(zone=AMSTERDAM, courses=(busy, late), ignored=6)
    assert decide(ignored, MONDAY).kind is Kind.GOODBYE
    assert decide(ignored._replace(ignored=0), MONDAY).reason is Reason.TURN
    # With an appointment that comes later, it is the turn that counts now.
    later = invited._replace(anchors=(replace(anchor, at=MONDAY + 9 * DAY, until=MONDAY + 12 * DAY),))
    assert decide(later, MONDAY).reason is Reason.TURN


policies = st.builds(
    Policy,
    per_day=st.integers(1, 2),
    per_week=st.integers(1, 5),
    most_questions=st.integers(1, 3),
    quiet=st.just(QUIET_NIGHT),
    days=st.just(EVERY_DAY) | st.integers(1, EVERY_DAY),
    # Hours that every clock has on every day.
    hour=st.none() | st.integers(8, 19),
    rest=st.timedeltas(timedelta(0), timedelta(days=2)),
)
zones = st.sampled_from(
    ["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"]
).map(ZoneInfo)


@given(
    st.lists(policies, min_size=1, max_size=4),
    zones,
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.booleans(),
    st.integers(1, 9),
    st.floats(0, 1),
)
@settings(max_examples=150, deadline=None)
def test_no_course_with_something_due_is_unheard_for_longer_than_its_bound(
    limits: Sequence[Policy], zone: ZoneInfo, begin: datetime, weekly_digest: bool, due: int, late: float
) -> None:
    lived = Weeks(
        {str(number): one for number, one in enumerate(limits)},
        begin=begin,
        zone=zone,
        weekly_digest=weekly_digest,
        due=due,
        late=lambda span: late * span,
    ).live(30)
    assert max(lived.longest.values()) <= drowned_after(len(limits))


@pytest.mark.parametrize("number", [1, 4])
def test_the_bound_grows_by_two_weeks_for_each_course(number: int) -> None:
    assert drowned_after(number) == (7 + 14 * number) * DAY
