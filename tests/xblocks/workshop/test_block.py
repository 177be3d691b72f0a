"""The block as learners meet it: the page, its handlers, OLX, the calendar file and the feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import icalendar
import pytest
from django.test import Client

from devstack.hearing import tell_published
from devstack.people import person
from tests.devstack.playing import add_block, call, completion_of, export, import_olx, learners, view
from tests.xblocks.workshop.stage import KEY, NOW, clock_at, session
from xblocks.workshop import definition, feeds, models, scheduling
from xblocks.workshop.plan import Session

pytestmark = pytest.mark.django_db(transaction=True)

OLX = """
<workshop url_name="day" display_name="Phishing day">
  <about><![CDATA[<p>An <b>afternoon</b>.</p>]]></about>
  <session id="thu" starts="2026-12-10T13:30" ends="2026-12-10T16:30" zone="Europe/Amsterdam" place="Room 2" seats="1"/>
  <session id="mon" starts="2026-12-14T13:30" ends="2026-12-14T16:30" zone="Europe/Amsterdam" link="https://e.org/a"/>
  <session id="open" zone="Europe/Amsterdam"/>
  <item id="read" kind="read" title="Read the case" minutes="10" before="2d" url="/static/sender.svg"/>
  <item id="ask" kind="question" title="What do you want to ask?"/>
</workshop>
"""


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


@pytest.fixture
def key() -> Any:
    made = add_block(OLX)
    tell_published(KEY)
    return made


def body(answer: Any) -> str:
    assert answer.status == 200, answer.text
    html: str = answer.json["html"]
    return html


def test_the_page_says_when_it_is_what_is_left_and_what_is_next(key: Any) -> None:
    html = view(key)
    assert "Thursday 10 December, 13:30–16:30" in html
    assert "1 seat free" in html
    assert "2 things left, about 15 minutes" in html
    assert "until Tuesday 8 December, 13:30" in html
    assert '<li aria-current="step" data-item="read" data-done="0">' in html
    assert "The date follows" in html


def test_a_visitor_and_the_team_see_an_example_and_are_kept_nowhere(key: Any) -> None:
    assert "Sign in to choose a session" in view(key, "")
    assert "Choose this one" not in view(key, "")
    view(key, "team", name="author_view", studio=True)
    everybody_but_the_team = [*learners(), person("coach")]
    assert set(models.Participant.objects.values_list("person__external_id", flat=True)) == {
        str(user.pk) for user in everybody_but_the_team
    }
    assert call(key, "tick", {"item": "read", "done": True}, user="").status == 403


def test_a_visitor_sees_the_sessions_as_they_are_by_now(key: Any) -> None:
    row = models.Workshop.objects.get(usage_key=key)
    moved = {**session(row, "thu").facts, "starts": "2026-12-11T10:00", "ends": "2026-12-11T11:00"}
    scheduling.change(session(row, "thu").pk, definition.decode_session(moved), NOW)
    scheduling.cancel(session(row, "mon").pk, NOW)
    call(key, "choose", {"session": "thu"})
    html = view(key, "")
    assert "Friday 11 December, 10:00–11:00" in html
    assert "Full. You can wait for a seat." in html
    assert "until Wednesday 9 December, 10:00" in html
    assert "14 December" not in html
    assert "calendar_file" not in html
    models.Workshop.objects.update(is_retired=True)
    assert "Thursday 10 December, 13:30–16:30" in view(key, "")


def test_what_is_over_is_said_and_looked_back_at(key: Any) -> None:
    call(key, "choose", {"session": "mon"})
    models.Session.objects.filter(session_id="open").update(is_cancelled=True)
    with clock_at(NOW.replace(day=20)):
        assert "This session is over." in view(key)
        assert "All sessions are over." in view(key, "bob")
        assert "All sessions are over." in view(key, "")
    alone = add_block(
        """<workshop url_name="alone" reflection="reflection@r"><session id="a" starts="2026-12-10T13:30"
        ends="2026-12-10T16:30" zone="Europe/Amsterdam"/></workshop>"""
    )
    assert "Look back" not in view(alone)
    with clock_at(NOW.replace(day=20)):
        html = view(alone)
    assert "This session is over." in html
    assert "Look back" in html


def test_to_tick_and_to_answer_fills_the_bar_and_completes_the_block(key: Any) -> None:
    assert "inline-size:67%" in body(call(key, "tick", {"item": "read", "done": True}))
    assert completion_of(key) is None
    done = body(call(key, "answer", {"item": "ask", "text": "<Why>?"}))
    assert "All done. You are ready." in done
    assert "&lt;Why&gt;?" in done
    assert completion_of(key) == 1.0
    assert 'data-item="read" data-done="0"' in body(call(key, "tick", {"item": "read", "done": False}))


def test_the_last_seat_goes_to_one_and_the_next_waits_and_moves_up(key: Any) -> None:
    assert "Your session" in body(call(key, "choose", {"session": "thu"}))
    waiting = body(call(key, "choose", {"session": "thu"}, user="bob"))
    assert "You are number 1 in line." in waiting
    body(call(key, "choose", {"session": "mon"}, user="bob"))
    body(call(key, "choose", {"session": "thu"}, user="bob"))
    assert "Full. 1 person is waiting." in view(key, "carol")
    body(call(key, "leave", {}))
    html = view(key, "bob")
    assert html.index("Your session") < html.index("Room 2")
    assert body(call(key, "stop_waiting", {}, user="bob"))


@pytest.mark.parametrize(
    ("handler", "data", "name"),
    [
        ("choose", {"session": "nowhere"}, "not_open"),
        ("choose", {}, "not_open"),
        ("tick", {"item": "ask", "done": True}, "not_taken"),
        ("answer", {"item": "ask", "text": "x" * 5001}, "not_taken"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(key: Any, handler: str, data: Any, name: str) -> None:
    answer = call(key, handler, data)
    assert answer.status == 409
    assert answer.json["error"] == name
    assert answer.json["message"]


def test_a_session_is_a_file_for_a_calendar(key: Any) -> None:
    answer = call(key, "calendar_file", method="GET", suffix="thu")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    found: Any = icalendar.Calendar.from_ical(answer.body)
    event = found.walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == "Phishing day"
    assert call(key, "calendar_file", method="GET", suffix="open").status == 404
    assert call(key, "calendar_file", method="GET", suffix="nowhere").status == 404
    assert call(key, "calendar_file", method="GET", suffix="thu", user="").status == 403


def feed(address: str) -> Any:
    return Client().get(address.removeprefix("http://127.0.0.1:8000"))


def events(address: str) -> list[Any]:
    response = feed(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    calendar: Any = icalendar.Calendar.from_ical(response.content)
    return list(calendar.walk("VEVENT"))


def test_a_feed_follows_the_learner_and_is_worthless_once_taken_back(key: Any) -> None:
    view(key)
    person = models.Participant.objects.get(person__external_id=str(learners()[0].pk)).person
    html = body(call(key, "feed", {"to": "new"}))
    person.refresh_from_db()
    first = feeds.feed_address(person)
    assert first in html
    assert events(first) == []
    call(key, "choose", {"session": "thu"})
    before = events(first)[0]
    row = models.Workshop.objects.get(usage_key=key)
    moved = definition.decode_session(
        {**session(row, "thu").facts, "starts": "2026-12-11T10:00", "ends": "2026-12-11T11:00"}
    )
    scheduling.change(session(row, "thu").pk, moved, NOW)
    after = events(first)[0]
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)
    scheduling.cancel(session(row, "thu").pk, NOW)
    assert events(first)[0]["STATUS"] == "CANCELLED"
    call(key, "feed", {"to": "new"})
    assert feed(first).status_code == 404
    person.refresh_from_db()
    second = feeds.feed_address(person)
    assert second != first
    body(call(key, "feed", {"to": "off"}))
    assert feed(second).status_code == 404
    assert feed("/microunits/workshop/calendar/nonsense.ics").status_code == 404
    # Whoever made links before never gets an old one back.
    call(key, "feed", {"to": "new"})
    assert feed(first).status_code == feed(second).status_code == 404


def test_what_was_published_meanwhile_is_read_anew_when_a_page_notices(key: Any) -> None:
    import_olx(key, OLX.replace("Room 2", "Hall"))
    call(key, "choose", {"session": "thu"})
    assert "Hall" in view(key)
    assert session(models.Workshop.objects.get(usage_key=key), "thu").sequence == 1


def test_olx_comes_back_as_it_was_and_what_cannot_be_read_is_kept_and_told(key: Any) -> None:
    again = add_block(export(key).replace('url_name="day"', 'url_name="other"'))
    assert export(again).replace('"other"', '"day"') == export(key)


def test_the_mobile_app_gets_the_plan(key: Any) -> None:
    from tests.devstack.playing import block_for

    data = block_for(key).student_view_data()
    assert [one["id"] for one in data["sessions"]] == ["thu", "mon", "open"]
    assert block_for(key).index_dictionary()["content"]["workshop"].startswith("An afternoon")
    assert isinstance(block_for(key).own_plan().sessions[0], Session)


def test_the_mobile_app_gets_the_sessions_as_they_are_and_what_its_learner_has(key: Any) -> None:
    call(key, "choose", {"session": "thu"})
    call(key, "tick", {"item": "read", "done": True})
    row = models.Workshop.objects.get(usage_key=key)
    scheduling.cancel(session(row, "mon").pk, NOW)
    state = call(key, "student_view_user_state", method="GET").json
    assert [(one["id"], one["starts"], one["is_cancelled"]) for one in state["sessions"]] == [
        ("thu", "2026-12-10T12:30:00+00:00", False),
        ("mon", "2026-12-14T12:30:00+00:00", True),
        ("open", None, False),
    ]
    assert (state["holds"], state["waits"], state["done"]) == ("thu", None, ["read"])
    assert (state["prepared_at"], state["attended_at"]) == (None, None)
    call(key, "answer", {"item": "ask", "text": "Why?"})
    assert call(key, "student_view_user_state", method="GET").json["prepared_at"].startswith("2026-12-01T")
    assert call(key, "student_view_user_state", method="GET", user="").status == 403
