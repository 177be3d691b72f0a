"""Embedded proofs: `DataIntegrityProof` with the cryptosuite eddsa-rdfc-2022.

What is signed is SHA-256 of the canonical proof options, followed by SHA-256 of the canonical document (W3C "Data
Integrity EdDSA Cryptosuites v1.0", section 3.2; "Verifiable Credential Data Integrity 1.0", section 4).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from xblocks.badges import strict_json
from xblocks.badges.canonical import canonical
from xblocks.badges.credential_errors import ProofRefusedError
from xblocks.badges.moments import moment, written
from xblocks.badges.multibase import base58, from_base58
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

SUITE = "eddsa-rdfc-2022"
SIGNATURE_BYTES = 64

_ALTERED = N_("The signature does not fit the badge: it was altered after it was signed, or signed with another key.")
_UNKNOWN = N_("The badge has a kind of signature that cannot be checked here.")
_MALFORMED = N_("The badge's signature is not written as the standard asks.")


def proved(
    document: JsonObject,
    key: ed25519.Ed25519PrivateKey,
    key_id: str,
    created: datetime,
    purpose: str = "assertionMethod",
) -> JsonObject:
    """A copy of a document with a proof, in an array as sets are.

    Args:
        document: without a proof.
        key: signs it.
        key_id: the full address under which the issuer lists the key.
        created: when it is signed (UTC).
        purpose: what the key is listed for.

    Raises:
        UnsignedContentError: when the signature would not cover all of the document.
    """
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": written(created),
        "verificationMethod": key_id,
        "proofPurpose": purpose,
    }
    signature = key.sign(signed_bytes(document, proof))
    return {**document, "proof": [{**proof, "proofValue": base58(signature)}]}


def proofs(document: JsonObject) -> list[JsonObject]:
    """The proofs of a document that are objects; it may hold one or an array."""
    found = document.get("proof", [])
    return [proof for proof in (found if isinstance(found, list) else [found]) if isinstance(proof, dict)]


def supported(document: JsonObject) -> JsonObject | None:
    """The proof that can be checked here, the first of its kind; None when there is none. One proof is enough."""
    for proof in proofs(document):
        if proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") == SUITE:
            return proof
    return None


def verify(document: JsonObject, proof: JsonObject, key: ed25519.Ed25519PublicKey, now: datetime) -> None:
    """Returns when `key` signed the document; whether the key is the issuer's is another question.

    Raises:
        ProofRefusedError: when it did not, or the proof is not one for credentials, or has ended.
        UnsignedContentError, UnknownContextError, TooTangledError: when it cannot be said.
    """
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE or "previousProof" in proof:
        raise ProofRefusedError(_UNKNOWN)
    if proof.get("proofPurpose") != "assertionMethod":
        raise ProofRefusedError(N_("The badge was signed for another purpose than saying who earned what."))
    if "created" in proof and moment(proof["created"]) is None:
        raise ProofRefusedError(_MALFORMED)
    if "expires" in proof:
        expires = moment(proof["expires"])
        if expires is None or expires <= now:
            raise ProofRefusedError(N_("The badge's signature was meant to last for some time only, which is over."))
    signature = _signature(proof.get("proofValue"))
    try:
        key.verify(signature, signed_bytes(document, proof))
    except InvalidSignature:
        raise ProofRefusedError(_ALTERED) from None


def signed_bytes(document: JsonObject, proof: JsonObject) -> bytes:
    """The 64 bytes that are signed for a document with a proof's options."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = document.get("@context")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return _digest_of_options(strict_json.write(options)) + _digest(unsecured)


@lru_cache(maxsize=16)
def _digest_of_options(text: str) -> bytes:
    """Those who sign much at once sign it with the same options: the key, the second."""
    return _digest(json.loads(text))


def _digest(document: JsonObject) -> bytes:
    return hashlib.sha256(canonical(document).encode()).digest()


def _signature(value: Any) -> bytes:
    try:
        signature = from_base58(value) if isinstance(value, str) else b""
    except ValueError:
        signature = b""
    if len(signature) != SIGNATURE_BYTES:
        raise ProofRefusedError(_MALFORMED)
    return signature
