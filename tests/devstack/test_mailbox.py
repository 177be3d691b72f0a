"""Mails of the devstack stay on the machine and can be read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

from devstack import clock, settings
from devstack.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def box(settings: Any, tmp_path: Path) -> Any:
    """The devstack's own way to send, as `make demo` has it, and a clock that nobody moved."""
    settings.DATA = tmp_path
    return get_connection(devstack_backend())


def devstack_backend() -> str:
    return settings.EMAIL_BACKEND


def test_text_html_and_headers_are_kept(box: Any) -> None:
    message = EmailMultiAlternatives(
        "Zo leer je “meer”", "As text", "a@example.com", ["ann@example.com"], headers={"List-Unsubscribe": "<x>"}
    )
    message.attach_alternative("<p>As HTML</p>", "text/html")
    assert box.send_messages([message]) == 1
    mail = Mail.objects.get()
    assert (mail.recipient, mail.subject) == ("ann@example.com", "Zo leer je “meer”")
    assert (mail.text, mail.html) == ("As text", "<p>As HTML</p>")
    headers = dict(mail.headers)
    assert headers["Subject"] == "Zo leer je “meer”"
    assert headers["List-Unsubscribe"] == "<x>"
    assert "Message-ID" not in headers


def test_a_message_to_two_is_there_for_both(box: Any) -> None:
    box.send_messages([EmailMessage("Hello", "Text", "a@example.com", ["ann@example.com"], bcc=["bob@example.com"])])
    assert set(Mail.objects.values_list("recipient", "html")) == {("ann@example.com", ""), ("bob@example.com", "")}


def test_a_message_that_is_only_html_is_not_shown_as_text(box: Any) -> None:
    message = EmailMessage("Hello", "<p>Hi</p>", "a@example.com", ["ann@example.com"])
    message.content_subtype = "html"
    box.send_messages([message])
    assert Mail.objects.values_list("text", "html").get() == ("", "<p>Hi</p>")


def test_it_is_dated_by_the_devstacks_clock(box: Any) -> None:
    clock.move(timedelta(days=30))
    box.send_messages([EmailMessage("Hello", "Text", "a@example.com", ["ann@example.com"])])
    assert abs(Mail.objects.get().at - clock.now()) < timedelta(seconds=5)
