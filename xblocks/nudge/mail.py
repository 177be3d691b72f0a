"""Sending a message of the ledger by edx-ace, and knowing for sure what became of it.

edx-ace swallows what its channels raise and only reports a missing template, so its word is not enough: a message of
ours listens to the reports about itself, and to the signal that a channel took it.
"""

from __future__ import annotations

import logging
import smtplib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from traceback import walk_tb
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from edx_ace import ace
from edx_ace.channel.django_email import DjangoEmailChannel
from edx_ace.message import Message
from edx_ace.recipient import Recipient
from edx_ace.renderers import EmailRenderer
from edx_ace.signals import ACE_MESSAGE_SENT

from xblocks.base.platform import Person, platform
from xblocks.nudge import links, models
from xblocks.nudge.composing import Composed, Courses, compose
from xblocks.nudge.wording import Addresses, as_text

log = logging.getLogger(__name__)

APP, NAME = "microunits_nudge", "nudge"
_EMAIL = "email"
# Behind the words that a list of mails shows, so that it does not go on with the letter itself.
_FILLING = "\u00a0\u200c" * 80


class Result(StrEnum):
    """What became of a message.

    SENT: the transport took it; REFUSED: the transport did not; UNCERTAIN: the connection broke when it may
    have had it; UNDELIVERABLE: it was never offered.
    """

    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, and why: a few words for the ledger, without anything personal."""

    result: Result
    reason: str = ""

    @property
    def is_sent(self) -> bool:
        """The transport took it."""
        return self.result is Result.SENT

    @property
    def is_uncertain(self) -> bool:
        """It may have arrived, or not."""
        return self.result is Result.UNCERTAIN


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it would arrive; its links lead nowhere."""

    subject: str
    text: str
    html: str


def send(nudge: models.Nudge, person: Person, courses: Courses, now: datetime) -> Outcome:
    """Send a message by mail.

    What a transport refuses is an outcome. Only what is wrong with ourselves or the platform's policies raises, and
    then nothing was sent.
    """
    if not _is_address(person.email):
        return Outcome(Result.UNDELIVERABLE, "no_address")
    composed = compose(nudge, person.language, courses, now)
    if composed is None:
        return Outcome(Result.UNDELIVERABLE, "nothing_to_say")
    learner_id, language, question_id = nudge.learner_id, composed.language, composed.question_id
    addresses = Addresses(
        go=links.go_address(learner_id, nudge.pk, now),
        stop=links.stop_address(learner_id, nudge.pk, language),
        question=links.question_address(learner_id, nudge.pk, question_id, now, language) if question_id else "",
    )
    return _hand_over(_message(composed, addresses, person, courses))


def notify(nudge: models.Nudge, person: Person, courses: Courses, now: datetime) -> Outcome:
    """Put a message into the platform's notification tray."""
    composed = compose(nudge, person.language, courses, now)
    if composed is None or not courses:
        return Outcome(Result.UNDELIVERABLE, "nothing_to_say")
    course = courses[0][0].course_key
    text = f"{composed.letter.lead}: {courses[0][0].name}" if len(courses) == 1 else composed.letter.lead
    address = links.go_address(nudge.learner_id, nudge.pk, now)
    if platform().notify([person.user_id], course, text, address):
        return Outcome(Result.SENT)
    return Outcome(Result.UNDELIVERABLE, "no_tray")


def preview(nudge: models.Nudge, person: Person, courses: Courses, now: datetime) -> Rendered | None:
    """A message as a person would get it, for the course team; None when there is nothing to say.

    Args:
        nudge: need not be saved.
    """
    composed = compose(nudge, person.language, courses, now)
    if composed is None:
        return None
    addresses = Addresses(go="#", stop="#", question="#")
    message, channel = _message(composed, addresses, person, courses), DjangoEmailChannel()
    with translation.override(composed.language):
        made = EmailRenderer().render(channel, message)
    html = channel.make_simple_html_template(made.head_html, made.body_html)
    return Rendered(channel.get_subject(made), made.body, html)


# --- Handing over


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


class _Watched(Message):
    """A message that keeps what edx-ace reports about it.

    Of an error it keeps what that means: the error itself would keep the connection alive that it came from.
    """

    def report(self, key: str, value: Any) -> None:
        """Called by edx-ace's pipeline, for an error while that is handled."""
        super().report(key, value)
        error = sys.exc_info()[1] if key.endswith("_error") else None
        self.told[key] = value if error is None else _failure(error.__cause__ or error)

    @property
    def told(self) -> dict[str, Any]:
        """What was reported, by its name."""
        told: dict[str, Any] = self.__dict__.setdefault("_told", {})
        return told


def _message(composed: Composed, addresses: Addresses, person: Person, courses: Courses) -> _Watched:
    return _Watched(
        app_label=APP,
        name=NAME,
        recipient=Recipient(lms_user_id=person.user_id, email_address=person.email),
        language=composed.language,
        # Only Django's mail channel sends headers, and one-click unsubscribing is one.
        options={"override_default_channel": "django_email"},
        headers={
            "List-Unsubscribe": f"<{addresses.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": composed.lang,
        },
        context={
            # The platform's own opt-out by course looks at these.
            "course_ids": [str(course.course_key) for course, _number in courses],
            "letter": asdict(composed.letter),
            "addresses": asdict(addresses),
            "text": as_text(composed.letter, addresses),
            "filling": _FILLING,
            "site": composed.site,
            "lang": composed.lang,
            "dir": "rtl" if composed.is_rtl else "ltr",
        },
    )


def _hand_over(message: _Watched) -> Outcome:
    with _taken(message) as taken:
        try:
            ace.send(message)
        except Exception as error:
            if taken or f"{_EMAIL}_delivery_succeeded" in message.told:
                log.exception("The message is on its way; somebody who was told so failed")
                return Outcome(Result.SENT)
            if ("edx_ace.delivery", "deliver") not in _frames(error):
                raise
            return _failure(error)
    return Outcome(Result.SENT) if taken else _reported(message.told)


@contextmanager
def _taken(message: Message) -> Iterator[list[str]]:
    """A list that is filled once a mail channel has taken the message."""
    taken: list[str] = []

    def hear(sender: Any, message: Any, **_others: Any) -> None:
        if message["uuid"] == wanted and str(sender.channel_type) == _EMAIL:
            taken.append(wanted)

    wanted = str(message.uuid)
    ACE_MESSAGE_SENT.connect(hear, weak=False, dispatch_uid=wanted)
    try:
        yield taken
    finally:
        ACE_MESSAGE_SENT.disconnect(dispatch_uid=wanted)


def _reported(told: Mapping[str, Any]) -> Outcome:
    """Why a message was not taken, from what edx-ace reported."""
    failed = told.get(f"{_EMAIL}_error")
    if isinstance(failed, Outcome):
        return failed
    if f"{_EMAIL}_delivery_expired" in told:
        return Outcome(Result.REFUSED, "expired")
    if _EMAIL not in str(told.get("policy_allowed_channels", _EMAIL)).split(","):
        return Outcome(Result.UNDELIVERABLE, "denied_by_policy")
    return Outcome(Result.UNDELIVERABLE, "no_template" if "template_error" in told else "no_channel")


def _failure(error: BaseException) -> Outcome:
    """Refused, when the other side cannot have the message; else nobody knows."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((one for one, _text in error.recipients.values()), None)
    reason = type(error).__name__ if code is None else f"{type(error).__name__} {code}"
    on_its_way = {("smtplib", "data"), ("smtplib", "quit")} & _frames(error)
    if isinstance(error, OSError) and not on_its_way:
        return Outcome(Result.REFUSED, reason)
    return Outcome(Result.UNCERTAIN, reason)


def _frames(error: BaseException) -> set[tuple[str, str]]:
    """Which functions an error came through, by module and name."""
    return {
        (str(frame.f_globals.get("__name__")), frame.f_code.co_name) for frame, _line in walk_tb(error.__traceback__)
    }
