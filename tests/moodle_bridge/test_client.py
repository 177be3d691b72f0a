"""The client against a server that answers, stalls, cuts and lies: what it asks, tries again, and says."""

from __future__ import annotations

import datetime as dt
import json
import logging
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from moodle_bridge import errors, exchange
from moodle_bridge.client import Client
from moodle_bridge.errors import BridgeError
from moodle_bridge.patience import Timeouts
from moodle_bridge.site import SITE_INFO
from moodle_bridge.wire import BATCH, Call, Limits
from tests.moodle_bridge.calling import HASTE, TOKEN, Caller, site_info
from tests.moodle_bridge.scripted import (
    Does,
    Scripted,
    after,
    answers,
    closes,
    cuts,
    drips,
    floods,
    in_pieces,
    page,
    refuses,
    serving,
    stalls,
    zipped,
)

UNLINK, COUNTED = "local_microunits_unlink", {"count": 1}
PARAMS = {"courseid": 2}
SEND = "core_message_send_instant_messages"
MESSAGE = {"messages": [{"touserid": 3, "text": "Hi"}]}


@pytest.fixture
def client(server: Scripted) -> Any:
    with Caller(server.url) as caller:
        yield caller


def failure(client: Client, function: str = UNLINK, params: Any = PARAMS) -> BridgeError:
    with pytest.raises(BridgeError) as raised:
        client.call(function, params)
    return raised.value


# --- What is sent


def test_the_token_travels_in_the_body_and_nowhere_else(client: Caller, server: Scripted) -> None:
    server.does(answers(COUNTED))
    assert client.call(UNLINK, {"courseid": 2, "keys": ["mu-1"]}) == COUNTED
    (request,) = server.received
    assert request.path == "/webservice/rest/server.php"
    assert TOKEN not in request.path + json.dumps(request.headers)
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["User-Agent"].startswith("Microunits-bridge/")
    assert request.form == {
        "wstoken": TOKEN,
        "wsfunction": UNLINK,
        "moodlewsrestformat": "json",
        "courseid": "2",
        "keys": {"0": "mu-1"},
    }


def test_one_connection_serves_many_calls(client: Caller, server: Scripted) -> None:
    server.does(answers(COUNTED), zipped(COUNTED), in_pieces(COUNTED), refuses("unknownkey"), answers(COUNTED))
    for number in range(5):
        if number != 3:
            assert client.call(UNLINK, PARAMS) == COUNTED
        else:
            assert type(failure(client)) is errors.RecordMissingError
    assert len({request.connection for request in server.received}) == 1
    assert client.requests_sent == 5


def test_no_password_of_the_machine_goes_along_and_no_cookie_comes_back(
    client: Caller, server: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hidden\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.does(lambda handler: handler.reply(200, b'{"count": 1}', Set_Cookie="MoodleSession=1; Path=/"))
    client.call(UNLINK, PARAMS)
    client.call(UNLINK, PARAMS)
    for request in server.received:
        assert not {"Authorization", "Cookie"} & set(request.headers)


def test_what_breaks_the_contract_does_not_leave(client: Caller, server: Scripted) -> None:
    error = failure(client, params={"courseid": "two"})
    assert type(error) is errors.ParametersError
    assert "courseid: a whole number was expected, got 'two'" in str(error)
    assert error.function == UNLINK
    assert server.received == []


def test_what_the_site_would_cut_does_not_leave(client: Caller, server: Scripted) -> None:
    error = failure(client, params={"courseid": 2, "keys": [f"mu-{number}" for number in range(1500)]})
    assert type(error) is errors.RequestTooLargeError
    assert "send at most 996 of the 1500 keys at once" in str(error)
    client.limits = Limits(variables=5000)
    server.does(answers(COUNTED))
    client.call(UNLINK, {"courseid": 2, "keys": [f"mu-{number}" for number in range(1500)]})


def test_a_function_that_the_site_does_not_offer_is_not_called(client: Caller, server: Scripted) -> None:
    server.does(answers(site_info(SITE_INFO)))
    info = client.site_info()
    assert (info.name, info.userid, info.functions) == ("Moodle of School", 7, {SITE_INFO})
    assert client.contract.release == "5.1"
    assert type(failure(client)) is errors.CompanionMissingError
    assert type(failure(client, "core_course_get_course_module", {"cmid": 1})) is errors.FunctionMissingError
    assert len(server.received) == 1


# --- What comes back


@pytest.mark.parametrize("reply", [answers(COUNTED), zipped(COUNTED), in_pieces(COUNTED)])
def test_an_answer_is_read_however_it_is_packed(client: Caller, server: Scripted, reply: Does) -> None:
    server.does(reply)
    assert client.call(UNLINK, PARAMS) == COUNTED


def test_json_texts_are_opened(client: Caller, server: Scripted) -> None:
    fields = [{"name": "intro", "value": '"<p>Één</p>"'}]
    server.does(answers({"items": [{"key": "mu-1", "fields": fields}]}))
    answer = client.call("local_microunits_get_values", {"courseid": 2, "keys": ["mu-1"]})
    assert answer["items"][0]["fields"][0]["value"] == "<p>Één</p>"


def test_an_answer_that_breaks_the_contract_is_told_with_its_place(client: Caller, server: Scripted) -> None:
    server.does(answers({"count": "very private"}))
    error = failure(client)
    assert type(error) is errors.AnswerContractError
    assert "count: a whole number was expected, got a text" in str(error)
    assert "private" not in str(error)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (page(503, "<html><title>School under maintenance</title>"), errors.MaintenanceError),
        (page(502, "<html><title>502 Bad Gateway</title>"), errors.GatewayError),
        (page(500, ""), errors.ServerFailedError),
        (page(403, ""), errors.WebServicesOffError),
        (page(200, "<html><title>Log in</title>"), errors.WrongAddressError),
        (page(200, "\x00\x01garbage", Content_Type="application/json"), errors.AnswerUnreadableError),
        (
            lambda handler: handler.reply(200, b"\xff\xfe", Content_Type="application/json"),
            errors.AnswerUnreadableError,
        ),
        (lambda handler: handler.reply(200, b"no gzip", Content_Encoding="gzip"), errors.AnswerUnreadableError),
        (closes(), errors.AnswerLostError),
        (cuts(b'{"count"'), errors.AnswerLostError),
        (cuts(b'{"count"', chunked=True), errors.AnswerLostError),
        (refuses("invalidtoken"), errors.TokenRefusedError),
    ],
)
def test_every_way_to_fail_has_its_name_and_its_advice(
    client: Caller, server: Scripted, reply: Does, kind: type[BridgeError]
) -> None:
    server.does(reply)
    error = failure(client)
    assert type(error) is kind
    assert error.function == UNLINK
    assert str(error).endswith(error.advice)
    assert error.advice


def test_a_redirect_is_not_followed(client: Caller, server: Scripted) -> None:
    elsewhere = "https://www.school.example/webservice/rest/server.php"
    server.does(lambda handler: handler.reply(301, b"", Location=elsewhere))
    error = failure(client)
    assert type(error) is errors.RedirectError
    assert 'write url = "https://www.school.example"' in str(error)
    assert len(server.received) == 1


@pytest.mark.parametrize("reply", [after(0.6, answers(COUNTED)), drips(3), stalls(0.6)])
def test_an_answer_that_does_not_come_or_never_ends_is_left_after_a_while(server: Scripted, reply: Does) -> None:
    server.does(reply)
    with Caller(server.url, timeouts=HASTE) as client:
        error = failure(client, SEND, MESSAGE)
    assert type(error) is errors.TimedOutError
    assert "see in Moodle before you do it again" in str(error)


def test_an_answer_that_is_far_too_large_is_not_read_to_its_end(
    client: Caller, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 100_000)
    server.does(floods(200_000))
    error = failure(client)
    assert type(error) is errors.AnswerUnreadableError
    assert "larger than 100,000 bytes" in str(error)


def test_large_answers_leave_nothing_behind(client: Caller, server: Scripted) -> None:
    item = {"key": "k", "parentkey": "", "kind": "page", "targetid": 1, "cmid": 1, "present": True, "removed": False}
    item |= {
        "sectionkey": "",
        "position": 0,
        "attempts": 0,
        "version": 0,
        "fields": [{"name": "n", "hash": "0" * 32, "edited": False}],
    }
    server.does(answers({"items": [item] * 300}))

    def kept_after(calls: int) -> int:
        for _ in range(calls):
            client.call("local_microunits_get_held", PARAMS)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = kept_after(2)
        assert kept_after(4) < first + 30_000
    finally:
        tracemalloc.stop()


# --- Nobody there


def test_a_site_that_is_not_there_is_told_so() -> None:
    with serving() as gone:
        url = gone.url
    with Caller(url) as client:
        error = failure(client, SEND, MESSAGE)
        assert type(error) is errors.ConnectionFailedError
        assert "nobody answers there" in str(error)
        # It was certainly not sent, so even this is tried again.
        assert len(client.pauses) == 2


def test_a_name_that_is_not_known_is_told_so() -> None:
    with Caller("https://no-such-school.invalid") as client:
        error = failure(client)
    assert type(error) is errors.ConnectionFailedError
    assert "its name is not known" in str(error)


def test_a_proxy_that_is_not_there_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with Caller("https://school.example") as client:
        error = failure(client)
    assert type(error) is errors.ConnectionFailedError
    assert "proxy" in str(error)


def test_an_address_that_makes_no_sense_is_told_so() -> None:
    with Caller("https://a..example") as client:
        assert type(failure(client)) is errors.ConnectionFailedError


def test_a_site_that_cannot_be_reached_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    # An address of the block that is kept for documentation: nobody ever answers.
    monkeypatch.setenv("NO_PROXY", "*")
    with Caller("http://192.0.2.1", timeouts=Timeouts(connect=0.05)) as client:
        error = failure(client)
    assert type(error) is errors.ConnectionFailedError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that nobody has signed but itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, private, serialization.NoEncryption()))
    return file


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with serving(certificate) as server, Caller(server.url) as client:
        server.does(answers(COUNTED))
        error = failure(client)
        assert server.received == []
    assert type(error) is errors.TlsError
    assert "self-signed certificate" in str(error)
    assert "REQUESTS_CA_BUNDLE" in str(error)


def test_https_where_only_http_is_spoken_is_told_so(server: Scripted) -> None:
    with Caller(server.url.replace("http://", "https://")) as client:
        error = failure(client)
    assert type(error) is errors.TlsError
    assert "no TLS is spoken there" in str(error)


# --- Again


@pytest.mark.parametrize(
    "trouble",
    [
        closes(),
        cuts(b"{"),
        page(502, ""),
        page(503, "Back soon"),
        page(429, ""),
        page(200, "{", Content_Type="x"),
        refuses("busy"),
    ],
)
def test_what_may_pass_is_tried_again(client: Caller, server: Scripted, trouble: Does) -> None:
    server.does(trouble, trouble, answers(COUNTED))
    assert client.call(UNLINK, PARAMS) == COUNTED
    assert client.pauses == [0.5, 1.0]


@pytest.mark.parametrize("trouble", [closes(), cuts(b"{"), page(502, ""), page(500, "")])
def test_what_may_have_been_done_is_not_done_again_where_that_does_harm(
    client: Caller, server: Scripted, trouble: Does
) -> None:
    server.does(trouble)
    error = failure(client, SEND, MESSAGE)
    assert len(server.received) == 1
    assert "see in Moodle before you do it again" in str(error)


def test_after_the_last_attempt_the_error_is_told(client: Caller, server: Scripted) -> None:
    server.does(page(502, ""))
    assert type(failure(client)) is errors.GatewayError
    assert client.requests_sent == 3


def test_a_site_that_asks_for_a_pause_gets_it_and_one_that_asks_for_long_is_left(
    client: Caller, server: Scripted
) -> None:
    server.does(page(429, "", Retry_After="7"), answers(COUNTED))
    assert client.call(UNLINK, PARAMS) == COUNTED
    assert client.pauses == [7.0]
    server.does(page(503, "Site is being upgraded", Retry_After="300"))
    error = failure(client)
    assert (type(error), error.retry_after) == (errors.MaintenanceError, 300)
    assert client.pauses == [7.0]


def test_a_connection_that_the_server_closed_meanwhile_is_no_trouble(client: Caller, server: Scripted) -> None:
    def answers_and_closes(handler: Any) -> None:
        answers(COUNTED)(handler)
        handler.close_connection = True

    server.does(answers_and_closes)
    for _ in range(3):
        client.call(UNLINK, PARAMS)
    assert len({request.connection for request in server.received}) == 3


# --- What one errorcode may mean


def test_a_token_that_was_good_and_is_unknown_in_a_large_request_means_that_it_was_too_large(
    client: Caller, server: Scripted
) -> None:
    put = {"courseid": 2, "sha256": "0" * 64, "name": "a.png", "mimetype": "image/png", "content": "x" * 1_100_000}
    server.does(answers({"status": "stored", "next": 1}), refuses("invalidtoken"))
    client.call("local_microunits_put_file", put)
    error = failure(client, "local_microunits_put_file", put)
    assert type(error) is errors.RequestTooLargeError
    assert "post_max_size" in str(error)
    assert type(failure(client)) is errors.TokenRefusedError


@pytest.mark.parametrize("code", ["accessexception", "invalidrecord", "invalidrecordunknown"])
def test_what_is_meant_is_asked_of_the_site(client: Caller, server: Scripted, code: str) -> None:
    server.does(refuses(code), answers(site_info(SITE_INFO)))
    assert type(failure(client)) is errors.CompanionMissingError
    assert server.functions == [UNLINK, SITE_INFO]


def test_a_function_that_is_offered_has_another_trouble(client: Caller, server: Scripted) -> None:
    server.does(refuses("accessexception"), answers(site_info(SITE_INFO, UNLINK)), refuses("invalidrecord"))
    assert type(failure(client)) is errors.TokenRefusedError
    assert type(failure(client)) is errors.RecordMissingError


def test_where_even_asking_fails_that_is_the_trouble(client: Caller, server: Scripted) -> None:
    server.does(refuses("accessexception"), refuses("accessexception"))
    error = failure(client)
    assert (type(error), error.function) == (errors.TokenRefusedError, SITE_INFO)


# --- Several calls in one request


def batch(*responses: Any) -> Does:
    return answers({"responses": list(responses)})


def good(value: Any) -> dict[str, Any]:
    return {"error": False, "data": json.dumps(value)}


def bad(code: str) -> dict[str, Any]:
    return {"error": True, "exception": json.dumps({"errorcode": code, "message": "No"})}


def calls(count: int) -> list[Call]:
    return [Call(UNLINK, {"courseid": number + 2}) for number in range(count)]


def outcomes(client: Client, wanted: list[Call], **more: int) -> list[Any]:
    found = list(client.call_many(wanted, **more))
    assert [outcome.call for outcome in found] == wanted
    return [type(outcome.error) if outcome.error else outcome.value["count"] for outcome in found]


def test_several_calls_travel_in_one_request(client: Caller, server: Scripted) -> None:
    server.does(batch(good({"count": 1}), good({"count": 2}), good({"count": 3})))
    assert outcomes(client, calls(3)) == [1, 2, 3]
    (request,) = server.received
    assert request.form["wsfunction"] == BATCH
    assert request.form["requests"]["1"] == {"function": UNLINK, "arguments": '{"courseid":3}'}


def test_after_one_that_fails_the_rest_is_asked_again(client: Caller, server: Scripted) -> None:
    server.does(batch(good({"count": 1}), bad("unknownkey")), batch(good({"count": 3}), good({"count": 4})))
    assert outcomes(client, calls(4)) == [1, errors.RecordMissingError, 3, 4]


def test_one_that_is_busy_is_tried_again_by_itself(client: Caller, server: Scripted) -> None:
    server.does(batch(bad("busy")), answers({"count": 1}), answers({"count": 2}))
    assert outcomes(client, calls(2)) == [1, 2]
    assert server.functions == [BATCH, UNLINK, UNLINK]


def test_an_answer_that_breaks_the_contract_or_cannot_be_read_is_that_calls_own(
    client: Caller, server: Scripted
) -> None:
    unreadable = {"error": False, "data": "{"}
    server.does(batch(good({"count": "x"}), unreadable, good({"count": 3})))
    assert outcomes(client, calls(3)) == [errors.AnswerContractError, errors.AnswerUnreadableError, 3]


def test_a_batch_is_only_as_long_as_wanted(client: Caller, server: Scripted) -> None:
    server.does(
        batch(good({"count": 1}), good({"count": 2})),
        batch(good({"count": 3}), good({"count": 4})),
        answers({"count": 5}),
    )
    assert outcomes(client, calls(5), most=2) == [1, 2, 3, 4, 5]
    assert server.functions == [BATCH, BATCH, UNLINK]


def test_a_batch_keeps_within_what_the_site_takes(server: Scripted) -> None:
    with Caller(server.url, limits=Limits(variables=7)) as client:
        server.does(batch(good({"count": 1}), good({"count": 2})), answers({"count": 3}))
        assert outcomes(client, calls(3)) == [1, 2, 3]


def test_without_the_function_for_it_calls_travel_alone(client: Caller, server: Scripted) -> None:
    info = answers(site_info(SITE_INFO, UNLINK))
    server.does(refuses("accessexception"), info, answers({"count": 1}), answers({"count": 2}))
    assert outcomes(client, calls(2)) == [1, 2]
    assert server.functions == [BATCH, SITE_INFO, UNLINK, UNLINK]
    server.does(answers({"count": 1}))
    assert outcomes(client, calls(2)) == [1, 1]


def test_a_wrong_call_is_its_own_trouble_and_keeps_its_place(client: Caller, server: Scripted) -> None:
    wrong = Call(UNLINK, {"courseid": "two"})
    server.does(answers({"count": 1}), answers({"count": 3}))
    assert outcomes(client, [*calls(1), wrong, *calls(1)]) == [1, errors.ParametersError, 3]


@pytest.mark.parametrize("trouble", [page(413, ""), page(500, ""), page(200, "{", Content_Type="application/json")])
def test_a_batch_that_breaks_the_server_is_halved_until_the_one_is_found(
    client: Caller, server: Scripted, trouble: Does
) -> None:
    def breaks_over_the_third(handler: Any) -> None:
        form = server.received[-1].form
        if form["wsfunction"] == BATCH:
            courses = [json.loads(one["arguments"])["courseid"] for one in form["requests"].values()]
            does = trouble if 4 in courses else batch(*(good({"count": course - 1}) for course in courses))
        else:
            course = int(form["courseid"])
            does = trouble if course == 4 else answers({"count": course - 1})
        does(handler)

    server.does(breaks_over_the_third)
    found = outcomes(client, calls(5))
    assert [one for one in found if isinstance(one, int)] == [1, 2, 4, 5]
    assert isinstance(found[2], type)


def test_a_batch_that_may_have_been_done_is_not_done_again_where_that_does_harm(
    client: Caller, server: Scripted
) -> None:
    server.does(page(500, ""))
    found = list(client.call_many([Call(SEND, MESSAGE)] * 3))
    assert [type(outcome.error) for outcome in found] == [errors.ServerFailedError] * 3
    assert len(server.received) == 1


def test_when_the_site_is_gone_the_rest_is_not_tried(client: Caller, server: Scripted) -> None:
    server.does(batch(good({"count": 1}), good({"count": 2})), page(503, "Back soon"))
    found = []
    with pytest.raises(errors.MaintenanceError):
        found.extend(outcome.value for outcome in client.call_many(calls(6), most=2))
    assert server.functions == [BATCH] * 4


def test_a_single_call_that_finds_the_site_gone_stops_the_rest_too(client: Caller, server: Scripted) -> None:
    server.does(page(503, "Back soon"))
    with pytest.raises(errors.MaintenanceError):
        list(client.call_many(calls(1)))


def test_a_batch_that_answers_nothing_breaks_the_contract(client: Caller, server: Scripted) -> None:
    server.does(batch(), batch())
    assert outcomes(client, calls(2)) == [errors.AnswerContractError] * 2


def test_no_calls_are_no_request(client: Caller, server: Scripted) -> None:
    assert outcomes(client, []) == []
    assert server.received == []


# --- What is written down about it


def test_the_log_names_functions_sizes_and_times_and_no_contents(
    client: Caller, server: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    server.does(page(502, "secret answer"), batch(good(COUNTED), good(COUNTED)))
    with caplog.at_level(logging.DEBUG):
        list(client.call_many([Call(UNLINK, {"courseid": 2, "keys": ["very-private"]}), *calls(1)]))
    ours = [record.getMessage() for record in caplog.records if record.name == "moodle_bridge.client"]
    assert ours[0].startswith(f"{BATCH} of {UNLINK} (2): attempt 1, 7 variables, ")
    assert "GatewayError; trying again in 0.5 s" in ours[1]
    assert "private" not in caplog.text
    assert "secret answer" not in caplog.text


def test_outside_an_installation_the_client_has_a_name_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> str:
        raise exchange.PackageNotFoundError(name)

    monkeypatch.setattr(exchange, "version", not_installed)
    assert exchange.user_agent() == "Microunits-bridge/source"
