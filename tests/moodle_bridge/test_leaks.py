"""In every case of error: the token stands in no message, repr, log, or traceback, even where a site quotes it."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge import client as client_module
from moodle_bridge import exchange
from moodle_bridge.config import Configuration
from moodle_bridge.config_reading import parsed, read
from moodle_bridge.errors import BridgeError
from moodle_bridge.wire import Call
from tests.moodle_bridge.calling import HASTE, LEISURE, TOKEN, Caller
from tests.moodle_bridge.scripted import (
    Does,
    Scripted,
    after,
    answers,
    closes,
    cuts,
    drips,
    page,
    refuses,
    serving,
)

UNLINK = "local_microunits_unlink"
QUOTED = f"<b>wstoken={TOKEN}</b>"


def raising(code: str, **more: str) -> Does:
    return answers({"exception": "x", "errorcode": code, "message": f"No token {TOKEN}", "debuginfo": TOKEN, **more})


def redirecting(location: str) -> Does:
    return lambda handler: handler.reply(302, QUOTED.encode(), Location=location)


# Each quotes the token wherever it can.
TROUBLES: dict[str, Does] = {
    "closes": closes(),
    "cut": cuts(f'{{"a": "{TOKEN}'.encode()),
    "cut in a piece": cuts(f'{{"a": "{TOKEN}'.encode(), chunked=True),
    "too slow": after(0.5, answers({"count": 1})),
    "without end": drips(1),
    "redirect": redirecting(f"https://{TOKEN}.example/{TOKEN}/webservice/rest/server.php?wstoken={TOKEN}"),
    "redirect to a page": redirecting(f"/login?wstoken={TOKEN}#{TOKEN}"),
    "redirect of a path": redirecting(f"/{TOKEN}/"),
    **{f"page {status}": page(status, QUOTED) for status in (200, 400, 401, 403, 404, 413, 429, 500, 502, 503)},
    "page with a title": page(200, f"<html><title>{TOKEN}</title>", Retry_After=TOKEN),
    "garbage": page(200, f"x{TOKEN}", Content_Type=f"application/{TOKEN}"),
    "php": page(200, f"<br /><b>Warning</b>: {TOKEN}"),
    "cut by php": page(200, f"<br /><b>Warning</b>: Input variables exceeded {TOKEN}"),
    "xml": page(200, f"<EXCEPTION><ERRORCODE>{TOKEN}</ERRORCODE><MESSAGE>{TOKEN}</MESSAGE></EXCEPTION>"),
    "wrong answer": answers({"count": TOKEN}),
    "an unknown code": raising(TOKEN),
    "of an upload": answers({"error": f"No token {TOKEN}", "errorcode": TOKEN}),
    **{
        code: raising(code)
        for code in (
            "invalidtoken",
            "invalidparameter",
            "invalidpayload",
            "nopermissions",
            "missingfile",
            "kinddiffers",
            "dmlreadexception",
            "busy",
            "has_attempts",
            "cursor_expired",
            "sitemaintenance",
        )
    },
    "accessexception": raising("accessexception"),
    "invalidrecord": raising("invalidrecord"),
    "accessexception that is explained": refuses("accessexception", TOKEN),
}


def everything_that_shows(error: BaseException) -> str:
    """All that anybody, or any tool, may print of an error: with the values of every frame, and what lies below it."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    parts = ["".join(shown.format(chain=True))]
    seen: list[BaseException] = []
    below: BaseException | None = error
    while below is not None and below not in seen:
        seen.append(below)
        parts += [str(below), repr(below), repr(below.args), repr(vars(below))]
        hidden = traceback.TracebackException.from_exception(below, capture_locals=True)
        parts.append("".join(hidden.format(chain=False)))
        below = below.__cause__ or below.__context__
    return "\n".join(parts)


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "moodle_bridge"):
        caplog.set_level(logging.DEBUG, logger=name)
    return lambda: caplog.text + "".join(repr(record.args) for record in caplog.records)


def caller(name: str, server: Scripted) -> Caller:
    return Caller(server.url, timeouts=HASTE if name in ("too slow", "without end") else LEISURE)


def caught(does: Callable[[], Any]) -> BridgeError:
    try:
        does()
    except BridgeError as error:
        return error
    raise AssertionError("no error")


@pytest.mark.parametrize("name", TROUBLES)
def test_no_error_shows_the_token(
    name: str, server: Scripted, everything_logged: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    server.does(TROUBLES[name])
    with caller(name, server) as client:
        error = caught(lambda: client.call(UNLINK, {"courseid": 2}))
        shown = everything_that_shows(error) + repr(client) + str(client)
    assert server.received
    assert any(TOKEN in str(request.form.get("wstoken")) for request in server.received)
    assert TOKEN not in shown
    assert TOKEN not in everything_logged()
    assert not any(TOKEN in text for text in capfd.readouterr())


@pytest.mark.parametrize("name", TROUBLES)
def test_no_outcome_of_several_calls_shows_it(
    name: str, server: Scripted, everything_logged: Callable[[], str]
) -> None:
    server.does(TROUBLES[name])
    shown = ""
    with caller(name, server) as client:
        try:
            for outcome in client.call_many([Call(UNLINK, {"courseid": 2}), Call(UNLINK, {"courseid": 3})]):
                shown += repr(outcome) + (everything_that_shows(outcome.error) if outcome.error else "")
        except BridgeError as error:
            shown += everything_that_shows(error)
    assert shown
    assert TOKEN not in shown + everything_logged()


def test_an_error_within_a_batch_does_not_show_it(server: Scripted) -> None:
    refusal = {"errorcode": "nopermissions", "message": f"No {TOKEN}", "debuginfo": TOKEN, "backtrace": TOKEN}
    server.does(answers({"responses": [{"error": True, "exception": json.dumps(refusal)}]}))
    with Caller(server.url) as client:
        calls = [Call(UNLINK, {"courseid": 2}), Call(UNLINK, {"courseid": 3})]
        outcomes = list(client.call_many(calls))
    assert all(outcome.error for outcome in outcomes)
    assert TOKEN not in repr(outcomes) + "".join(everything_that_shows(one.error) for one in outcomes if one.error)


@pytest.mark.parametrize("url", ["gone", "https://no-such-school.invalid", "https instead of http"])
def test_a_site_that_is_not_there_shows_nothing(
    url: str, server: Scripted, everything_logged: Callable[[], str]
) -> None:
    with serving() as gone:
        pass
    url = {"gone": gone.url, "https instead of http": server.url.replace("http:", "https:")}.get(url, url)
    with Caller(url) as client:
        error = caught(lambda: client.call(UNLINK, {"courseid": 2}))
    assert TOKEN not in everything_that_shows(error) + everything_logged()


def test_what_never_leaves_shows_nothing(server: Scripted) -> None:
    with Caller(server.url) as client:
        for params in ({"courseid": "two"}, {"courseid": 2, "keys": ["k"] * 2000}, {"courseid": 2, "keys": [TOKEN, 5]}):
            error = caught(lambda params=params: client.call(UNLINK, params))
            if TOKEN not in repr(params):
                assert TOKEN not in everything_that_shows(error)
            assert TOKEN not in str(error)


def test_a_program_that_breaks_inside_the_client_shows_nothing(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that is stopped by the keyboard while the request is under way."""

    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    for target, name in ((HTTPConnection, "getresponse"), (exchange.Exchange, "_read"), (client_module, "value_of")):
        with monkeypatch.context() as patch, Caller(server.url) as client:
            server.does(answers({"count": 1}))
            patch.setattr(target, name, stopped)
            with pytest.raises(KeyboardInterrupt) as raised:
                client.call(UNLINK, {"courseid": 2})
            assert TOKEN not in everything_that_shows(raised.value)


def test_python_itself_writes_nothing_about_a_connection(
    server: Scripted, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    server.does(answers({"count": 1}))
    with Caller(server.url) as client:
        client.call(UNLINK, {"courseid": 2})
    assert capfd.readouterr().out == ""


# --- The configuration

SITE = '[sites.school]\nurl = "https://a.example"\n'


@pytest.mark.parametrize(
    "text",
    [
        f'{SITE}token = "{TOKEN}"',
        f'[sites.school]\nurl = "https://a.example/?wstoken={TOKEN}"',
        f'[sites.school]\nurl = "https://{TOKEN}@a.example"',
        f"[sites.{TOKEN}]",
        f'token = "{TOKEN}',
    ],
)
def test_a_token_in_the_file_is_not_shown(text: str, tmp_path: Path) -> None:
    file = tmp_path / "moodle-bridge.toml"
    file.write_text(text)
    error = caught(lambda: read(file))
    assert TOKEN not in everything_that_shows(error)
    error = caught(lambda: parsed(file.read_text()))
    assert TOKEN not in everything_that_shows(error)


def test_a_token_that_is_none_is_not_shown() -> None:
    found: Configuration = parsed(SITE)
    wrong = f"{TOKEN} and something"

    def variable(name: str) -> str | None:
        return wrong if name == "MOODLE_BRIDGE_TOKEN" else None

    error = caught(lambda: found.token(found.sites["school"], variable))
    assert TOKEN not in str(error)
    frames = [
        frame
        for frame in traceback.walk_tb(error.__traceback__)
        if "moodle_bridge/config" in frame[0].f_code.co_filename
    ]
    assert frames
    assert not any(TOKEN in repr(value) for frame, _ in frames for value in frame.f_locals.values())
