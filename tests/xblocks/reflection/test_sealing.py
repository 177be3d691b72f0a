"""Texts at rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xblocks.reflection.sealing import SealedError, is_sealed_anew, seal, unseal

MARKER = "zebra-marker-text"


@given(st.text(), st.text())
def test_a_text_is_opened_as_it_was(text: str, about: str) -> None:
    assert unseal(seal({"text": text}, about), about) == {"text": text}


def test_what_is_kept_does_not_say_what_was_written_nor_that_it_is_the_same() -> None:
    first, second = seal([MARKER], "a"), seal([MARKER], "a")
    assert MARKER.encode() not in first
    assert first != second


def test_a_text_that_was_moved_to_somebody_elses_place_opens_for_nobody() -> None:
    with pytest.raises(SealedError) as refused:
        unseal(seal([MARKER], "draft:1:block"), "draft:2:block")
    assert refused.value.__cause__ is None
    assert MARKER not in str(refused.value)


@pytest.mark.parametrize("place", [0, 2, 8, -1])
def test_a_text_that_was_changed_is_not_opened(place: int) -> None:
    raw = bytearray(seal([MARKER], "a"))
    raw[place] ^= 1
    with pytest.raises(SealedError):
        unseal(bytes(raw), "a")


@pytest.mark.parametrize("raw", [b"", b"\x01", b"text"])
def test_what_is_no_sealed_text_is_not_opened(raw: bytes) -> None:
    with pytest.raises(SealedError):
        unseal(raw, "a")


def test_after_the_secret_was_changed_old_texts_open_as_long_as_the_old_one_is_known(settings: Any) -> None:
    settings.MICROUNITS_REFLECTION_SECRET = "first"
    old = seal([MARKER], "a")
    settings.MICROUNITS_REFLECTION_SECRET = "second"
    with pytest.raises(SealedError):
        unseal(old, "a")
    settings.MICROUNITS_REFLECTION_OLD_SECRETS = ["first"]
    assert unseal(old, "a") == [MARKER]
    assert not is_sealed_anew(old)
    assert is_sealed_anew(seal([MARKER], "a"))


def test_a_site_that_gives_reflections_a_secret_of_their_own_still_opens_what_was_there(settings: Any) -> None:
    old = seal([MARKER], "a")
    settings.MICROUNITS_REFLECTION_SECRET = "own"
    assert unseal(old, "a") == [MARKER]


def test_a_secret_key_that_was_changed_counts_as_long_as_django_falls_back_to_it(settings: Any) -> None:
    old = seal([MARKER], "a")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "changed"
    assert unseal(old, "a") == [MARKER]
