"""What blocks publish is recorded by the platform's rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from opaque_keys.edx.keys import UsageKey
from openedx_events.learning.data import UserData, UserPersonalData
from openedx_events.learning.signals import SESSION_LOGIN_COMPLETED

from devstack import recording
from devstack.people import person
from tests.devstack.playing import (
    add_block,
    block_for,
    call,
    completion_of,
    delete_state,
    grade_of,
    override_score,
    recorded,
    rescore,
    signals,
    state_of,
    tracking,
    weighted_grade_of,
)
from xblocks.base.problems import ContentError

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> UsageKey:
    return add_block('<counter url_name="one"/>')


@pytest.fixture
def plain() -> UsageKey:
    return add_block('<plain url_name="one"/>')


def publish(usage_key: UsageKey, event: str, user: str = "ann", **payload: object) -> None:
    call(usage_key, "score", {"event": event, "payload": payload}, user=user)


def test_a_grade_is_kept_raw_and_weighted_and_told_to_the_block(counter: UsageKey) -> None:
    call(counter, "step", {})
    assert grade_of(counter) == (1, 2)
    assert weighted_grade_of(counter) == (2, 4)
    assert state_of(counter)["score"] == 1


def test_each_learner_has_a_grade_of_their_own(counter: UsageKey) -> None:
    call(counter, "step", {}, user="ann")
    assert grade_of(counter, "bob") is None


def test_a_grade_completes_a_block_that_does_not_do_that_itself_even_a_grade_of_0(plain: UsageKey) -> None:
    publish(plain, "grade", value=0, max_value=1)
    assert (grade_of(plain), completion_of(plain)) == ((0, 1), 1.0)
    publish(plain, "grade", value=0, max_value=1, score_deleted=True)
    assert completion_of(plain) == 0.0


def test_a_grade_leaves_a_completion_of_its_own_alone(counter: UsageKey) -> None:
    call(counter, "step", {})
    assert completion_of(counter) == 0.5


def test_only_if_higher_takes_an_equal_or_higher_share_and_no_lower_one(plain: UsageKey) -> None:
    publish(plain, "grade", value=3, max_value=4)
    publish(plain, "grade", value=7, max_value=10, only_if_higher=True)
    assert grade_of(plain) == (3, 4)
    assert [name for name, _payload in recorded("ignored", plain)] == ["grade"]
    publish(plain, "grade", value=6, max_value=8, only_if_higher=True)
    assert grade_of(plain) == (6, 8)
    publish(plain, "grade", value=0, max_value=8)
    assert grade_of(plain) == (0, 8)


def test_a_completion_needs_a_block_that_says_that_it_takes_care_of_it(plain: UsageKey) -> None:
    publish(plain, "completion", completion=0.5)
    assert completion_of(plain) is None
    assert [name for name, _payload in recorded("ignored", plain)] == ["completion"]


def test_a_completion_goes_from_0_to_1(counter: UsageKey) -> None:
    block = block_for(counter)
    with pytest.raises(ValidationError):
        block.runtime.publish(block, "completion", {"completion": 1.5})


def test_any_other_name_is_a_tracking_event(counter: UsageKey) -> None:
    call(counter, "step", {}, user="bob")
    assert tracking(counter, "bob") == [("counter.stepped", {"count": 1})]
    assert tracking(counter, "ann") == []


def test_of_somebody_who_is_not_logged_in_there_is_no_grade_and_a_completion_is_a_tracking_event(
    counter: UsageKey,
) -> None:
    call(counter, "step", {}, user="")
    assert recorded("grade") == []
    assert [name for name, _payload in tracking(counter, "")] == ["completion", "counter.stepped"]


def test_public_signals_are_heard_with_the_block_and_the_learner(counter: UsageKey) -> None:
    user = UserData(pii=UserPersonalData(username="ann", email="a@example.com"), id=7, is_active=True)
    with recording.hearing(person("ann"), counter):
        SESSION_LOGIN_COMPLETED.send_event(user=user, time=datetime(2026, 1, 1, tzinfo=UTC))
    [(name, payload)] = signals(counter, "ann")
    assert name == "org.openedx.learning.auth.session.login.completed.v1"
    assert payload["user"]["pii"]["username"] == "ann"


def test_deleting_state_removes_state_and_grade_and_resets_a_scored_blocks_completion(plain: UsageKey) -> None:
    publish(plain, "grade", value=1, max_value=1)
    delete_state(plain)
    assert (grade_of(plain), state_of(plain), completion_of(plain)) == (None, {}, 0.0)


def test_deleting_state_that_is_not_there_says_so(plain: UsageKey) -> None:
    with pytest.raises(ContentError, match="ann has not done anything here yet"):
        delete_state(plain)


def test_the_hook_of_a_block_is_told_anonymous_ids_and_then_minds_completion_itself(
    counter: UsageKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from devstack.people import anonymous_id
    from tests.devstack.blocks import CounterBlock

    told: list[dict[str, str]] = []
    monkeypatch.setattr(CounterBlock, "clear_student_state", lambda self, **ids: told.append(ids), raising=False)
    call(counter, "step", {})
    delete_state(counter)
    assert told == [
        {
            "user_id": anonymous_id(person("ann"), counter.course_key),
            "course_id": str(counter.course_key),
            "item_id": str(counter),
            "requesting_user_id": anonymous_id(person("team"), counter.course_key),
        }
    ]
    assert (state_of(counter), completion_of(counter)) == ({}, 0.5)


def test_rescoring_publishes_what_the_block_calculates_now(counter: UsageKey) -> None:
    call(counter, "step", {})
    call(counter, "set_goal", {"goal": 4}, user="team", studio=True)
    rescore(counter)
    assert grade_of(counter) == (1, 4)
    rescore(counter, only_if_higher=True)
    with pytest.raises(ContentError, match="bob has not answered here yet"):
        rescore(counter, "bob")


def test_rescoring_needs_a_block_that_can(plain: UsageKey) -> None:
    with pytest.raises(ContentError, match="cannot be scored again"):
        rescore(plain)


def test_a_score_is_set_in_weighted_points(counter: UsageKey) -> None:
    call(counter, "step", {})
    override_score(counter, 4)
    assert state_of(counter)["score"] == 1
    with pytest.raises(ContentError, match="goes from 0 to 4"):
        override_score(counter, 5)


def test_a_score_cannot_be_set_where_the_block_does_not_take_one(plain: UsageKey) -> None:
    with pytest.raises(ContentError, match="cannot be set"):
        override_score(plain, 1)
