"""The double keeps its promises: it refuses as Moodle does, fails where it is told to, and forgets nothing by it."""

from __future__ import annotations

from typing import Any

import pytest

from moodle_bridge import errors
from moodle_bridge.client import Client
from moodle_bridge.errors import BridgeError
from moodle_bridge.patience import Patience
from moodle_bridge.secret import Secret
from moodle_bridge.wire import BATCH, Call
from tests.moodle_bridge.calling import HASTE, TOKEN, Caller
from tests.moodle_bridge.double import Double, Trouble
from tests.moodle_bridge.sites import Site, double_site, field_hash

PAGE = {"name": "Phishing", "content": "<p>Look.</p>", "section": "", "visible": True}
UPSERT = "local_microunits_upsert"
NO_PATIENCE = Patience(attempts=1)


def payload(name: str) -> dict[str, Any]:
    return {"fields": {"name": {"value": name, "hash": field_hash(name)}}}


def place(double: Double, client: Client | None = None) -> Site:
    return double_site(double, client or double.client())


def test_a_wrong_token_is_refused(double: Double) -> None:
    site = place(double)
    with double.serving() as url, Caller(url, "0" * 32) as stranger, pytest.raises(errors.TokenRefusedError):
        stranger.call("local_microunits_get_held", {"courseid": site.course})


def test_a_function_that_is_not_in_the_service_is_refused(double: Double) -> None:
    double.functions.remove("local_microunits_get_held")
    with pytest.raises(errors.CompanionMissingError):
        place(double).held()


def test_parameters_are_checked_there_too(double: Double) -> None:
    form = f"wstoken={TOKEN}&moodlewsrestformat=json&wsfunction=local_microunits_get_held&courseid="
    for wrong in ("two", "2&colour=red"):
        assert b"invalidparameter" in double.answer((form + wrong).encode()).body
    assert b"invalidparameter" in double.answer(form.removesuffix("&courseid=").encode()).body
    unread = form.replace("get_held", "upsert") + "2&kind=page&key=k&payload=%7B"
    assert b"invalidpayload" in double.answer(unread.encode()).body


def test_what_fails_leaves_no_trace(double: Double) -> None:
    site = place(double)
    with pytest.raises(errors.PayloadRefusedError):
        site.upsert("microquiz", "quiz", {"name": "Quiz", "order": [site.key("q1")]})
    assert double.state.courses[site.course].modules == {}
    assert site.held() == {}


@pytest.mark.parametrize("way", ["memory", "http"])
@pytest.mark.parametrize(
    ("trouble", "error", "is_done"),
    [
        ("cut before", errors.AnswerLostError, False),
        ("cut after", errors.AnswerLostError, True),
        ("500 before", errors.ServerFailedError, False),
        ("500 after", errors.ServerFailedError, True),
        ("503", errors.MaintenanceError, False),
        ("maintenance", errors.MaintenanceError, False),
    ],
)
def test_a_call_fails_as_it_is_told_and_the_next_one_mends_it(
    way: str, trouble: Trouble, error: type[BridgeError], is_done: bool
) -> None:
    double = Double()
    with double.serving() as url:
        client = double.client(patience=NO_PATIENCE) if way == "memory" else Caller(url, patience=NO_PATIENCE)
        site = place(double, client)
        double.fail(len(double.calls) + 1, trouble)
        with pytest.raises(BridgeError) as raised:
            site.upsert("page", "page", PAGE)
        assert type(raised.value) is error
        assert bool(double.state.courses[site.course].modules) is is_done
        assert site.upsert("page", "page", PAGE)["status"] == ("unchanged" if is_done else "created")
        client.close()


def test_with_patience_nothing_is_noticed(double: Double) -> None:
    site = place(double)
    double.fail(1, "cut after")
    double.fail(2, "503")
    assert site.upsert("page", "page", PAGE)["status"] == "unchanged"
    assert len(double.state.courses[site.course].modules) == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_batch_breaks_at_the_call_that_was_named(double: Double, number: int) -> None:
    site = place(double, double.client(patience=NO_PATIENCE))
    double.fail(number, "cut before")
    calls = [
        Call(UPSERT, {"courseid": site.course, "kind": "section", "key": site.key(name), "payload": payload(name)})
        for name in "abc"
    ]
    with pytest.raises(errors.AnswerLostError):
        list(site.client.call_many(calls))
    assert double.calls == [UPSERT] * number
    assert set(site.held()) == set("abc"[: number - 1])


def test_a_slow_call_takes_its_time() -> None:
    double = Double()
    double.seconds = 0.5
    with double.serving() as url, Caller(url, patience=NO_PATIENCE, timeouts=HASTE) as client:
        site = place(double, client)
        double.fail(1, "slow")
        with pytest.raises(errors.TimedOutError):
            site.held()


def test_a_site_in_maintenance_answers_its_page(double: Double) -> None:
    site = place(double)
    double.is_in_maintenance = True
    with pytest.raises(errors.MaintenanceError):
        site.held()
    double.is_in_maintenance = False
    assert site.held() == {}


def test_another_path_is_not_there(double: Double) -> None:
    with (
        double.serving() as url,
        Client(f"{url}/learn", Secret(TOKEN)) as client,
        pytest.raises(errors.WrongAddressError),
    ):
        client.site_info()


def test_what_people_do_is_seen(double: Double) -> None:
    site = place(double)
    site.upsert("section", "s", {"name": "Week 1"})
    for name in "ab":
        site.upsert("page", name, {**PAGE, "section": site.key("s")})
    site.upsert("section", "s", {"name": "Week 1", "order": [site.key("a"), site.key("b")]})
    double.edit(site.course, site.key("a"), "content", "<p>Other</p>")
    double.edit(site.course, site.key("b"), "visible", False)
    double.edit(site.course, site.key("s"), "name", "Week one")
    double.edit(site.course, site.key("s"), "order", [site.key("b"), site.key("a")])
    held = site.held()
    seen = {name: {one["name"] for one in item["fields"] if one["edited"]} for name, item in held.items()}
    assert seen == {"a": {"content"}, "b": {"visible"}, "s": {"name", "order"}}


def test_a_learner_who_comes_is_told_and_old_news_expires(double: Double) -> None:
    site = place(double)
    site.upsert("page", "a", PAGE)
    cursor = site.client.call("local_microunits_get_changes", {})["cursor"]
    learner = double.learner(site.course, "late")
    double.advance(3)
    (change,) = site.client.call("local_microunits_get_changes", {"cursor": cursor})["changes"]
    assert (change["what"], change["userid"]) == ("enrolled", learner.id)
    double.forget_changes()
    with pytest.raises(errors.CursorExpiredError):
        site.client.call("local_microunits_get_changes", {"cursor": cursor})


def test_an_attempt_that_was_left_has_no_end(double: Double) -> None:
    site = place(double)
    site.upsert("microquiz", "quiz", {"name": "Quiz"})
    double.attempt(site.course, site.key("quiz"), site.learner, {}, state="abandoned")
    (told,) = site.call("get_attempts")["attempts"]
    assert (told["state"], told["timefinish"]) == ("abandoned", 0)


def test_attempts_are_told_in_pages_without_one_missing(double: Double) -> None:
    site = place(double)
    site.upsert("microquiz", "quiz", {"name": "Quiz"})
    made = [double.attempt(site.course, site.key("quiz"), site.learner, {}) for _ in range(5)]
    found, cursor, more = [], "", True
    while more:
        told = site.call("get_attempts", cursor=cursor, limit=2)
        cursor, more = told["cursor"], told["more"]
        found += [one["attemptid"] for one in told["attempts"]]
    assert found == made


def test_it_counts_requests_and_calls(double: Double) -> None:
    site = place(double)
    calls = [Call("local_microunits_get_held", {"courseid": site.course})] * 3
    assert len(list(site.client.call_many(calls))) == 3
    assert (double.requests, len(double.calls)) == (1, 3)
    assert BATCH not in double.calls
