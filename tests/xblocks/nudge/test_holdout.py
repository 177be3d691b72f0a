"""Who is not nudged: a fair draw that stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.nudge.holdout import is_held_out

COURSE = "course-v1:Microunits+PHISH+2026"


def held(share: float, course: str = COURSE, salt: str = "salt") -> set[int]:
    return {learner for learner in range(20_000) if is_held_out(course, learner, share, salt)}


def test_the_draw_stays_as_it_was() -> None:
    assert [learner for learner in range(40) if is_held_out(COURSE, learner, 0.1, "salt")] == [32, 33, 35, 38]
    assert is_held_out(COURSE, 7, 0.5, "salt") == is_held_out(COURSE, "7", 0.5, "salt")


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_the_share_is_as_large_as_was_asked(share: float) -> None:
    spread = (share * (1 - share) * 20_000) ** 0.5
    assert abs(len(held(share)) - share * 20_000) < 4 * spread


@given(st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_raising_the_share_only_adds_learners(learner: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert is_held_out(COURSE, learner, low, "salt") <= is_held_out(COURSE, learner, high, "salt")


@given(st.integers() | st.text())
def test_a_share_of_nothing_is_nobody_and_of_all_everybody(learner: int | str) -> None:
    assert not is_held_out(COURSE, learner, 0, "salt")
    assert is_held_out(COURSE, learner, 1, "salt")


def test_courses_and_platforms_draw_apart() -> None:
    one, other, elsewhere = held(0.5), held(0.5, course="course-v1:Microunits+SALES+2026"), held(0.5, salt="pepper")
    assert 4_700 < len(one & other) < 5_300
    assert 4_700 < len(one & elsewhere) < 5_300


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_from_0_to_1(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        is_held_out(COURSE, 1, share, "salt")
