"""The facilitator's page: who is ready, what was answered, who was there; moved and cancelled; for the team only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from devstack.people import person
from tests.xblocks.workshop import stage
from tests.xblocks.workshop.stage import NOW, at, clock_at, fresh, session, taking_part_in, workshop
from xblocks.workshop import api, models

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


def client(user: str = "team") -> Client:
    made = Client()
    made.force_login(person(user))
    return made


@pytest.fixture
def row() -> models.Workshop:
    made = workshop(at("a", 10, seats=2), at("b", 15))
    for name, answer in (("ann", "Where do I report phishing?"), ("bob", "Is phishing punished? <b>")):
        one = taking_part_in(made, person(name))
        api.choose(one, "a", NOW)
        api.answer(one, "ask", answer, NOW)
    api.tick(taking_part_in(made, person("ann")), "read", is_done=True, now=NOW)
    taking_part_in(made, person("carol"))
    return made


def page(row: models.Workshop, query: str = "", user: str = "team") -> str:
    response = client(user).get(reverse("microunits_workshop:team", args=[row.pk]) + query)
    assert response["Cache-Control"] == "no-store"
    return str(response.content.decode())


def post(row: models.Workshop, user: str = "team", **form: Any) -> Any:
    return client(user).post(reverse("microunits_workshop:act", args=[row.pk]), form)


def test_the_page_says_who_is_ready_and_what_was_answered(row: models.Workshop) -> None:
    html = page(row, "?session=a")
    assert "2 come, 1 of them ready" in html
    api.choose(taking_part_in(row, person("carol")), "b", NOW)
    assert "1 comes, 0 ready" in page(row, "?session=b")
    assert "1 learner has not chosen a session." in html
    assert "Not yet: Read the case" in html
    assert "<b>phishing</b> (2)" in html
    assert "Is phishing punished? &lt;b&gt;" in html
    assert "Carol" not in html
    assert "Carol" in page(row)


def test_the_page_and_its_table_are_for_the_team_only(row: models.Workshop) -> None:
    for name in ("team", "table"):
        address = reverse(f"microunits_workshop:{name}", args=[row.pk])
        assert client("ann").get(address).status_code == 403
        assert Client().get(address).status_code == 302
        assert "phishing" not in client("ann").get(address).content.decode()
        assert client().get(address.replace(str(row.pk), "999")).status_code == 404
    assert post(row, "ann", do="cancel", session="a").status_code == 403
    assert not session(row, "a").is_cancelled


def test_a_session_is_moved_without_publishing_and_its_learners_are_told(row: models.Workshop) -> None:
    form = {"date": "2026-12-11", "starts": "10:00", "ends": "12:00", "zone": "Europe/Amsterdam", "seats": "2"}
    assert post(row, do="change", session="a", place="Hall", **form).status_code == 302
    facts = session(row, "a").facts
    assert (facts["starts"], facts["ends"], facts["place"]) == ("2026-12-11T10:00", "2026-12-11T12:00", "Hall")
    assert fresh(taking_part_in(row, person("ann"))).told


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"ends": "09:00"}, "It ends before it begins."),
        ({"zone": "Europe"}, "Choose the time zone"),
        ({"seats": "many"}, "Give a whole number"),
        ({"starts": "noon"}, "Give a date and a time."),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_what_was_typed_stays(
    row: models.Workshop, typed: dict[str, str], problem: str
) -> None:
    form = {"date": "2026-12-11", "starts": "10:00", "ends": "12:00", "zone": "Europe/Amsterdam", "seats": "2"}
    response = post(row, do="change", session="a", place="My own words", **{**form, **typed})
    html = response.content.decode()
    assert response.status_code == 200
    assert problem in html
    assert "My own words" in html
    assert 'aria-invalid="true"' in html
    assert session(row, "a").sequence == 0


def test_a_session_is_cancelled_and_taken_up_again(row: models.Workshop) -> None:
    post(row, do="cancel", session="a")
    assert session(row, "a").is_cancelled
    assert "Cancelled" in page(row, "?session=a&done=cancelled")
    post(row, do="again", session="a")
    assert not session(row, "a").is_cancelled
    assert post(row, do="dance", session="a").status_code == post(row, do="cancel", session="x").status_code == 302


def test_two_facilitators_who_tap_the_same_do_not_undo_each_other(row: models.Workshop) -> None:
    ann = taking_part_in(row, person("ann"))
    for _twice in range(2):
        answer = post(row, do="attend", session="a", learner=ann.pk, was="there")
        assert answer["Location"].endswith(f"?session=a#l{ann.pk}")
    assert models.Attendance.objects.get().was_there
    assert 'aria-pressed="true" aria-label="Was there: Ann"' in page(row, "?session=a")
    post(row, do="attend", session="a", learner=ann.pk, was="away")
    assert not models.Attendance.objects.get().was_there
    post(row, do="attend", session="a", learner="x", was="there")
    post(row, do="attend", session="a", learner=ann.pk, was="perhaps")
    assert models.Attendance.objects.count() == 1


def test_the_table_is_safe_for_spreadsheets_and_holds_everybody(row: models.Workshop) -> None:
    api.answer(taking_part_in(row, person("ann")), "ask", "=HYPERLINK(1)", NOW)
    response: Any = client().get(reverse("microunits_workshop:table", args=[row.pk]))
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["Name", "Session", "Waits for", "Was there", "Read the case", "What do you want to ask?"]
    assert lines[1] == ["Ann", "Thursday 10 December, 13:00–15:00", "", "", "yes", "'=HYPERLINK(1)"]
    assert [line[0] for line in lines[1:]] == ["Ann", "Bob", "Carol"]


def test_the_page_of_two_thousand_learners_takes_as_many_statements_as_that_of_two(row: models.Workshop) -> None:
    address = reverse("microunits_workshop:team", args=[row.pk]) + "?session=a"
    team = client()
    with CaptureQueriesContext(
        connection,
    ) as few:
        team.get(address)
    users = stage.people(300)
    people = models.Person.objects.bulk_create(
        [models.Person(source="openedx", external_id=str(one.pk)) for one in users]
    )
    held = session(row, "a")
    made = models.Participant.objects.bulk_create(
        [models.Participant(workshop=row, person=one, began_at=NOW, holds=held) for one in people]
    )
    models.Done.objects.bulk_create(
        [models.Done(participant=one, item_id="ask", text="Why?", done_at=NOW) for one in made]
    )
    with CaptureQueriesContext(connection) as many:
        assert "302 come" in team.get(address).content.decode()
    assert len(many) == len(few) < 15
