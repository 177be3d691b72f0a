"""The keys that badges are signed with, as the database keeps them: of each kind one that signs; the others are listed.

Private keys are encrypted (PKCS 8) with a secret that is derived from a setting: MICROUNITS_BADGE_SECRET, or SECRET_KEY
where that is not set. After the setting was changed the keys are opened with the old one for as long as it stands in
MICROUNITS_BADGE_OLD_SECRETS (a list; Django's SECRET_KEY_FALLBACKS count as well), and `reseal` encrypts them anew. A
key that nobody can open signs nothing; what it signed can still be verified, as that takes its public half only.

A key that signs no more loses its private half: nobody needs it, so nobody can take it.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from secrets import token_bytes, token_hex

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.conf import settings
from django.db import IntegrityError, transaction

from xblocks.badges import issuer_documents, issuer_keys, models
from xblocks.badges.credential_errors import KeyRefusedError
from xblocks.badges.issuer import issuer_id
from xblocks.badges.issuer_keys import PrivateKey
from xblocks.badges.models import KeyKind, SigningKey

log = logging.getLogger(__name__)

PURPOSE = b"microunits.badges.keys"


@dataclass(frozen=True, slots=True)
class Signers:
    """The keys that sign now, opened, with their rows."""

    proof: ed25519.Ed25519PrivateKey
    proof_row: SigningKey
    token: rsa.RSAPrivateKey
    token_row: SigningKey

    @property
    def proof_id(self) -> str:
        """The full address of the key for embedded proofs."""
        return full_id(self.proof_row.name)

    @property
    def token_id(self) -> str:
        """The full address of the key for JWTs."""
        return full_id(self.token_row.name)


def full_id(name: str) -> str:
    """A key's address, which proofs and JWTs name."""
    return f"{issuer_id()}#{name}"


def signers() -> Signers | None:
    """The keys that sign now; None where there are none, or they cannot be opened, which is in the log."""
    rows = {row.kind: row for row in SigningKey.objects.filter(signs=True).defer("public")}
    if len(rows) < len(KeyKind):
        return None
    proof_row, token_row = rows[KeyKind.ED25519], rows[KeyKind.RSA]
    try:
        proof, token = opened(proof_row), opened(token_row)
    except KeyRefusedError:
        log.error("The keys for badges cannot be opened; `manage.py badge_keys list` says what to do.")
        return None
    assert isinstance(proof, ed25519.Ed25519PrivateKey)
    assert isinstance(token, rsa.RSAPrivateKey)
    return Signers(proof, proof_row, token, token_row)


def listed() -> tuple[issuer_documents.IssuerKey, ...]:
    """Every key that there ever was, as the issuer publishes them, the newest first: old badges need the old ones."""
    issuer = issuer_id()
    return tuple(
        issuer_documents.IssuerKey(
            f"{issuer}#{row.name}", issuer_keys.from_jwk(row.public), row.since, row.withdrawn_at
        )
        for row in SigningKey.objects.order_by("-since", "-pk")
    )


# --- Making, rotating, withdrawing


def make(now: datetime) -> list[SigningKey]:
    """A key of each kind of which none signs; of two who do this at once one makes it. Those that are new."""
    there = set(SigningKey.objects.filter(signs=True).values_list("kind", flat=True))
    made = []
    for kind in KeyKind:
        if kind not in there:
            try:
                with transaction.atomic():
                    made.append(_new(kind, _private(kind), now))
            except IntegrityError:
                continue
    return made


def rotate(now: datetime) -> list[SigningKey]:
    """New keys; those that signed until now are only listed. Of two who do this at once, one does. The new ones."""
    return [row for kind in KeyKind if (row := _replace(kind, now)) is not None]


def withdraw(name: str, now: datetime) -> int:
    """Make a key that got into wrong hands count no more, and replace it when it signs.

    Credentials that it signed are signed anew when they are next asked for (`issuing.sign_missing` does it at once).

    Returns:
        how many those are.

    Raises:
        SigningKey.DoesNotExist: no key has this name.
    """
    row = SigningKey.objects.get(name=name)
    if row.signs:
        _replace(KeyKind(row.kind), now)
    with transaction.atomic():
        SigningKey.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=now)
        signed = models.Credential.objects.filter(**{f"{_SIGNS[row.kind]}": row.pk}).exclude(document="")
        number: int = signed.update(document="", token="")
        models.StatusList.objects.update(renew_at=None)
    return number


_SIGNS = {KeyKind.ED25519: "proof_key", KeyKind.RSA: "token_key"}


def _replace(kind: KeyKind, now: datetime) -> SigningKey | None:
    before = SigningKey.objects.filter(kind=kind, signs=True).first()
    key = _private(kind)
    try:
        with transaction.atomic():
            if before is not None:
                held = SigningKey.objects.select_for_update().get(pk=before.pk)
                if not held.signs:
                    return None
                held.signs, held.retired_at, held.sealed = None, now, ""
                held.save(update_fields=["signs", "retired_at", "sealed"])
            return _new(kind, key, now)
    except IntegrityError:
        return None


def _private(kind: KeyKind) -> PrivateKey:
    return (
        issuer_keys.new_rsa() if kind is KeyKind.RSA else issuer_keys.ed25519_from(token_bytes(issuer_keys.SEED_BYTES))
    )


def _new(kind: KeyKind, key: PrivateKey, now: datetime) -> SigningKey:
    return SigningKey.objects.create(
        name=f"{kind}-{now:%Y%m%d}-{token_hex(4)}",
        kind=str(kind),
        public=issuer_keys.jwk(key.public_key()),
        sealed=issuer_keys.sealed(key, _passphrases()[0]),
        signs=True,
        since=now,
    )


# --- At rest


def opened(row: SigningKey) -> PrivateKey:
    """The private key of a row.

    Raises:
        KeyRefusedError: when no secret that is known opens it, or it was thrown away.
    """
    return _opened(row.sealed, _passphrases())


def is_sealed_anew(row: SigningKey) -> bool:
    """Whether a key is encrypted with the secret that holds now, and not with an old one.

    Raises:
        KeyRefusedError: when no secret that is known opens it.
    """
    try:
        _opened(row.sealed, _passphrases()[:1])
    except KeyRefusedError:
        opened(row)
        return False
    return True


def reseal() -> int:
    """Encrypt with the secret that holds now what is encrypted with an old one. How many keys those were.

    Raises:
        KeyRefusedError: when no secret that is known opens one.
    """
    changed = 0
    for row in SigningKey.objects.filter(signs=True):
        if not is_sealed_anew(row):
            anew = issuer_keys.sealed(opened(row), _passphrases()[0])
            # Somebody may be rotating: what is thrown away stays so.
            changed += SigningKey.objects.filter(pk=row.pk, sealed=row.sealed).update(sealed=anew)
    return changed


@lru_cache(maxsize=16)
def _opened(sealed: str, passphrases: tuple[bytes, ...]) -> PrivateKey:
    for passphrase in passphrases[:-1]:
        try:
            return issuer_keys.unsealed(sealed, passphrase)
        except KeyRefusedError:
            continue
    return issuer_keys.unsealed(sealed, passphrases[-1])


def _passphrases() -> tuple[bytes, ...]:
    """What may open a key: the secret that holds now, then old ones."""
    own = getattr(settings, "MICROUNITS_BADGE_SECRET", "")
    old = getattr(settings, "MICROUNITS_BADGE_OLD_SECRETS", ())
    fallbacks = getattr(settings, "SECRET_KEY_FALLBACKS", ())
    return _derived((own or settings.SECRET_KEY, *old, settings.SECRET_KEY, *fallbacks))


@lru_cache(maxsize=4)
def _derived(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    """For this purpose alone, so that what encrypts keys cannot be used for what else the secret signs."""
    return tuple(
        dict.fromkeys(
            hmac.digest(str(secret).encode(), PURPOSE, "sha256").hex().encode() for secret in secrets if secret
        )
    )
