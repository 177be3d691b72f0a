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
from openbadgeslib.ob3.ldp import OB3LdpVerifier
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
    print(json.dumps({"outcomes": outcomes, "revoked": sorted(set_indices(bits)), "entries": len(bits) * 8}))


if __name__ == "__main__":
    main()
