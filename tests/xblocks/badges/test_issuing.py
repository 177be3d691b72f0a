"""What was awarded is signed both ways, once; without keys it waits; revoked, it says so at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from openedx_events.learning.signals import BADGE_AWARDED, BADGE_REVOKED

from tests.xblocks.badges.issued import BADGE, COURSE, NOW, award, done
from tests.xblocks.badges.strategies import START
from xblocks.badges import announcing, issuing, key_ring, lookups, models, sharing, status_lists, tasks
from xblocks.badges.awarding import give_by_hand, hear, keep_badges, reissue, revoke
from xblocks.badges.credential_jwt import parse
from xblocks.badges.credentials import valid_until
from xblocks.badges.definition import Alignment
from xblocks.badges.identity import is_about
from xblocks.badges.verdict import Name, Outcome
from xblocks.badges.verifying import verify
from xblocks.nudge import api as nudge

pytestmark = pytest.mark.django_db(transaction=True)


def document(of: models.Award) -> Any:
    return json.loads(issued(of).document)


def issued(of: models.Award) -> models.Credential:
    found = issuing.credential_of(of)
    assert found is not None
    return found


def outcomes(upload: str, now: datetime = NOW, email: str | None = None) -> dict[str, str]:
    return {check.name: check.outcome for check in verify(upload.encode(), lookups.lookups(now), email).checks}


def test_what_is_awarded_is_signed_both_ways_and_passes_every_check() -> None:
    ann = award()
    for upload in (ann.credential.document, ann.credential.token):
        verdict = verify(upload.encode(), lookups.lookups(NOW), "ann@example.com")
        bad = [(one.name, one.outcome, one.details) for one in verdict.checks if one.outcome is not Outcome.PASSED]
        assert bad == []
        assert verdict.outcome is Outcome.PASSED


def test_both_ways_say_the_same() -> None:
    credential = award().credential
    whole = json.loads(credential.document)
    whole.pop("proof")
    assert parse(credential.token).credential == whole


def test_a_credential_says_what_was_earned_and_how() -> None:
    whole = document(award())
    subject = whole["credentialSubject"]
    assert subject["achievement"]["name"] == "Phishing spotter"
    assert subject["achievement"]["description"] == "Sees at a glance what is wrong with a mail."
    assert subject["achievement"]["criteria"]["narrative"].startswith("All of this:\n\n- Complete 1 unit.\n- Reach at")
    assert subject["achievement"]["tag"] == ["security", "mail"]
    assert subject["achievement"]["alignment"][0]["targetUrl"] == "https://example.org/digcomp/4.1"
    assert subject["creditsEarned"] == 1.5
    done = [(one["name"], one["description"]) for one in whole["evidence"]]
    assert ("A unit of the course", f"Done on {START.date()}, with a score of 85%.") in done
    assert whole["validFrom"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert whole["validUntil"] > whole["validFrom"]
    assert whole["issuer"]["id"] == "did:web:127.0.0.1%3A8000:microunits:badges:issuer"


def test_nothing_public_holds_the_address_or_the_name_of_the_learner() -> None:
    ann = award()
    everything = ann.credential.document + ann.credential.token + str(ann.credential.achievement.document)
    assert "ann@" not in everything
    assert "Ann" not in everything
    identifiers = document(ann)["credentialSubject"]["identifier"]
    assert is_about(identifiers, "ann@example.com")
    assert not is_about(identifiers, "bob@example.com")


def test_two_badges_of_one_learner_cannot_be_linked() -> None:
    first, second = award(), award(badge=replace(BADGE, id="second", name="Second"))
    subjects = [document(one)["credentialSubject"] for one in (first, second)]
    assert subjects[0]["id"] != subjects[1]["id"]
    assert subjects[0]["identifier"][0]["salt"] != subjects[1]["identifier"][0]["salt"]


def test_somebody_of_another_place_is_named_by_this_credential_alone() -> None:
    guest = award(who="moodle:school/7")
    assert "identifier" not in document(guest)["credentialSubject"]
    assert not guest.credential.has_address
    said = outcomes(guest.credential.document, email="ann@example.com")
    assert said.pop(Name.RECIPIENT) == Outcome.UNCHECKED
    assert set(said.values()) == {Outcome.PASSED}


def test_somebody_of_another_place_who_turned_out_to_be_somebody_here_has_their_address() -> None:
    ann = award()
    here = nudge.learner("openedx", ann.holder.external_id)
    nudge.join_learners(nudge.learner("moodle:school", "7"), here, NOW)
    guest = award(who="moodle:school/7")
    assert is_about(document(guest)["credentialSubject"]["identifier"], "ann@example.com")


def test_without_keys_an_award_waits_and_is_signed_when_there_are_some() -> None:
    ann = award(keys=False)
    assert issuing.credential_of(ann) is None
    key_ring.make(NOW)
    assert outcomes(issued(ann).document) == dict.fromkeys(outcomes(issued(ann).document), Outcome.PASSED)


def test_an_award_is_signed_by_studio_too_which_has_no_pages_of_badges(settings: Any) -> None:
    """Publishing a course replays what was done before, in Studio's workers."""
    settings.ROOT_URLCONF = "tests.xblocks.badges.no_pages"
    ann = award()
    settings.ROOT_URLCONF = "devstack.urls"
    assert sharing.public_address(ann).endswith(reverse("microunits_badges:credential_as", args=[ann.uid, "html"]))
    assert json.loads(ann.credential.document)["id"] == sharing.public_address(ann).removesuffix(".html")


def test_everything_that_waits_is_signed_at_once() -> None:
    for who in ("ann", "bob", "carol"):
        award(who=who, keys=False)
    assert list(issuing.sign_missing(NOW)) == [0]
    key_ring.make(NOW)
    assert list(issuing.sign_missing(NOW)) == [3]
    assert list(issuing.sign_missing(NOW)) == []


def test_to_sign_twice_changes_nothing() -> None:
    ann = award()
    before = (ann.credential.document, ann.credential.token)
    tasks.sign(ann.pk)
    again = issuing.sign(ann.pk, NOW + timedelta(days=1))
    assert again is not None
    assert (again.document, again.token) == before
    assert models.StatusEntry.objects.count() == 1


def test_an_award_that_is_gone_is_not_signed() -> None:
    ann = award()
    ann.holder.delete()
    assert issuing.sign(ann.pk, NOW) is None


def test_where_the_queue_does_not_answer_the_award_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> None:
        raise tasks.sign.OperationalError

    monkeypatch.setattr(tasks.sign, "delay", refuse)
    ann = award()
    assert not models.Credential.objects.exists()
    assert issued(ann).document


# --- The definition as it was earned


def test_an_award_keeps_to_the_definition_as_it_was_earned() -> None:
    ann = award()
    keep_badges(COURSE, [replace(BADGE, name="Phishing master", minutes=10)], NOW)
    bob = award(who="bob", badge=replace(BADGE, name="Phishing master", minutes=10))
    names = [document(one)["credentialSubject"]["achievement"]["name"] for one in (ann, bob)]
    assert names == ["Phishing spotter", "Phishing master"]
    ids = {document(one)["credentialSubject"]["achievement"]["id"] for one in (ann, bob)}
    assert len(ids) == models.Achievement.objects.count() == 2


def test_two_with_the_same_definition_earned_the_same_achievement() -> None:
    award()
    award(who="bob")
    assert models.Achievement.objects.count() == 1


def test_whatever_a_team_writes_can_be_signed() -> None:
    """Addresses with what may not stand in one, the same framework twice, units of one name on one day."""
    odd = replace(
        BADGE,
        name='Zoë\'s "badge" \\ 字 😀',
        description="",
        narrative="<p>Do <a href='https://example.org/a b'>it</a></p>",
        alignments=(Alignment("A", "https://example.org/a b|c^{}`é"),) * 8,
        tags=(),
    )
    ann = award(badge=odd)
    assert outcomes(ann.credential.document)[Name.SIGNATURE] == Outcome.PASSED
    assert document(ann)["credentialSubject"]["achievement"]["description"] == odd.name


def test_much_that_was_done_on_one_day_in_units_of_one_name_can_be_signed() -> None:
    ann = award(keys=False)
    same = {"kind": "completed", "at": NOW.isoformat(), "block": "gone", "score": None, "number": 0}
    models.Award.objects.filter(pk=ann.pk).update(evidence=[same] * 50)
    key_ring.make(NOW)
    assert len(document(models.Award.objects.get())["evidence"]) == 50


def test_a_badge_given_by_hand_is_signed_without_evidence_and_without_the_reason() -> None:
    key_ring.make(NOW)
    keep_badges(COURSE, [BADGE], NOW)
    given = give_by_hand("openedx", "1", models.Badge.objects.get(), "openedx:9", "Was ill, did it on paper.", NOW)
    assert "evidence" not in document(given)
    assert "ill" not in issued(given).document


def test_a_credential_ends_on_a_day_that_there_is() -> None:
    begins = datetime(2026, 8, 31, tzinfo=NOW.tzinfo)
    assert valid_until(begins, 0) is None
    assert str(valid_until(begins, 6))[:10] == "2027-02-28"
    assert str(valid_until(begins, 18))[:10] == "2028-02-29"
    assert str(valid_until(begins, 12))[:10] == "2027-08-31"


# --- Revoking, correcting


def test_a_revoked_credential_says_so_at_once_and_the_list_stays_signed() -> None:
    ann, bob = award(), award(who="bob")
    assert outcomes(ann.credential.document)[Name.STATUS] == Outcome.PASSED
    revoke(ann.uid, "openedx:9", "It was somebody else's work.", NOW)
    assert outcomes(ann.credential.document)[Name.STATUS] == Outcome.FAILED
    assert outcomes(bob.credential.document)[Name.STATUS] == Outcome.PASSED


def test_an_award_revoked_before_it_was_signed_is_not_signed() -> None:
    ann = award(keys=False)
    revoke(ann.uid, "openedx:9", "By mistake.", NOW)
    key_ring.make(NOW)
    assert issuing.credential_of(ann) is None


def test_a_correction_is_a_new_credential_and_the_old_one_counts_no_more() -> None:
    old = award()
    new = reissue(old.uid, "openedx:9", "The name was wrong.", NOW)
    assert outcomes(old.credential.document)[Name.STATUS] == Outcome.FAILED
    assert set(outcomes(issued(new).document).values()) == {Outcome.PASSED}


def test_a_list_is_signed_anew_only_when_it_must_be() -> None:
    ann = award()
    number = ann.credential.status.status_list.number
    first = status_lists.published(number, NOW)
    assert status_lists.published(number, NOW + timedelta(hours=11)) == first
    assert status_lists.published(number, NOW + timedelta(hours=13)) != first
    assert status_lists.published(number, NOW - timedelta(days=2)) != first
    assert status_lists.published(number + 1, NOW) is None


def test_a_full_list_is_followed_by_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_lists, "ENTRIES", status_lists.TRIES)
    places = [status_lists.allot() for _ in range(status_lists.TRIES + 3)]
    assert len({(one.status_list_id, one.index) for one in places}) == len(places)
    assert models.StatusList.objects.count() == 2


def test_the_place_of_somebody_who_is_forgotten_is_not_given_away() -> None:
    ann = award()
    place = ann.credential.status
    kept = ann.credential.document
    ann.holder.delete()
    assert models.StatusEntry.objects.get().index == place.index
    assert set(outcomes(kept).values()) == {Outcome.PASSED}


# --- The platform's events


@pytest.fixture
def platform_heard() -> Iterator[list[Any]]:
    told: list[Any] = []

    def listen(signal: Any = None, badge: Any = None, **_more: Any) -> None:
        told.append((signal.event_type, badge))

    for signal in (BADGE_AWARDED, BADGE_REVOKED):
        signal.connect(listen)
    yield told
    for signal in (BADGE_AWARDED, BADGE_REVOKED):
        signal.disconnect(listen)


def test_the_platform_hears_of_badges_of_its_own_learners(platform_heard: list[Any]) -> None:
    ann = award()
    revoke(ann.uid, "openedx:9", "By mistake.", NOW)
    (awarded, badge), (revoked, same) = platform_heard
    assert (awarded, revoked) == ("org.openedx.learning.badge.awarded.v1", "org.openedx.learning.badge.revoked.v1")
    assert badge == same
    assert (badge.uuid, badge.user.pii.email) == (str(ann.uid), "ann@example.com")
    assert (badge.template.name, badge.template.origin) == ("Phishing spotter", "microunits")
    assert badge.template.image_url.startswith("http://127.0.0.1:8000/microunits/badges/public/achievements/")


def test_the_platform_hears_nothing_of_learners_of_other_places_or_without_an_account(
    platform_heard: list[Any],
) -> None:
    award(who="moodle:school/7")
    award(who="openedx/999999")
    award(who="openedx/nobody")
    assert platform_heard == []


def test_the_platform_hears_nothing_of_what_was_not_kept(platform_heard: list[Any]) -> None:
    ann = award()
    platform_heard.clear()
    with transaction.atomic():
        announcing.awarded(ann)
        transaction.set_rollback(True)
    assert platform_heard == []


def test_who_listens_and_fails_does_not_undo_an_award(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(issuing, "sign", fail)
    keep_badges(COURSE, [BADGE], NOW)
    key_ring.make(NOW)
    assert len(hear("openedx", "1", COURSE, done(), NOW)) == 1
    assert models.Award.objects.count() == 1
