"""Who was given more time than the others hears no answer before it is over, in practice or by mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from devstack.fields import Date
from tests.devstack.playing import add_block, import_olx, unit, who
from tests.xblocks.microquiz.quizzes import answer
from tests.xblocks.nudge.learning import Sitting, Time, card_of, nudge_block, time
from tests.xblocks.nudge.stage import QUIZ
from xblocks.base.platform import platform
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1
from xblocks.nudge import api, catalogue, catching_up, listening, models, sweeping, team_ahead
from xblocks.nudge.memory import Rating
from xblocks.nudge.own_dates import own
from xblocks.nudge.planning import plan_course

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["time"]

DAY = timedelta(days=1)


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> dict[str, timedelta]:
    """By how much the due date of whom is extended: their blocks have it so, as the platform does it."""
    more: dict[str, timedelta] = {}
    plain = Date.__get__

    def get(field: Any, block: Any, owner: Any) -> Any:
        value = plain(field, block, owner)
        if block is None or field.name != "due" or value is None:
            return value
        mine = [span for name, span in more.items() if who(name).pk == block.scope_ids.user_id]
        return value + mine[0] if mine else value

    monkeypatch.setattr(Date, "__get__", get)
    return more


@pytest.fixture
def due(time: Time) -> datetime:
    """When the quizzes are due: in three days, at an hour at which a message may come."""
    return platform().now().replace(hour=11, minute=0, second=0, microsecond=0) + 3 * DAY


def guarded(due: datetime, settings: str = "", **inherited: Any) -> UsageKey:
    """A quiz in a unit with a due date."""
    return add_block(QUIZ.format(name="guarded", settings=settings), unit("dated", due=due.isoformat(), **inherited))


def test_results_that_wait_for_the_due_date_wait_for_the_learners_own(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    key = guarded(due, show_correctness="past_due")
    for user in ("ann", "bob"):
        answer(key, "one", {"value": True}, user)
    cards = {card.learner.external_id: card for card in models.Card.objects.select_related("learner")}
    ann, bob = cards[str(who("ann").pk)], cards[str(who("bob").pk)]
    assert (ann.withheld_until, ann.closes_at) == (due + 20 * DAY, due + 20 * DAY)
    assert (bob.withheld_until, bob.closes_at) == (None, None)
    block = nudge_block()
    time.pass_by(days=15)
    assert not Sitting(block).names
    assert not Sitting(block, ask={"tag": "mail"}).names
    assert len(Sitting(block, "bob").names) == 1
    assert team_ahead.may_come(models.Course.objects.get(), platform().now()).count() == 1
    time.pass_by(days=9)
    assert len(Sitting(block).names) == 1


def test_the_sweep_waits_as_long(due: datetime, extended: dict[str, timedelta], time: Time) -> None:
    extended["ann"] = 20 * DAY
    answer(guarded(due, show_correctness="past_due"), "one", {"value": True})
    time.pass_by(days=10)
    swept = sweeping.sweep(platform().now(), lambda ids: None)
    assert dict(swept.not_sent) == {"nothing_due": 1}
    assert models.Learner.objects.get().next_look_at == due + 20 * DAY


def test_a_question_with_attempts_left_waits_until_its_quiz_has_closed_for_the_learner(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    key = guarded(due, 'attempts_allowed="3" show_answer="correct"', graceperiod="1 day")
    for user in ("ann", "bob"):
        answer(key, "two", {"choice": "b"}, user)
    when = dict(models.Card.objects.values_list("learner__external_id", "due_at"))
    assert when[str(who("bob").pk)] == due + DAY
    assert when[str(who("ann").pk)] == due + 21 * DAY
    # A plan that is made anew knows it, too.
    plan_course(models.Course.objects.get(), platform().now())
    assert dict(models.Card.objects.values_list("learner__external_id", "due_at")) == when
    block = nudge_block()
    time.pass_by(days=5)
    assert len(Sitting(block, "bob").names) == 1
    assert not Sitting(block, ask={"any": True}).names
    time.pass_by(days=20)
    assert Sitting(block).answer("two", {"choice": "b"}).status == 200


def test_an_extension_that_was_taken_back_ends_with_the_next_answer(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    key = guarded(due, show_correctness="past_due")
    answer(key, "one", {"value": False})
    assert card_of("one").withheld_until is not None
    extended.clear()
    answer(key, "one", {"value": True})
    assert card_of("one").withheld_until is None


def given(name: str, field: str = "due") -> None:
    """The platform has noted a date of somebody's own."""
    date = SimpleNamespace(field=field, course_id=models.Course.objects.get().course_key)
    listening.heed_extension(instance=SimpleNamespace(user_id=who(name).pk, content_date=date))


def test_who_is_given_more_time_after_answering_hears_nothing_before_it_is_over_either(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    key = guarded(due, 'show_answer="past_due"')
    for user in ("ann", "bob"):
        answer(key, "one", {"value": False}, user)
    extended["ann"] = 20 * DAY
    given("ann")
    ann = models.Card.objects.get(learner__external_id=str(who("ann").pk))
    assert (ann.withheld_until, ann.closes_at) == (due + 20 * DAY, due + 20 * DAY)
    block = nudge_block()
    time.pass_by(days=10)
    assert not Sitting(block, ask={"any": True}).names
    assert len(Sitting(block, "bob").names) == 1
    time.pass_by(days=14)
    assert len(Sitting(block).names) == 1


def test_an_extension_moves_what_waits_for_the_end_of_its_quiz_and_back(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    answer(guarded(due, 'attempts_allowed="3" show_answer="correct"'), "two", {"choice": "b"})
    assert card_of("two").due_at == due
    extended["ann"] = 20 * DAY
    given("ann")
    assert card_of("two").due_at == due + 20 * DAY
    models.Learner.objects.update(next_look_at=None)
    extended.clear()
    given("ann")
    assert (card_of("two").due_at, card_of("two").closes_at) == (due, None)
    assert models.Learner.objects.get().next_look_at is not None


def test_who_was_given_time_before_anybody_listened_is_found_when_the_course_is_published(
    due: datetime, extended: dict[str, timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = guarded(due, show_correctness="past_due")
    for user in ("ann", "bob"):
        answer(key, "one", {"value": False}, user)
    extended["ann"] = 20 * DAY
    ann = who("ann").pk
    monkeypatch.setattr(type(platform()), "given_time", lambda *_arguments: {key.course_key: {ann}})
    listening.refresh_published(course_key=key.course_key)
    kept = dict(models.Card.objects.values_list("learner__external_id", "withheld_until"))
    assert kept == {str(ann): due + 20 * DAY, str(who("bob").pk): None}


def test_other_dates_and_other_learners_change_nothing(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    answer(guarded(due), "one", {"value": False})
    extended["ann"] = 20 * DAY
    given("ann", "start")
    given("bob")
    listening.heed_extension()
    assert card_of("one").closes_at is None


def test_a_quiz_that_is_gone_keeps_its_dates_and_an_error_is_not_the_instructors(
    due: datetime, extended: dict[str, timedelta], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer(guarded(due), "one", {"value": False})
    extended["ann"] = 20 * DAY
    monkeypatch.setattr(type(platform()), "block_for", lambda *_arguments: None)
    given("ann")
    assert card_of("one").closes_at is None
    assert not caplog.records
    monkeypatch.setattr(type(platform()), "block_for", lambda *_arguments: 1 / 0)
    given("ann")
    assert "is not known to their cards" in caplog.text


def test_practice_and_what_comes_late_change_no_dates(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    answer(guarded(due), "one", {"value": True})
    card = card_of("one")
    assert card.closes_at == due + 20 * DAY
    later = platform().now() + 9 * DAY
    api.record_review(
        models.Learner.objects.get(),
        card.question,
        Rating.GOOD,
        later,
        origin="practice",
        content_hash="-",
    )
    assert card_of("one").closes_at == due + 20 * DAY


@contextmanager
def nobody_hears() -> Iterator[None]:
    assert QUESTION_ANSWERED_V1.disconnect(dispatch_uid="microunits.nudge.review_answer")
    try:
        yield
    finally:
        QUESTION_ANSWERED_V1.connect(listening.review_answer, dispatch_uid="microunits.nudge.review_answer")


def test_an_answer_that_is_caught_up_with_asks_the_platform_whose_dates_are_their_own(
    due: datetime, extended: dict[str, timedelta], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    extended["ann"] = extended["bob"] = 20 * DAY
    key = guarded(due)
    catalogued = key.course_key
    with nobody_hears():
        for user in ("ann", "bob"):
            answer(key, "one", {"value": False}, user)
    ann = who("ann").pk
    monkeypatch.setattr(type(platform()), "given_time", lambda *_arguments: {catalogued: {ann, ann + 1000}})
    assert catching_up.follow(platform().now()).recorded == 2
    kept = dict(models.Card.objects.values_list("learner__external_id", "closes_at"))
    assert kept == {str(ann): due + 20 * DAY, str(who("bob").pk): None}
    monkeypatch.setattr(type(platform()), "given_time", lambda *_arguments: 1 / 0)
    with nobody_hears():
        answer(key, "two", {"choice": "b"}, "bob")
    assert catching_up.follow(platform().now()).recorded == 1
    assert "was given more time cannot be known" in caplog.text


def test_an_answer_that_is_caught_up_with_knows_no_dates_and_takes_none_away(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    key = guarded(due)
    answer(key, "one", {"value": False})
    with nobody_hears():
        answer(key, "one", {"value": True})
    assert catching_up.follow(platform().now()).recorded == 1
    assert card_of("one").reviews == 2
    assert card_of("one").closes_at == due + 20 * DAY


def test_where_the_team_withholds_nothing_any_more_nothing_is_withheld(
    due: datetime, extended: dict[str, timedelta], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    key = guarded(due, 'show_answer="past_due"')
    answer(key, "one", {"value": True})
    block = nudge_block()
    time.pass_by(days=10)
    assert not Sitting(block).names
    import_olx(key, QUIZ.format(name="guarded", settings=""))
    catalogue.refresh_course(models.Course.objects.get())
    assert len(Sitting(block).names) == 1


def test_the_signal_tells_the_dates_of_the_learner(
    due: datetime, extended: dict[str, timedelta], told: list[Any], time: Time
) -> None:
    extended["ann"] = 20 * DAY
    key = guarded(due, show_correctness="past_due")
    for user in ("ann", "bob"):
        answer(key, "one", {"value": True}, user)
    assert [one.closes_at for one in told] == [due + 20 * DAY, due]
    assert [one.withheld_until for one in told] == [due + 20 * DAY, due]


@pytest.fixture
def told() -> Iterator[list[Any]]:
    heard: list[Any] = []

    def hear(answer: Any, **_others: Any) -> None:
        heard.append(answer)

    QUESTION_ANSWERED_V1.connect(hear, dispatch_uid="test")
    yield heard
    QUESTION_ANSWERED_V1.disconnect(dispatch_uid="test")


def test_the_later_date_counts_where_there_is_one_for_everybody() -> None:
    early, late = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
    assert own(early, late) == own(late, early) == own(late, None) == late
    assert own(None, late) is None
    assert own(None, None) is None
