"""A running Open edX as far as an export of a course needs it: the LMS and Studio, each a server of its own.

What they answer is what the real platform answers (recordings/openedx.json; test_studio.py walks both the same way).
"""

from __future__ import annotations

import io
import json
import secrets
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.moodle_bridge.exported import EXPORT
from tests.moodle_bridge.scripted import on_loopback

APPLICATION = "bridge-client-id"
APPLICATION_SECRET = "bridge-client-secret-c0ffee"
KEY = "course-v1:Org+PHISH+2026"

_PAGE = "text/html; charset=utf-8"


def archive(export: Mapping[str, str | bytes]) -> bytes:
    """A course as Studio packs it: in one folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in export.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(f"course/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


@dataclass
class Reply:
    """An answer that is under way."""

    status: int = 200
    body: bytes = b""
    kind: str = _PAGE
    location: str = ""
    cookies: dict[str, str] = field(default_factory=dict)


def page(status: int, title: str) -> Reply:
    return Reply(status, f"<!DOCTYPE html><title>{title}</title>".encode())


def data(value: Any, status: int = 200, **cookies: str) -> Reply:
    return Reply(status, json.dumps(value).encode(), "application/json", cookies=cookies)


def onwards(location: str, **cookies: str) -> Reply:
    return Reply(302, location=location, cookies=cookies)


@dataclass
class Request:
    """A request as it came."""

    server: str
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    form: dict[str, str]
    cookies: dict[str, str]


@dataclass
class OpenEdxDouble:
    """The platform: its people's sessions, its applications, its courses.

    Attributes:
        trusted: whether the application may sign its user in.
        asks_first: the LMS asks its people whether Studio may know them.
        team: the courses that the token's user may export; staff may ask for any.
        polls: how many times an export is asked for before it is ready.
        fails: what Studio says of an export that fails.
        store: the address of the archive, where it is not Studio's own.
        troubles: by "server METHOD path", what is answered instead, once.
    """

    course: bytes = field(default_factory=lambda: archive(EXPORT), repr=False)
    trusted: bool = True
    asks_first: bool = False
    is_staff: bool = False
    team: set[str] = field(default_factory=lambda: {KEY})
    polls: int = 2
    fails: Any = None
    store: str = ""
    troubles: dict[str, list[Reply]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    sessions: dict[str, str] = field(default_factory=dict)
    received: list[Request] = field(default_factory=list, repr=False)
    urls: dict[str, str] = field(default_factory=dict)
    _states: dict[str, str] = field(default_factory=dict)
    _codes: set[str] = field(default_factory=set)
    _left: int | None = None

    def token(self) -> str:
        """A new token of the application."""
        token = secrets.token_hex(15)
        self.tokens.add(token)
        return token

    @contextmanager
    def serving(self) -> Iterator[OpenEdxDouble]:
        """Both servers, for as long as the block runs."""
        with _server(self, "lms") as lms, _server(self, "studio") as studio:
            self.urls = {"lms": lms, "studio": studio}
            yield self

    @property
    def studio(self) -> str:
        return self.urls["studio"]

    @property
    def lms(self) -> str:
        return self.urls["lms"]

    @property
    def address(self) -> str:
        """Of its course."""
        return f"{self.studio}/{KEY}"

    def answer(self, request: Request) -> Reply:
        self.received.append(request)
        waiting = self.troubles.get(f"{request.server} {request.method} {request.path}")
        if waiting:
            return waiting.pop(0)
        if request.server == "lms":
            return self._lms(request)
        return self._studio(request)

    # --- The LMS

    def _lms(self, request: Request) -> Reply:
        match request.method, request.path:
            case "POST", "/oauth2/access_token/":
                return self._access_token(request.form)
            case "POST", "/oauth2/login/":
                return self._session_for(request.headers.get("Authorization", ""))
            case "GET", "/oauth2/authorize":
                return self._door(request)
            case "GET", "/login":
                return page(200, "Sign in or Register")
            case "GET", "/logout":
                self.sessions.pop(request.cookies.get("sessionid", ""), None)
                return page(200, "Signed Out")
        return page(404, "Page Not Found")

    def _access_token(self, form: Mapping[str, str]) -> Reply:
        known = (APPLICATION, APPLICATION_SECRET, "client_credentials")
        if (form.get("client_id"), form.get("client_secret"), form.get("grant_type")) != known:
            return data({"error": "invalid_client"}, 401)
        token = {"access_token": self.token(), "expires_in": 36000, "token_type": "Bearer"}
        return data({**token, "scope": "read write email profile"})

    def _session_for(self, authorization: str) -> Reply:
        kind, _space, token = authorization.partition(" ")
        if kind == "Bearer" and token not in self.tokens:
            words = "The provided access token does not match any valid tokens."
            return data({"error_code": "token_nonexistent", "developer_message": words}, 401)
        if kind == "JWT" or not self.trusted:
            words = "Only Django Oauth Toolkit access tokens for applications which are trusted are supported."
            return data({"error_code": "non_supported_token", "developer_message": words}, 401)
        session = self._session("lms")
        return Reply(204, cookies={"sessionid": session, "csrftoken": secrets.token_hex(16)})

    def _door(self, request: Request) -> Reply:
        if self.sessions.get(request.cookies.get("sessionid", "")) != "lms":
            return onwards(f"/login?next={quote(request.path)}")
        if self.asks_first:
            return page(200, "Authorize Studio")
        code = secrets.token_hex(15)
        self._codes.add(code)
        back = request.query["redirect_uri"]
        return onwards(f"{back}&{urlencode({'code': code, 'state': request.query['state']})}")

    # --- Studio

    def _studio(self, request: Request) -> Reply:
        match request.method, request.path.split("/")[1:]:
            case "GET", ["login", ""]:
                return onwards(f"/login/edx-oauth2/?{urlencode(request.query)}")
            case "GET", ["login", "edx-oauth2", ""]:
                return self._to_the_lms(request)
            case "GET", ["complete", "edx-oauth2", ""]:
                return self._back(request)
            case "GET", ["logout", ""]:
                self.sessions.pop(request.cookies.get("studio_sessionid", ""), None)
                return Reply()
            case method, ["export" | "export_status" | "export_output" as what, key]:
                return self._export(request, f"{method} {what}", key)
        return page(404, "Page Not Found")

    def _to_the_lms(self, request: Request) -> Reply:
        session, state = self._session(""), secrets.token_hex(16)
        self._states[state] = request.query.get("next", "/home/")
        query = {
            "client_id": "studio",
            "redirect_uri": f"{self.studio}/complete/edx-oauth2/?redirect_state={state}",
            "state": state,
            "response_type": "code",
            "scope": "user_id profile email",
        }
        return onwards(f"{self.lms}/oauth2/authorize?{urlencode(query)}", studio_sessionid=session)

    def _back(self, request: Request) -> Reply:
        after, code = self._states.pop(request.query.get("state", ""), None), request.query.get("code", "")
        if after is None or code not in self._codes:
            return page(500, "Studio Server Error")
        self._codes.remove(code)
        self.sessions.pop(request.cookies.get("studio_sessionid", ""), None)
        return onwards(
            quote(after, safe="/:+"), studio_sessionid=self._session("studio"), csrftoken=secrets.token_hex(16)
        )

    def _export(self, request: Request, what: str, key: str) -> Reply:
        cookie = request.cookies.get("csrftoken") or secrets.token_hex(16)
        if what == "POST export" and (not cookie or request.headers.get("X-CSRFToken") != cookie):
            return page(403, "403 Forbidden")
        if self.sessions.get(request.cookies.get("studio_sessionid", "")) != "studio":
            return Reply(302, location=f"/login/?next={quote(request.path)}", cookies={"csrftoken": cookie})
        if key not in self.team and not self.is_staff:
            return page(403, "403 Forbidden")
        match what:
            case "POST export" if key in self.team:
                self._left = self.polls
                return data({"ExportStatus": 1}, csrftoken=cookie)
            case "GET export_status":
                return data(self._state(key), csrftoken=cookie)
            case "GET export_output" if self._left == 0:
                return Reply(200, self.course, "application/x-tgz")
        return page(404, "Page Not Found")

    def _state(self, key: str) -> dict[str, Any]:
        if self._left is None or key not in self.team:
            return {"ExportStatus": 0}
        if self._left:
            self._left -= 1
            return {"ExportStatus": 1}
        if self.fails is not None:
            return {"ExportStatus": -1, "ExportError": self.fails}
        return {"ExportStatus": 3, "ExportOutput": self.store or f"/export_output/{key}"}

    def _session(self, of: str) -> str:
        name = secrets.token_hex(16)
        self.sessions[name] = of
        return name


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answer: Callable[[Request], Reply]
    server_name: str

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        first = lambda query: {name: values[0] for name, values in parse_qs(query).items()}  # noqa: E731
        cookies = {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("Cookie", "")).items()}
        reply = type(self).answer(
            Request(self.server_name, self.command, parts.path, first(parts.query), self.headers, first(body), cookies)
        )
        self.send_response(reply.status)
        for name, value in reply.cookies.items():
            self.send_header("Set-Cookie", f"{name}={value}; Path=/; HttpOnly")
        if reply.location:
            self.send_header("Location", reply.location)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = _handle  # noqa: N815

    def log_request(self, *_: Any) -> None:
        pass


def _server(double: OpenEdxDouble, name: str) -> AbstractContextManager[str]:
    return on_loopback(type("Bound", (_Handler,), {"answer": staticmethod(double.answer), "server_name": name}))
