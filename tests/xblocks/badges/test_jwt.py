"""A VC-JWT says the same as the credential in it, and nothing talks its way past the signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from tests.xblocks.badges.earning import CREDENTIAL, NOW, OTHER_RSA, RSA, RSA_ID, SPARSE, document, token
from xblocks.badges import credential_jwt, issuer_keys
from xblocks.badges.credential_errors import CredentialError, ProofRefusedError, UnreadableError
from xblocks.badges.credentials import Credential
from xblocks.badges.multibase import base64url, from_base64url


def part(value: Any) -> str:
    return base64url(value if isinstance(value, bytes) else json.dumps(value).encode())


def made(header: Any, payload: Any, key: Any = RSA) -> str:
    """A token with any header and payload, rightly signed with RS256."""
    text = f"{part(header)}.{part(payload)}"
    return f"{text}.{part(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


HEADER = {"alg": "RS256", "typ": "JWT", "kid": RSA_ID}


def payload(**changes: Any) -> dict[str, Any]:
    whole = document() | credential_jwt.expected_claims(document()) | changes
    return {name: value for name, value in whole.items() if value != "left out"}


def verify(text: str) -> None:
    credential_jwt.verify(credential_jwt.parse(text), RSA.public_key())


@pytest.mark.parametrize("credential", [CREDENTIAL, SPARSE], ids=["full", "sparse"])
def test_a_token_holds_the_credential_and_verifies(credential: Credential) -> None:
    signed = token(document(credential))
    verify(f" {signed}\n")
    parsed = credential_jwt.parse(signed)
    assert parsed.credential == document(credential)
    assert parsed.header == HEADER
    assert credential_jwt.looks_like_one(signed)


def test_the_claims_repeat_the_credential() -> None:
    claims = credential_jwt.parse(token()).payload
    assert claims["iss"] == document()["issuer"]["id"]
    assert claims["sub"] == document()["credentialSubject"]["id"]
    assert claims["jti"] == document()["id"]
    assert claims["nbf"] == int((NOW - timedelta(days=1)).timestamp())
    assert claims["exp"] == int((NOW + timedelta(days=365)).timestamp())
    assert "exp" not in credential_jwt.parse(token(document(SPARSE))).payload


def test_an_issuer_may_be_an_address_alone_and_seconds_may_have_parts() -> None:
    whole = document() | {"issuer": "https://i.example", "validFrom": "2026-01-01T00:00:00.5Z"}
    claims = credential_jwt.expected_claims(whole)
    assert claims["iss"] == "https://i.example"
    assert claims["nbf"] == 1767225600.5
    assert credential_jwt.expected_claims({"credentialSubject": []}) == {}


def test_other_claims_are_allowed_and_are_no_part_of_the_credential() -> None:
    text = made(HEADER, payload(iat=1, aud="https://wallet.example"))
    verify(text)
    assert credential_jwt.parse(text).credential == document()


def test_another_key_is_refused() -> None:
    with pytest.raises(ProofRefusedError, match="altered"):
        verify(made(HEADER, payload(), OTHER_RSA))


def test_an_altered_payload_is_refused() -> None:
    header, body, signature = token().split(".")
    altered = json.loads(from_base64url(body)) | {"name": "Master of everything"}
    with pytest.raises(ProofRefusedError, match="altered"):
        verify(f"{header}.{part(altered)}.{signature}")


def test_no_signature_is_none() -> None:
    for algorithm in ("none", "None", "", None, ["RS256"], "rs256"):
        for signature in ("", part(b"x" * 256)):
            with pytest.raises(ProofRefusedError, match="instead of RS256"):
                verify(f"{part(HEADER | {'alg': algorithm})}.{part(payload())}.{signature}")


def test_a_public_key_is_no_shared_secret() -> None:
    """Signing with HS256 and the public key as the secret fools verifiers that believe the header."""
    for public in (
        RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        RSA.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    ):
        text = f"{part(HEADER | {'alg': 'HS256'})}.{part(payload())}"
        with pytest.raises(ProofRefusedError, match="HS256 instead of RS256"):
            verify(f"{text}.{part(hmac.digest(public, text.encode(), hashlib.sha256))}")
        mixed = f"{part(HEADER)}.{part(payload())}"
        with pytest.raises(ProofRefusedError, match="altered"):
            verify(f"{mixed}.{part(hmac.digest(public, mixed.encode(), hashlib.sha256))}")


@pytest.mark.parametrize(
    "changes",
    [
        {"crit": ["exp"], "exp": 1},
        {"x5u": "https://evil.example/key"},
        {"jku": "https://evil.example/keys"},
        {"b64": False},
        {"cty": "JWT"},
        {"typ": "vc+jwt"},
        {"typ": None},
        {"kid": 3},
        {"kid": None},
        {"jwk": issuer_keys.jwk(RSA.public_key())},
    ],
)
def test_a_header_that_asks_for_more_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProofRefusedError, match="does not allow"):
        verify(made(HEADER | changes, payload()))


def test_a_header_names_a_key_or_brings_it() -> None:
    header = {"alg": "RS256", "jwk": issuer_keys.jwk(RSA.public_key())}
    verify(made(header, payload()))
    with pytest.raises(ProofRefusedError, match="does not allow"):
        verify(made({"alg": "RS256"}, payload()))


@pytest.mark.parametrize("claim", ["iss", "sub", "jti", "nbf", "exp"])
def test_a_claim_that_disagrees_with_the_credential_is_refused(claim: str) -> None:
    for value in ("urn:x:other", 1, True, None, ["x"], "left out"):
        with pytest.raises(ProofRefusedError, match=claim):
            verify(made(HEADER, payload(**{claim: value})))


def test_an_end_in_the_claims_alone_is_refused() -> None:
    sparse = document(SPARSE)
    with pytest.raises(ProofRefusedError, match="exp"):
        verify(made(HEADER, sparse | credential_jwt.expected_claims(sparse) | {"exp": 1}))


def test_a_credential_that_names_nobody_cannot_be_a_token() -> None:
    nobody = document(replace(SPARSE, recipient=replace(SPARSE.recipient, id="")))
    with pytest.raises(ProofRefusedError, match="sub"):
        verify(made(HEADER, nobody | credential_jwt.expected_claims(nobody)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        "e30.e30.",
        f"{part(HEADER)}.{part(b'[]')}.AA",
        f"{part(b'not json')}.{part({})}.AA",
        f"{part(HEADER)}.{part({})}.A",
        f"{part(HEADER)}.{part({})}.AA==",
        f"{part({**HEADER, 'kid': 'x' * 9000})}.{part({})}.AA",
        f"{part(HEADER)}.{part(b'[' * 5000)}.AA",
        f"{part(HEADER)}.{part({'x': 'y' * 600_000})}.AA",
        "e" * 800_000 + ".e30.AA",
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises((UnreadableError, ProofRefusedError)) as caught:
        credential_jwt.parse(text)
    assert isinstance(caught.value, CredentialError)


def test_other_texts_do_not_look_like_a_token() -> None:
    assert not credential_jwt.looks_like_one('{"a.b.c": 1}')
    assert not credential_jwt.looks_like_one("e30.e30")
