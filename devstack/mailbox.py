"""The devstack's mail: nothing leaves the machine, everything can be read (`devstack.models.Mail`)."""

from __future__ import annotations

from collections.abc import Sequence
from email.header import decode_header, make_header

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from devstack import clock
from devstack.models import Mail

_MADE_WHEN_SENT = ("Content-Type", "MIME-Version", "Message-ID", "Date")
"""Headers of the machinery, which tell nobody anything here."""


class Mailbox(BaseEmailBackend):
    """An e-mail backend for Django's EMAIL_BACKEND that keeps one row for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; how many."""
        for message in email_messages:
            Mail.objects.bulk_create(_row(message, recipient) for recipient in message.recipients())
        return len(email_messages)


def _row(message: EmailMessage, recipient: str) -> Mail:
    alternatives = getattr(message, "alternatives", ())
    html = next((str(content) for content, kind in alternatives if kind == "text/html"), "")
    headers = [[name, _readable(value)] for name, value in message.message().items() if name not in _MADE_WHEN_SENT]
    is_html = message.content_subtype == "html"
    return Mail(
        at=clock.now(),
        recipient=recipient,
        subject=str(message.subject),
        headers=headers,
        text="" if is_html else str(message.body),
        html=str(message.body) if is_html else html,
    )


def _readable(value: object) -> str:
    """A header as a mail program shows it."""
    return str(make_header(decode_header(str(value).replace("\n", ""))))
