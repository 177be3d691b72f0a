"""The keys that badges are signed with: Ed25519 for embedded proofs, RSA for VC-JWT, and how they are written.

Sources: Multikey in W3C "Controlled Identifiers 1.0", section 2.2.2 (Ed25519 has the prefix 0xed01); JSON Web Keys in
RFC 7517, RFC 7518 section 6.3 (RSA) and RFC 8037 (Ed25519); thumbprints in RFC 7638.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from xblocks.badges import strict_json
from xblocks.badges.credential_errors import KeyRefusedError
from xblocks.badges.multibase import base58, base64url, from_base58, from_base64url
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

PublicKey: TypeAlias = ed25519.Ed25519PublicKey | rsa.RSAPublicKey
PrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

SEED_BYTES = 32
# Large enough for RS256 (RFC 7518, section 3.3); beyond the upper bound verifying gets slow, which is what it is for.
RSA_BITS = 2048
MOST_RSA_BITS = 8192
_MOST_EXPONENT = 2**32

_ED25519_PREFIX = b"\xed\x01"
_NOT_A_KEY = N_("The issuer's key is not written as public keys are, or is of a kind that badges are not signed with.")


# --- Making and keeping


def ed25519_from(seed: bytes) -> ed25519.Ed25519PrivateKey:
    """The key of a seed: SEED_BYTES bytes of randomness, which are the key itself (RFC 8032, section 5.1.5)."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)


def new_rsa() -> rsa.RSAPrivateKey:
    """A new key. The cryptography library chooses the primes, with the system's randomness, not one that is given."""
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def sealed(key: PrivateKey, passphrase: bytes) -> str:
    """A private key, encrypted (PKCS 8, PEM), to be kept."""
    encryption = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


def unsealed(text: str, passphrase: bytes) -> PrivateKey:
    """What `sealed` kept.

    Raises:
        KeyRefusedError: for another passphrase, or another kind of key.
    """
    try:
        key = serialization.load_pem_private_key(text.encode(), passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyRefusedError(
            N_("The key cannot be opened. Was the site's secret changed since it was made?")
        ) from None
    if not isinstance(key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey):
        raise KeyRefusedError(_NOT_A_KEY)
    return key


# --- How public keys are written


def multikey(key: ed25519.Ed25519PublicKey) -> str:
    """A public key as Multikey writes it: "z6Mk…"."""
    return base58(_ED25519_PREFIX + key.public_bytes_raw())


def from_multikey(text: object) -> ed25519.Ed25519PublicKey:
    """The key that `multikey` wrote.

    Raises:
        KeyRefusedError: when it is not one, or not Ed25519.
    """
    try:
        data = from_base58(text) if isinstance(text, str) else b""
        if not data.startswith(_ED25519_PREFIX):
            raise KeyRefusedError(_NOT_A_KEY)
        return ed25519.Ed25519PublicKey.from_public_bytes(data.removeprefix(_ED25519_PREFIX))
    except KeyRefusedError:
        raise
    except ValueError:
        raise KeyRefusedError(_NOT_A_KEY) from None


def jwk(key: PublicKey) -> JsonObject:
    """A public key as a JSON Web Key, with nothing of the private one and no name."""
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"e": _uint(numbers.e), "kty": "RSA", "n": _uint(numbers.n)}
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url(key.public_bytes_raw())}


def from_jwk(written: object) -> PublicKey:
    """The public key of a JSON Web Key.

    Raises:
        KeyRefusedError: when it is not one, is another kind, is weak, or holds the private key as well.
    """
    if not isinstance(written, dict) or {"d", "p", "q", "k"} & written.keys():
        raise KeyRefusedError(_NOT_A_KEY)
    try:
        if written.get("kty") == "RSA":
            return _rsa(int.from_bytes(_bytes(written, "n")), int.from_bytes(_bytes(written, "e")))
        if written.get("kty") == "OKP" and written.get("crv") == "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(_bytes(written, "x"))
    except ValueError:
        pass
    raise KeyRefusedError(_NOT_A_KEY)


def thumbprint(key: PublicKey) -> str:
    """What tells a key from every other (RFC 7638, SHA-256), to name it by."""
    return base64url(hashlib.sha256(strict_json.write(jwk(key)).encode()).digest())


def _rsa(modulus: int, exponent: int) -> rsa.RSAPublicKey:
    if not RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS or not 3 <= exponent < _MOST_EXPONENT:
        raise ValueError("weak, or too large")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _bytes(written: JsonObject, name: str) -> bytes:
    value = written.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return from_base64url(value)


def _uint(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
