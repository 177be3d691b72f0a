"""Whatever is uploaded, a verdict comes out that a person can read, and it is the right one."""

from __future__ import annotations

import copy
import json
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xblocks.badges.earning import (
    ED_ID,
    EMAIL,
    ISSUER,
    KEYS,
    LIST,
    NOW,
    OTHER_ED,
    OTHER_RSA,
    RSA,
    RSA_ID,
    SPARSE,
    SVG,
    as_bytes,
    document,
    lookups,
    png,
    proved,
    revocations,
    token,
)
from xblocks.badges import credential_form, credential_jwt, data_integrity, issuer_keys, status_list
from xblocks.badges.baking import baked
from xblocks.badges.canonical import canonical
from xblocks.badges.issuer_documents import controller_document, jwks
from xblocks.badges.verdict import Name, Outcome, Verdict
from xblocks.badges.verifying import Lookups, verify

# Made once, for the examples that hypothesis makes by the hundred.
PROVED, LOOKUPS = proved(), lookups()

PASSED, FAILED, UNCHECKED = Outcome.PASSED, Outcome.FAILED, Outcome.UNCHECKED


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def outcomes(verdict: Verdict) -> dict[str, str]:
    return {check.name.value: check.outcome.value for check in verdict.checks}


def sentence(verdict: Verdict, name: Name) -> str:
    return verdict.of[name].problem.sentence()


def uploads() -> dict[str, bytes]:
    json_, jwt = as_bytes(proved()), token()
    return {
        "json": json_,
        "jwt": jwt.encode(),
        "png": baked(png(), json_.decode()),
        "svg": baked(SVG, json_.decode()),
        "png with a jwt": baked(png(), jwt),
        "svg with a jwt": baked(SVG, jwt),
        "jwt with a proof": token(proved()).encode(),
    }


UPLOADS = uploads()


# --- Badges that are as they should be


@pytest.mark.parametrize("upload", UPLOADS.values(), ids=UPLOADS.keys())
def test_a_badge_of_ours_passes_every_check_however_it_comes(upload: bytes) -> None:
    verdict = verify(upload, lookups(), EMAIL)
    assert outcomes(verdict) == dict.fromkeys(Name, "passed")
    assert verdict.outcome is PASSED
    assert verdict.credential
    assert {name: value for name, value in verdict.credential.items() if name != "proof"} == document()


def test_the_form_it_came_in_is_told() -> None:
    forms = [verify(upload, lookups()).form for upload in UPLOADS.values()]
    assert forms == ["json", "jwt", "png", "svg", "png", "svg", "jwt"]


def test_a_badge_without_end_and_status_passes_and_says_so() -> None:
    verdict = verify(as_bytes(proved(document(SPARSE))), lookups())
    assert verdict.outcome is PASSED
    assert "no place" in sentence(verdict, Name.STATUS)


def test_a_set_of_keys_is_enough_for_a_jwt() -> None:
    upload = token(document(SPARSE)).encode()
    assert verify(upload, lookups(issuer=lambda _: jwks(KEYS))).outcome is PASSED


def test_a_badge_of_a_did_key_needs_nobody() -> None:
    name = issuer_keys.multikey(OTHER_ED.public_key())
    whole = document(SPARSE) | {"issuer": {"id": f"did:key:{name}", "type": ["Profile"], "name": "Anybody"}}
    upload = as_bytes(proved(whole, key=OTHER_ED, key_id=f"did:key:{name}#{name}"))
    assert verify(upload, lookups(issuer=lambda _: None)).outcome is PASSED


# --- Badges that are not


def alterations() -> dict[str, Any]:
    def set_(path: list[str | int], value: Any) -> Any:
        def change(whole: Any) -> None:
            for step in path[:-1]:
                whole = whole[step]
            whole[path[-1]] = value

        return change

    return {
        "another name": set_(["name"], "Master of everything"),
        "another recipient": set_(["credentialSubject", "identifier", 0, "identityHash"], "sha256$" + "0" * 64),
        "a longer life": set_(["validUntil"], "2099-01-01T00:00:00Z"),
        "a better score": set_(["credentialSubject", "result", 0, "value"], "100"),
        "no status": lambda whole: whole.pop("credentialStatus"),
        "another issuer's name": set_(["issuer", "name"], "Oxford"),
        "more evidence": lambda whole: whole["evidence"].append({"type": ["Evidence"], "name": "More"}),
        "something unsigned": set_(["credentialSubject", "honours"], "summa cum laude"),
        "another spelling of a key": lambda whole: whole.update(
            {"https://www.w3.org/2018/credentials#validUntil": whole.pop("validUntil")}
        ),
    }


@pytest.mark.parametrize("name", alterations())
def test_an_altered_badge_fails(name: str) -> None:
    whole = copy.deepcopy(proved())
    alterations()[name](whole)
    verdict = verify(as_bytes(whole), lookups())
    assert verdict.of[Name.SIGNATURE].outcome is FAILED
    assert verdict.of[Name.STATUS].outcome is UNCHECKED
    assert verdict.outcome is FAILED


def test_an_end_that_is_moved_elsewhere_is_missed() -> None:
    """As linked data the badge still says when it ends, though not where readers of JSON look."""
    whole = document(SPARSE) | {"validUntil": "2026-11-01T00:00:00Z"}
    whole["credentialSubject"]["achievement"]["related"] = [{"id": whole["id"], "type": ["VerifiableCredential"]}]
    signed = proved(whole)
    moved = copy.deepcopy(signed)
    moved["credentialSubject"]["achievement"]["related"][0]["validUntil"] = moved.pop("validUntil")
    assert verify(as_bytes(signed), lookups()).of[Name.PERIOD].outcome is FAILED
    assert verify(as_bytes(moved), lookups()).of[Name.SIGNATURE].outcome is FAILED


def test_a_badge_that_nobody_signed_fails() -> None:
    verdict = verify(as_bytes(document()), lookups())
    assert "Nobody signed" in sentence(verdict, Name.SIGNATURE)
    assert verdict.outcome is FAILED


OTHER_PROOFS = ({"type": "Ed25519Signature2020"}, [{"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}])


@pytest.mark.parametrize("proof", OTHER_PROOFS)
def test_a_signature_of_another_kind_cannot_be_checked(proof: Any) -> None:
    verdict = verify(as_bytes(document() | {"proof": proof}), lookups())
    assert verdict.of[Name.SIGNATURE].outcome is UNCHECKED
    assert verdict.outcome is UNCHECKED


def test_a_key_that_the_issuer_does_not_list_fails() -> None:
    for upload in (
        as_bytes(proved(key=OTHER_ED, key_id=f"{ISSUER}#mine")),
        credential_jwt.signed(document(), OTHER_RSA, f"{ISSUER}#mine").encode(),
    ):
        verdict = verify(upload, lookups())
        assert "does not list" in sentence(verdict, Name.ISSUER)
        assert verdict.outcome is FAILED


def test_a_key_of_somebody_else_fails() -> None:
    name = issuer_keys.multikey(OTHER_ED.public_key())
    verdict = verify(as_bytes(proved(key=OTHER_ED, key_id=f"did:key:{name}#{name}")), lookups())
    assert verdict.of[Name.SIGNATURE].outcome is PASSED
    assert "somebody else" in sentence(verdict, Name.ISSUER)
    assert verdict.outcome is FAILED


def test_a_key_of_another_kind_fails() -> None:
    for upload in (as_bytes(proved(key_id=RSA_ID)), credential_jwt.signed(document(), RSA, ED_ID).encode()):
        assert "another kind" in sentence(verify(upload, lookups()), Name.SIGNATURE)


def test_an_issuer_who_is_not_known_leaves_the_question_open() -> None:
    verdict = verify(as_bytes(proved()), lookups(issuer=lambda _: None))
    assert outcomes(verdict) == {
        "readable": "passed",
        "form": "passed",
        "signature": "unchecked",
        "issuer": "unchecked",
        "period": "passed",
        "status": "unchecked",
    }
    assert ISSUER in sentence(verdict, Name.ISSUER)
    assert verdict.outcome is UNCHECKED


def test_a_key_that_a_jwt_brings_along_proves_nothing_about_the_issuer() -> None:
    header = {"alg": "RS256", "jwk": issuer_keys.jwk(OTHER_RSA.public_key())}
    text = token_with(header, OTHER_RSA)
    unknown = verify(text, lookups(issuer=lambda _: None))
    assert unknown.of[Name.SIGNATURE].outcome is PASSED
    assert unknown.of[Name.ISSUER].outcome is UNCHECKED
    assert unknown.of[Name.STATUS].outcome is UNCHECKED
    assert verify(text, lookups()).of[Name.SIGNATURE].outcome is PASSED
    assert "somebody else" in sentence(verify(text, lookups()), Name.ISSUER)
    weak = verify(token_with(header | {"jwk": {"kty": "oct", "k": "AQ"}}, OTHER_RSA), lookups())
    assert weak.of[Name.ISSUER].outcome is FAILED


@pytest.mark.parametrize("document", [jwks(KEYS), controller_document(ISSUER, KEYS)], ids=["jwks", "did"])
def test_a_key_that_a_jwt_brings_along_counts_when_the_issuer_lists_it(document: Any) -> None:
    text = token_with({"alg": "RS256", "jwk": issuer_keys.jwk(RSA.public_key())}, RSA)
    assert verify(text, lookups(issuer=lambda _: document)).outcome is PASSED


@pytest.mark.parametrize("document", ["nothing", {"keys": [3, {"kid": "x"}]}, {"id": ISSUER, "assertionMethod": [3]}])
def test_a_document_that_lists_no_such_key_does_not_help(document: Any) -> None:
    text = token_with({"alg": "RS256", "jwk": issuer_keys.jwk(RSA.public_key())}, RSA)
    assert verify(text, lookups(issuer=lambda _: document)).of[Name.ISSUER].outcome is FAILED


def token_with(header: dict[str, Any], key: Any) -> bytes:
    from tests.xblocks.badges.test_jwt import made, payload

    return made(header, payload(), key).encode()


@pytest.mark.parametrize("changes", [{"issuer": {"type": ["Profile"]}}, {"issuer": 3}])
def test_a_badge_that_does_not_say_who_issued_it_fails(changes: dict[str, Any]) -> None:
    verdict = verify(as_bytes(proved() | changes), lookups())
    assert "who issued" in sentence(verdict, Name.ISSUER)
    assert verdict.outcome is FAILED


def test_a_proof_that_names_no_key_fails() -> None:
    whole = copy.deepcopy(proved())
    whole["proof"][0]["verificationMethod"] = ["x"]
    assert verify(as_bytes(whole), lookups()).of[Name.ISSUER].outcome is FAILED
    del whole["proof"][0]["verificationMethod"]
    assert verify(as_bytes(whole), lookups()).of[Name.ISSUER].outcome is FAILED


def test_a_context_from_elsewhere_cannot_be_checked_and_is_not_fetched() -> None:
    whole = proved()
    whole["@context"] = [*whole["@context"], "https://evil.example/context.jsonld"]
    verdict = verify(as_bytes(whole), lookups())
    assert "https://evil.example/context.jsonld" in sentence(verdict, Name.SIGNATURE)
    assert verdict.of[Name.SIGNATURE].outcome is UNCHECKED


# --- Its dates, its status, its owner


@pytest.mark.parametrize(
    ("days", "outcome", "said"),
    [(-2, FAILED, "not valid yet"), (0, PASSED, "valid at this moment"), (365, FAILED, "expired")],
)
def test_a_badge_counts_within_its_dates(days: int, outcome: Outcome, said: str) -> None:
    verdict = verify(as_bytes(proved()), lookups(now=NOW + timedelta(days=days)))
    assert verdict.of[Name.PERIOD].outcome is outcome
    assert said in sentence(verdict, Name.PERIOD)


@pytest.mark.parametrize("changes", [{"validFrom": "yesterday"}, {"validUntil": "never"}, {"validUntil": 3}])
def test_dates_that_cannot_be_read_fail(changes: dict[str, Any]) -> None:
    assert verify(as_bytes(document() | changes), lookups()).of[Name.PERIOD].outcome is FAILED


def test_a_revoked_badge_fails_and_another_does_not() -> None:
    assert "revoked it" in sentence(verify(as_bytes(proved()), lookups(94567)), Name.STATUS)
    assert verify(as_bytes(proved()), lookups(94567)).outcome is FAILED
    assert verify(as_bytes(proved()), lookups(94566, 94568)).outcome is PASSED


def lists(data: str | bytes | None) -> Lookups:
    return lookups(status_list=lambda _: data)


def test_a_list_may_be_a_jwt() -> None:
    unsigned = {name: value for name, value in revocations(94567).items() if name != "proof"}
    upload = as_bytes(proved())
    assert verify(upload, lists(token(unsigned))).of[Name.STATUS].outcome is FAILED


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "at this moment"),
        (b"<html>not found</html>", "not valid JSON"),
        (b"\xff\xfe", "neither a picture"),
        (as_bytes({name: value for name, value in revocations().items() if name != "proof"}), "not signed rightly"),
        (as_bytes(revocations() | {"validFrom": "2026-11-01T00:00:00Z"}), "not signed rightly"),
        (as_bytes(revocations(valid_until=NOW - timedelta(minutes=1))), "out of date"),
        (as_bytes(revocations(issuer="did:web:other.example")), "not from the issuer"),
        (as_bytes(proved()), "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_believed_leaves_the_question_open(data: str | bytes | None, said: str) -> None:
    verdict = verify(as_bytes(proved()), lists(data))
    assert verdict.of[Name.STATUS].outcome is UNCHECKED
    assert said in sentence(verdict, Name.STATUS)
    assert verdict.outcome is UNCHECKED


@pytest.mark.parametrize("status", [{"type": "1EdTechRevocationList"}, {"type": "BitstringStatusListEntry"}])
def test_a_status_of_another_kind_cannot_be_checked(status: dict[str, Any]) -> None:
    whole = document() | {"credentialStatus": {"id": "urn:x:1", **status}}
    upload = credential_jwt.signed(whole, RSA, RSA_ID).encode()
    assert verify(upload, lookups()).of[Name.STATUS].outcome is UNCHECKED


def test_many_statuses_are_not_asked_for() -> None:
    many = [status_list.entry_document(status_list.StatusEntry(f"{LIST}{number}", 1)) for number in range(5)]
    upload = as_bytes(proved(document() | {"credentialStatus": many}))
    asked: list[str] = []
    verdict = verify(upload, lookups(status_list=asked.append))
    assert verdict.of[Name.STATUS].outcome is UNCHECKED
    assert asked == []


def test_of_several_statuses_the_worst_counts() -> None:
    entry = status_list.StatusEntry(LIST, 5, "suspension")
    suspended = proved(status_list.list_document(LIST, ISSUER, status_list.encode([5]), NOW, purpose="suspension"))
    both = [{"id": "urn:x:1", "type": "https://example.org/Other"}, status_list.entry_document(entry)]
    upload = as_bytes(proved(document() | {"credentialStatus": both}))
    verdict = verify(upload, lists(as_bytes(suspended)))
    assert "suspended" in sentence(verdict, Name.STATUS)


def test_whose_badge_it_is_can_be_asked() -> None:
    upload = as_bytes(proved())
    assert verify(upload, lookups(), "other@example.org").of[Name.RECIPIENT].outcome is FAILED
    nobody = document() | {"credentialSubject": 3}
    assert verify(as_bytes(nobody), lookups(), EMAIL).of[Name.RECIPIENT].outcome is UNCHECKED


# --- Its form


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"@context": ["https://www.w3.org/2018/credentials/v1"]}, "@context"),
        ({"@context": list(reversed(document()["@context"]))}, "@context"),
        ({"@context": "https://www.w3.org/ns/credentials/v2"}, "@context"),
        ({"type": ["VerifiableCredential"]}, "type"),
        ({"type": "OpenBadgeCredential"}, "type"),
        ({"id": "no address"}, "id"),
        ({"id": None}, "id"),
        ({"issuer": {"name": "x"}}, "issuer"),
        ({"validFrom": "2026-11-26"}, "validFrom"),
        ({"validUntil": 3}, "validUntil"),
        ({"evidence": []}, "evidence"),
        ({"credentialSubject": []}, "credentialSubject"),
        ({"credentialSubject": {"achievement": {}}}, "credentialSubject/identifier"),
        ({"credentialSubject": {"id": "urn:x:1"}}, "credentialSubject/achievement"),
        ({"credentialSubject": {"achievement": {"id": "x"}}}, "credentialSubject/achievement/id"),
        ({"credentialSubject": {"achievement": {"type": "Badge"}}}, "credentialSubject/achievement/type"),
        ({"credentialSubject": {"achievement": {}}}, "credentialSubject/achievement/name"),
        ({"credentialSubject": {"achievement": {"criteria": None}}}, "credentialSubject/achievement/criteria"),
        ({"credentialSubject": {"x": [{"y": None}]}}, "credentialSubject/x/0/y"),
    ],
)
def test_what_every_badge_has_is_asked_for(changes: dict[str, Any], path: str) -> None:
    found = credential_form.problems(document() | changes)
    assert path in {problem.path for problem in found}
    verdict = verify(as_bytes(document() | changes), lookups())
    assert verdict.of[Name.FORM].outcome is FAILED
    assert path in {problem.path for problem in verdict.of[Name.FORM].details}


def test_what_other_issuers_may_write_is_taken() -> None:
    whole = document() | {"type": ["VerifiableCredential", "AchievementCredential"], "issuer": "https://i.example"}
    whole["@context"] = [*whole["@context"][:1], "https://purl.imsglobal.org/spec/ob/v3p0/context.json"]
    whole["credentialSubject"]["achievement"]["type"] = "Achievement"
    assert credential_form.problems(whole) == ()


# --- Uploads that nobody means well with


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"\0",
        b"null",
        b"[]",
        b"{}" * 2,
        b"\xff\xfe\x00",
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b" " * 10_000_000,
        b"eyJ.eyJ.eyJ",
        b"ey" + b"." * 2,
        b"<" * 1_000_000,
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000,
        png(40_000, 40_000, pixels=b""),
        SVG,
        png(),
        b'<!DOCTYPE x [<!ENTITY a "&#97;">]><svg>&a;</svg>',
    ],
)
def test_what_holds_no_badge_gets_a_verdict_that_says_so(upload: bytes) -> None:
    verdict = verify(upload, lookups(), EMAIL)
    assert outcomes(verdict) == {"readable": "failed"}
    assert verdict.credential is None
    assert sentence(verdict, Name.READABLE).endswith(".")


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
flat_values = scalars | st.lists(scalars, max_size=4) | st.dictionaries(st.text(max_size=12), scalars, max_size=4)
json_values = flat_values | st.lists(flat_values, max_size=3) | st.dictionaries(st.text(max_size=12), flat_values)
KNOWN = sorted({"@context", "id", "type", "proof", "@id", "@graph", *document(), *document()["credentialSubject"]})


@settings(max_examples=150)
@given(st.data())
def test_a_badge_with_anything_in_it_gets_a_verdict(data: st.DataObject) -> None:
    """Somewhere in a good badge something else stands. It never passes, unless it still says the very same."""
    whole = copy.deepcopy(proved())
    place: Any = whole
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    if data.draw(st.booleans()) and isinstance(place, dict):
        place[data.draw(st.sampled_from(KNOWN) | st.text(max_size=12))] = data.draw(json_values)
    else:
        place[key] = data.draw(json_values)
    verdict = verify(json.dumps(whole).encode(), lookups(), EMAIL)
    assert all(check.problem.sentence() for check in verdict.checks)
    if verdict.outcome is PASSED:
        unsecured = {name: value for name, value in whole.items() if name != "proof"}
        assert canonical(unsecured) == canonical(document())
        assert data_integrity.supported(whole)


@settings(max_examples=150)
@given(st.sampled_from(sorted(UPLOADS)), st.data())
def test_a_damaged_upload_gets_a_verdict(name: str, data: st.DataObject) -> None:
    whole = bytearray(UPLOADS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "put"]))
        if kind == "set":
            whole[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del whole[at : at + data.draw(st.integers(1, 50))]
            whole.extend(b"\0" * (not whole))
        else:
            whole[at:at] = data.draw(st.binary(max_size=8))
    verdict = verify(bytes(whole), LOOKUPS, EMAIL)
    assert verdict.checks
    if verdict.outcome is PASSED:
        assert verdict.credential
        assert canonical({k: v for k, v in verdict.credential.items() if k != "proof"}) == canonical(document())


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="replace")))
def test_any_bytes_get_a_verdict(upload: bytes) -> None:
    for begun in (b"", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'>", b"eyJhbGciOiJSUzI1NiJ9."):
        assert verify(begun + upload, LOOKUPS).outcome is FAILED


@settings(max_examples=100)
@given(json_values, json_values)
def test_whatever_others_answer_a_verdict_comes_out(issuer: Any, listed: Any) -> None:
    text = json.dumps(listed)
    verdict = verify(as_bytes(PROVED), replace(LOOKUPS, issuer=lambda _: issuer, status_list=lambda _: text))
    assert verdict.outcome is not PASSED
    believed = replace(LOOKUPS, status_list=lambda _: text)
    assert verify(as_bytes(PROVED), believed).of[Name.STATUS].outcome is UNCHECKED


def test_a_document_of_another_issuer_is_not_believed() -> None:
    verdict = verify(as_bytes(proved()), lookups(issuer=lambda _: controller_document("did:web:other.example", KEYS)))
    assert verdict.of[Name.ISSUER].outcome is FAILED


def test_the_sentences_can_be_translated() -> None:
    verdict = verify(as_bytes(proved()), lookups(issuer=lambda _: None))
    assert "XX" in verdict.of[Name.ISSUER].problem.sentence(lambda text: f"XX {text}")
