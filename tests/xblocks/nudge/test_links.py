"""Signed links: one purpose each, and an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.nudge.mailing import EPOCH
from xblocks.nudge.links import (
    BadTicketError,
    Ticket,
    go_address,
    question_address,
    read_go,
    read_question,
    read_stop,
    stop_address,
)

Read = Callable[[str], Ticket]


def ticket(address: str) -> str:
    return address.rsplit("/", 1)[1]


GO = ticket(go_address(3, 5, EPOCH))
QUESTION = ticket(question_address(3, 5, 7, EPOCH, "nl"))
STOP = ticket(stop_address(3, 5, "nl"))


def test_a_ticket_says_for_whom_and_which_message_it_is() -> None:
    assert read_go(GO) == Ticket(3, 5, None, EPOCH + timedelta(days=14))
    assert read_question(QUESTION) == Ticket(3, 5, 7, EPOCH + timedelta(days=7), "nl")
    assert read_stop(STOP) == Ticket(3, 5, None, None, "nl")


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (read_go, QUESTION),
        (read_go, STOP),
        (read_question, GO),
        (read_question, STOP),
        (read_stop, GO),
        (read_stop, QUESTION),
    ],
)
def test_a_ticket_for_one_purpose_is_worth_nothing_for_another(read: Read, given: str) -> None:
    with pytest.raises(BadTicketError):
        read(given)


@given(st.text(max_size=80))
def test_what_we_did_not_sign_is_refused(anything: str) -> None:
    for read in (read_go, read_question, read_stop):
        with pytest.raises(BadTicketError):
            read(anything)


@given(st.integers(0, len(STOP) - 1), st.characters(codec="ascii"))
def test_a_ticket_with_one_other_character_is_refused(place: int, other: str) -> None:
    changed = STOP[:place] + other + STOP[place + 1 :]
    if changed != STOP:
        with pytest.raises(BadTicketError):
            read_stop(changed)


def test_a_ticket_of_another_installation_is_refused() -> None:
    with override_settings(SECRET_KEY="another-secret"), pytest.raises(BadTicketError):
        read_stop(STOP)


def test_links_end_by_the_platforms_clock() -> None:
    claim = read_question(QUESTION)
    assert not claim.is_expired(EPOCH + timedelta(days=7, seconds=-1))
    assert claim.is_expired(EPOCH + timedelta(days=7))


def test_the_link_to_stop_never_ends() -> None:
    assert not read_stop(STOP).is_expired(EPOCH + timedelta(days=3650))


def test_an_address_fits_on_one_line_of_a_mail() -> None:
    """RFC 5322 allows 998 characters."""
    for address in (go_address(10**9, 10**9, EPOCH), question_address(10**9, 10**9, 10**9, EPOCH, "es-419")):
        assert len(address) < 250
