"""A course from a running Open edX: the way in, the export, and every way in which it can fail."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge import config, errors, exchange, openedx_errors, sources
from moodle_bridge.config import Configuration, OpenEdx
from moodle_bridge.errors import BridgeError
from moodle_bridge.openedx_address import course_address
from moodle_bridge.patience import Patience
from moodle_bridge.secret import OpenEdxSecret
from moodle_bridge.sources import export_of
from moodle_bridge.studio import Studio
from moodle_bridge.syncing import course_of
from tests.moodle_bridge.calling import LEISURE
from tests.moodle_bridge.double_openedx import APPLICATION, APPLICATION_SECRET, KEY, OpenEdxDouble, Reply, page
from tests.moodle_bridge.scripted import serving
from tests.moodle_bridge.test_leaks import everything_logged, everything_that_shows

__all__ = ["everything_logged"]

PAIR = f"{APPLICATION}:{APPLICATION_SECRET}"


@pytest.fixture
def openedx(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenEdxDouble]:
    monkeypatch.setenv("MOODLE_BRIDGE_OPENEDX_TOKEN", PAIR)
    with OpenEdxDouble().serving() as double:
        yield double


class Here:
    """A Studio that waits for nobody, and remembers how long it would have waited."""

    def __init__(self, double: OpenEdxDouble, secret: str = PAIR, **more: Any) -> None:
        self.double, self.pauses = double, list[float]()
        known = OpenEdx(name="", studio=double.studio, timeouts=more.pop("timeouts", LEISURE), **more)
        self.studio = Studio(
            known,
            OpenEdxSecret(secret),
            patience=Patience(attempts=3, first=1, longest=30),
            sleep=self.pauses.append,
            clock=lambda: sum(self.pauses),
            chance=lambda: 0.0,
        )

    def save(self) -> bytes:
        into = io.BytesIO()
        self.studio.save(course_address(self.double.address), into)
        return into.getvalue()

    def error(self, kind: type[BaseException] = BridgeError) -> Any:
        with pytest.raises(kind) as raised:
            self.save()
        return raised.value


# --- The way in and out again


def test_a_course_is_had_with_an_application(openedx: OpenEdxDouble) -> None:
    here = Here(openedx)
    assert here.save() == openedx.course
    assert here.pauses == [0.5, 0.75]
    assert openedx.sessions == {}, "both sessions are ended"


def test_a_course_is_had_with_a_token(openedx: OpenEdxDouble) -> None:
    assert Here(openedx, openedx.token()).save() == openedx.course
    assert not [request for request in openedx.received if request.path == "/oauth2/access_token/"]


def test_the_token_is_shown_to_the_lms_alone_and_once(openedx: OpenEdxDouble) -> None:
    token = openedx.token()
    Here(openedx, token).save()
    shown = [
        request
        for request in openedx.received
        if token in str([request.path, request.query, request.form, request.cookies, dict(request.headers)])
    ]
    assert [(request.server, request.path) for request in shown] == [("lms", "/oauth2/login/")]
    assert not [request for request in openedx.received if token in request.path + str(request.query)]


def test_the_cookies_of_one_server_do_not_reach_the_other(openedx: OpenEdxDouble) -> None:
    Here(openedx).save()
    names = {server: set[str]() for server in ("lms", "studio")}
    for request in openedx.received:
        names[request.server].update(request.cookies)
    assert names == {"lms": {"sessionid", "csrftoken"}, "studio": {"studio_sessionid", "csrftoken"}}


def test_an_archive_may_lie_in_a_store_of_files(openedx: OpenEdxDouble) -> None:
    with serving() as store:
        store.does(lambda handler: handler.reply(200, openedx.course, Content_Type="application/x-tgz"))
        # The store is asked for with GET, which the scripted server answers as it does POST.
        store_url = f"{store.url}/bucket/course.tar.gz?Signature=abc"
        openedx.store = store_url
        assert Here(openedx).save() == openedx.course
        (request,) = store.received
        assert request.path == "/bucket/course.tar.gz?Signature=abc"
        assert "Cookie" not in request.headers
        assert "Authorization" not in request.headers


# --- What goes wrong

Breaks = Callable[[OpenEdxDouble], None]


def setting(**values: Any) -> Breaks:
    def breaks(double: OpenEdxDouble) -> None:
        for name, value in values.items():
            setattr(double, name, value)

    return breaks


def instead(step: str, *replies: Reply) -> Breaks:
    return lambda double: double.troubles.update({step: list(replies)})


LOGIN = page(200, "Sign in or Register")
TO_LOGIN = Reply(302, location="/login/?next=/export_status/")

TROUBLES: dict[str, tuple[Breaks, type[BridgeError], str]] = {
    "untrusted": (setting(trusted=False), openedx_errors.TokenNotTrustedError, "Skip authorization"),
    "asked": (setting(asks_first=True), openedx_errors.SignInFailedError, "“Authorize Studio”"),
    "not in the team": (setting(team={"course-v1:Org+Other+Run"}), openedx_errors.NotInTheTeamError, "course team"),
    "no such course": (setting(team=set(), is_staff=True), openedx_errors.CourseMissingError, "has no course"),
    "fails": (setting(fails={"raw_error_msg": "Unit 7"}), openedx_errors.ExportFailedError, "Unit 7"),
    "too slow": (setting(polls=10_000), openedx_errors.ExportTooSlowError, "workers run"),
    "no address": (setting(store="ftp://a.example/x"), openedx_errors.ExportFailedError, "names no address"),
    "unsafe address": (setting(store="http://a.example/x"), openedx_errors.ExportFailedError, "names no address"),
    "no studio": (instead("studio GET /login/", page(404, "Lost")), openedx_errors.StudioMissingError, "“Lost”"),
    "a page": (instead("studio GET /login/", page(200, "Moodle")), openedx_errors.StudioMissingError, "“Moodle”"),
    "another lms": (
        instead("studio GET /login/", Reply(302, location="https://evil.example/oauth2/authorize?x=1")),
        openedx_errors.LmsNotNamedError,
        "https://evil.example",
    ),
    "circles": (
        instead("studio GET /login/", *[Reply(302, location="/login/")] * 20),
        errors.RedirectError,
        "in circles",
    ),
    "no tokens": (instead("lms POST /oauth2/access_token/", page(404, "")), openedx_errors.LmsMissingError, "HTTP 404"),
    "no sessions": (instead("lms POST /oauth2/login/", page(404, "")), openedx_errors.LmsMissingError, "HTTP 404"),
    "signed in elsewhere": (
        instead("lms GET /oauth2/authorize", Reply(302, location="/login?next=x"), LOGIN),
        openedx_errors.SignInFailedError,
        "Sign in or Register",
    ),
    "sent away": (
        instead("studio GET /complete/edx-oauth2/", Reply(302, location="https://a.example/terms?code=1")),
        openedx_errors.SignInFailedError,
        "https://a.example/terms (",
    ),
    "not let in": (
        instead("studio GET /complete/edx-oauth2/", Reply(302, location="/home/")),
        openedx_errors.SignInFailedError,
        "HTTP 302",
    ),
    "signed out in between": (
        instead(f"studio GET /export_output/{KEY}", TO_LOGIN),
        openedx_errors.SignInFailedError,
        "HTTP 302",
    ),
    "a page for an archive": (
        instead(f"studio GET /export_output/{KEY}", LOGIN),
        openedx_errors.ExportFailedError,
        "HTTP 200",
    ),
    "maintenance": (
        instead("studio GET /login/", *[page(503, "Back soon")] * 3),
        errors.MaintenanceError,
        "Back soon",
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_goes_wrong_has_a_name_and_a_way_out(
    name: str, openedx: OpenEdxDouble, everything_logged: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    breaks, kind, words = TROUBLES[name]
    breaks(openedx)
    token = openedx.token()
    for secret in (PAIR, token):
        breaks(openedx)
        if name == "no tokens" and secret is token:
            continue
        error = Here(openedx, secret).error()
        assert type(error) is kind
        assert words in str(error)
        said = str(error) + everything_logged() + "".join(capfd.readouterr())
        shown = said + everything_that_shows(error)
        for hidden in (APPLICATION_SECRET, *openedx.tokens):
            assert hidden not in shown
        assert "code=" not in said
    assert "lms" not in openedx.sessions.values(), "nobody stays signed in"


def test_an_application_that_is_unknown(openedx: OpenEdxDouble) -> None:
    error = Here(openedx, f"{APPLICATION}:a-wrong-secret").error()
    assert type(error) is openedx_errors.ApplicationRefusedError
    assert "a-wrong-secret" not in everything_that_shows(error)


def test_a_token_that_is_unknown(openedx: OpenEdxDouble) -> None:
    assert type(Here(openedx, "0123456789abcdef").error()) is openedx_errors.OpenEdxTokenRefusedError
    assert type(Here(openedx, "eyJ.eyJ.sig").error()) is openedx_errors.TokenNotTrustedError


def test_another_lms_than_the_one_that_was_named_gets_no_token(openedx: OpenEdxDouble) -> None:
    error = Here(openedx, lms="http://127.0.0.1:9").error()
    assert type(error) is openedx_errors.LmsNotNamedError
    assert {request.server for request in openedx.received} == {"studio"}


def test_what_may_pass_is_tried_again(openedx: OpenEdxDouble) -> None:
    openedx.polls = 0
    openedx.troubles = {
        "studio GET /login/": [page(503, "")],
        "lms POST /oauth2/login/": [page(502, ""), page(500, "")],
        f"studio GET /export_output/{KEY}": [page(504, "")],
    }
    here = Here(openedx)
    assert here.save() == openedx.course
    assert here.pauses == [0.5, 0.5, 1.0, 0.5]


def test_nobody_there(openedx: OpenEdxDouble) -> None:
    with OpenEdxDouble().serving() as gone:
        pass
    here = Here(gone)
    assert type(here.error()) is errors.ConnectionFailedError
    assert len(here.pauses) == 2


def test_a_full_disk_is_said(openedx: OpenEdxDouble) -> None:
    class Full(io.BytesIO):
        def write(self, _piece: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(openedx_errors.NoRoomError, match="No space left on device"):
        Here(openedx).studio.save(course_address(openedx.address), Full())


def test_an_archive_without_end_is_not_kept(openedx: OpenEdxDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moodle_bridge.studio.MOST_BYTES", 100)
    assert "larger than 100 bytes" in str(Here(openedx).error())


def test_a_program_that_breaks_on_the_way_shows_nothing(
    openedx: OpenEdxDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    token = openedx.token()
    original = exchange.Exchange._read

    def stops_at(status: int) -> Callable[..., Any]:
        def read(self: Any, response: Any, *more: Any) -> Any:
            return stopped() if response.status_code == status else original(self, response, *more)

        return read

    for secret in (PAIR, token):
        for target, name, does in (
            (HTTPConnection, "getresponse", stopped),
            (exchange.Exchange, "_read", stops_at(204)),
            (exchange.Exchange, "_read", stops_at(200)),
        ):
            with monkeypatch.context() as patch:
                patch.setattr(target, name, does)
                shown = everything_that_shows(Here(openedx, secret).error(KeyboardInterrupt))
                assert not [hidden for hidden in (APPLICATION_SECRET, *openedx.tokens) if hidden in shown]


def test_python_itself_writes_nothing_about_the_connection(
    openedx: OpenEdxDouble, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    Here(openedx).save()
    assert capfd.readouterr().out == ""


def test_the_log_names_addresses_without_what_they_carry(
    openedx: OpenEdxDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    Here(openedx).save()
    assert "GET /complete/edx-oauth2/ HTTP" in caplog.text
    assert "code=" not in caplog.text
    assert "state=" not in caplog.text


# --- As a source


def test_a_running_open_edx_is_read_as_an_export_is(
    openedx: OpenEdxDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    openedx.polls = 1
    waited: list[float] = []
    with course_of(openedx.address, waits=waited.append) as found:
        assert found.course.key == KEY
        assert [section.title for section in found.course.sections] == ["Week 1", "Week 2"]
        assert len(waited) == openedx.polls
        assert list(tmp_path.iterdir()), "while it is read"
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_on_disk_when_it_breaks(
    openedx: OpenEdxDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    openedx.polls = 0
    openedx.course = b"no archive"
    with pytest.raises(errors.ConfigurationError, match="cannot be unpacked"), export_of(openedx.address):
        pass
    openedx.fails = "Bad"
    with pytest.raises(openedx_errors.ExportFailedError), export_of(openedx.address):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_the_file_knows_of_an_open_edx_is_used(openedx: OpenEdxDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOODLE_BRIDGE_OPENEDX_TOKEN")
    monkeypatch.setenv("MOODLE_BRIDGE_OPENEDX_TOKEN_ACADEMY", PAIR)
    openedx.polls = 0
    known = OpenEdx(name="academy", studio=openedx.studio, lms=openedx.lms)
    with export_of(openedx.address, Configuration(openedx={"academy": known})) as export:
        assert export.read("course.xml")


def test_a_path_is_meant_from_the_file_on_and_an_address_is_not() -> None:
    assert sources.located("exports/a", Path("/there")) == "/there/exports/a"
    assert sources.located(f"https://a.example/{KEY}", Path("/there")) == f"https://a.example/{KEY}"
    assert config.FOR_EXPORTS.whole > config.Timeouts().whole
