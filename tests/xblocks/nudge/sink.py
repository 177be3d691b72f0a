"""A mail server that keeps what it gets, and can be told to refuse or to hang up: `with Sink() as sink: ...`."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from django.core.mail.backends.smtp import EmailBackend
from django.test import override_settings


class Closing(EmailBackend):
    """Django's own; but that of 4.2 leaves the connection of a refused mail to the garbage collector."""

    def send_messages(self, email_messages: Any) -> int:
        try:
            return super().send_messages(email_messages)
        finally:
            self.close()


class _Talk(socketserver.StreamRequestHandler):
    """One conversation (RFC 5321), as much of it as smtplib needs."""

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        sink.calls += 1
        if sink.hang_up == "greeting":
            return
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if sink.hang_up == verb:
                return
            if verb == "DATA":
                self.say("354 go on")
                raw = self._body()
                if sink.hang_up == "after DATA":
                    return
                if not sink.refuse_content:
                    sink.raw.append(raw)
                self.say("554 no" if sink.refuse_content else "250 taken")
            elif verb == "RCPT" and sink.refuse_recipient:
                self.say("550 nobody here")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 sink")

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class Sink:
    """The server, on a free port; Django sends its mails to it.

    Attributes:
        refuse_recipient, refuse_content: answer 5xx to that.
        hang_up: close the connection without an answer at "greeting", a verb, or "after DATA".
        calls: how often somebody connected.
    """

    def __init__(self, *, refuse_recipient: bool = False, refuse_content: bool = False, hang_up: str = "") -> None:
        self.refuse_recipient = refuse_recipient
        self.refuse_content = refuse_content
        self.hang_up = hang_up
        self.calls = 0
        self.raw: list[bytes] = []

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]  # type: ignore[misc]

    @property
    def mail(self) -> EmailMessage:
        (only,) = self.mails
        return only

    def __enter__(self) -> Self:
        self._server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        self._server.daemon_threads = True
        self._server.sink = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self._settings = override_settings(
            EMAIL_BACKEND=f"{__name__}.Closing",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=self._server.server_address[1],
            EMAIL_TIMEOUT=5,
        )
        self._settings.enable()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._settings.disable()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
