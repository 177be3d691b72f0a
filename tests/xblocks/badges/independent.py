"""Run by test_independent in an environment that has none of our code: what other libraries make of what we issue.

Reads what we made (JSON) from the file that is its argument, and prints for each name what happened, as JSON. What
openbadgeslib would fetch from the network, it gets from that file.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.credential import Achievement, Alignment, IdentityObject, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.ldp import OB3LdpSigner, OB3LdpVerifier
from openbadgeslib.ob3.signer import OB3Signer
from openbadgeslib.ob3.status import check_credential_status, decode_encoded_list, set_indices
from openbadgeslib.ob3.verifier import OB3Verifier

MADE: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())


def download(url: str) -> bytes:
    """What the issuer would serve."""
    return MADE["served"][url].encode()


def by_openbadgeslib(upload: dict[str, str]) -> str:
    """The name on the badge, with signature, issuer (did:web), dates and status checked."""
    text = upload.get("text", "")
    if "png" in upload:
        text = OB3Verifier.extract_token_from_png(base64.b64decode(upload["png"]))
    if "svg" in upload:
        text = OB3Verifier.extract_token_from_svg(base64.b64decode(upload["svg"]))
    if text.startswith("{"):
        proof = OB3LdpVerifier.for_issuer_did(MADE["issuer"])
        credential = proof.verify(text, download=download)
    else:
        token = OB3Verifier.for_issuer_did(MADE["issuer"], download=download)
        credential = token.verify(text)
    check_credential_status(credential, download, verify_list=True)
    return str(credential.achievement.name)


def issued() -> dict[str, dict[str, str]]:
    """What openbadgeslib issues, for our verifier: both proofs, in all pictures."""
    keys = {name: pem.encode() for name, pem in MADE["their_keys"].items()}
    carriers = {kind: base64.b64decode(data) for kind, data in MADE["pictures"].items()}
    achievement = Achievement(
        id="https://them.example/achievements/1",
        name="Theirs",
        description="Issued by another library.",
        criteria_narrative="Do it.",
        tags=["other"],
        alignments=[Alignment(target_name="A skill", target_url="https://them.example/skills/1")],
    )
    credential = OpenBadgeCredential(
        issuer=Issuer(id=MADE["their_issuer"], name="They", url="https://them.example"),
        recipient_id="urn:uuid:00000000-0000-4000-8000-000000000001",
        achievement=achievement,
        identifiers=[IdentityObject.create(MADE["email"], "a salt of theirs")],
        evidence_url="https://them.example/evidence/1",
    )
    proofs, tokens = OB3LdpSigner(keys["ed25519"], MADE["their_method"]), OB3Signer(keys["rsa"])
    return {
        "json": {"text": proofs.sign_to_json(credential)},
        "jwt": {"text": tokens.sign(credential)},
        "png with json": {"png": encoded(proofs.sign_into_png(credential, carriers["png"]))},
        "svg with json": {"svg": encoded(proofs.sign_into_svg(credential, carriers["svg"]))},
        "png with jwt": {"png": encoded(tokens.sign_into_png(credential, carriers["png"]))},
        "svg with jwt": {"svg": encoded(tokens.sign_into_svg(credential, carriers["svg"]))},
    }


def encoded(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def by_joserfc(upload: dict[str, str]) -> str:
    """The name on the badge, with the signature checked by the keys of the issuer's JWK Set."""
    signed = jws.deserialize_compact(upload["text"], KeySet.import_key_set(MADE["jwks"]), algorithms=["RS256"])
    return str(json.loads(signed.payload)["name"])


def outcome(check: Callable[[dict[str, str]], str], upload: dict[str, str]) -> list[str]:
    try:
        return ["accepted", check(upload)]
    except (LibOpenBadgesException, JoseError, ValueError, KeyError) as error:
        return ["refused", f"{type(error).__name__}: {error}"[:300]]


def main() -> None:
    checks = {"openbadgeslib": by_openbadgeslib, "joserfc": by_joserfc}
    outcomes = {
        f"{library}: {name}": outcome(check, upload)
        for library, check in checks.items()
        for name, upload in MADE["uploads"].items()
        if library == "openbadgeslib" or upload.get("text", "").startswith("ey")
    }
    bits = decode_encoded_list(MADE["encoded_list"])
    said = {"outcomes": outcomes, "revoked": sorted(set_indices(bits)), "entries": len(bits) * 8}
    if "their_keys" in MADE:
        said["issued"] = issued()
    print(json.dumps(said))


if __name__ == "__main__":
    main()
