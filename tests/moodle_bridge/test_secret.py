"""A token shows itself to nobody but the site."""

from __future__ import annotations

import copy
import pickle

import pytest

from moodle_bridge.secret import Body, OpenEdxSecret, Secret

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


def test_what_opens_an_open_edx_shows_itself_to_its_lms_alone() -> None:
    pair, token, jwt = (OpenEdxSecret(value) for value in ("an-id:a+secret/1234", "0123456789abcdef", "eyJh.eyJz.c2ln"))
    assert [pair.is_application, token.is_application, jwt.is_application] == [True, False, False]
    form = pair.form()
    assert b"client_id=an-id&client_secret=a%2Bsecret%2F1234&grant_type=client_credentials" in bytes(form)
    assert token.headers() == {"Authorization": "Bearer 0123456789abcdef"}
    assert jwt.headers() == {"Authorization": "JWT eyJh.eyJz.c2ln"}
    shown = repr([pair, token, jwt, form, token.headers(), jwt.headers()])
    assert not [value for value in ("a+secret", "a%2Bsecret", "0123456789", "eyJh") if value in shown]
    assert pair.hide_in(b"no an-id:a+secret/1234, no a+secret/1234 for an-id") == b"no ***, no *** for an-id"


def test_what_is_far_too_short_to_be_one_is_none() -> None:
    with pytest.raises(ValueError, match="far too short"):
        Secret("")
