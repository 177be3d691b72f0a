"""Whoever chooses another time zone on the platform, which tells nobody: no promise is broken by the old one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devstack import clock
from devstack.platform import TIME_ZONE, Devstack
from tests.devstack.playing import who
from tests.xblocks.nudge.stage import DAY, due, known, learner, quiz
from xblocks.base.platform import Person
from xblocks.nudge import api, delivering, models
from xblocks.nudge.preferences import Preferences
from xblocks.nudge.sweeping import FARTHEST, sweep

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
# 19:30 in Amsterdam, on a Wednesday.
EVENING = datetime(2027, 3, 10, 18, 30, tzinfo=UTC)


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """The time zones that people chose on the platform, by user; Amsterdam for the others."""
    chosen: dict[int, str] = {}
    people = Devstack.people
    cache.clear()

    def told(self: Devstack, user_ids: Collection[int]) -> Mapping[int, Person]:
        found = people(self, user_ids)
        return {pk: replace(one, time_zone=chosen.get(pk, TIME_ZONE)) for pk, one in found.items()}

    monkeypatch.setattr(Devstack, "people", told)
    monkeypatch.setattr(
        Devstack, "time_zones", lambda _self, user_ids: {pk: chosen.get(pk, TIME_ZONE) for pk in user_ids}
    )
    return chosen


def nobody(nudge_ids: object) -> None:
    """Nobody takes what is handed out."""


@pytest.fixture
def ann(zones: dict[int, str]) -> models.Learner:
    """Somebody with a question due since yesterday, who is looked at in the evening."""
    row = learner("ann", next_look_at=EVENING)
    due(row, known(quiz()), at=EVENING - DAY)
    return row


def deliver_at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> models.Nudge:
    nudge = models.Nudge.objects.get()
    monkeypatch.setattr(clock, "now", lambda: now)
    delivering.deliver([nudge.pk])
    nudge.refresh_from_db()
    return nudge


def test_a_message_that_was_planned_by_the_old_clock_is_not_sent_into_the_night_of_the_new(
    ann: models.Learner, zones: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sweep(EVENING, nobody).planned
    zones[who("ann").pk] = "Asia/Tokyo"
    nudge = deliver_at(EVENING + timedelta(minutes=1), monkeypatch)
    assert (nudge.status, nudge.reason) == ("skipped", "not_now")
    ann.refresh_from_db()
    # At 8:00 in Tokyo.
    assert ann.next_look_at == datetime(2027, 3, 10, 23, tzinfo=UTC)


def test_a_chosen_day_and_hour_are_those_of_the_new_clock_when_it_is_sent(
    ann: models.Learner, zones: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # On Wednesdays, around seven in the evening.
    api.keep_preferences(ann, Preferences(days=0b0000100, hour=19), EVENING)
    assert sweep(EVENING, nobody).planned
    zones[who("ann").pk] = "Europe/Helsinki"
    nudge = deliver_at(EVENING + timedelta(minutes=1), monkeypatch)
    assert (nudge.status, nudge.reason) == ("skipped", "not_now")
    ann.refresh_from_db()
    assert ann.next_look_at == datetime(2027, 3, 17, 17, tzinfo=UTC)


def test_whose_morning_comes_sooner_now_hears_by_the_next_hour(ann: models.Learner, zones: dict[int, str]) -> None:
    models.Learner.objects.update(next_look_at=EVENING + HOUR)
    assert not sweep(EVENING + HOUR, nobody).planned
    ann.refresh_from_db()
    assert ann.next_look_at == datetime(2027, 3, 11, 7, tzinfo=UTC)
    # It is 10:30 in Auckland, and 8:00 in Amsterdam only in ten hours.
    zones[who("ann").pk] = "Pacific/Auckland"
    assert not sweep(EVENING + HOUR + timedelta(minutes=10), nobody).planned
    assert sweep(EVENING + 3 * HOUR, nobody).planned == {"reviews": 1}


def test_who_chose_a_zone_here_is_left_where_they_are(ann: models.Learner, zones: dict[int, str]) -> None:
    api.keep_preferences(ann, Preferences(time_zone="Europe/Brussels"), EVENING)
    sweep(EVENING + HOUR, nobody)
    zones[who("ann").pk] = "Pacific/Auckland"
    assert not sweep(EVENING + 3 * HOUR, nobody).looked_at


def test_a_clock_that_stayed_leads_to_no_look(ann: models.Learner, zones: dict[int, str]) -> None:
    sweep(EVENING + HOUR, nobody)
    for hour in range(2, 12):
        assert not sweep(EVENING + hour * HOUR, nobody).looked_at


def test_whoever_is_looked_at_later_than_any_clock_can_make_it_sooner_is_not_asked_about(
    ann: models.Learner, zones: dict[int, str]
) -> None:
    models.Card.objects.update(due_at=EVENING + 9 * DAY)
    sweep(EVENING, nobody)
    ann.refresh_from_db()
    zones[who("ann").pk] = "Pacific/Auckland"
    assert not sweep(ann.next_look_at - FARTHEST - 2 * HOUR, nobody).looked_at
    assert sweep(ann.next_look_at - FARTHEST + HOUR, nobody).looked_at == 1


def test_it_costs_two_statements_an_hour(ann: models.Learner, zones: dict[int, str]) -> None:
    sweep(EVENING + HOUR, nobody)
    with CaptureQueriesContext(connection) as first:
        sweep(EVENING + 2 * HOUR, nobody)
    with CaptureQueriesContext(connection) as second:
        sweep(EVENING + 2 * HOUR + timedelta(minutes=10), nobody)
    assert len(first) - len(second) == 2


def test_a_platform_that_cannot_be_asked_for_clocks_stops_nothing(
    ann: models.Learner, zones: dict[int, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sweep(EVENING + 2 * HOUR, nobody)
    due(learner("bob", next_look_at=EVENING), models.Question.objects.get(), at=EVENING - DAY)
    monkeypatch.setattr(Devstack, "time_zones", lambda _self, _user_ids: 1 / 0)
    assert sweep(EVENING + 3 * HOUR, nobody).looked_at == 1
    assert "cannot be known" in caplog.text


def test_a_zone_that_is_no_zone_is_kept_as_far_as_it_goes(ann: models.Learner, zones: dict[int, str]) -> None:
    zones[who("ann").pk] = "Nowhere/" * 30
    sweep(EVENING + 2 * HOUR, nobody)
    ann.refresh_from_db()
    assert len(ann.zone) == 64
    assert not sweep(EVENING + 4 * HOUR, nobody).looked_at
