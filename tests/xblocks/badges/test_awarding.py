"""What learners do is kept, and what they earn by it is awarded once, with its credit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from opaque_keys.edx.keys import CourseKey

from tests.xblocks.badges.strategies import START
from xblocks.badges import awarding, credit, models
from xblocks.badges.awarding import AwardError, give_by_hand, hear, keep_badges, reissue, replay, revoke, would_earn
from xblocks.badges.criteria import AllOf, AnyOf, CameBack, Completed, Criterion, ScoreAtLeast, WeeksInARow
from xblocks.badges.data import BadgeData
from xblocks.badges.definition import Badge
from xblocks.badges.facts import Did, Fact
from xblocks.badges.record import encode, record_of
from xblocks.badges.signals import BADGE_AWARDED_V1, BADGE_REVOKED_V1

pytestmark = pytest.mark.django_db(transaction=True)

COURSE = CourseKey.from_string("course-v1:Microunits+BADGES+2026")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def badge(name: str, criterion: Criterion, minutes: int = 0) -> Badge:
    return Badge(id=name, name=name.title(), criterion=criterion, minutes=minutes)


def done(block: str, day: float = 0) -> Fact:
    at = START + day * DAY
    return Fact(Did.COMPLETED, at, at.date(), block)


def ann(*facts: Fact, who: str = "1") -> list[str]:
    return [award.badge.badge_id for award in hear("openedx", who, COURSE, facts, NOW)]


@pytest.fixture
def heard() -> Any:
    """What others hear, in order."""
    told: list[tuple[str, BadgeData]] = []

    def listen(signal: Any = None, badge: Any = None, **_more: Any) -> None:
        told.append((signal.event_type.rsplit(".", 2)[-2], badge))

    for signal in (BADGE_AWARDED_V1, BADGE_REVOKED_V1):
        signal.connect(listen)
    yield told
    for signal in (BADGE_AWARDED_V1, BADGE_REVOKED_V1):
        signal.disconnect(listen)


def test_a_badge_is_awarded_once_by_the_fact_that_was_missing(heard: list[tuple[str, BadgeData]]) -> None:
    keep_badges(COURSE, [badge("both", Completed(("a", "b")), minutes=30)], NOW)
    assert ann(done("a", 1)) == []
    assert ann(done("b", 2)) == ["both"]
    assert ann(done("b", 2)) == []
    assert ann(done("a", 3), done("b", 3)) == []
    award = models.Award.objects.get()
    assert (award.earned_at, award.awarded_at, award.turn) == (START + 2 * DAY, NOW, 1)
    assert [(one["kind"], one["block"]) for one in award.evidence] == [("completed", "a"), ("completed", "b")]
    assert credit.balance(awarding.credit_of(award.holder)) == 30
    assert [(what, one.badge_id, one.minutes, one.external_id) for what, one in heard] == [("awarded", "both", 30, "1")]


def test_nothing_that_was_done_is_nothing_to_keep() -> None:
    assert hear("openedx", "1", COURSE, [], NOW) == []
    assert not models.Holder.objects.exists()


def test_one_learner_earns_nothing_for_another() -> None:
    keep_badges(COURSE, [badge("both", Completed(("a", "b")))], NOW)
    assert ann(done("a"), who="1") == ann(done("b"), who="2") == []


def test_a_standing_that_is_gone_or_of_another_release_is_made_anew_from_the_log() -> None:
    keep_badges(COURSE, [badge("both", Completed(("a", "b")))], NOW)
    ann(done("a", 1))
    models.Standing.objects.update(record={"version": 0})
    assert ann(done("b", 2)) == ["both"]
    models.Standing.objects.all().delete()
    ann(done("a", 1))
    assert models.Standing.objects.get().record == encode(record_of([done("a", 1), done("b", 2)]))


def test_a_new_badge_is_awarded_for_what_was_done_before_and_a_dry_run_says_to_whom() -> None:
    ann(done("a", 1))
    ann(done("b", 1), who="2")
    new = badge("first", Completed(("a",)))
    assert [(holder.external_id, at) for holder, at in would_earn(COURSE, new)] == [("1", START + DAY)]
    assert not models.Award.objects.exists()
    fresh = keep_badges(COURSE, [new], NOW)
    assert fresh == ["first"]
    assert (replay(COURSE, fresh, NOW), replay(COURSE, fresh, NOW)) == (1, 0)
    assert models.Award.objects.get().holder.external_id == "1"
    assert keep_badges(COURSE, [new], NOW) == []


def test_who_has_a_badge_keeps_it_when_it_changes_or_goes() -> None:
    first = badge("steady", Completed(("a",)))
    keep_badges(COURSE, [first], NOW)
    replay(COURSE, ["steady"], NOW)
    ann(done("a"))
    assert keep_badges(COURSE, [badge("steady", Completed(("a", "b")))], NOW) == ["steady"]
    assert awarding.read(models.Award.objects.get()) == first
    assert keep_badges(COURSE, [], NOW) == []
    assert ann(done("b"), who="2") == []
    assert models.Badge.objects.get().is_retired
    # Back again, with another text: what was done meanwhile counts.
    assert ann(done("a"), who="2") == []
    again = keep_badges(COURSE, [first], NOW)
    assert (again, replay(COURSE, again, NOW)) == (["steady"], 1)


def test_another_text_is_no_reason_to_look_at_everything_again() -> None:
    keep_badges(COURSE, [badge("steady", Completed(("a",)))], NOW)
    replay(COURSE, ["steady"], NOW)
    told = Badge(id="steady", name="Steady on", criterion=Completed(("a",)))
    assert keep_badges(COURSE, [told], NOW) == []
    assert awarding.read(models.Badge.objects.get()).name == "Steady on"


def test_a_revoked_badge_counts_no_more_and_is_not_earned_again_by_itself(heard: list[tuple[str, BadgeData]]) -> None:
    keep_badges(COURSE, [badge("first", Completed(("a",)), minutes=45)], NOW)
    ann(done("a"))
    award = models.Award.objects.get()
    revoke(award.uid, "openedx:9", "It was somebody else's work.", NOW + DAY)
    assert ann(done("a", 5)) == []
    assert credit.balance(awarding.credit_of(award.holder)) == 0
    assert [(what, one.reason) for what, one in heard] == [("awarded", ""), ("revoked", "It was somebody else's work.")]
    with pytest.raises(AwardError, match="revoked before"):
        revoke(award.uid, "openedx:9", "Again.", NOW + DAY)


def test_a_corrected_award_is_another_one_for_the_same_deeds() -> None:
    keep_badges(COURSE, [badge("first", Completed(("a",)), minutes=45)], NOW)
    ann(done("a", 2))
    keep_badges(COURSE, [badge("first", Completed(("a",)), minutes=60)], NOW)
    old = models.Award.objects.get()
    new = reissue(old.uid, "openedx:9", "It took longer.", NOW + DAY)
    assert (new.turn, new.earned_at, new.evidence, new.how) == (2, old.earned_at, old.evidence, "again")
    assert new.uid != old.uid
    assert credit.balance(awarding.credit_of(new.holder)) == 60


def test_a_badge_is_given_by_hand_with_a_reason_and_once() -> None:
    keep_badges(COURSE, [badge("first", Completed(("a",)))], NOW)
    row = models.Badge.objects.get()
    with pytest.raises(AwardError, match="Say why"):
        give_by_hand("openedx", "1", row, "openedx:9", " ", NOW)
    given = give_by_hand("openedx", "1", row, "openedx:9", "Did it on paper.", NOW)
    assert (given.how, given.by, given.evidence) == ("by_hand", "openedx:9", [])
    with pytest.raises(AwardError, match="already"):
        give_by_hand("openedx", "1", row, "openedx:9", "Again.", NOW)
    assert ann(done("a")) == []
    with pytest.raises(AwardError, match="Say why"):
        revoke(given.uid, "openedx:9", "", NOW)
    revoke(given.uid, "openedx:9", "By mistake.", NOW)
    assert give_by_hand("openedx", "1", row, "openedx:9", "After all.", NOW).turn == 2


def test_evidence_says_what_was_done_and_leaves_out_what_was_not() -> None:
    score = Fact(Did.SCORED, START, START.date(), "a", score=0.9)
    log = [
        score,
        *(Fact(Did.ANSWERED, START + day * DAY, (START + day * DAY).date(), "a", "q", day + 1, day) for day in (0, 1)),
    ]
    criterion = AllOf((ScoreAtLeast(("a",), 0.8), AnyOf((CameBack(1), Completed(("b",)), WeeksInARow(1)))))
    keep_badges(COURSE, [badge("all", criterion)], NOW)
    ann(*log)
    told = [(one["kind"], one["block"], one["score"], one["number"]) for one in models.Award.objects.get().evidence]
    assert told == [("score", "a", 0.9, 0), ("weeks", "", None, 1), ("came_back", "", None, 1)]


def test_an_award_that_is_not_there_is_not_revoked() -> None:
    with pytest.raises(models.Award.DoesNotExist):
        revoke(uuid4(), "openedx:9", "Why?", NOW)


def test_what_is_kept_says_what_it_is() -> None:
    keep_badges(COURSE, [badge("first", Completed(("a",)), minutes=1)], NOW)
    ann(done("a"))
    said = [
        str(one.objects.get()) for one in (models.Holder, models.Badge, models.Fact, models.Standing, models.CreditLine)
    ]
    assert said[:2] == ["openedx:1", f"first of {COURSE}"]
    assert str(models.Award.objects.get()) == str(models.Award.objects.get().uid)
