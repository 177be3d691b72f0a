"""Badges between this platform and Moodle: each learner has them in both, once, whatever is down or ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import CommandError, call_command

from moodle_bridge.service import awards, people, tasks
from moodle_bridge.service.courses import link_rows, site_row
from moodle_bridge.service.leases import leased
from moodle_bridge.service.models import Account, Award, Link
from tests.moodle_bridge.double_state import Badge as InMoodle
from tests.moodle_bridge.service.conftest import Clock
from tests.moodle_bridge.service.school import School, put_badge
from xblocks.badges import awarding, models
from xblocks.badges.criteria import CameBack, Completed, FirstTry, ScoreAtLeast
from xblocks.badges.definition import Badge
from xblocks.base.platform import platform

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = Badge("first", "First", FirstTry(2))


@pytest.fixture(autouse=True)
def handed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was handed to workers; none of them is there before a test calls it."""
    cache.clear()
    found: list[Any] = []
    monkeypatch.setattr(tasks.carry_awards, "apply_async", lambda *args, **more: found.append(args))
    return found


def publish(school: School, *badges: Badge) -> None:
    """The course team publishes badges."""
    now = platform().now()
    awarding.replay(school.course_key, awarding.keep_badges(school.course_key, badges, now), now)


def sync(school: School, *ids: str) -> None:
    """Badges stand in the course in Moodle, as a sync puts them there."""
    for id_ in ids:
        put_badge(school.double, school.course, str(school.course_key), id_)


def in_moodle(school: School, id_: str = "first") -> InMoodle:
    badges = school.double.state.courses[school.course].badges.values()
    return next(one for one in badges if one.values["name"] == id_)


def holders(school: School, id_: str = "first") -> set[int]:
    return set(in_moodle(school, id_).holders)


def told(school: School) -> int:
    """How many messages about badges there were."""
    return len([message for message in school.double.state.sent if "badge" in message])


def give(school: School, source: str, external_id: str, id_: str = "first") -> models.Award:
    row = models.Badge.objects.get(badge_id=id_)
    return awarding.give_by_hand(source, external_id, row, "team", "They did it.", platform().now())


def link() -> Link:
    return Link.objects.get()


# --- What is done in Moodle earns our badge


def test_what_is_done_in_moodle_earns_ours_and_is_awarded_there_in_the_same_pull(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.attempt(anna, 1, 1)
    pulled = school.pull()
    assert (pulled.earned, dict(pulled.awards)) == (1, {"awarded": 1})
    award = models.Award.objects.get()
    assert (award.holder.source, award.holder.external_id, award.how) == ("moodle:school", str(anna), "earned")
    assert holders(school) == {anna}
    again = school.pull()
    assert (again.earned, dict(again.awards), told(school)) == (0, {}, 1)


def test_completing_coming_back_and_a_score_count(school: School) -> None:
    block = f"microquiz@{school.usage_key.block_id}"
    publish(
        school,
        Badge("done", "Done", Completed((block,))),
        Badge("back", "Back", CameBack(1)),
        Badge("score", "Score", ScoreAtLeast((block,), 0.9)),
    )
    anna = school.learner()
    school.attempt(anna, 0, 1, 0)
    school.pull()
    assert set(models.Award.objects.values_list("badge__badge_id", flat=True)) == {"done"}
    school.double.advance(60)
    school.attempt(anna, 1, 1, 1)
    school.pull()
    assert set(models.Award.objects.values_list("badge__badge_id", flat=True)) == {"done", "back", "score"}


def test_a_badge_that_comes_later_is_earned_by_what_was_done_before(school: School) -> None:
    anna = school.learner()
    school.attempt(anna, 1, 1)
    assert school.pull().earned == 0
    assert models.Fact.objects.count() == 0
    publish(school, FIRST)
    assert school.pull().earned == 1
    assert school.pull().recorded.attempts == 0


def test_the_results_of_a_matched_learner_are_those_of_their_account(school: School) -> None:
    publish(school, FIRST)
    user = User.objects.create_user("anna2", "anna@example.org")
    anna = school.learner("anna")
    school.attempt(anna, 1, 1)
    school.pull()
    award = models.Award.objects.get()
    assert (award.holder.source, award.holder.external_id) == ("openedx", str(user.pk))


def test_a_pull_that_dies_while_badges_are_earned_is_gone_on_with(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(school, FIRST)
    sync(school, "first")
    learners = [school.learner(name) for name in ("anna", "bram", "chris")]
    for one in learners:
        school.attempt(one, 1, 1)
    whole, calls = awarding.hear, 0

    def dies(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return whole(*arguments)

    with monkeypatch.context() as mortal:
        mortal.setattr(awarding, "hear", dies)
        with pytest.raises(KeyboardInterrupt):
            school.pull()
    school.pull()
    assert holders(school) == set(learners)
    assert models.Award.objects.count() == told(school) == 3


# --- What is awarded here is awarded there


def test_a_badge_of_a_guest_and_of_a_matched_learner_is_carried_by_the_signal(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    user = User.objects.create_user("bram2", "bram@example.org")
    anna, bram = school.learner("anna"), school.learner("bram")
    school.pull()
    give(school, "moodle:school", str(anna))
    give(school, "openedx", str(user.pk))
    give(school, "openedx", "999999")
    assert Award.objects.count() == 2
    tasks.carry_awards("school")
    assert holders(school) == {anna, bram}
    assert set(Award.objects.values_list("told", "reason", "tries")) == {("awarded", "", 0)}
    before = school.double.requests
    tasks.carry_awards("school")
    assert school.double.requests == before


def test_many_awards_at_once_are_one_task(school: School, handed: list[Any]) -> None:
    publish(school, FIRST)
    learners = [school.learner(f"learner{number}") for number in range(5)]
    school.pull()
    for one in learners:
        give(school, "moodle:school", str(one))
    assert handed == [(("school",),)]
    assert Award.objects.count() == 5


def test_what_is_revoked_is_taken_away_there_once(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    award = give(school, "moodle:school", str(anna))
    tasks.carry_awards("school")
    awarding.revoke(award.uid, "team", "A mistake.", platform().now())
    tasks.carry_awards("school")
    assert holders(school) == set()
    assert list(Award.objects.values_list("told", "is_revoked")) == [("revoked", True)]
    assert school.pull().awards == {}


def test_a_correction_leaves_the_badge_and_says_nothing_again(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    award = give(school, "moodle:school", str(anna))
    tasks.carry_awards("school")
    awarding.reissue(award.uid, "team", "Another name.", platform().now())
    tasks.carry_awards("school")
    assert holders(school) == {anna}
    assert told(school) == 1


def test_an_award_that_is_revoked_before_moodle_hears_of_it_never_gets_there(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    award = give(school, "moodle:school", str(anna))
    awarding.revoke(award.uid, "team", "A mistake.", platform().now())
    tasks.carry_awards("school")
    assert holders(school) == set()
    assert told(school) == 0


def test_what_nobody_told_of_is_found_by_the_next_pull(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna, bram = school.learner("anna"), school.learner("bram")
    school.pull()
    with monkeypatch.context() as deaf:
        deaf.setattr(awards, "note", lambda awards: set())
        award = give(school, "moodle:school", str(anna))
        give(school, "moodle:school", str(bram))
        awarding.revoke(award.uid, "team", "A mistake.", platform().now())
    assert not Award.objects.exists()
    assert school.pull().awards == {"awarded": 1, "unchanged": 1}
    assert holders(school) == {bram}


# --- What is in the way


def test_a_moodle_that_is_away_gets_everything_later_and_once(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    school.double.is_in_maintenance = True
    give(school, "moodle:school", str(anna))
    tasks.carry_awards("school")
    assert list(Award.objects.values_list("told", "tries")) == [("", 0)]
    school.double.is_in_maintenance = False
    assert school.pull().awards == {"awarded": 1}


def test_an_answer_that_got_lost_is_asked_for_again(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    give(school, "moodle:school", str(anna))
    for number in range(1, 9):
        school.double.fail(len(school.double.calls) + number, "cut after")
    tasks.carry_awards("school")
    school.double.troubles.clear()
    assert in_moodle(school).holders
    assert Award.objects.get().told == ""
    assert school.pull().awards == {"unchanged": 1}
    assert told(school) == 1


def test_who_dies_after_the_call_loses_and_doubles_nothing(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awards, "A_CALL", 2)
    publish(school, FIRST)
    sync(school, "first")
    learners = [school.learner(f"learner{number}") for number in range(5)]
    school.pull()
    for one in learners:
        give(school, "moodle:school", str(one))
    keeps, calls = awards._keep, 0

    def dies(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        keeps(*arguments)

    with monkeypatch.context() as mortal:
        mortal.setattr(awards, "_keep", dies)
        with pytest.raises(KeyboardInterrupt):
            tasks.carry_awards("school")
    Link.objects.update(held_by="", held_until=None)
    assert Award.objects.filter(told="awarded").count() == 3
    assert len(holders(school)) == 4
    tasks.carry_awards("school")
    assert holders(school) == set(learners)
    assert told(school) == 5


def test_a_badge_that_is_not_in_moodle_yet_is_awarded_once_it_is(school: School, clock: type[Clock]) -> None:
    publish(school, FIRST)
    anna = school.learner()
    school.pull()
    give(school, "moodle:school", str(anna))
    tasks.carry_awards("school")
    assert list(Award.objects.values_list("told", "reason", "tries")) == [("", "no_badge", 1)]
    sync(school, "first")
    tasks.carry_awards("school")
    assert holders(school) == set()
    awards.synced(link())
    tasks.carry_awards("school")
    assert holders(school) == {anna}


def test_what_is_refused_is_tried_later_and_later(school: School, clock: type[Clock]) -> None:
    publish(school, FIRST)
    anna = school.learner()
    school.pull()
    give(school, "moodle:school", str(anna))
    waits = []
    for _number in range(12):
        tasks.carry_awards("school")
        row = Award.objects.get()
        waits.append(row.next_at - clock.at)
        clock.at = row.next_at
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[-1] == timedelta(days=1)


def test_one_award_that_cannot_be_carried_does_not_hold_up_the_others(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna, bram = school.learner("anna"), school.learner("bram")
    school.pull()
    give(school, "moodle:school", str(anna))
    give(school, "moodle:school", str(bram))
    Account.objects.filter(user=anna).update(user=0)
    tasks.carry_awards("school")
    assert holders(school) == {bram}
    assert Award.objects.exclude(reason="").count() == 1


def test_who_is_enrolled_or_matched_later_gets_what_they_earned_before(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    user = User.objects.create_user("bram2", "elsewhere@example.org")
    give(school, "openedx", str(user.pk))
    bram = school.learner("bram")
    assert school.pull().awards == {}
    people.join(school.account(bram), user.pk, people.HAND)
    assert school.pull().awards == {"awarded": 1}
    chris = User.objects.create_user("chris2", "chris@example.org")
    give(school, "openedx", str(chris.pk))
    school.learner("chris")
    assert school.pull().awards == {"awarded": 1}
    assert len(holders(school)) == 2


def test_a_guest_who_is_matched_keeps_one_badge_here_and_there(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    user = User.objects.create_user("anna2", "elsewhere@example.org")
    anna = school.learner()
    school.attempt(anna, 1, 1)
    school.pull()
    give(school, "openedx", str(user.pk))
    people.join(school.account(anna), user.pk, people.HAND)
    assert models.Award.objects.filter(revoked_at=None).count() == 1
    assert not models.Holder.objects.filter(source="moodle:school").exists()
    school.pull()
    assert holders(school) == {anna}
    assert models.Fact.objects.filter(holder__source="openedx").exists()


def test_a_deleted_account_takes_its_badges_along(school: School) -> None:
    publish(school, FIRST)
    anna = school.learner()
    school.attempt(anna, 1, 1)
    school.pull()
    school.double.remove_user(anna)
    school.pull()
    assert not models.Holder.objects.exists()
    assert not Award.objects.exists()


def test_a_course_in_other_hands_is_left_to_them(school: School) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    give(school, "moodle:school", str(anna))
    with leased(link()):
        tasks.carry_awards("school")
        assert holders(school) == set()
    tasks.carry_awards("school")
    assert holders(school) == {anna}


# --- By hand


def test_the_command_carries_and_says_what_it_did(school: School, capsys: Any) -> None:
    publish(school, FIRST)
    sync(school, "first")
    anna = school.learner()
    school.pull()
    give(school, "moodle:school", str(anna))
    call_command("carry_badges")
    call_command("carry_badges", "school")
    assert capsys.readouterr().out.splitlines() == ["school: 1 awarded.", "school: nothing to carry."]
    school.double.is_in_maintenance = True
    Award.objects.update(told="")
    with pytest.raises(CommandError, match="Not all could be carried: school"):
        call_command("carry_badges")
    with pytest.raises(CommandError, match="There is no site other"):
        call_command("carry_badges", "other")


def test_a_thousand_awards_are_noted_in_few_statements(school: School, django_assert_max_num_queries: Any) -> None:
    publish(school, FIRST)
    school.pull()
    (row,) = link_rows(school.configuration, site_row(school.configuration.sites["school"]))
    badge = models.Badge.objects.get()
    now = platform().now()
    accounts = Account.objects.bulk_create(Account(site=row.site, user=user) for user in range(1000, 2000))
    from moodle_bridge.service.models import Enrolment

    Enrolment.objects.bulk_create(Enrolment(account=one, link=row, read_at=now) for one in accounts)
    found = models.Holder.objects.bulk_create(
        models.Holder(source="moodle:school", external_id=str(user)) for user in range(1000, 2000)
    )
    models.Award.objects.bulk_create(
        models.Award(
            uid=uuid4(),
            badge=badge,
            holder=one,
            definition=badge.definition,
            content_hash=badge.content_hash,
            earned_at=now,
            awarded_at=now,
        )
        for one in found
    )
    Link.objects.update(awards_at=None)
    row.refresh_from_db()
    with django_assert_max_num_queries(30):
        awards.catch_up(row)
    assert Award.objects.count() == 1000
