"""A list says of each badge whether it was revoked, in the encoding of the specification, and cannot be a bomb."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xblocks.badges.earning import ISSUER, LIST, NOW, revocations
from xblocks.badges import status_list
from xblocks.badges.canonical import canonical
from xblocks.badges.credential_errors import StatusListError
from xblocks.badges.multibase import base64url
from xblocks.badges.status_list import ENTRIES, StatusEntry, bits_of, decode, encode, entry_document, entry_of, is_set


@settings(max_examples=30)
@given(st.sets(st.integers(0, ENTRIES - 1), max_size=40), st.integers(0, ENTRIES - 1))
def test_what_is_revoked_is_read_as_revoked_and_nothing_else(revoked: set[int], other: int) -> None:
    bits = decode(encode(revoked))
    assert all(is_set(bits, index) for index in revoked)
    assert is_set(bits, other) == (other in revoked)
    assert sum(byte.bit_count() for byte in bits) == len(revoked)


def test_the_first_index_is_the_leftmost_bit() -> None:
    """ "Bitstring Status List v1.0", section 3.2: index 0 is the left-most bit of the string."""
    assert decode(encode([0]))[:2] == b"\x80\x00"
    assert decode(encode([9]))[:2] == b"\x00\x40"


def test_the_empty_list_of_the_specification_is_read() -> None:
    """Of "Bitstring Status List v1.0": 16 kB of zeros, as its algorithms encode them."""
    example = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert decode(example) == bytes(ENTRIES // 8)


def test_the_same_list_is_written_the_same() -> None:
    assert encode([5, 3]) == encode({3, 5})


def test_a_longer_list_is_possible() -> None:
    assert is_set(decode(encode([2 * ENTRIES - 1], 2 * ENTRIES)), 2 * ENTRIES - 1)


@pytest.mark.parametrize(
    ("revoked", "entries"), [([], 8), ([], ENTRIES + 1), ([], 2**40), ([ENTRIES], ENTRIES), ([-1], ENTRIES)]
)
def test_a_list_that_tells_too_much_or_has_no_such_place_is_not_made(revoked: list[int], entries: int) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        encode(revoked, entries)


def packed(data: bytes) -> str:
    return "u" + base64url(gzip.compress(data))


@pytest.mark.parametrize(
    "encoded",
    [
        None,
        3,
        "",
        "H4sI",
        "u",
        "uAAAA",
        "u H4sI",
        packed(bytes(100)),
        packed(bytes(status_list.MAX_BYTES + 1)),
        packed(bytes(200 * 1024 * 1024)),
        packed(bytes(ENTRIES // 8))[:-8],
        "u" + base64url(gzip.compress(bytes(ENTRIES // 8)) + b"more"),
        "u" + base64url(bytes(ENTRIES // 8)),
        "u" + "A" * 3_000_000,
    ],
)
def test_what_is_no_list_or_a_bomb_is_refused(encoded: object) -> None:
    with pytest.raises(StatusListError):
        decode(encoded)


@pytest.mark.parametrize("index", [-1, ENTRIES])
def test_a_place_beyond_the_list_says_nothing(index: int) -> None:
    with pytest.raises(StatusListError, match="says nothing"):
        is_set(bytes(ENTRIES // 8), index)


# --- Documents


@given(st.integers(0, ENTRIES - 1), st.sampled_from(status_list.PURPOSES))
def test_an_entry_comes_back(index: int, purpose: str) -> None:
    entry = StatusEntry(LIST, index, purpose)
    assert entry_of(entry_document(entry)) == entry


@pytest.mark.parametrize(
    "changes",
    [
        {"statusListCredential": None},
        {"statusListIndex": 7},
        {"statusListIndex": "-7"},
        {"statusListIndex": "７"},
        {"statusListIndex": "9" * 10},
        {"statusListIndex": ""},
        {"statusPurpose": "message"},
        {"statusPurpose": ["revocation"]},
        {"statusSize": 2},
    ],
)
def test_an_entry_that_points_nowhere_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(StatusListError):
        entry_of(entry_document(StatusEntry(LIST, 7)) | changes)


def test_a_list_is_a_credential_of_which_all_is_signed() -> None:
    document = revocations(7, valid_until=NOW + timedelta(days=1))
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["issuer"] == ISSUER
    assert "encodedList" in canonical({name: value for name, value in document.items() if name != "proof"})
    assert is_set(bits_of(document, StatusEntry(LIST, 7)), 7)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://badges.example.org/status/2"},
        {"type": "BitstringStatusListCredential"},
        {"type": ["VerifiableCredential"]},
        {"credentialSubject": []},
        {"credentialSubject": {"type": "Other", "statusPurpose": "revocation"}},
        {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "suspension"}},
        {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": ["revocation"]}},
    ],
)
def test_another_list_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(StatusListError):
        bits_of(revocations() | changes, StatusEntry(LIST, 7))
