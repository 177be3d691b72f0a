"""What an issuer publishes about its keys: a `did:web` document and a JWKS; and finding a key in what one published.

Old keys stay listed as long as a badge needs them: a proof says when it was made, but nobody can check that, so a key
that is no longer listed takes all its badges with it. A key that got into wrong hands is listed with `revoked`.

Sources: W3C "Controlled Identifiers 1.0" (verification methods), "did:web Method Specification", "The did:key Method",
RFC 7517 (JWK Set).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric import ed25519

from xblocks.badges.context_loader import DID, MULTIKEY
from xblocks.badges.credential_errors import KeyRefusedError
from xblocks.badges.issuer_keys import PublicKey, from_jwk, from_multikey, jwk, multikey, thumbprint
from xblocks.badges.moments import moment, written
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
_DID_KEY = re.compile(r"did:key:(z6Mk[1-9A-HJ-NP-Za-km-z]+)#\1")

_NOT_LISTED = N_("The issuer does not list the key that this badge was signed with.")


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key that an issuer has, or had.

    Attributes:
        id: its full address, which proofs and JWTs name: "did:web:example.org#key-2".
        public: the key.
        since: from when it signs (UTC).
        revoked: when it got into wrong hands (UTC); nothing that it signed counts any longer.
    """

    id: str
    public: PublicKey
    since: datetime
    revoked: datetime | None = None


def did_web(address: str) -> str:
    """The DID whose document is found below an https address: "https://a.org/b/c" gives "did:web:a.org:b:c".

    Raises:
        ValueError: when it is no https address, or has a query.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(address)
    host = parts.hostname if parts.port is None else f"{parts.hostname}%3A{parts.port}"
    return ":".join(["did:web", host, *(quote(part, safe="%") for part in parts.path.split("/") if part)])


def did_web_address(did: str) -> str:
    """Where the document of a `did:web` is: the other way round, as the method's specification says.

    Raises:
        ValueError: when it is no `did:web`.
    """
    name = did.removeprefix("did:web:")
    if name == did or not re.fullmatch(r"[A-Za-z0-9.-]+(%3A\d+)?(:[A-Za-z0-9._%~-]+)*", name):
        raise ValueError(did)
    host, *path = name.split(":")
    return "/".join([f"https://{host.replace('%3A', ':')}", *(path or [".well-known"]), "did.json"])


def published(keys: Iterable[IssuerKey], needed: Collection[str]) -> tuple[IssuerKey, ...]:
    """The keys to list: the newest of each kind, which signs, and each older one that a badge names.

    Args:
        keys: all that the issuer ever had.
        needed: the ids of those with which badges were signed that somebody may still verify.
    """
    newest_first = sorted(keys, key=lambda key: key.since, reverse=True)
    active = {key.id for key in (signing(newest_first, "ed25519"), signing(newest_first, "rsa")) if key}
    return tuple(key for key in newest_first if key.id in active or key.id in needed)


def signing(keys: Iterable[IssuerKey], kind: str) -> IssuerKey | None:
    """The key that signs now, "ed25519" or "rsa": the newest of its kind that is not revoked."""
    fitting = [key for key in keys if _kind(key) == kind and key.revoked is None]
    return max(fitting, key=lambda key: key.since, default=None)


def controller_document(issuer: str, keys: Iterable[IssuerKey], also_known_as: Iterable[str] = ()) -> JsonObject:
    """The document that lists an issuer's keys, at its DID or at its https address."""
    keys = tuple(keys)
    known = list(also_known_as)
    return {
        "@context": [DID, MULTIKEY, JWK_CONTEXT],
        "id": issuer,
        **({"alsoKnownAs": known} if known else {}),
        "verificationMethod": [_method(issuer, key) for key in keys],
        "assertionMethod": [key.id for key in keys],
    }


def jwks(keys: Iterable[IssuerKey]) -> JsonObject:
    """The same keys as a JWK Set. One that got into wrong hands is not listed, since a JWK cannot say so."""
    return {"keys": [jwk(key.public) | _uses(key) for key in keys if key.revoked is None]}


# --- Reading what an issuer published


def key_in(document: object, issuer: str, key_id: str, now: datetime) -> PublicKey:
    """The key that an issuer's document (a DID document or a JWK Set) lists under a name, to sign credentials with.

    Raises:
        KeyRefusedError: when the document is another's, or does not list such a key, or revoked it.
    """
    if isinstance(document, dict) and isinstance(document.get("keys"), list):
        return _from_set(document["keys"], key_id)
    if not isinstance(document, dict) or document.get("id") != issuer:
        raise KeyRefusedError(_NOT_LISTED)
    embedded = [use for use in _list(document.get("assertionMethod")) if isinstance(use, dict)]
    named = [use for use in _list(document.get("assertionMethod")) if isinstance(use, str)]
    base = document["id"]
    for method in _methods(document):
        if not isinstance(method, dict) or _full(base, method.get("id")) != key_id:
            continue
        may_sign = method in embedded or key_id in {_full(base, name) for name in named}
        if may_sign and method.get("controller") == issuer:
            _refuse_ended(method, now)
            return _from_method(method)
    raise KeyRefusedError(_NOT_LISTED)


def lists(document: object, issuer: str, key: PublicKey, now: datetime) -> bool:
    """Whether an issuer's document lists a key, under whatever name, to sign credentials with."""
    if not isinstance(document, dict):
        return False
    for member in [*_list(document.get("keys")), *_methods(document)]:
        name = member.get("kid", _full(issuer, member.get("id"))) if isinstance(member, dict) else None
        try:
            if isinstance(name, str) and thumbprint(key_in(document, issuer, name, now)) == thumbprint(key):
                return True
        except KeyRefusedError:
            continue
    return False


def did_key(key_id: str) -> tuple[str, ed25519.Ed25519PublicKey] | None:
    """The DID and the key that a `did:key` address is, without asking anybody; None when it is no such address.

    Raises:
        KeyRefusedError: when it is one, of something that is no key.
    """
    match = _DID_KEY.fullmatch(key_id)
    return (f"did:key:{match[1]}", from_multikey(match[1])) if match else None


def _methods(document: JsonObject) -> list[object]:
    """What an issuer's document says of keys; they may stand where they are used as well."""
    return [*_list(document.get("assertionMethod")), *_list(document.get("verificationMethod"))]


def _from_set(keys: list[object], key_id: str) -> PublicKey:
    for key in keys:
        if isinstance(key, dict) and key.get("kid") == key_id and key.get("use", "sig") == "sig":
            return from_jwk(key)
    raise KeyRefusedError(_NOT_LISTED)


def _from_method(method: JsonObject) -> PublicKey:
    if "publicKeyMultibase" in method:
        return from_multikey(method["publicKeyMultibase"])
    return from_jwk(method.get("publicKeyJwk"))


def _refuse_ended(method: JsonObject, now: datetime) -> None:
    for name in ("revoked", "expires"):
        if name in method:
            ended = moment(method[name])
            if ended is None or ended <= now:
                raise KeyRefusedError(N_("The issuer has withdrawn the key that this badge was signed with."))


def _full(base: str, name: object) -> object:
    """A name within a document in full: "#key-1" is one below the document's own."""
    return f"{base}{name}" if isinstance(name, str) and name.startswith("#") else name


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


# --- Writing


def _kind(key: IssuerKey) -> str:
    return "ed25519" if isinstance(key.public, ed25519.Ed25519PublicKey) else "rsa"


def _method(issuer: str, key: IssuerKey) -> JsonObject:
    if isinstance(key.public, ed25519.Ed25519PublicKey):
        form: JsonObject = {"type": "Multikey", "publicKeyMultibase": multikey(key.public)}
    else:
        form = {"type": "JsonWebKey", "publicKeyJwk": jwk(key.public)}
    ended = {"revoked": written(key.revoked)} if key.revoked else {}
    return {"id": key.id, "controller": issuer, **form, **ended}


def _uses(key: IssuerKey) -> JsonObject:
    return {"alg": "EdDSA" if _kind(key) == "ed25519" else "RS256", "kid": key.id, "use": "sig"}
