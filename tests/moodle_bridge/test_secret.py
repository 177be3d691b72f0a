"""A token shows itself to nobody but the site."""

from __future__ import annotations

import copy
import pickle

import pytest

from moodle_bridge.secret import Body, Secret

TOKEN = "0123456789abcdef0123456789abcdef"
SECRET = Secret(TOKEN)


@pytest.mark.parametrize("written", [repr, str, lambda one: f"{one}", lambda one: f"{[one]!r}"])
def test_no_way_of_writing_shows_it(written: object) -> None:
    assert callable(written)
    assert TOKEN not in written(SECRET)
    assert TOKEN not in written(SECRET.body(b"a=b"))


def test_it_is_not_written_down() -> None:
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(SECRET)
    with pytest.raises(TypeError, match="not written down"):
        copy.copy(SECRET)


def test_it_stands_in_the_body_of_a_request() -> None:
    body = SECRET.body(b"wsfunction=f")
    assert bytes(body) == f"wstoken={TOKEN}&wsfunction=f".encode()
    assert repr(body) == str(body) == f"<{len(body)} bytes>"
    assert isinstance(body, Body)


def test_it_is_taken_out_of_what_a_site_says() -> None:
    assert SECRET.hide_in(f"No token {TOKEN}, really: {TOKEN}".encode()) == b"No token ***, really: ***"


def test_what_is_far_too_short_to_be_one_is_none() -> None:
    with pytest.raises(ValueError, match="far too short"):
        Secret("")
