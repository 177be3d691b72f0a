"""What a site answers is a value or a named error, whatever stands between it and us."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_bridge import errors
from moodle_bridge.answers import Answer, is_ambiguous, refused, said, seconds_until, value_of
from moodle_bridge.errors import BridgeError

URL = "https://moodle.example.org"
ENDPOINT = URL + "/webservice/rest/server.php"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
HTML = "text/html; charset=utf-8"


def understood(status: int = 200, body: Any = "", content_type: str = "application/json", **more: str) -> Any:
    raw = (body if isinstance(body, str) else json.dumps(body)).encode()
    answer = Answer(status=status, content_type=content_type, body=raw, **more)
    return value_of(answer, "local_microunits_upsert", URL, NOW)


def error(status: int = 200, body: Any = "", content_type: str = HTML, **more: str) -> BridgeError:
    with pytest.raises(BridgeError) as raised:
        understood(status, body, content_type, **more)
    assert raised.value.function == "local_microunits_upsert"
    return raised.value


@pytest.mark.parametrize("value", [None, [], {}, {"status": "created"}, 5, {"exception": None}, {"error": ""}])
def test_json_is_a_value_whatever_type_the_site_calls_it(value: Any) -> None:
    assert understood(body=value) == value
    assert understood(body=value, content_type="application/json; charset=utf-8") == value


# --- Before Moodle


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://www.moodle.example.org/webservice/rest/server.php", 'write url = "https://www.moodle.example.org"'),
        ("https://a.example/moodle/webservice/rest/server.php?x=1", 'write url = "https://a.example/moodle"'),
        ("https://user:pass@a.example/webservice/rest/server.php", 'write url = "https://a.example"'),
        ("https://sso.example/login?SAMLRequest=abc", "on to sso.example/login, which is no web service"),
        ("/login/index.php", "on to /login/index.php, which is no web service"),
        ("", "on to nowhere, which is no web service"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_says_which_address_to_write(status: int, location: str, words: str) -> None:
    found = error(status, "moved", location=location)
    assert type(found) is errors.RedirectError
    assert words in str(found)
    assert "SAMLRequest" not in str(found)
    assert "pass" not in str(found)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (403, "", errors.WebServicesOffError, "enable web services"),
        (403, "<title>403 Forbidden</title>", errors.WrongAddressError, "firewall or proxy"),
        (404, "<h1>Not Found</h1>", errors.WrongAddressError, f"{ENDPOINT} is not there (HTTP 404)"),
        (413, "too large", errors.RequestTooLargeError, "client_max_body_size"),
        (429, "", errors.OverloadedError, "too often"),
        (500, "<title>Error</title>oops", errors.ServerFailedError, "(HTTP 500, “Error”)"),
        (502, "<title>502 Bad Gateway</title>", errors.GatewayError, "“502 Bad Gateway”"),
        (504, "", errors.GatewayError, "(HTTP 504)"),
        (503, "Back at 9", errors.MaintenanceError, "“Back at 9”"),
        (503, "", errors.MaintenanceError, "(HTTP 503)"),
        (503, "<title>503 Service Temporarily Unavailable</title>", errors.OverloadedError, "overloaded or down"),
        (401, "Who are you?", errors.WrongAddressError, "answers HTTP 401, “Who are you?”"),
        (200, "<!DOCTYPE html><title>Log in</title>", errors.WrongAddressError, "a page instead of data, “Log in”"),
        (200, "<html><body>Hi", errors.WrongAddressError, "a page instead of data, “Hi”"),
        (200, "<br /><b>Warning</b>:  Undefined\n{}", errors.AnswerUnreadableError, "display_errors"),
        (200, "Plain words", errors.WrongAddressError, "“Plain words”"),
    ],
)
def test_pages_and_statuses_are_told_apart(status: int, body: str, kind: type[BridgeError], words: str) -> None:
    found = error(status, body)
    assert type(found) is kind
    assert words in str(found)


def test_moodles_own_word_for_maintenance_counts_more_than_the_text_of_its_admin() -> None:
    found = error(503, "We are unavailable", reason="Moodle under maintenance", retry_after="300")
    assert type(found) is errors.MaintenanceError
    assert found.retry_after == 300


def test_a_request_that_php_cut_is_noticed_although_moodle_answered() -> None:
    warning = "<br />\n<b>Warning</b>:  PHP Request Startup: Input variables exceeded 1000.<br />\n[]"
    found = error(200, warning)
    assert type(found) is errors.RequestCutError
    assert found.may_have_run


@pytest.mark.parametrize("body", ["", '{"items": [', "nonsense", "[" * 100_000])
def test_what_cannot_be_read_is_described_and_not_quoted(body: str) -> None:
    found = error(200, body, content_type="application/json")
    assert type(found) is errors.AnswerUnreadableError
    assert "items" not in str(found)
    assert f"{len(body):,} bytes" in str(found) or "is empty" in str(found)


def test_an_answer_without_a_type_is_read_all_the_same() -> None:
    assert understood(body={"a": 1}, content_type="") == {"a": 1}
    assert "(of no stated type)" in str(error(200, "nonsense", content_type=""))


def test_xml_is_an_error_that_came_too_early_for_json() -> None:
    xml = (
        "<EXCEPTION class='x'>\n<ERRORCODE>invalidtoken</ERRORCODE>\n<MESSAGE>Invalid &amp; so on</MESSAGE></EXCEPTION>"
    )
    found = error(200, xml, content_type="application/xml")
    assert type(found) is errors.TokenRefusedError
    assert "“Invalid & so on”" in str(found)
    assert type(error(200, "<EXCEPTION>?</EXCEPTION>", content_type="application/xml")) is errors.RefusedError


# --- What Moodle says


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalidtoken", errors.TokenRefusedError),
        ("wsaccessusersuspended", errors.TokenRefusedError),
        ("accessexception", errors.TokenRefusedError),
        ("sitemaintenance", errors.MaintenanceError),
        ("nopermissions", errors.AccessRefusedError),
        ("requireloginerror", errors.AccessRefusedError),
        ("invalidrecord", errors.RecordMissingError),
        ("invalidcourseid", errors.RecordMissingError),
        ("unknownkey", errors.RecordMissingError),
        ("invalidparameter", errors.ParameterRefusedError),
        ("invalidpayload", errors.PayloadRefusedError),
        ("unreadablequestion", errors.PayloadRefusedError),
        ("missingfile", errors.FileMissingError),
        ("idnumbertaken", errors.AlreadyTakenError),
        ("kinddiffers", errors.AlreadyTakenError),
        ("dmlwriteexception", errors.DatabaseError),
        ("busy", errors.BusyError),
        ("has_attempts", errors.HasAttemptsError),
        ("cursor_expired", errors.CursorExpiredError),
        ("somethingnew", errors.RefusedError),
        ("", errors.RefusedError),
    ],
)
def test_an_error_of_moodle_has_its_name(code: str, kind: type[BridgeError]) -> None:
    found = error(
        body={"exception": "x", "errorcode": code, "message": "No <b>way</b>"}, content_type="application/json"
    )
    assert type(found) is kind
    assert "“No way”" in str(found)
    assert found.advice


def test_an_error_without_a_code_or_words_is_one_too() -> None:
    found = error(body={"exception": "TypeError", "message": ""}, content_type="application/json")
    assert found.what == "local_microunits_upsert: Moodle says nothing (?)."


def test_the_errors_of_uploads_and_logins_have_another_shape() -> None:
    found = error(body={"error": "Invalid token", "errorcode": "invalidtoken"}, content_type="application/json")
    assert type(found) is errors.TokenRefusedError
    assert "“Invalid token”" in str(found)


def test_what_debugging_tells_about_a_parameter_is_passed_on() -> None:
    refusal = {"exception": "x", "errorcode": "invalidparameter", "message": "Invalid", "debuginfo": "courseid => int"}
    assert "courseid => int." in str(refused(refusal, "f"))
    assert "courseid" not in str(refused({**refusal, "errorcode": "nopermissions"}, "f"))


def test_a_function_that_is_missing_is_found_by_the_words_of_either_release() -> None:
    unknown = {"exception": "x", "errorcode": "invalidrecord", "message": "No record in table external_functions."}
    closed = {
        "exception": "x",
        "errorcode": "accessexception",
        "message": "No",
        "debuginfo": "Access to the function f()",
    }
    for refusal in (unknown, closed, {"errorcode": "accessexception", "module": "webservice"}):
        assert type(refused(refusal, "core_x")) is errors.FunctionMissingError
        assert type(refused(refusal, "local_microunits_upsert")) is errors.CompanionMissingError
    ambiguous = {"exception": "x", "errorcode": "invalidrecordunknown", "message": "No record."}
    assert type(refused(ambiguous, "core_x", is_offered=False)) is errors.FunctionMissingError


def test_some_errors_could_mean_several_things() -> None:
    assert is_ambiguous(errors.TokenRefusedError("x", "accessexception"))
    assert is_ambiguous(errors.RecordMissingError("x", "invalidrecordunknown"))
    assert not is_ambiguous(errors.RefusedError("x", "nopermissions"))
    assert not is_ambiguous(errors.TimedOutError("x"))


# --- Words and times


def test_the_words_of_a_page_are_its_text_on_one_short_line() -> None:
    assert said("<style>b{}</style><p>One &amp;\n two</p><script>alert(1)</script>") == "One & two"
    assert said("x" * 500) == "x" * 200 + "…"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("120", 120.0),
        ("Tue, 24 Nov 2026 10:01:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 10:01:00", 60.0),
        ("Tue, 24 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
    ],
)
def test_how_long_to_wait_is_told_in_seconds_or_by_a_date(header: str, seconds: float | None) -> None:
    assert seconds_until(header, NOW) == seconds


@settings(deadline=None)
@given(
    st.integers(200, 599),
    st.binary(max_size=200),
    st.sampled_from(["application/json", HTML, "", "image/png"]),
    st.text(),
)
def test_whatever_a_site_answers_is_a_value_or_a_named_error(
    status: int, body: bytes, content_type: str, header: str
) -> None:
    answer = Answer(status=status, content_type=content_type, body=body, location=header, retry_after=header)
    with suppress(BridgeError):
        value_of(answer, "core_x", URL, NOW)
    assert body == b"" or repr(body) not in repr(answer)
