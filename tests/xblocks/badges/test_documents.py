"""What is issued has the form that Open Badges 3.0 asks for, and tells nobody's address."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.badges.earning import ACHIEVEMENT, CREDENTIAL, EMAIL, NOW, PROFILE, SPARSE, document, proved
from xblocks.badges import identity, moments
from xblocks.badges.achievements import achievement_document, hours, published
from xblocks.badges.credentials import Credential, Evidence, Recipient, credential_document

# Hypothesis adds the time zone.
EARLIEST, LATEST = datetime(1000, 1, 1), datetime(9998, 1, 1)  # noqa: DTZ001


def values(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(found for part in inner for found in values(part))]


def test_an_achievement_stands_alone_with_its_contexts() -> None:
    alone = published(achievement_document(ACHIEVEMENT))
    assert alone["@context"] == document()["@context"]
    assert alone["name"] == "Phishing spotter"


def test_contexts_and_types_are_in_the_order_of_the_specification() -> None:
    assert document()["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert document()["type"] == ["VerifiableCredential", "OpenBadgeCredential"]


@pytest.mark.parametrize("credential", [CREDENTIAL, SPARSE], ids=["full", "sparse"])
def test_nothing_empty_is_written(credential: Credential) -> None:
    assert not [value for value in values(document(credential)) if value is None or value in ("", [], {})]


@pytest.mark.parametrize("credential", [CREDENTIAL, SPARSE], ids=["full", "sparse"])
def test_no_address_of_anybody_is_written(credential: Credential) -> None:
    written = json.dumps(proved(document(credential))).lower()
    assert "example.org@" not in written
    assert "@example" not in written
    assert "fatima" not in written


def test_sets_are_arrays_even_of_one() -> None:
    subject = document()["credentialSubject"]
    achievement = subject["achievement"]
    assert len(subject["identifier"]) == 2
    for one in (subject["result"], achievement["alignment"], achievement["resultDescription"]):
        assert isinstance(one, list)
        assert len(one) == 1


def test_evidence_says_what_was_done_when_and_how_well() -> None:
    first, second = document()["evidence"]
    assert first["name"] == "Who is writing?"
    assert first["description"] == "Done on 2026-11-24, with a score of 85%."
    assert second["description"] == "Done on 2026-11-25."


def test_evidence_is_told_in_the_language_that_is_asked_for() -> None:
    dutch = {"Done on %(day)s.": "Gedaan op %(day)s."}
    one = replace(SPARSE, evidence=(Evidence("Reflectie", NOW),))
    (evidence,) = credential_document(one, lambda text: dutch[text])["evidence"]
    assert evidence["description"] == "Gedaan op 2026-11-26."


def test_a_score_of_nothing_is_a_score() -> None:
    (evidence,) = document(replace(SPARSE, evidence=(Evidence("Quiz", NOW, 0.0),)))["evidence"]
    assert evidence["description"].endswith("a score of 0%.")


def test_credit_is_told_in_hours() -> None:
    assert document()["credentialSubject"]["creditsEarned"] == 1.5
    assert document()["credentialSubject"]["achievement"]["creditsAvailable"] == 1.5


@pytest.mark.parametrize(("minutes", "told"), [(None, None), (0, 0), (60, 1), (50, 0.83), (7, 0.12)])
def test_hours_are_whole_where_they_can_be(minutes: int | None, told: float | None) -> None:
    assert hours(minutes) == told
    assert type(hours(60)) is int


def test_a_picture_of_its_own_is_kept() -> None:
    assert document(replace(SPARSE, image=PROFILE.image))["image"] == {
        "id": "https://example.org/l.png",
        "type": "Image",
    }


# --- Who earned it


def test_the_hash_is_that_of_the_specification() -> None:
    """The example of IdentityHash in Open Badges 3.0: the address a@example.com with the salt "Kosher"."""
    expected = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    assert identity.hashed("a@example.com", "Kosher") == expected
    assert identity.is_about(
        {"identityType": "emailAddress", "hashed": True, "identityHash": expected, "salt": "Kosher"}, "a@example.com"
    )


@pytest.mark.parametrize("typed", [EMAIL, "fatima@example.org", " FATIMA@EXAMPLE.ORG "])
def test_the_address_is_recognised_however_it_is_typed(typed: str) -> None:
    assert identity.is_about(document()["credentialSubject"]["identifier"], typed)


def test_an_address_in_small_letters_needs_one_hash() -> None:
    plain = replace(SPARSE, recipient=replace(SPARSE.recipient, email=EMAIL.lower()))
    assert len(document(plain)["credentialSubject"]["identifier"]) == 1


def test_another_address_is_not_recognised() -> None:
    assert identity.is_about(document()["credentialSubject"]["identifier"], "someone@example.org") is False


def test_an_identifier_that_is_no_address_says_nothing() -> None:
    named = {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": "Fatima"}
    for given_ in (None, [], named, [named, 3], {"identityType": "emailAddress"}):
        assert identity.is_about(given_, EMAIL) is None
    odd = {"identityType": "emailAddress", "identityHash": "x", "salt": 3}
    assert identity.is_about(odd, EMAIL) is None


def test_a_plain_address_of_another_issuer_is_compared_as_it_is() -> None:
    plain = {"identityType": "emailAddress", "hashed": False, "identityHash": "fatima@example.org"}
    assert identity.is_about(plain, EMAIL)
    assert identity.is_about([plain], "other@example.org") is False


@pytest.mark.parametrize(("email", "salt"), [(EMAIL, "short"), ("no address", "long enough to be a salt")])
def test_a_recipient_needs_an_address_and_a_salt(email: str, salt: str) -> None:
    with pytest.raises(ValueError, match="salt"):
        document(replace(SPARSE, recipient=Recipient("urn:uuid:1", email, salt)))


# --- When


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        document(replace(SPARSE, valid_from=datetime(2026, 1, 1)))  # noqa: DTZ001


@given(st.datetimes(EARLIEST, LATEST, timezones=st.timezones()))
def test_a_moment_comes_back_to_the_second(when: datetime) -> None:
    assert moments.moment(moments.written(when)) == when.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        "",
        "2026-11-26",
        "2026-11-26T16:05:00",
        "2026-13-26T16:05:00Z",
        "0001-01-01T00:00:00+14:00",
        "yesterday",
    ],
)
def test_what_is_no_moment_is_none(text: object) -> None:
    assert moments.moment(text) is None


def test_a_moment_may_have_another_zone_and_parts_of_a_second() -> None:
    assert moments.moment("2026-11-26T17:05:00.250+01:00") == NOW.replace(microsecond=250_000)
