"""What an answer of a running Open edX means, for those that a double does not give of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from moodle_bridge import errors, openedx_errors
from moodle_bridge import openedx_answers as answers
from moodle_bridge.answers import Answer
from moodle_bridge.errors import BridgeError
from moodle_bridge.secret import OpenEdxSecret

URL = "https://studio.example"
KEY = "course-v1:Org+Course+Run"
JSON = "application/json"


def answer(status: int, body: str = "", kind: str = "text/html", **more: str) -> Answer:
    return Answer(status=status, content_type=kind, body=body.encode(), **more)


def test_where_an_answer_leads() -> None:
    at = f"{URL}/login/?next=x"
    assert answers.target(answer(302, location="/login/edx-oauth2/"), at) == f"{URL}/login/edx-oauth2/"
    assert answers.target(answer(301, location="https://a.example/x"), at) == "https://a.example/x"
    assert answers.target(answer(302), at) == answers.target(answer(200, location="/x"), at) == ""
    assert answers.path_of("https://a.example/x?y=1#z") == "/x?y=1"
    assert answers.path_of("https://a.example/x") == "/x"


@pytest.mark.parametrize(
    ("address", "lms"),
    [
        ("https://a.example/oauth2/authorize?client_id=x", "https://a.example"),
        ("https://a.example/lms/oauth2/authorize/?client_id=x", "https://a.example/lms"),
        ("https://a.example/login", ""),
        ("", ""),
    ],
)
def test_the_door_of_an_lms_is_known(address: str, lms: str) -> None:
    assert answers.lms_of(address) == lms


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, errors.OverloadedError),
        (502, errors.GatewayError),
        (503, errors.MaintenanceError),
        (504, errors.GatewayError),
        (500, errors.ServerFailedError),
    ],
)
def test_what_may_pass_is_told_apart(status: int, kind: type[BridgeError]) -> None:
    page = answer(status, "<title>Oops</title>", retry_after="7")
    found = answers.passing(page, URL, datetime(2026, 11, 26, tzinfo=UTC))
    assert type(found) is kind
    assert found.may_pass
    assert found.retry_after == 7
    assert URL in str(found)
    for other in (
        answers.no_studio(page, URL),
        answers.access_token(page, URL),
        answers.not_signed_in(page, URL),
        answers.not_let_in(page, URL),
        answers.export(page, URL, KEY),
        answers.not_saved(page, URL),
    ):
        assert type(other) is kind
    assert answers.passing(answer(404), URL) is None


def test_a_token_is_hidden_as_soon_as_it_is_there() -> None:
    token = answers.access_token(answer(200, '{"access_token": "0123456789"}', JSON), URL)
    assert isinstance(token, OpenEdxSecret)
    assert "0123" not in repr(token)


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (answer(400, '{"error": "unauthorized_client"}', JSON), openedx_errors.ApplicationRefusedError, "unauthorized"),
        (answer(200, "{}", JSON), openedx_errors.LmsMissingError, "HTTP 200"),
        (answer(200, "[]", JSON), openedx_errors.LmsMissingError, "HTTP 200"),
        (answer(404, "<title>Nothing</title>"), openedx_errors.LmsMissingError, "“Nothing”"),
    ],
)
def test_no_token_has_a_reason(given: Answer, kind: type[BridgeError], words: str) -> None:
    found = answers.access_token(given, URL)
    assert type(found) is kind
    assert words in str(found)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(401, '{"error_code": "non_asymmetric_token"}', JSON), openedx_errors.TokenNotTrustedError),
        (answer(401, '{"error_code": "token_expired"}', JSON), openedx_errors.OpenEdxTokenRefusedError),
        (answer(401, '{"error_code": {"detail": 1}}', JSON), openedx_errors.OpenEdxTokenRefusedError),
        (answer(401, '{"detail": "Error decoding token."}', JSON), openedx_errors.OpenEdxTokenRefusedError),
        (answer(302, location="/login"), openedx_errors.LmsMissingError),
        (answer(404), openedx_errors.LmsMissingError),
    ],
)
def test_no_session_has_a_reason(given: Answer, kind: type[BridgeError]) -> None:
    assert type(answers.not_signed_in(given, URL)) is kind
    assert answers.not_signed_in(answer(204), URL) is None


@pytest.mark.parametrize(
    ("body", "output"),
    [
        ('{"ExportStatus": 0}', ""),
        ('{"ExportStatus": 2}', ""),
        ('{"ExportStatus": 3}', ""),
        ('{"ExportStatus": 3, "ExportOutput": 5}', ""),
        ('{"ExportStatus": 3, "ExportOutput": "/export_output/x"}', f"{URL}/export_output/x"),
        ('{"ExportStatus": 3, "ExportOutput": "https://s3.example/x?s=1"}', "https://s3.example/x?s=1"),
    ],
)
def test_an_export_is_ready_when_it_has_an_address(body: str, output: str) -> None:
    assert answers.export(answer(200, body, JSON), URL, KEY) == answers.Export(output)


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (answer(302, location="/login/"), openedx_errors.SignInFailedError, "HTTP 302"),
        (answer(403, "<title>403 Forbidden</title>"), openedx_errors.NotInTheTeamError, "course team"),
        (answer(404), openedx_errors.CourseMissingError, KEY),
        (answer(200, "<html>"), openedx_errors.StudioMissingError, URL),
        (answer(200, '{"ExportStatus": "x"}', JSON), openedx_errors.StudioMissingError, URL),
        (answer(200, '{"ExportStatus": -1}', JSON), openedx_errors.ExportFailedError, f"{KEY}: ?"),
        (answer(200, '{"ExportStatus": -2, "ExportError": "Bad"}', JSON), openedx_errors.ExportFailedError, ": Bad"),
        (
            answer(200, '{"ExportStatus": -1, "ExportError": {"raw_error_msg": "Unit <b>7</b>"}}', JSON),
            openedx_errors.ExportFailedError,
            ": Unit 7",
        ),
    ],
)
def test_no_export_has_a_reason(given: Answer, kind: type[BridgeError], words: str) -> None:
    found = answers.export(given, URL, KEY)
    assert type(found) is kind
    assert words in str(found)


def test_an_archive_is_no_page() -> None:
    assert answers.not_saved(answer(200, kind="application/x-tgz"), URL) is None
    assert type(answers.not_saved(answer(200), URL)) is openedx_errors.ExportFailedError
    assert type(answers.not_saved(answer(403), URL)) is openedx_errors.ExportFailedError
    assert type(answers.not_saved(answer(302, location="/login/"), URL)) is openedx_errors.SignInFailedError
