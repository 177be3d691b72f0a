"""The links in messages: tickets that are signed, for one purpose, for one learner and one message.

A ticket is what a learner holds instead of a session: whoever has it may do the one thing that it is for. Each purpose
has a salt of its own, so that a ticket for one is worth nothing for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.urls import reverse

from xblocks.base.platform import platform

GO_DAYS = 14
QUESTION_DAYS = 7

_GO = "microunits.nudge.go"
_QUESTION = "microunits.nudge.question"
_STOP = "microunits.nudge.stop"


class BadTicketError(Exception):
    """This is not a ticket of ours, or it was given out for something else."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says.

    Attributes:
        question_id: the row of the question that it is for; None: for none.
        expires_at: UTC; None: never.
        language: of the message, for the page behind the link; "": whichever the browser asks for.
    """

    learner_id: int
    nudge_id: int
    question_id: int | None = None
    expires_at: datetime | None = None
    language: str = ""

    def is_expired(self, now: datetime) -> bool:
        """Whether it came too late."""
        return self.expires_at is not None and now >= self.expires_at


def go_address(learner_id: int, nudge_id: int, now: datetime) -> str:
    """To what a message invites to; good for 14 days."""
    ticket = _signed(_GO, learner_id, nudge_id, _seconds(now, GO_DAYS))
    return _address("go", ticket)


def question_address(learner_id: int, nudge_id: int, question_id: int, now: datetime, language: str = "") -> str:
    """To one question, which may be answered once without signing in; good for 7 days."""
    ticket = _signed(_QUESTION, learner_id, nudge_id, question_id, _seconds(now, QUESTION_DAYS), language)
    return _address("question", ticket)


def stop_address(learner_id: int, nudge_id: int, language: str = "") -> str:
    """To getting fewer messages or none; good for ever, as long as the mail is kept."""
    return _address("stop", _signed(_STOP, learner_id, nudge_id, language))


def read_go(ticket: str) -> Ticket:
    """What a ticket of `go_address` says; look at `is_expired` yourself.

    Raises:
        BadTicketError
    """
    learner_id, nudge_id, expires = _read(_GO, ticket)
    return Ticket(learner_id, nudge_id, None, datetime.fromtimestamp(expires, UTC))


def read_question(ticket: str) -> Ticket:
    """What a ticket of `question_address` says; look at `is_expired` yourself.

    Raises:
        BadTicketError
    """
    learner_id, nudge_id, question_id, expires, language = _read(_QUESTION, ticket)
    return Ticket(learner_id, nudge_id, question_id, datetime.fromtimestamp(expires, UTC), language)


def read_stop(ticket: str) -> Ticket:
    """What a ticket of `stop_address` says.

    Raises:
        BadTicketError
    """
    learner_id, nudge_id, language = _read(_STOP, ticket)
    return Ticket(learner_id, nudge_id, language=language)


def _seconds(now: datetime, days: int) -> int:
    return int((now + timedelta(days=days)).timestamp())


def _signed(salt: str, *claim: int | str) -> str:
    # Not django's timestamp: it looks at the machine's clock, and ours is the platform's.
    return signing.Signer(salt=salt).sign_object(claim)


def _read(salt: str, ticket: str) -> Any:
    try:
        return signing.Signer(salt=salt).unsign_object(ticket)
    except (signing.BadSignature, ValueError) as error:
        raise BadTicketError from error


def _address(page: str, ticket: str) -> str:
    return platform().site_url() + reverse(f"microunits_nudge:{page}", args=[ticket])
