"""Keys are written as the specifications say, read with care, and listed as long as a badge needs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.badges.earning import ED, ED_ID, ISSUER, KEYS, NOW, OTHER_ED, OTHER_RSA, RSA, RSA_ID
from xblocks.badges import issuer_documents, issuer_keys, multibase
from xblocks.badges.credential_errors import KeyRefusedError
from xblocks.badges.issuer_documents import (
    IssuerKey,
    controller_document,
    did_key,
    did_web,
    did_web_address,
    jwks,
    key_in,
)

# --- Base58 and base64url


@given(st.binary(max_size=200))
def test_base58_and_base64url_come_back(data: bytes) -> None:
    assert multibase.from_base58(multibase.base58(data)) == data
    assert multibase.from_base64url(multibase.base64url(data)) == data


def test_base58_is_bitcoins() -> None:
    """From draft-msporny-base58, section 5."""
    assert multibase.base58(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert multibase.base58(bytes.fromhex("0000287fb4cd")) == "z11233QC4"


@pytest.mark.parametrize("text", ["", "2NEpo7", "z0", "zO", "z" + "2" * 1000])
def test_what_is_no_base58_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base58"):
        multibase.from_base58(text)


@pytest.mark.parametrize("text", ["QQ==", "Q Q", "QR", "Q", "Q+/Q", "Qé"])
def test_base64url_is_read_in_one_spelling_only(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        multibase.from_base64url(text)


# --- Writing and reading keys


def test_a_multikey_is_the_one_of_the_specification() -> None:
    """The key pair of the test vectors in "Data Integrity EdDSA Cryptosuites v1.0", appendix B."""
    secret = multibase.from_base58("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq").removeprefix(b"\x80\x26")
    written = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert issuer_keys.multikey(issuer_keys.ed25519_from(secret).public_key()) == written
    assert issuer_keys.multikey(issuer_keys.from_multikey(written)) == written


@pytest.mark.parametrize("key", [ED.public_key(), RSA.public_key()], ids=["ed25519", "rsa"])
def test_a_json_web_key_comes_back(key: issuer_keys.PublicKey) -> None:
    written = issuer_keys.jwk(key)
    assert "d" not in written
    assert issuer_keys.jwk(issuer_keys.from_jwk(written)) == written


def test_a_thumbprint_is_that_of_the_specification() -> None:
    """RFC 8037, appendix A.3."""
    key = issuer_keys.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert issuer_keys.thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    "written",
    [
        None,
        3,
        "",
        "z6Mk",
        "zQ3shVt7cNBKEiDXDuBrmFAnVbzHrb3iRmVsnhpx1zLSvcBkJ",
        "zzz0",
        multibase.base58(b"\xed\x01short"),
    ],
)
def test_what_is_no_ed25519_multikey_is_refused(written: object) -> None:
    with pytest.raises(KeyRefusedError):
        issuer_keys.from_multikey(written)


SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()


@pytest.mark.parametrize(
    "written",
    [
        None,
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        {"kty": "OKP", "crv": "X25519", "x": "AQ"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AQ"},
        {"kty": "OKP", "crv": "Ed25519", "x": 3},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "RSA", "n": "AQ", "e": "AQAB"},
        {"kty": "RSA", "n": "not base64", "e": "AQAB"},
        issuer_keys.jwk(SMALL),
        issuer_keys.jwk(RSA.public_key()) | {"e": "AQ"},
        issuer_keys.jwk(RSA.public_key()) | {"e": "AQAAAAAAAQ"},
        issuer_keys.jwk(RSA.public_key()) | {"e": "BA"},
        issuer_keys.jwk(RSA.public_key()) | {"d": "AQAB"},
        {"kty": "RSA", "n": multibase.base64url(b"\xff" * 2000), "e": "AQAB"},
    ],
)
def test_a_weak_or_foreign_or_private_key_is_refused(written: object) -> None:
    with pytest.raises(KeyRefusedError):
        issuer_keys.from_jwk(written)


@pytest.mark.parametrize("key", [ED, RSA], ids=["ed25519", "rsa"])
def test_a_private_key_is_kept_sealed(key: issuer_keys.PrivateKey) -> None:
    kept = issuer_keys.sealed(key, b"the site's secret")
    assert "ENCRYPTED" in kept
    opened = issuer_keys.unsealed(kept, b"the site's secret")
    assert issuer_keys.jwk(opened.public_key()) == issuer_keys.jwk(key.public_key())
    with pytest.raises(KeyRefusedError, match="secret"):
        issuer_keys.unsealed(kept, b"another secret")


def test_another_kind_of_private_key_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
    )
    with pytest.raises(KeyRefusedError):
        issuer_keys.unsealed(other.decode(), b"secret")


# --- did:web


@pytest.mark.parametrize(
    ("address", "did", "document"),
    [
        ("https://w3c-ccg.github.io", "did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("https://example.com:3000", "did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
        ("https://a.org/user/alice/", "did:web:a.org:user:alice", "https://a.org/user/alice/did.json"),
    ],
)
def test_a_did_web_is_where_its_specification_says(address: str, did: str, document: str) -> None:
    assert did_web(address) == did
    assert did_web_address(did) == document


@pytest.mark.parametrize(
    "address", ["http://a.org", "https://", "https://a.org/?q", "https://a.org/#f", "https://u@a.org", "a.org"]
)
def test_a_did_web_needs_a_plain_https_address(address: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        did_web(address)


@pytest.mark.parametrize(
    "did", ["did:key:z6Mk", "did:web:", "did:web:a.org/x", "did:web:a.org::x", "did:web:u@a.org", "a.org"]
)
def test_what_is_no_did_web_has_no_address(did: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        did_web_address(did)


def test_a_did_key_is_its_own_key() -> None:
    name = issuer_keys.multikey(ED.public_key())
    found = did_key(f"did:key:{name}#{name}")
    assert found is not None
    assert found[0] == f"did:key:{name}"
    assert issuer_keys.jwk(found[1]) == issuer_keys.jwk(ED.public_key())


def test_a_did_key_names_itself_twice() -> None:
    name, other = issuer_keys.multikey(ED.public_key()), issuer_keys.multikey(OTHER_ED.public_key())
    assert did_key(f"did:key:{name}") is None
    assert did_key(f"did:key:{name}#{other}") is None
    with pytest.raises(KeyRefusedError):
        did_key("did:key:z6MkZ#z6MkZ")


# --- What is published


def test_both_keys_are_found_in_what_the_issuer_publishes() -> None:
    document = controller_document(ISSUER, KEYS, ["https://badges.example.org"])
    assert document["alsoKnownAs"] == ["https://badges.example.org"]
    assert isinstance(key_in(document, ISSUER, ED_ID, NOW), ed25519.Ed25519PublicKey)
    assert isinstance(key_in(document, ISSUER, RSA_ID, NOW), rsa.RSAPublicKey)
    assert isinstance(key_in(jwks(KEYS), ISSUER, RSA_ID, NOW), rsa.RSAPublicKey)
    assert {key["alg"] for key in jwks(KEYS)["keys"]} == {"EdDSA", "RS256"}


def test_names_within_a_document_may_be_short() -> None:
    method = {"id": "#ed-1", "controller": ISSUER, "publicKeyMultibase": issuer_keys.multikey(ED.public_key())}
    document = {"id": ISSUER, "verificationMethod": [method], "assertionMethod": ["#ed-1"]}
    assert key_in(document, ISSUER, ED_ID, NOW)
    assert key_in({"id": ISSUER, "assertionMethod": [method]}, ISSUER, ED_ID, NOW)


def listed(**changes: Any) -> dict[str, Any]:
    document = controller_document(ISSUER, KEYS[:1])
    (method,) = document["verificationMethod"]
    return document | {"verificationMethod": [{**method, **changes}]}


@pytest.mark.parametrize(
    "document",
    [
        "no document",
        [],
        {"id": ISSUER},
        {"keys": []},
        {"keys": ["no key", {"kid": ED_ID, "use": "enc"}]},
        controller_document("did:web:other.example", KEYS),
        controller_document(ISSUER, KEYS) | {"assertionMethod": []},
        controller_document(ISSUER, KEYS) | {"assertionMethod": None},
        controller_document(ISSUER, KEYS) | {"verificationMethod": ["no key"]},
        listed(controller="did:web:other.example"),
        listed(publicKeyMultibase="z6Mk"),
        listed(revoked="2026-01-01T00:00:00Z"),
        listed(expires="2026-01-01T00:00:00Z"),
        listed(revoked="once"),
    ],
)
def test_a_key_that_the_issuer_does_not_list_for_signing_is_refused(document: object) -> None:
    with pytest.raises(KeyRefusedError):
        key_in(document, ISSUER, ED_ID, NOW)


def test_a_key_that_will_end_still_counts() -> None:
    assert key_in(listed(expires="2099-01-01T00:00:00Z"), ISSUER, ED_ID, NOW)


# --- Rotation

NEW = IssuerKey(f"{ISSUER}#ed-2", OTHER_ED.public_key(), NOW)


def test_a_new_key_signs_and_the_old_one_stays_while_it_is_needed() -> None:
    keys = (*KEYS, NEW)
    assert issuer_documents.signing(keys, "ed25519") == NEW
    assert issuer_documents.signing(keys, "rsa") == KEYS[1]
    assert {key.id for key in issuer_documents.published(keys, {ED_ID})} == {ED_ID, RSA_ID, NEW.id}
    assert {key.id for key in issuer_documents.published(keys, ())} == {RSA_ID, NEW.id}


def test_a_key_in_wrong_hands_signs_no_longer_and_its_badges_count_no_longer() -> None:
    stolen = replace(NEW, revoked=NOW)
    keys = (*KEYS, stolen)
    assert issuer_documents.signing(keys, "ed25519") == KEYS[0]
    assert stolen in issuer_documents.published(keys, {NEW.id})
    assert NEW.id not in {key["kid"] for key in jwks(keys)["keys"]}
    with pytest.raises(KeyRefusedError, match="withdrawn"):
        key_in(controller_document(ISSUER, keys), ISSUER, NEW.id, NOW + timedelta(seconds=1))


def test_an_issuer_without_keys_lists_none() -> None:
    assert issuer_documents.signing((), "rsa") is None
    assert issuer_documents.published((), ()) == ()
    assert issuer_keys.thumbprint(OTHER_RSA.public_key()) != issuer_keys.thumbprint(RSA.public_key())
