"""What stricter means, field by field, and bounds as an admin may set them."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from xblocks.nudge.limits import Bounds, Policy

ALL_HOURS, ALL_DAYS = range(24), range(7)


def moments(policy: Policy) -> set[tuple[int, int]]:
    """The days and hours of a week in which something may be sent."""
    return {
        (day, hour)
        for day in ALL_DAYS
        for hour in ALL_HOURS
        if policy.days >> day & 1 and not policy.quiet >> hour & 1 and policy.hour in (None, hour)
    }


def is_no_looser(policy: Policy, other: Policy) -> bool:
    """Whether all that a policy lets through, another lets through as well."""
    return (
        policy.per_day <= other.per_day
        and policy.per_week <= other.per_week
        and policy.most_questions <= other.most_questions
        and policy.rest >= other.rest
        and policy.slow_after <= other.slow_after
        and policy.stop_after <= other.stop_after
        and not policy.days & ~other.days
        and not other.quiet & ~policy.quiet
        and moments(policy) <= moments(other)
    )


policies = st.builds(
    Policy,
    per_day=st.integers(1, 3),
    per_week=st.integers(1, 9),
    most_questions=st.integers(1, 9),
    quiet=st.integers(0, 23).flatmap(lambda end: st.integers(0, (1 << end) - 1)),
    days=st.integers(1, 127),
    hour=st.none() | st.integers(0, 23),
    rest=st.integers(0, 72).map(lambda hours: timedelta(hours=hours)),
    slow_after=st.integers(1, 9),
    stop_after=st.integers(1, 12),
)
bounding = st.builds(Bounds, default=policies, loosest=policies)
