"""Which credentials were revoked: one bit each in a list that says nothing about the others.

A list has at least 131,072 entries, so that whoever asks for it does not tell the issuer which credential is looked at
(W3C "Bitstring Status List v1.0"; section 3.3 has the encoding: GZIP, base64url, "u" before it; index 0 is the leftmost
bit of the first byte).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from xblocks.badges.context_loader import CREDENTIALS
from xblocks.badges.credential_errors import StatusListError
from xblocks.badges.moments import written
from xblocks.badges.multibase import base64url, from_base64url
from xblocks.badges.strict_json import JsonObject
from xblocks.base.problems import N_

ENTRIES = 131_072
# 16 million entries, unpacked; what is packed may not be longer either.
MAX_BYTES = 2 * 1024 * 1024
PURPOSES = ("revocation", "suspension")

_UNREADABLE = N_("The issuer's list of revoked badges cannot be read.")
_GZIP = 31


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a credential's own bit stands.

    Attributes:
        list_address: of the status list credential.
        index: of the bit, from 0.
        purpose: one of PURPOSES.
    """

    list_address: str
    index: int
    purpose: str = "revocation"


def encode(revoked: Iterable[int], entries: int = ENTRIES) -> str:
    """The encoded list in which the bits of `revoked` are set.

    Raises:
        ValueError: for fewer entries than ENTRIES, or an index beyond them.
    """
    if not ENTRIES <= entries <= MAX_BYTES * 8 or entries % 8:
        raise ValueError(entries)
    bits = bytearray(entries // 8)
    for index in revoked:
        if not 0 <= index < entries:
            raise ValueError(index)
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def decode(text: object) -> bytes:
    """The bits of an encoded list.

    Raises:
        StatusListError: when it is none, is shorter than a list may be, or unpacks to more than MAX_BYTES.
    """
    if not isinstance(text, str) or not text.startswith("u") or len(text) > MAX_BYTES:
        raise StatusListError(_UNREADABLE)
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        bits = unpacker.decompress(from_base64url(text[1:]), MAX_BYTES)
    except (ValueError, zlib.error):
        raise StatusListError(_UNREADABLE) from None
    if not unpacker.eof or unpacker.unused_data or len(bits) < ENTRIES // 8:
        raise StatusListError(_UNREADABLE)
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit of `index` is set.

    Raises:
        StatusListError: when the list ends before it.
    """
    if not 0 <= index < len(bits) * 8:
        raise StatusListError(N_("The issuer's list of revoked badges says nothing about this badge."))
    return bool(bits[index // 8] & 0x80 >> index % 8)


def entry_document(entry: StatusEntry) -> JsonObject:
    """The `credentialStatus` of a credential."""
    return {
        "id": f"{entry.list_address}#{entry.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": entry.purpose,
        "statusListIndex": str(entry.index),
        "statusListCredential": entry.list_address,
    }


def list_document(
    address: str,
    issuer: str,
    encoded: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    purpose: str = PURPOSES[0],
) -> JsonObject:
    """The status list credential, still to be signed.

    Args:
        address: of the list, which is its `id` as well.
        issuer: the id of whoever issues it, and the credentials in it.
        encoded: what `encode` gave.
        valid_from: from when it says so (UTC).
        valid_until: until when it may be kept by others; None without end.
        purpose: one of PURPOSES.
    """
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": written(valid_from),
        **({"validUntil": written(valid_until)} if valid_until else {}),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }


def entry_of(status: JsonObject) -> StatusEntry:
    """Where a `credentialStatus` of type BitstringStatusListEntry points.

    Raises:
        StatusListError: when it points nowhere, or needs more than one bit.
    """
    address, index, purpose = (status.get(f"status{name}") for name in ("ListCredential", "ListIndex", "Purpose"))
    if status.get("statusSize", 1) != 1 or not isinstance(address, str) or purpose not in PURPOSES:
        raise StatusListError(_UNREADABLE)
    if not isinstance(index, str) or not (index.isascii() and index.isdigit()) or len(index) > 9:
        raise StatusListError(_UNREADABLE)
    return StatusEntry(address, int(index), str(purpose))


def bits_of(document: JsonObject, entry: StatusEntry) -> bytes:
    """The bits of a status list credential (whose signature and dates are checked by whoever calls).

    Raises:
        StatusListError: when it is not the list that the entry points to.
    """
    subject = document.get("credentialSubject")
    types = document.get("type")
    if document.get("id") != entry.list_address or not isinstance(subject, dict):
        raise StatusListError(_UNREADABLE)
    if not isinstance(types, list) or "BitstringStatusListCredential" not in types:
        raise StatusListError(_UNREADABLE)
    purposes = subject.get("statusPurpose")
    if subject.get("type") != "BitstringStatusList" or entry.purpose not in (
        purposes if isinstance(purposes, list) else [purposes]
    ):
        raise StatusListError(_UNREADABLE)
    return decode(subject.get("encodedList"))
