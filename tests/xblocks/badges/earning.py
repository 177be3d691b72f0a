"""An issuer with two keys and a badge with everything in it, which the tests of badges share."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from xblocks.badges import credential_jwt, data_integrity, issuer_keys, status_list, strict_json
from xblocks.badges.achievements import Achievement, Alignment, Image, Profile, ResultDescription
from xblocks.badges.credentials import Credential, Evidence, Recipient, Result, credential_document
from xblocks.badges.issuer_documents import IssuerKey, controller_document
from xblocks.badges.strict_json import JsonObject
from xblocks.badges.verifying import Lookups

NOW = datetime(2026, 11, 26, 16, 5, tzinfo=UTC)
EMAIL = "Fatima@Example.org"
ISSUER = "did:web:badges.example.org"
LIST = "https://badges.example.org/status/1"
ED_ID, RSA_ID = f"{ISSUER}#ed-1", f"{ISSUER}#rsa-1"

ED = issuer_keys.ed25519_from(bytes(range(32)))
OTHER_ED = issuer_keys.ed25519_from(b"\x07" * 32)
RSA: rsa.RSAPrivateKey = issuer_keys.new_rsa()
OTHER_RSA: rsa.RSAPrivateKey = issuer_keys.new_rsa()

KEYS = (
    IssuerKey(ED_ID, ED.public_key(), NOW - timedelta(days=30)),
    IssuerKey(RSA_ID, RSA.public_key(), NOW - timedelta(days=30)),
)

PROFILE = Profile(
    ISSUER, "Example College", "https://example.org", "Vocational training", Image("https://example.org/l.png")
)
ACHIEVEMENT = Achievement(
    id="https://badges.example.org/achievements/phishing",
    name="Phishing spotter",
    description="Sees at a glance what is wrong with a mail.",
    criteria="Finish **three** of four units, and come back to one after a mistake.",
    criteria_url="https://badges.example.org/achievements/phishing/criteria",
    image=Image("https://badges.example.org/achievements/phishing.png", "A hook without bait"),
    alignments=(
        Alignment("Protecting devices", "https://example.org/digcomp/4.1", "Area 4", "DigComp", "4.1", "CFItem"),
    ),
    tags=("security", "mail"),
    results=(
        ResultDescription("https://badges.example.org/achievements/phishing#score", "Score", "Percent", "0", "100"),
    ),
    credit_minutes=90,
    creator=PROFILE,
    language="en",
)
CREDENTIAL = Credential(
    id="https://badges.example.org/credentials/1",
    issuer=PROFILE,
    recipient=Recipient("urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", EMAIL, "c2FsdCBvZiBvbmUgYmFkZ2U"),
    achievement=ACHIEVEMENT,
    valid_from=NOW - timedelta(days=1),
    valid_until=NOW + timedelta(days=365),
    status=status_list.StatusEntry(LIST, 94567),
    evidence=(
        Evidence(
            "Who is writing?", NOW - timedelta(days=2), 0.85, "At the second try.", "https://example.org/e/1", "quiz"
        ),
        Evidence("Reflection: my inbox", NOW - timedelta(days=1)),
    ),
    results=(Result("85", "https://badges.example.org/achievements/phishing#score"),),
    credit_minutes=90,
    started=NOW - timedelta(days=9),
    ended=NOW - timedelta(days=1),
    narrative="Explained it to two colleagues.",
)
SPARSE = replace(
    CREDENTIAL,
    issuer=Profile(ISSUER, "Example College"),
    achievement=Achievement("https://badges.example.org/achievements/2", "Sparse", "Little.", "Do it."),
    valid_until=None,
    status=None,
    evidence=(),
    results=(),
    credit_minutes=None,
    started=None,
    ended=None,
    narrative="",
)


def document(credential: Credential = CREDENTIAL) -> JsonObject:
    return credential_document(credential)


def proved(credential: JsonObject | None = None, **named: Any) -> JsonObject:
    """A credential with a proof of the issuer."""
    options: dict[str, Any] = {"key": ED, "key_id": ED_ID, "created": NOW} | named
    return data_integrity.proved(document() if credential is None else credential, **options)


def token(credential: JsonObject | None = None) -> str:
    """A credential as a JWT of the issuer."""
    return credential_jwt.signed(document() if credential is None else credential, RSA, RSA_ID)


def as_bytes(credential: JsonObject) -> bytes:
    return strict_json.write(credential).encode()


def revocations(*revoked: int, **named: Any) -> JsonObject:
    """The issuer's status list, signed."""
    options: dict[str, Any] = {"issuer": ISSUER, "valid_from": NOW - timedelta(hours=1)} | named
    return proved(status_list.list_document(LIST, encoded=status_list.encode(revoked), **options))


def lookups(*revoked: int, **named: Any) -> Lookups:
    """What others know of this issuer; `named` replaces it."""
    known = {ISSUER: controller_document(ISSUER, KEYS)}
    lists = {LIST: as_bytes(revocations(*revoked))}
    return replace(Lookups(known.get, lists.get, NOW), **named)


# --- Pictures


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 2, height: int = 3, *more: bytes, pixels: bytes | None = None) -> bytes:
    """A grey picture; `more` are chunks before its pixels."""
    rows = zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(height))) if pixels is None else pixels
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a badge -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>Badge</title>
  <style>.a { fill: #135; }</style>
  <defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs>
  <circle class="a" cx="5" cy="5" r="4" fill="url(#g)"/><!-- done -->
</svg>
"""
