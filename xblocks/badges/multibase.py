"""Base58 and base64url with the letters of Multibase before them ("z" and "u"), as keys, proofs and lists are written.

Source: W3C "Controlled Identifiers 1.0", section 2.4 (Multibase), and its base-encode and base-decode algorithms.
"""

from __future__ import annotations

import base64
import binascii
import re

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Base58 takes quadratic time; nothing that is written so is longer.
MAX_BASE58 = 1_000

_DIGITS = {letter: value for value, letter in enumerate(ALPHABET)}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


def base58(data: bytes) -> str:
    """`data` in base58 with Bitcoin's alphabet, and "z" before it."""
    number = int.from_bytes(data, "big")
    letters = ""
    while number:
        number, digit = divmod(number, 58)
        letters = ALPHABET[digit] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + letters


def from_base58(text: str) -> bytes:
    """What `base58` wrote.

    Raises:
        ValueError: when it was not written so.
    """
    if not text.startswith("z") or len(text) > MAX_BASE58:
        raise ValueError("not multibase base58")
    number = 0
    for letter in text[1:]:
        if letter not in _DIGITS:
            raise ValueError("not multibase base58")
        number = number * 58 + _DIGITS[letter]
    zeros = len(text) - 1 - len(text[1:].lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url(data: bytes) -> str:
    """`data` in base64url without padding (RFC 7515, section 2); no letter before it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """What `base64url` wrote, in the one way that it is written: no padding, no blanks, no spare bits.

    Raises:
        ValueError: when it was not written so.
    """
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("not base64url") from None
    if base64url(data) != text:
        raise ValueError("not base64url")
    return data
