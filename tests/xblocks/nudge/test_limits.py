"""Always the stricter: of the admin's, the team's and the learner's, in every field and any mixture of them."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xblocks.nudge.strictness import bounding, is_no_looser, moments
from xblocks.nudge.limits import Bounds, Overrides, Policy, merged
from xblocks.nudge.preferences import Preferences, overrides

STRICTEST: dict[str, Any] = {
    "per_day": min,
    "per_week": min,
    "most_questions": min,
    "rest": max,
    "slow_after": min,
    "stop_after": min,
}
partly = st.builds(
    Overrides,
    per_day=st.none() | st.integers(0, 4),
    per_week=st.none() | st.integers(0, 9),
    most_questions=st.none() | st.integers(1, 9),
    quiet=st.none() | st.integers(0, (1 << 24) - 1),
    days=st.none() | st.integers(0, 127),
    hour=st.none() | st.integers(7, 10),
    rest=st.none() | st.integers(0, 99).map(lambda hours: timedelta(hours=hours)),
    slow_after=st.none() | st.integers(0, 9),
    stop_after=st.none() | st.integers(0, 9),
)


@given(bounding, partly, partly)
@settings(max_examples=300)
def test_no_field_is_looser_than_any_part_has_it(bounds: Bounds, team: Overrides, learner: Overrides) -> None:
    of_team, held = merged(bounds, team, Overrides()), merged(bounds, team, learner)
    assert is_no_looser(of_team, bounds.loosest)
    assert is_no_looser(held, of_team)
    for name, strictest in STRICTEST.items():
        wish, before = getattr(learner, name), getattr(of_team, name)
        assert getattr(held, name) == (before if wish is None else strictest(wish, before)), name
    if learner.quiet is not None:
        assert not learner.quiet & ~held.quiet
    if learner.days is not None:
        assert not held.days & ~learner.days
    if learner.hour is not None:
        assert {hour for _, hour in moments(held)} <= {learner.hour}


def test_every_field_of_a_policy_can_be_overridden() -> None:
    assert {one.name for one in fields(Overrides)} == {one.name for one in fields(Policy)}
    assert {*STRICTEST, "quiet", "days", "hour"} == {one.name for one in fields(Policy)}


def test_every_limit_can_be_wished_stricter_by_a_learner() -> None:
    wishes = Preferences(
        days=1,
        hour=9,
        quiet_from=10,
        quiet_until=12,
        per_day=1,
        per_week=1,
        most_questions=1,
        rest_hours=48,
        slow_after=1,
        stop_after=2,
    )
    assert None not in {getattr(overrides(wishes), one.name) for one in fields(Overrides)}
    held = merged(Bounds(), Overrides(per_day=2, per_week=7, most_questions=5), overrides(wishes))
    assert (held.per_day, held.per_week, held.most_questions, held.days, held.hour) == (1, 1, 1, 1, 9)
    assert (held.rest, held.slow_after, held.stop_after) == (timedelta(hours=48), 1, 2)
    assert held.quiet == Policy().quiet | 1 << 10 | 1 << 11
