"""VC-JWT: a credential as a compact JWS, signed with RS256 (Open Badges 3.0, "JSON Web Token Proof Format").

The payload is the credential (VC Data Model 2.0) with claims that repeat parts of it. The header is read before
anything is believed, so it is held to what the specification allows: `alg`, `kid` or `jwk`, `typ`, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from xblocks.badges import strict_json
from xblocks.badges.credential_errors import ProofRefusedError, UnreadableError
from xblocks.badges.moments import moment
from xblocks.badges.multibase import from_base64url
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

ALGORITHM = "RS256"
MAX_HEADER_BYTES = 8 * 1024
CLAIMS = ("iss", "sub", "jti", "nbf", "exp")
# Other claims of RFC 7519 are allowed, and say nothing about the credential.
_OTHER_CLAIMS = ("iat", "aud")

_HEADERS = frozenset({"alg", "kid", "jwk", "typ"})
_MALFORMED = N_("This looks like a signed badge (JWT), but is cut off or damaged. Copy or download it again.")
_ALTERED = N_("The signature does not fit the badge: it was altered after it was signed, or signed with another key.")
_DISAGREES = N_("The badge says one thing and its signature another (%(claim)s), so it cannot be relied on.")


@dataclass(frozen=True, slots=True)
class Token:
    """A JWT, read but not believed.

    Attributes:
        text: the compact JWS.
        header: held to what the specification allows.
        payload: the credential with the claims.
    """

    text: str
    header: JsonObject
    payload: JsonObject

    @property
    def credential(self) -> JsonObject:
        """The payload without the claims: the credential as it was signed."""
        return {name: value for name, value in self.payload.items() if name not in (*CLAIMS, *_OTHER_CLAIMS)}


def signed(credential: JsonObject, key: rsa.RSAPrivateKey, key_id: str) -> str:
    """A credential as a JWT.

    Args:
        credential: with `id`, `issuer`, `validFrom` and a subject with an `id`, which a JWT must name.
        key: signs it.
        key_id: an address at which the public key is found.
    """
    payload = {**credential, **expected_claims(credential)}
    headers = {"typ": "JWT", "kid": key_id}
    return PyJWS().encode(strict_json.write(payload).encode(), key, algorithm=ALGORITHM, headers=headers)


def looks_like_one(text: str) -> bool:
    """Whether a text is rather a JWT than JSON or a picture."""
    return text.count(".") == 2 and text.lstrip().startswith("ey")


def parse(text: str) -> Token:
    """A JWT, read but not believed.

    Raises:
        UnreadableError: when it is not one.
        ProofRefusedError: when its header asks for what no badge may: no signature, a shared secret, a key elsewhere.
    """
    text = text.strip()
    parts = text.split(".")
    if len(parts) != 3 or len(text) > strict_json.MAX_BYTES * 4 // 3:
        raise UnreadableError(_MALFORMED)
    try:
        header, payload, _signature = map(from_base64url, parts)
    except ValueError:
        raise UnreadableError(_MALFORMED) from None
    token = Token(text, strict_json.parse_object(header, MAX_HEADER_BYTES), strict_json.parse_object(payload))
    _refuse_header(token.header)
    return token


def verify(token: Token, key: rsa.RSAPublicKey) -> None:
    """Returns when `key` signed the token, and the claims agree with the credential.

    Raises:
        ProofRefusedError: otherwise.
    """
    try:
        PyJWS(algorithms=[ALGORITHM]).decode(token.text, key, algorithms=[ALGORITHM])
    except PyJWTError:
        raise ProofRefusedError(_ALTERED) from None
    _refuse_disagreeing(token)


def expected_claims(credential: JsonObject) -> JsonObject:
    """The claims that go with a credential; what it does not have is left out."""
    subject = credential.get("credentialSubject")
    claims = {
        "iss": issuer_id(credential),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
        "jti": credential.get("id"),
        "nbf": _seconds(credential.get("validFrom")),
        "exp": _seconds(credential.get("validUntil")),
    }
    return {name: value for name, value in claims.items() if value is not None}


def issuer_id(credential: JsonObject) -> Any:
    """Who issued it: the issuer is an address, or an object with one."""
    issuer = credential.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _refuse_header(header: JsonObject) -> None:
    if header.get("alg") != ALGORITHM:
        raise ProofRefusedError(
            N_("The badge is signed in a way that badges may not be (%(algorithm)s instead of RS256)."),
            algorithm=str(header.get("alg"))[:40],
        )
    if header.keys() - _HEADERS or header.get("typ", "JWT") != "JWT" or ("kid" in header) == ("jwk" in header):
        raise ProofRefusedError(N_("The badge's signature asks for what the standard does not allow."))
    if "kid" in header and not isinstance(header["kid"], str):
        raise ProofRefusedError(N_("The badge's signature asks for what the standard does not allow."))


def _refuse_disagreeing(token: Token) -> None:
    expected = expected_claims(token.credential)
    for claim in CLAIMS:
        given = token.payload.get(claim)
        if isinstance(given, bool) or given != expected.get(claim):
            raise ProofRefusedError(_DISAGREES, claim=claim)
    for claim in ("iss", "sub", "jti", "nbf"):
        if claim not in token.payload:
            raise ProofRefusedError(_DISAGREES, claim=claim)


def _seconds(text: Any) -> int | float | None:
    """A NumericDate (RFC 7519, section 2): an integer unless the moment has parts of a second."""
    when = moment(text)
    if when is None:
        return None
    seconds = when.timestamp()
    return int(seconds) if seconds == int(seconds) else seconds
