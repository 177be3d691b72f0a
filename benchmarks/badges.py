"""How many badges can be verified, and signed both ways, in a second of one core.

The badge is a full one: alignment, evidence, result, credit, status. Verifying is what a page does for an upload: the
JSON and its form, the embedded proof (canonical form and Ed25519), the issuer's key, dates and status; the status list
is verified and unpacked each time. Signing is what awarding does before it stores: the document, the proof, the JWT
(RS256). Measured is processor time, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.measurement import Measurement
from xblocks.badges import credential_jwt, data_integrity, issuer_keys, status_list, strict_json
from xblocks.badges.achievements import Achievement, Alignment, Profile, ResultDescription
from xblocks.badges.credentials import Credential, Evidence, Recipient, Result, credential_document
from xblocks.badges.issuer_documents import IssuerKey, controller_document
from xblocks.badges.verdict import Outcome
from xblocks.badges.verifying import Lookups, verify

NAMES = ("badges.verify.per_second", "badges.sign.per_second")

BADGES = 1_000
ISSUER = "did:web:badges.example.org"
LIST = "https://badges.example.org/status/1"
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def measure() -> Iterator[Measurement]:
    """Both figures; every badge must pass."""
    proof_key, token_key = issuer_keys.ed25519_from(bytes(32)), issuer_keys.new_rsa()
    keys = [
        IssuerKey(f"{ISSUER}#1", proof_key.public_key(), NOW),
        IssuerKey(f"{ISSUER}#2", token_key.public_key(), NOW),
    ]
    badges = [badge(number) for number in range(BADGES)]
    signed, seconds = [], -time.process_time()
    for one in badges:
        document = data_integrity.proved(credential_document(one), proof_key, keys[0].id, NOW)
        signed.append((strict_json.write(document).encode(), credential_jwt.signed(document, token_key, keys[1].id)))
    seconds += time.process_time()
    signing = BADGES / seconds

    listed = status_list.list_document(LIST, ISSUER, status_list.encode([5]), NOW)
    known = strict_json.write(data_integrity.proved(listed, proof_key, keys[0].id, NOW))
    issuer = controller_document(ISSUER, keys)
    lookups = Lookups(lambda _: issuer, lambda _: known, NOW + timedelta(days=1))
    rates = {}
    for form, uploads in (
        ("json", [json for json, _ in signed]),
        ("jwt", [token.encode() for _, token in signed]),
    ):
        seconds = -time.process_time()
        for upload in uploads:
            assert verify(upload, lookups).outcome is Outcome.PASSED
        seconds += time.process_time()
        rates[form] = BADGES / seconds
    notes: dict[str, float | str] = {
        "badges": BADGES,
        "bytes_each": sum(len(json) for json, _ in signed) // BADGES,
        "jwt_per_second": round(rates["jwt"], 1),
    }
    yield Measurement(NAMES[0], rates["json"], "1/s", notes=notes)
    # Awarding promises 50 a second, storing included, so that signing may take half of the time at most.
    yield Measurement(NAMES[1], signing, "1/s", least=100, notes={"badges": BADGES})


def badge(number: int) -> Credential:
    """A full badge; each has another learner, evidence and place in the list."""
    issuer = Profile(ISSUER, "Example College", "https://example.org")
    address = "https://badges.example.org/achievements/phishing"
    achievement = Achievement(
        address,
        "Phishing spotter",
        "Sees at a glance what is wrong with a mail.",
        "Finish **three** of four units, and come back to one after a mistake.",
        alignments=(Alignment("Protecting devices", "https://example.org/digcomp/4.1", framework="DigComp"),),
        tags=("security", "mail"),
        results=(ResultDescription(f"{address}#score", "Score", least="0", most="100"),),
        credit_minutes=90,
        creator=issuer,
        language="en",
    )
    whole = Credential(
        f"https://badges.example.org/credentials/{number}",
        issuer,
        Recipient(
            f"urn:uuid:00000000-0000-4000-8000-{number:012}", f"learner{number}@example.org", f"salt{number:016}"
        ),
        achievement,
        NOW,
        status=status_list.StatusEntry(LIST, 1000 + number),
        results=(Result("85", f"{address}#score"),),
        credit_minutes=90,
        ended=NOW,
    )
    done = [Evidence(f"Unit {unit}", NOW - timedelta(days=unit), 0.85, genre="quiz") for unit in range(3)]
    return replace(whole, evidence=tuple(done))
