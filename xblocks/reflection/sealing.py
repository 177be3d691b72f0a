"""Texts at rest: encrypted, so that neither the database nor a copy of it tells what a learner wrote.

AES-256-GCM with a key that is derived (HKDF, SHA-256) from a setting: MICROUNITS_REFLECTION_SECRET, or SECRET_KEY where
that is not set. After the setting was changed, texts are opened with the old one for as long as it stands in
MICROUNITS_REFLECTION_OLD_SECRETS (a list; Django's SECRET_KEY_FALLBACKS count as well); what is written anew is sealed
with the new one. Each text is bound to whom and what it belongs to (`about`): a row that was copied to somebody else's
place opens for nobody.

A sealed text is one byte (the form, 1), four that name the key, twelve of a nonce, and the rest.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from secrets import token_bytes
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"microunits.reflection.texts"
_FORM = b"\x01"
_NAME, _NONCE = 4, 12


class SealedError(Exception):
    """A text is there, but no secret that is known opens it."""


def seal(data: Any, about: str) -> bytes:
    """JSON-ready data, sealed for the place that it belongs to."""
    name, key = _keys()[0]
    nonce = token_bytes(_NONCE)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _FORM + name + nonce + AESGCM(key).encrypt(nonce, text, about.encode())


def unseal(sealed: bytes, about: str) -> Any:
    """The data that `seal` was given.

    Raises:
        SealedError: the secret is not known (any more), or the text belongs to another place. Says nothing of it.
    """
    raw = bytes(sealed)
    name, nonce, rest = raw[1 : 1 + _NAME], raw[1 + _NAME : 1 + _NAME + _NONCE], raw[1 + _NAME + _NONCE :]
    key = dict(_keys()).get(name) if raw[:1] == _FORM else None
    if key is None:
        raise SealedError("no secret that is known opens this text")
    try:
        return json.loads(AESGCM(key).decrypt(nonce, rest, about.encode()).decode("utf-8", "surrogatepass"))
    except InvalidTag:
        # What went wrong within says nothing more, and must not be told along.
        raise SealedError("this text does not belong here, or was changed") from None


def is_sealed_anew(sealed: bytes) -> bool:
    """Whether a text is sealed with the secret that holds now."""
    return bytes(sealed)[1 : 1 + _NAME] == _keys()[0][0]


def _keys() -> tuple[tuple[bytes, bytes], ...]:
    """Names and keys, the one that holds now first."""
    own = str(getattr(settings, "MICROUNITS_REFLECTION_SECRET", "") or settings.SECRET_KEY)
    old = [*getattr(settings, "MICROUNITS_REFLECTION_OLD_SECRETS", ()), settings.SECRET_KEY]
    old += getattr(settings, "SECRET_KEY_FALLBACKS", ())
    return tuple(_key(str(secret)) for secret in dict.fromkeys((own, *old)))


@lru_cache(maxsize=32)
def _key(secret: str) -> tuple[bytes, bytes]:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return hashlib.sha256(key).digest()[:_NAME], key
