"""Embedded proofs are those of the W3C's test vectors, and fit one document and one key only."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.xblocks.badges.earning import ED, ED_ID, NOW, OTHER_ED, document, proved
from xblocks.badges import context_loader, data_integrity, issuer_keys, multibase
from xblocks.badges.credential_errors import ProofRefusedError, UnsignedContentError
from xblocks.badges.moments import moment

DATA = Path(__file__).with_name("data")

# "Data Integrity EdDSA Cryptosuites v1.0", appendix B.1 (Representation: eddsa-rdfc-2022).
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
OPTIONS_HASH = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"


@pytest.fixture
def vector(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The signed credential of the vector; the context of its examples is known during this test alone."""
    examples = {"https://www.w3.org/ns/credentials/examples/v2": str(DATA / "credentials-examples-v2.jsonld")}
    monkeypatch.setattr(context_loader, "FILES", context_loader.FILES | examples)
    signed: dict[str, Any] = json.loads((DATA / "alumni-signed.json").read_text())
    return signed


def test_what_is_signed_is_what_the_vector_says(vector: dict[str, Any]) -> None:
    assert data_integrity.signed_bytes(vector, vector["proof"]).hex() == OPTIONS_HASH + DOCUMENT_HASH


def test_the_vector_verifies(vector: dict[str, Any]) -> None:
    name = vector["proof"]["verificationMethod"].partition("#")[2]
    data_integrity.verify(vector, vector["proof"], issuer_keys.from_multikey(name), NOW)


def test_signing_the_vector_gives_its_proof(vector: dict[str, Any]) -> None:
    key = issuer_keys.ed25519_from(multibase.from_base58(SECRET)[2:])
    unsecured = {name: value for name, value in vector.items() if name != "proof"}
    created = moment(vector["proof"]["created"])
    assert created
    ours = data_integrity.proved(unsecured, key, vector["proof"]["verificationMethod"], created)
    assert ours == {**unsecured, "proof": [vector["proof"]]}


def verify(signed: dict[str, Any], **changes: Any) -> None:
    (proof,) = signed["proof"]
    changed = {name: value for name, value in (proof | changes).items() if value is not None}
    data_integrity.verify(signed, changed, ED.public_key(), NOW)


def test_a_proof_fits_its_document_and_leaves_it_as_it_was() -> None:
    before = document()
    signed = proved(before)
    verify(signed)
    assert "proof" not in before
    assert {name: value for name, value in signed.items() if name != "proof"} == before
    assert signed["proof"][0]["verificationMethod"] == ED_ID


def test_another_key_or_another_text_is_refused() -> None:
    signed = proved()
    with pytest.raises(ProofRefusedError, match="altered"):
        data_integrity.verify(signed, signed["proof"][0], OTHER_ED.public_key(), NOW)
    other = copy.deepcopy(signed)
    other["credentialSubject"]["achievement"]["name"] = "Master of everything"
    with pytest.raises(ProofRefusedError, match="altered"):
        verify(other)


def test_something_that_is_added_is_refused() -> None:
    with pytest.raises(UnsignedContentError):
        verify(proved() | {"grade": "excellent"})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "Ed25519Signature2020"}, "kind of signature"),
        ({"cryptosuite": "eddsa-jcs-2022"}, "kind of signature"),
        ({"cryptosuite": None}, "kind of signature"),
        ({"previousProof": "urn:uuid:1"}, "kind of signature"),
        ({"proofPurpose": "authentication"}, "another purpose"),
        ({"created": "yesterday"}, "not written"),
        ({"created": "2026-11-26T16:05:01Z"}, "altered"),
        ({"created": None}, "altered"),
        ({"verificationMethod": "did:web:other.example#1"}, "altered"),
        ({"expires": "2026-11-26T16:05:00Z"}, "for some time"),
        ({"expires": "never"}, "for some time"),
        ({"expires": "2027-11-26T16:05:00Z"}, "altered"),
        ({"proofValue": None}, "not written"),
        ({"proofValue": "z0"}, "not written"),
        ({"proofValue": "zabc"}, "not written"),
        ({"proofValue": "u" + "A" * 86}, "not written"),
        ({"proofValue": ["z"]}, "not written"),
    ],
)
def test_a_proof_that_is_not_as_it_should_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ProofRefusedError, match=reason):
        verify(proved(), **changes)


def test_proofs_may_stand_alone_or_in_an_array() -> None:
    (proof,) = proved()["proof"]
    assert data_integrity.proofs({"proof": proof}) == [proof]
    assert data_integrity.proofs({"proof": [proof, "no proof"]}) == [proof]
    assert data_integrity.proofs({}) == []
    assert data_integrity.supported({"proof": [{"type": "Other"}, proof]}) == proof
    assert data_integrity.supported({"proof": {"type": "Other"}}) is None
