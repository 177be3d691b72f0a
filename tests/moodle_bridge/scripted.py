"""A web server on loopback that does what it is told, request by request: answer, fail, stall, cut."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.moodle_bridge import php

Does = Callable[["Handler"], None]
"""What the server does with one request, which it has read."""


@dataclass
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)
    connection: tuple[str, int]

    @property
    def form(self) -> dict[str, Any]:
        return php.read(php.form_of(self.body))


@dataclass
class Scripted:
    """The server: what it is to do, and what it was asked.

    Attributes:
        script: for each request in turn; when it has been used up, the last is done again.
    """

    url: str
    script: list[Does] = field(default_factory=list)
    received: list[Received] = field(default_factory=list, repr=False)

    def does(self, *script: Does) -> None:
        self.script[:] = script

    def next(self) -> Does:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @property
    def functions(self) -> list[str]:
        return [received.form["wsfunction"] for received in self.received]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    scripted: Scripted

    def do_POST(self) -> None:
        self.received(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    do_GET = do_POST  # noqa: N815

    def received(self, body: bytes) -> None:
        self.scripted.received.append(Received(self.path, dict(self.headers), body, self.client_address))
        self.scripted.next()(self)

    def log_request(self, *_: Any) -> None:
        pass

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that goes away is what these tests are about.

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Scripted]:
    """A server for as long as the block runs; with a certificate (and its key, in one file) it speaks TLS."""
    scripted = Scripted("")
    with on_loopback(type("Bound", (Handler,), {"scripted": scripted}), certificate) as scripted.url:
        yield scripted


@contextmanager
def on_loopback(handler: type[BaseHTTPRequestHandler], certificate: Path | None = None) -> Iterator[str]:
    """The address at which a handler serves, for as long as the block runs."""
    server = _Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- What it may do


def answers(value: Any) -> Does:
    return page(200, json.dumps(value), Content_Type="application/json")


def refuses(code: str, message: str = "No") -> Does:
    return answers({"exception": "moodle_exception", "errorcode": code, "message": message})


def page(status: int, body: str, **headers: str) -> Does:
    return lambda handler: handler.reply(status, body.encode(), **{"Content_Type": "text/html", **headers})


def zipped(value: Any) -> Does:
    body = gzip.compress(json.dumps(value).encode())
    return lambda handler: handler.reply(200, body, Content_Encoding="gzip", Content_Type="application/json")


def in_pieces(value: Any, pieces: int = 5) -> Does:
    """Chunked, as a server sends what it does not know the length of."""

    def does(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        body = json.dumps(value).encode()
        size = max(1, len(body) // pieces)
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    return does


def closes() -> Does:
    """Takes the request and hangs up without a word."""

    def does(handler: Handler) -> None:
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    return does


def cuts(body: bytes, length: int = 1000, *, chunked: bool = False) -> Does:
    """Promises `length` bytes, sends fewer and hangs up."""

    def does(handler: Handler) -> None:
        handler.send_response(200)
        if chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        else:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s" % (length, body) if chunked else body)
        handler.wfile.flush()
        closes()(handler)

    return does


def after(seconds: float, does: Does) -> Does:
    def waits(handler: Handler) -> None:
        time.sleep(seconds)
        does(handler)

    return waits


def drips(seconds: float) -> Does:
    """Sends a byte now and then, and never stops within `seconds`."""

    def does(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)

    return does


def stalls(seconds: float) -> Does:
    """Begins an answer and then says nothing more."""

    def does(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"{")
        handler.wfile.flush()
        time.sleep(seconds)

    return does


def floods(size: int) -> Does:
    """Sends very much, which zipped is little."""
    body = gzip.compress(b" " * size)
    return lambda handler: handler.reply(200, body, Content_Encoding="gzip")
