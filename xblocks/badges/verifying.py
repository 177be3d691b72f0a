"""Verifying a badge that somebody uploads, ours or anybody's: JSON with a proof, a JWT, or a picture with one in it.

Nothing is fetched and nothing is believed: what only others know (an issuer's published keys, a status list) is asked
of the callables in `Lookups`, which may say that they do not know. Whatever is uploaded, a verdict comes out of it.

Source: Open Badges 3.0, section 10 "Verification and Validation".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from xblocks.badges import baking, baking_png, baking_svg, credential_form, credential_jwt, data_integrity, strict_json
from xblocks.badges.credential_errors import (
    CredentialError,
    KeyRefusedError,
    ProofRefusedError,
    StatusListError,
    TooTangledError,
    UnknownContextError,
    UnreadableError,
    UnsignedContentError,
)
from xblocks.badges.identity import is_about
from xblocks.badges.issuer_documents import did_key, key_in, lists
from xblocks.badges.issuer_keys import PublicKey, from_jwk
from xblocks.badges.moments import moment
from xblocks.badges.status_list import bits_of, entry_of, is_set
from xblocks.badges.strict_json import JsonObject
from xblocks.badges.verdict import Check, Name, Outcome, Verdict
from xblocks.base.problems import N_, Problem

# Each may ask for a list, so nobody makes us ask for hundreds.
MAX_STATUSES = 4

_NOT_SAID = N_("This cannot be said, because the signature could not be checked.")
_READ = N_("The file holds a badge.")
_FORM_GOOD = N_("It has the form of an Open Badge 3.0.")
_FORM_BAD = N_("It does not have the form of an Open Badge 3.0.")
_SIGNED = N_("The signature fits: nothing was changed since it was signed.")
_UNSIGNED = N_("Nobody signed this badge, so anybody could have made it.")
_STRANGE_SIGNATURE = N_("The badge has a kind of signature that cannot be checked here.")
_NO_KEY = N_("The signature cannot be checked without the issuer's key.")
_ISSUED = N_("The key belongs to the issuer that the badge names.")
_ISSUER_UNKNOWN = N_("The keys of %(issuer)s are not known here, so it cannot be said whether they issued this badge.")
_OTHER_ISSUER = N_("The key that signed this badge belongs to somebody else than the issuer that it names.")
_IN_TIME = N_("It is valid at this moment.")
_TOO_EARLY = N_("It is not valid yet.")
_EXPIRED = N_("It was valid once, but has expired.")
_NO_DATES = N_("Its dates cannot be read.")
_NOT_REVOCABLE = N_("It has no place where the issuer could revoke it, so it counts until it expires.")
_NOT_REVOKED = N_("The issuer has not revoked it.")
_REVOKED = N_("The issuer has revoked it.")
_SUSPENDED = N_("The issuer has suspended it for the time being.")
_NO_STATUS = N_("Whether it was revoked cannot be checked at this moment. Try again later.")
_STRANGE_STATUS = N_("Whether it was revoked is written in a way that cannot be checked here.")
_YOURS = N_("It was issued to this e-mail address.")
_NOT_YOURS = N_("It was issued to somebody with another e-mail address.")
_NOBODY = N_("It does not say to which e-mail address it was issued.")


@dataclass(frozen=True, slots=True)
class Lookups:
    """What only others know.

    Attributes:
        issuer: the document of an issuer, by the issuer's id: a DID document, another controller document or a JWK Set,
            as parsed JSON; None when it is not known. It must come from the issuer, over a connection that proves it.
        status_list: the status list credential at an address, as it came (JSON or a JWT); None when it cannot be had.
        now: the time (UTC).
    """

    issuer: Callable[[str], object | None]
    status_list: Callable[[str], str | bytes | None]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Signed:
    """A credential with what it was signed with: a proof within it, or a JWT around it, or nothing."""

    credential: JsonObject
    form: str
    token: credential_jwt.Token | None = None


def verify(upload: bytes, lookups: Lookups, email: str | None = None) -> Verdict:
    """The verdict about an upload.

    Args:
        upload: a file, as it came.
        lookups: what only others know.
        email: asks whether it was issued to this address; None does not ask.
    """
    try:
        signed = _read(upload)
    except CredentialError as error:
        return Verdict((Check(Name.READABLE, Outcome.FAILED, error.problem),))
    checks = [
        Check(Name.READABLE, Outcome.PASSED, Problem("", _READ)),
        _form(signed.credential),
        *_signature(signed, lookups),
        _period(signed.credential, lookups.now),
    ]
    is_issuers = all(check.outcome is Outcome.PASSED for check in checks if check.name in (Name.SIGNATURE, Name.ISSUER))
    checks.append(_status(signed.credential, lookups) if is_issuers else _not_said(Name.STATUS))
    if email is not None:
        checks.append(_recipient(signed.credential, email))
    return Verdict(tuple(checks), signed.credential, signed.form)


# --- Reading


def _read(upload: bytes) -> _Signed:
    if baking_png.is_png(upload):
        return _read_text(baking.unbaked(upload), "png")
    if baking_svg.is_svg(upload):
        return _read_text(baking.unbaked(upload), "svg")
    return _read_text(upload, "")


def _read_text(data: str | bytes, picture: str) -> _Signed:
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(N_("This is no badge: neither a picture, nor JSON, nor a signed text (JWT).")) from None
    if credential_jwt.looks_like_one(text):
        token = credential_jwt.parse(text)
        return _Signed(token.credential, picture or "jwt", token)
    return _Signed(strict_json.parse_object(text), picture or "json")


# --- Checks


def _form(credential: JsonObject) -> Check:
    found = credential_form.problems(credential)
    if found:
        return Check(Name.FORM, Outcome.FAILED, Problem("", _FORM_BAD), found[:20])
    return Check(Name.FORM, Outcome.PASSED, Problem("", _FORM_GOOD))


def _signature(signed: _Signed, lookups: Lookups) -> tuple[Check, Check]:
    """Two checks that belong together: the signature fits a key, and the key is the issuer's."""
    proof = data_integrity.supported(signed.credential)
    if signed.token is None and proof is None:
        if data_integrity.proofs(signed.credential):
            return _unchecked(Name.SIGNATURE, _STRANGE_SIGNATURE), _not_said()
        return _failed(Name.SIGNATURE, Problem("", _UNSIGNED)), _not_said()
    try:
        key, issuer = _key(signed, proof, lookups)
    except KeyRefusedError as error:
        return _unchecked(Name.SIGNATURE, _NO_KEY), _failed(Name.ISSUER, error.problem)
    if key is None:
        return _unchecked(Name.SIGNATURE, _NO_KEY), issuer
    try:
        _verify_with(signed, proof, key, lookups.now)
    except (UnknownContextError, TooTangledError) as error:
        return Check(Name.SIGNATURE, Outcome.UNCHECKED, error.problem), _not_said()
    except (ProofRefusedError, UnsignedContentError) as error:
        return _failed(Name.SIGNATURE, error.problem), _not_said()
    return Check(Name.SIGNATURE, Outcome.PASSED, Problem("", _SIGNED)), issuer


def _key(signed: _Signed, proof: JsonObject | None, lookups: Lookups) -> tuple[PublicKey | None, Check]:
    """The key that is to be checked with, and whether it is the issuer's.

    Raises:
        KeyRefusedError: when the issuer is known, and does not list it.
    """
    issuer = credential_jwt.issuer_id(signed.credential)
    key_id = signed.token.header.get("kid") if signed.token else (proof or {}).get("verificationMethod")
    if not isinstance(issuer, str) or (key_id is not None and not isinstance(key_id, str)):
        raise KeyRefusedError(N_("The badge does not say who issued it, or with which key."))
    if key_id is None:
        return _key_within(signed, issuer, lookups)
    own = did_key(key_id)
    if own is not None:
        did, key = own
        belongs = Check(Name.ISSUER, Outcome.PASSED, Problem("", _ISSUED))
        return key, belongs if did == issuer else _failed(Name.ISSUER, Problem("", _OTHER_ISSUER))
    document = lookups.issuer(issuer)
    if document is None:
        return None, _issuer_unknown(issuer)
    listed = key_in(document, issuer, key_id, lookups.now)
    return listed, Check(Name.ISSUER, Outcome.PASSED, Problem("", _ISSUED))


def _key_within(signed: _Signed, issuer: str, lookups: Lookups) -> tuple[PublicKey, Check]:
    """A key that a JWT brings along in its header; whose it is, only the issuer's document says."""
    key = from_jwk(signed.token.header["jwk"] if signed.token else None)
    document = lookups.issuer(issuer)
    if document is None:
        return key, _issuer_unknown(issuer)
    if lists(document, issuer, key, lookups.now):
        return key, Check(Name.ISSUER, Outcome.PASSED, Problem("", _ISSUED))
    return key, _failed(Name.ISSUER, Problem("", _OTHER_ISSUER))


def _verify_with(signed: _Signed, proof: JsonObject | None, key: PublicKey, now: datetime) -> None:
    if signed.token is not None and isinstance(key, rsa.RSAPublicKey):
        credential_jwt.verify(signed.token, key)
    elif signed.token is None and proof is not None and isinstance(key, ed25519.Ed25519PublicKey):
        data_integrity.verify(signed.credential, proof, key, now)
    else:
        raise ProofRefusedError(N_("The signature is of another kind than the key that it names."))


def _period(credential: JsonObject, now: datetime) -> Check:
    begins, ends = moment(credential.get("validFrom")), moment(credential.get("validUntil"))
    if begins is None or ("validUntil" in credential and ends is None):
        return _failed(Name.PERIOD, Problem("validFrom", _NO_DATES))
    if now < begins:
        return _failed(Name.PERIOD, Problem("validFrom", _TOO_EARLY))
    if ends is not None and now >= ends:
        return _failed(Name.PERIOD, Problem("validUntil", _EXPIRED))
    return Check(Name.PERIOD, Outcome.PASSED, Problem("", _IN_TIME))


def _status(credential: JsonObject, lookups: Lookups) -> Check:
    statuses = credential_form.texts(credential.get("credentialStatus"))
    if not statuses:
        return Check(Name.STATUS, Outcome.PASSED, Problem("", _NOT_REVOCABLE))
    if len(statuses) > MAX_STATUSES:
        return _unchecked(Name.STATUS, _STRANGE_STATUS)
    checks = [_one_status(status, credential_jwt.issuer_id(credential), lookups) for status in statuses]
    worst = [check for check in checks if check.outcome is Outcome.FAILED]
    unsure = [check for check in checks if check.outcome is Outcome.UNCHECKED]
    return [*worst, *unsure, *checks][0]


def _one_status(status: object, issuer: str, lookups: Lookups) -> Check:
    if not isinstance(status, dict) or status.get("type") != "BitstringStatusListEntry":
        return _unchecked(Name.STATUS, _STRANGE_STATUS)
    try:
        entry = entry_of(status)
        found = lookups.status_list(entry.list_address)
        if found is None:
            return _unchecked(Name.STATUS, _NO_STATUS)
        revoked = is_set(bits_of(_believed_list(found, issuer, lookups), entry), entry.index)
    except CredentialError as error:
        return Check(Name.STATUS, Outcome.UNCHECKED, error.problem)
    if revoked:
        return _failed(Name.STATUS, Problem("", _SUSPENDED if entry.purpose == "suspension" else _REVOKED))
    return Check(Name.STATUS, Outcome.PASSED, Problem("", _NOT_REVOKED))


def _believed_list(data: str | bytes, issuer: str, lookups: Lookups) -> JsonObject:
    """A status list credential that was signed by the credential's own issuer, and holds now.

    Raises:
        StatusListError: when it is another's, is not signed, or is out of date; or what reading it raises.
    """
    signed = _read_text(data, "")
    if credential_jwt.issuer_id(signed.credential) != issuer:
        raise StatusListError(N_("The list of revoked badges is not from the issuer of this badge."))
    for check in (*_signature(signed, lookups), _period(signed.credential, lookups.now)):
        if check.outcome is not Outcome.PASSED:
            raise StatusListError(N_("The issuer's list of revoked badges is not signed rightly, or is out of date."))
    return signed.credential


def _recipient(credential: JsonObject, email: str) -> Check:
    subject = credential.get("credentialSubject")
    about = is_about(subject.get("identifier"), email) if isinstance(subject, dict) else None
    if about is None:
        return _unchecked(Name.RECIPIENT, _NOBODY)
    if not about:
        return _failed(Name.RECIPIENT, Problem("", _NOT_YOURS))
    return Check(Name.RECIPIENT, Outcome.PASSED, Problem("", _YOURS))


def _issuer_unknown(issuer: str) -> Check:
    return Check(Name.ISSUER, Outcome.UNCHECKED, Problem("", _ISSUER_UNKNOWN, {"issuer": issuer[:200]}))


def _unchecked(name: Name, message: str) -> Check:
    return Check(name, Outcome.UNCHECKED, Problem("", message))


def _failed(name: Name, problem: Problem) -> Check:
    return Check(name, Outcome.FAILED, problem)


def _not_said(name: Name = Name.ISSUER) -> Check:
    return _unchecked(name, _NOT_SAID)
