"""A learner from elsewhere turns out to have an account: one log, each badge once, and a ledger that balances."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import api, awarding, models
from xblocks.badges.credit import balance
from xblocks.badges.criteria import CameBack, Completed, FirstTry
from xblocks.badges.definition import Badge
from xblocks.badges.facts import Did, Fact
from xblocks.base.platform import platform

pytestmark = pytest.mark.django_db

COURSE = CourseKey.from_string("course-v1:Org+JOIN+R")
GUEST, ACCOUNT = ("moodle:school", "7"), ("openedx", "42")
BADGES = (
    Badge("first", "First", FirstTry(2), minutes=30),
    Badge("back", "Back", CameBack(1)),
    Badge("done", "Done", Completed(("a", "b"))),
)
DAY = date(2026, 11, 2)
AT = datetime.fromisoformat("2026-11-02T09:00:00+00:00")


def answer(minute: int, score: float = 1.0, question: str = "x", attempt: int = 1) -> Fact:
    return Fact(Did.ANSWERED, AT + timedelta(minutes=minute), DAY, "a", question, attempt, score)


def done(block: str, minute: int = 0) -> Fact:
    return Fact(Did.COMPLETED, AT + timedelta(minutes=minute), DAY, block)


def hear(who: tuple[str, str], *facts: Fact) -> None:
    api.hear(*who, COURSE, facts, platform().now())


def join() -> list[models.Award]:
    return api.join_learners(GUEST, ACCOUNT, platform().now())


def held(who: tuple[str, str] = ACCOUNT) -> list[tuple[str, bool]]:
    rows = models.Award.objects.filter(holder__source=who[0], holder__external_id=who[1]).order_by("pk")
    return [(row.badge.badge_id, row.revoked_at is None) for row in rows.select_related("badge")]


@pytest.fixture(autouse=True)
def _badges() -> None:
    awarding.keep_badges(COURSE, BADGES, platform().now())


def test_badges_and_facts_go_along() -> None:
    hear(GUEST, answer(1), answer(2, question="y"))
    assert join() == []
    assert held() == [("first", True)]
    assert not models.Holder.objects.filter(source="moodle:school").exists()
    assert models.Fact.objects.filter(holder__source="openedx").count() == 2
    assert balance(awarding.credit_of(models.Holder.objects.get())) == 30
    assert join() == []


def test_what_both_did_may_be_enough_for_more() -> None:
    hear(GUEST, done("a"), answer(1, 0.0))
    hear(ACCOUNT, done("b"), answer(5, attempt=2))
    assert sorted(award.badge.badge_id for award in join()) == ["back", "done"]


def test_a_badge_that_both_have_counts_once_and_so_does_its_credit() -> None:
    for who in (GUEST, ACCOUNT):
        hear(who, answer(1), answer(2, question="y"))
    join()
    assert sorted(held()) == [("first", False), ("first", True)]
    assert models.Fact.objects.count() == 2
    assert balance(awarding.credit_of(models.Holder.objects.get())) == 30
    assert sorted(models.Award.objects.values_list("turn", flat=True)) == [1, 2]


def test_whom_nobody_heard_of_brings_nothing() -> None:
    assert join() == []
    with pytest.raises(ValueError, match="themselves"):
        api.join_learners(ACCOUNT, ACCOUNT, platform().now())


FACTS = st.lists(
    st.one_of(
        st.builds(answer, st.integers(0, 90), st.sampled_from([0.0, 1.0]), st.sampled_from("xy"), st.integers(1, 2)),
        st.builds(done, st.sampled_from("ab"), st.integers(0, 90)),
    ),
    max_size=6,
)


@given(FACTS, FACTS)
@settings(max_examples=25, deadline=None)
def test_two_who_are_joined_have_what_one_would_have_who_did_it_all(guest: list[Fact], account: list[Fact]) -> None:
    models.Holder.objects.all().delete()
    hear(GUEST, *guest)
    hear(ACCOUNT, *account)
    other = ("openedx", "1")
    hear(other, *guest, *account)
    join()
    assert {name for name, counts in held() if counts} == {name for name, _counts in held(other)}
    facts: dict[str, Any] = {}
    for external_id in ("42", "1"):
        rows = models.Fact.objects.filter(holder__external_id=external_id, holder__source="openedx")
        facts[external_id] = set(rows.values_list("digest", flat=True))
    assert facts["42"] == facts["1"]


# --- Awards that changed


def test_awards_are_found_again_by_when_they_came_or_went() -> None:
    now = platform().now()
    badge = models.Badge.objects.get(badge_id="first")
    old = awarding.give_by_hand("openedx", "1", badge, "team", "x", now - timedelta(days=2))
    new = awarding.give_by_hand("openedx", "2", badge, "team", "x", now)
    assert [one.uid for one in api.awards_changed(COURSE, None, 10)] == [old.uid, new.uid]
    assert [one.uid for one in api.awards_changed(COURSE, now - timedelta(days=1), 10)] == [new.uid]
    awarding.revoke(old.uid, "team", "x", now)
    found = api.awards_changed(COURSE, now - timedelta(days=1), 1)
    assert [one.uid for one in found] == [old.uid]
    assert [one.uid for one in api.awards_changed(COURSE, now - timedelta(days=1), 1, found[0].pk)] == [new.uid]
    assert api.awards_changed(CourseKey.from_string("course-v1:A+B+C"), None, 10) == []


def test_an_award_is_valid_as_long_as_its_badge_says() -> None:
    awarding.keep_badges(COURSE, [Badge("year", "Year", FirstTry(1), months=12), BADGES[0]], platform().now())
    rows = {row.badge_id: row for row in models.Badge.objects.all()}
    year = awarding.give_by_hand("openedx", "1", rows["year"], "team", "x", AT)
    assert api.valid_until(year) == datetime.fromisoformat("2027-11-02T09:00:00+00:00")
    assert api.valid_until(awarding.give_by_hand("openedx", "1", rows["first"], "team", "x", AT)) is None
