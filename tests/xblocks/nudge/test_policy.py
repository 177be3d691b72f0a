"""What learners were promised, decision by decision and over weeks of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xblocks.nudge.kinds import Kind
from xblocks.nudge.moments import EVERY_DAY, EVERY_HOUR, QUIET_NIGHT, hours, is_allowed
from xblocks.nudge.policy import (
    Action,
    Anchor,
    Bounds,
    CourseState,
    Decision,
    Overrides,
    Policy,
    Reason,
    State,
    decide,
    merged,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# A Tuesday, 11:00 in Amsterdam.
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def course(name: str = "phishing", **changed: Any) -> CourseState:
    limits = {key: changed.pop(key) for key in list(changed) if key in Policy.__dataclass_fields__}
    return CourseState(course=name, **{"due": 2, "policy": Policy(**limits), **changed})


def state(*courses: CourseState, **changed: Any) -> State:
    return State(**{"zone": AMSTERDAM, "courses": courses or (course(),), **changed})


def anchor(key: str = "workshop", at: datetime = NOW, until: datetime = NOW + DAY, name: str = "phishing") -> Anchor:
    return Anchor(key=key, at=at, until=until, course=name)


def waits(decision: Decision, reason: Reason, until: datetime) -> bool:
    return (decision.action, decision.reason, decision.until) == (Action.WAIT, reason, until)


def stops(decision: Decision, reason: Reason) -> bool:
    return (decision.action, decision.reason, decision.until) == (Action.STOP, reason, None)


# --- One decision


def test_due_questions_are_sent_until_the_quiet_hours_begin() -> None:
    assert decide(state(), NOW) == Decision(
        action=Action.SEND,
        reason=Reason.DUE,
        until=NOW.replace(hour=19),
        kind=Kind.REVIEWS,
        courses=("phishing",),
        questions=2,
        shares=(2,),
    )


def test_a_message_asks_at_least_one_question_and_no_more_than_the_limit() -> None:
    assert decide(state(course(due=50)), NOW).questions == 3
    assert decide(state(course(due=0, next_due=NOW)), NOW).questions == 1


def test_courses_share_one_message_and_the_strictest_number_of_questions() -> None:
    decision = decide(state(course("a"), course("b", most_questions=2), course("c", due=0, next_due=NOW + DAY)), NOW)
    assert (decision.kind, decision.courses, decision.questions) == (Kind.REVIEWS, ("a", "b"), 2)


def test_each_course_is_judged_by_its_own_policy() -> None:
    once, often = course("once", per_week=1), course("often")
    decision = decide(state(once, often, sent=(NOW - 2 * DAY,)), NOW)
    assert decision.courses == ("often",)


def test_a_message_may_leave_until_the_first_of_its_courses_may_not_any_more() -> None:
    ends = course("ends", ends_at=NOW + HOUR)
    assert decide(state(ends, course("goes on")), NOW).until == NOW + HOUR


def test_a_message_may_leave_on_its_own_local_day_only() -> None:
    assert decide(state(course(quiet=0)), NOW).until == datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"is_enrolled": False}, Reason.NOT_ENROLLED),
        ({"ends_at": NOW}, Reason.COURSE_ENDED),
        ({"is_stopped": True}, Reason.COURSE_STOPPED),
        ({"is_held_out": True}, Reason.HELD_OUT),
        ({"is_unwanted": True}, Reason.OPTED_OUT),
        ({"due": 0}, Reason.NOTHING_MORE),
        ({"days": 0}, Reason.NO_MOMENT),
        ({"hour": 23}, Reason.NO_MOMENT),
        ({"per_week": 0}, Reason.NO_MOMENT),
        ({"per_day": 0}, Reason.NO_MOMENT),
        ({"hour": 9, "ends_at": NOW + HOUR}, Reason.COURSE_ENDED),
    ],
)
def test_nothing_ever_comes_of_a_course_that(changed: dict[str, Any], reason: Reason) -> None:
    assert stops(decide(state(course(**changed)), NOW), reason)


def test_who_is_suspended_or_does_not_want_messages_gets_none_and_their_anchors_are_dropped() -> None:
    for changed, reason in (("is_suspended", Reason.SUSPENDED), ("is_opted_out", Reason.OPTED_OUT)):
        decision = decide(state(anchors=(anchor(),), **{changed: True}), NOW)
        assert stops(decision, reason)
        assert decision.dropped == ("workshop",)


def test_who_is_in_no_course_hears_nothing() -> None:
    assert stops(decide(State(zone=AMSTERDAM), NOW), Reason.NOT_ENROLLED)


def test_of_several_courses_the_one_that_came_furthest_tells_why() -> None:
    decision = decide(state(course("a", is_held_out=True), course("b", is_enrolled=False)), NOW)
    assert stops(decision, Reason.HELD_OUT)


@pytest.mark.parametrize(
    ("changed", "reason", "until"),
    [
        ({"paused_until": NOW + DAY}, Reason.PAUSED, NOW + DAY),
        ({"paused_until": NOW + 10 * HOUR}, Reason.PAUSED, NOW + 21 * HOUR),
        ({"last_active": NOW - HOUR}, Reason.RESTING, NOW + 23 * HOUR),
        ({"sent": (NOW - 3 * HOUR,)}, Reason.TOO_CLOSE, NOW + 21 * HOUR),
        ({"sent": (NOW - 2 * DAY, NOW - 3 * DAY, NOW - 6 * DAY)}, Reason.WEEK_FULL, NOW + 21 * HOUR),
        ({"sent": (NOW - 2 * DAY,), "ignored": 3}, Reason.SLOWED, NOW + 4 * DAY + 21 * HOUR),
        ({"sent": (NOW - 2 * DAY,), "weekly_digest": True}, Reason.NOT_NOW, NOW + 5 * DAY + 21 * HOUR),
    ],
)
def test_it_waits_for_the_next_moment_at_which_it_may_send(
    changed: dict[str, Any], reason: Reason, until: datetime
) -> None:
    decision = decide(state(**changed), NOW)
    assert waits(decision, reason, until)
    assert decide(state(**changed), until).action is Action.SEND


def test_it_waits_for_the_first_question_that_comes_back() -> None:
    later, sooner = course("a", due=0, next_due=NOW + 9 * DAY), course("b", due=0, next_due=NOW + DAY)
    assert waits(decide(state(later, sooner), NOW), Reason.NOTHING_DUE, NOW + DAY)


def test_two_messages_a_day_are_12_hours_apart_and_numbered() -> None:
    twice = state(course(per_day=2, quiet=0), sent=(NOW,))
    assert waits(decide(twice, NOW + HOUR), Reason.TOO_CLOSE, NOW + 12 * HOUR)
    assert decide(twice, NOW + 12 * HOUR).number == 2
    assert waits(decide(twice._replace(sent=(NOW + 12 * HOUR, NOW)), NOW + 12 * HOUR), Reason.TOO_CLOSE, NOW + DAY)


def test_one_message_a_day_is_one_a_local_day() -> None:
    early = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    sent = state(course(quiet=0), sent=(early,))
    assert waits(decide(sent, early + 13 * HOUR), Reason.DAY_FULL, datetime(2026, 11, 24, 23, tzinfo=UTC))


def test_after_six_ignored_there_is_a_goodbye_and_then_silence() -> None:
    ignored = state(course("a"), course("b"), ignored=6, sent=(NOW - 7 * DAY,))
    goodbye = decide(ignored, NOW)
    assert (goodbye.action, goodbye.kind, goodbye.courses) == (Action.SEND, Kind.GOODBYE, ("a", "b"))
    assert (goodbye.reason, goodbye.questions) == (Reason.IGNORED, 0)
    assert stops(decide(ignored._replace(said_stop=True), NOW), Reason.IGNORED)


def test_after_a_goodbye_nothing_comes_though_a_limit_was_loosened_or_a_course_added() -> None:
    told = state(course(stop_after=9), course("b", stop_after=1), ignored=3, said_stop=True)
    assert stops(decide(told, NOW), Reason.IGNORED)
    assert decide(told._replace(said_stop=False, ignored=0), NOW).action is Action.SEND


def test_a_goodbye_keeps_the_limits_too() -> None:
    assert decide(state(ignored=6, sent=(NOW - 2 * DAY,)), NOW).reason is Reason.SLOWED
    assert waits(decide(state(ignored=6), NOW + 10 * HOUR), Reason.NOT_NOW, NOW + 21 * HOUR)


def test_there_is_no_goodbye_while_one_course_goes_on() -> None:
    decision = decide(state(course("a", stop_after=2), course("b"), ignored=2), NOW)
    assert (decision.kind, decision.courses) == (Kind.REVIEWS, ("b",))


def test_after_a_long_silence_one_message_is_a_comeback() -> None:
    silent = state(last_active=NOW - 14 * DAY)
    assert decide(silent, NOW).kind is Kind.COMEBACK
    assert decide(silent._replace(said_comeback=True), NOW).kind is Kind.REVIEWS
    assert decide(state(last_active=NOW - 13 * DAY), NOW).kind is Kind.REVIEWS


def test_a_weekly_digest_comes_on_the_first_chosen_day() -> None:
    tuesday_and_thursday = 0b0001010
    digest = state(course(days=tuesday_and_thursday), weekly_digest=True)
    assert decide(digest, NOW).kind is Kind.DIGEST
    assert waits(decide(digest._replace(sent=(NOW,)), NOW + HOUR), Reason.TOO_CLOSE, NOW + 6 * DAY + 21 * HOUR)


def test_a_weekly_digest_comes_on_a_day_that_suits_every_course() -> None:
    digest = state(course("a"), course("b", days=hours(2)), weekly_digest=True)
    assert decide(digest, NOW).until == NOW + 21 * HOUR
    assert decide(digest, NOW + DAY).courses == ("a", "b")
    apart = state(course("a", days=hours(1)), course("b", days=hours(2)), weekly_digest=True)
    assert decide(apart, NOW).courses == ("a",)


def test_every_reason_has_a_sentence() -> None:
    assert all(reason.sentence.endswith(".") for reason in Reason)
    assert len({reason.sentence for reason in Reason}) == len(Reason)


# --- Anchored messages


def test_an_anchored_message_is_sent_within_its_time() -> None:
    early = state(course(due=0), anchors=(anchor(at=NOW + HOUR),))
    assert waits(decide(early, NOW), Reason.NOTHING_DUE, NOW + HOUR)
    decision = decide(early, NOW + HOUR)
    assert (decision.kind, decision.anchor, decision.reason) == (Kind.ANCHORED, "workshop", Reason.APPOINTMENT)
    assert (decision.courses, decision.questions) == (("phishing",), 0)
    late = decide(early, NOW + DAY)
    assert stops(late, Reason.NOTHING_MORE)
    assert late.dropped == ("workshop",)


def test_an_anchored_message_is_no_reminder_so_rest_slowing_and_holdout_do_not_count() -> None:
    held = state(
        course(is_held_out=True), anchors=(anchor(),), last_active=NOW, ignored=9, said_stop=True, sent=(NOW - 2 * DAY,)
    )
    assert decide(held, NOW).anchor == "workshop"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sent": (NOW - 3 * HOUR,)}, Reason.NOT_NOW),
        ({"paused_until": NOW + 3 * DAY}, Reason.PAUSED),
        ({"courses": (course(is_stopped=True),)}, Reason.COURSE_STOPPED),
        ({"courses": (course(is_unwanted=True),)}, Reason.OPTED_OUT),
        ({"courses": (course(due=0, hour=9, ends_at=NOW + 2 * HOUR),)}, Reason.NOT_NOW),
    ],
)
def test_an_anchored_message_that_may_not_be_sent_is_dropped_when_its_time_is_over(
    changed: dict[str, Any], reason: Reason
) -> None:
    soon = state(anchors=(anchor(until=NOW + 2 * HOUR),), **changed)
    assert waits(decide(soon, NOW), reason, NOW + 2 * HOUR)
    assert decide(soon, NOW + 2 * HOUR).dropped == ("workshop",)


def test_an_anchored_message_of_a_course_that_the_learner_is_not_in_is_dropped() -> None:
    left, unknown = anchor("left"), anchor("unknown", name="nowhere")
    decision = decide(state(course(is_enrolled=False), anchors=(left, unknown)), NOW)
    assert stops(decision, Reason.NOT_ENROLLED)
    assert decision.dropped == ("left", "unknown")


def notice(**changed: Any) -> Anchor:
    return Anchor(
        **{"key": "moved", "at": NOW, "until": NOW + 3 * DAY, "course": "phishing", "is_notice": True} | changed
    )


def test_a_notice_does_not_wait_for_limits_nor_for_the_days_and_hours_that_a_learner_likes() -> None:
    held = state(course(per_week=1, days=0b1, hour=8), sent=(NOW - HOUR,), anchors=(notice(),))
    decision = decide(held, NOW)
    assert (decision.action, decision.kind, decision.anchor) == (Action.SEND, Kind.ANCHORED, "moved")
    assert decide(held._replace(anchors=(notice(is_notice=False),)), NOW).action is not Action.SEND


def test_a_notice_keeps_quiet_hours_pauses_and_those_who_want_nothing() -> None:
    night = NOW.replace(hour=21)
    morning = NOW.replace(day=25, hour=7)
    assert waits(decide(state(anchors=(notice(),)), night), Reason.NOT_NOW, morning)
    paused = state(anchors=(notice(),), paused_until=NOW + DAY)
    assert decide(paused, NOW).action is Action.WAIT
    assert stops(decide(state(anchors=(notice(),), is_opted_out=True), NOW)._replace(dropped=()), Reason.OPTED_OUT)
    assert decide(state(course(is_unwanted=True), anchors=(notice(),)), NOW).action is Action.WAIT


def test_after_a_notice_the_next_reminder_keeps_its_distance() -> None:
    assert decide(state(sent=(NOW,)), NOW + HOUR).action is Action.WAIT


def test_of_two_anchored_messages_the_more_urgent_goes_first() -> None:
    calm, urgent = anchor("calm", until=NOW + 9 * DAY), anchor("urgent", until=NOW + HOUR)
    assert decide(state(anchors=(calm, urgent)), NOW).anchor == "urgent"


def test_a_reminder_does_not_take_the_place_of_an_anchored_message() -> None:
    today = anchor(at=NOW + HOUR, until=NOW + 2 * HOUR)
    assert waits(decide(state(anchors=(today,)), NOW), Reason.KEPT_FREE, NOW + HOUR)
    next_week = anchor(at=NOW + 7 * DAY, until=NOW + 8 * DAY)
    assert decide(state(anchors=(next_week,)), NOW).kind is Kind.REVIEWS


# --- Weeks of decisions

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
# From these on, weeks run over a change of the clock in nearly every zone that has one, or over a leap day.
EVENTFUL = [datetime(year, month, day, tzinfo=UTC) for year, month, day in ((2026, 3, 1), (2026, 9, 20), (2028, 2, 20))]
starts = st.sampled_from(EVENTFUL) | st.builds(
    datetime(2024, 1, 1, tzinfo=UTC).__add__, st.timedeltas(timedelta(0), timedelta(days=4700))
)
policies = st.builds(
    Policy,
    per_day=st.integers(1, 2),
    per_week=st.integers(1, 7),
    most_questions=st.integers(1, 3),
    quiet=st.sampled_from([QUIET_NIGHT, 0, EVERY_HOUR & ~hours(2), hours(*range(12))]) | st.integers(0, EVERY_HOUR),
    days=st.just(EVERY_DAY) | st.integers(0, EVERY_DAY),
    hour=st.none() | st.integers(0, 23),
    rest=st.timedeltas(timedelta(0), timedelta(days=3)),
)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


@st.composite
def states(draw: st.DrawFn, begin: datetime) -> State:
    names = ("a", "b", "c")[: draw(st.integers(1, 3))]
    courses = tuple(
        CourseState(
            course=name,
            due=draw(st.integers(0, 4)),
            next_due=draw(st.none() | spans.map(begin.__add__)),
            waits_since=draw(st.none() | spans.map(begin.__sub__)),
            policy=draw(policies),
            is_enrolled=draw(st.sampled_from([True, True, True, False])),
            is_stopped=draw(st.sampled_from([False, False, False, True])),
            is_held_out=draw(st.sampled_from([False, False, False, True])),
            is_unwanted=draw(st.sampled_from([False, False, False, True])),
            ends_at=draw(st.none() | spans.map(begin.__add__)),
        )
        for name in names
    )
    anchors = []
    for key in range(draw(st.integers(0, 3))):
        at = begin + draw(spans)
        anchors.append(Anchor(key=str(key), at=at, until=at + draw(spans), course=draw(st.sampled_from((*names, "x")))))
    return State(
        zone=draw(zones),
        courses=courses,
        anchors=tuple(anchors),
        sent=tuple(begin - draw(spans) / 4 for _ in range(draw(st.integers(0, 3)))),
        ignored=draw(st.integers(0, 7)),
        said_stop=draw(st.booleans()),
        said_comeback=draw(st.booleans()),
        last_active=draw(st.none() | spans.map(begin.__sub__)),
        paused_until=draw(st.none() | spans.map(begin.__add__)),
        weekly_digest=draw(st.booleans()),
    )


@given(st.data(), starts)
@settings(max_examples=150, deadline=None)
def test_following_a_wait_ends_soon_and_never_too_late(data: st.DataObject, begin: datetime) -> None:
    known = data.draw(states(begin))
    now = begin
    for _ in range(4 + 2 * len(known.anchors)):
        decision = decide(known, now)
        if decision.action is not Action.WAIT:
            break
        assert decision.until is not None
        assert decision.until > now
        # Nobody is forgotten: at no moment in between would anything have been sent.
        for part in (0.25, 0.5, 0.75):
            between = min(now + part * (decision.until - now), decision.until - timedelta.resolution)
            assert decide(known, between).action is not Action.SEND
        now = decision.until
    assert decision.action is not Action.WAIT


@given(st.data(), starts)
@settings(max_examples=150, deadline=None)
def test_over_weeks_no_promise_is_broken(data: st.DataObject, begin: datetime) -> None:
    known, now = data.draw(states(begin)), begin
    anchored = set()
    for _ in range(30):
        decision = decide(known, now)
        gone = {decision.anchor, *decision.dropped}
        known = known._replace(anchors=tuple(one for one in known.anchors if one.key not in gone))
        if decision.action is Action.STOP:
            break
        assert decision.until is not None
        assert decision.until > now
        if decision.action is Action.WAIT:
            now = decision.until
            continue
        late = data.draw(
            st.sampled_from([timedelta(0), (decision.until - now) / 2, decision.until - now - timedelta.resolution])
        )
        keeps_its_promises(known, decision, now, now + late)
        if decision.anchor:
            assert decision.anchor not in anchored
            anchored.add(decision.anchor)
        now += late
        known = after(known, decision, now, data.draw(st.booleans()))


def keeps_its_promises(known: State, decision: Decision, decided: datetime, now: datetime) -> None:
    """What is sent at `now` was allowed then, whatever was promised."""
    by_name = {one.course: one for one in known.courses}
    assert decision.courses
    for name in decision.courses:
        one, limits = by_name[name], by_name[name].policy
        assert is_allowed(now, known.zone, limits.quiet, limits.days, limits.hour)
        assert one.is_enrolled
        assert not one.is_stopped
        assert not one.is_unwanted
        assert one.ends_at is None or now < one.ends_at
        today = now.astimezone(known.zone).toordinal()
        days = [sent.astimezone(known.zone).toordinal() for sent in known.sent]
        assert days.count(today) < limits.per_day
        weekly = sum(day > today - 7 for day in days)
        assert weekly < limits.per_week
        if decision.kind is Kind.ANCHORED:
            continue
        assert not one.is_held_out
        assert one.due or (one.next_due and one.next_due <= now)
        assert decision.questions <= limits.most_questions
        assert known.last_active is None or decided - known.last_active >= limits.rest
        if known.ignored >= limits.slow_after or known.weekly_digest:
            assert not weekly
        assert known.ignored < limits.stop_after or decision.kind is Kind.GOODBYE
    assert known.paused_until is None or known.paused_until <= now
    assert all(decided - sent >= 12 * HOUR for sent in known.sent)
    if decision.kind is Kind.GOODBYE:
        assert not known.said_stop
    elif decision.kind is not Kind.ANCHORED:
        assert decision.questions >= 1
        assert not known.said_stop
    if decision.kind is Kind.COMEBACK:
        assert not known.said_comeback


def after(known: State, decision: Decision, now: datetime, is_used: bool) -> State:
    """The state once the message was sent, and used or ignored."""
    known = known._replace(
        sent=(now, *known.sent),
        said_stop=known.said_stop or decision.kind is Kind.GOODBYE,
        said_comeback=known.said_comeback or decision.kind is Kind.COMEBACK,
        ignored=known.ignored + 1,
    )
    if not is_used:
        return known
    return known._replace(ignored=0, last_active=now, said_stop=False, said_comeback=False)


@given(zones, zones, starts, st.timedeltas(timedelta(0), timedelta(days=2)))
@settings(max_examples=100, deadline=None)
def test_a_learner_who_travels_gets_no_two_within_12_hours(
    here: ZoneInfo, there: ZoneInfo, begin: datetime, trip: timedelta
) -> None:
    sent = state(course(quiet=0), zone=here, sent=(begin,))
    decision = decide(sent._replace(zone=there), begin + trip)
    assert (decision.action is Action.SEND) <= (trip >= 12 * HOUR)


@given(zones, starts, st.integers(0, EVERY_HOUR), st.integers(0, EVERY_DAY), st.none() | st.integers(0, 23))
@settings(max_examples=200, deadline=None)
def test_what_is_allowed_is_sent_within_two_weeks(
    zone: ZoneInfo, begin: datetime, quiet: int, days: int, hour: int | None
) -> None:
    decision = decide(state(course(quiet=quiet, days=days, hour=hour), zone=zone), begin)
    if decision.action is Action.STOP:
        wanted = range(24) if hour is None else (hour,)
        assert not days or all(quiet >> one & 1 for one in wanted)
    else:
        assert decision.action is Action.SEND or decision.until <= begin + 15 * DAY


# --- Limits of the admin, the team and the learner

overriding = st.builds(
    Overrides,
    per_day=st.none() | st.integers(0, 4),
    per_week=st.none() | st.integers(0, 9),
    most_questions=st.none() | st.integers(1, 9),
    quiet=st.none() | st.integers(0, EVERY_HOUR),
    days=st.none() | st.integers(0, EVERY_DAY),
    hour=st.none() | st.integers(8, 11),
    rest=st.none() | st.timedeltas(timedelta(0), timedelta(days=3)),
    slow_after=st.none() | st.integers(0, 9),
    stop_after=st.none() | st.integers(0, 9),
)


def no_looser(policy: Policy, other: Policy) -> bool:
    allowed = (at(policy, day, hour) <= at(other, day, hour) for day in range(7) for hour in range(24))
    return (
        policy.per_day <= other.per_day
        and policy.per_week <= other.per_week
        and policy.most_questions <= other.most_questions
        and policy.rest >= other.rest
        and policy.slow_after <= other.slow_after
        and policy.stop_after <= other.stop_after
        and all(allowed)
    )


def at(policy: Policy, day: int, hour: int) -> bool:
    """Whether something may be sent in that hour of that day of the week."""
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    return is_allowed(monday + day * DAY + hour * HOUR, ZoneInfo("UTC"), policy.quiet, policy.days, policy.hour)


@given(overriding, overriding)
@settings(max_examples=80, deadline=None)
def test_a_team_stays_within_the_bounds_and_a_learner_only_makes_it_stricter(
    team: Overrides, learner: Overrides
) -> None:
    bounds = Bounds()
    of_team, of_learner = merged(bounds, team, Overrides()), merged(bounds, team, learner)
    assert no_looser(of_team, bounds.loosest)
    assert no_looser(of_learner, of_team)


def test_where_nobody_chose_anything_the_defaults_hold() -> None:
    assert merged(Bounds(), Overrides(), Overrides()) == Policy()


def test_a_team_may_loosen_the_defaults_within_the_bounds() -> None:
    assert merged(Bounds(), Overrides(per_week=9, quiet=0), Overrides()) == replace(
        Policy(), per_week=7, quiet=Bounds().loosest.quiet
    )


def test_a_learner_and_a_team_who_insist_on_different_hours_agree_on_none() -> None:
    policy = merged(Bounds(), Overrides(hour=9), Overrides(hour=10))
    assert stops(decide(state(course()._replace(policy=policy)), NOW), Reason.NO_MOMENT)
    assert merged(Bounds(), Overrides(hour=9), Overrides(hour=9)).quiet == QUIET_NIGHT


@pytest.mark.parametrize(
    "values", [{"per_day": -1}, {"most_questions": 0}, {"quiet": 1 << 24}, {"days": 1 << 7}, {"hour": 24}]
)
def test_a_policy_that_means_nothing_is_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"limits are counts|quiet hours are"):
        Policy(**values)
