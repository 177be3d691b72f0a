"""Each message once, and not with the same words as the last."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.nudge.kinds import Kind, slot, variant

AUCKLAND = ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize("kind", [Kind.REVIEWS, Kind.COMEBACK, Kind.GOODBYE])
def test_a_message_is_told_apart_by_its_local_day(kind: Kind) -> None:
    assert slot(kind, NOW, AUCKLAND) == "2026-11-23"
    assert slot(kind, NOW, ZoneInfo("UTC")) == "2026-11-22"


def test_a_second_message_of_a_day_is_another_one() -> None:
    assert slot(Kind.REVIEWS, NOW, AUCKLAND, number=2) == "2026-11-23/2"


def test_a_digest_is_told_apart_by_its_week() -> None:
    assert slot(Kind.DIGEST, NOW, AUCKLAND) == "2026-W48"
    assert slot(Kind.DIGEST, NOW, ZoneInfo("UTC")) == "2026-W47"
    assert slot(Kind.DIGEST, datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("UTC")) == "2026-W53"


def test_an_anchored_message_is_told_apart_by_its_key() -> None:
    assert slot(Kind.ANCHORED, NOW, AUCKLAND, "workshop:7:before") == "workshop:7:before"
    with pytest.raises(ValueError, match="key of its anchor"):
        slot(Kind.ANCHORED, NOW, AUCKLAND)


@given(st.sampled_from(Kind), st.integers(1) | st.text(), st.integers(0, 10_000), st.integers(1, 12))
def test_every_text_comes_by_before_one_comes_back(kind: Kind, learner: int | str, number: int, count: int) -> None:
    assert {variant(kind, learner, number + step, count) for step in range(count)} == set(range(count))


def test_learners_begin_with_different_texts() -> None:
    assert {variant(Kind.REVIEWS, learner, 0, 4) for learner in range(50)} == {0, 1, 2, 3}


def test_without_texts_there_is_nothing_to_choose() -> None:
    with pytest.raises(ValueError, match="at least one text"):
        variant(Kind.REVIEWS, 1, 0, 0)
