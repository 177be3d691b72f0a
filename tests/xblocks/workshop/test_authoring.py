"""What the editor works with: every plan has forms that bring it back, and what is wrong is said at its field."""

from __future__ import annotations

from datetime import UTC, datetime, time
from gettext import NullTranslations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opaque_keys.edx.keys import CourseKey

from tests.xblocks.workshop.strategies import distances, plans
from xblocks.base.place import Place
from xblocks.workshop import authoring, checking, definition
from xblocks.workshop.course_blocks import choices
from xblocks.workshop.distance_form import form_of_distance, read_distance
from xblocks.workshop.moments import Distance, distance_of, place_zones, written, zone_of
from xblocks.workshop.plan import Completes, Fixed, ItemKind, Later, Plan, Relative, Session

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SESSION = {
    **authoring.starter_session(),
    "id": "thu",
    "date": "2026-12-03",
    "starts": "13:30",
    "ends": "16:30",
    "zone": "Europe/Amsterdam",
}
ITEM = {**authoring.starter_items()["tick"], "id": "a", "title": "Bring a mail"}


def handed_in(forms: dict[str, Any], name: str = "Day") -> dict[str, Any]:
    settings = {key: value for key, value in forms.items() if key not in ("sessions", "items")}
    return {"settings": {"display_name": name, **settings}, "sessions": forms["sessions"], "items": forms["items"]}


def saved(**more: Any) -> authoring.Submission:
    return authoring.read_submission({**handed_in(authoring.forms_of({})), **more})


def problems(**more: Any) -> dict[str, str]:
    return {problem.path: problem.sentence() for problem in saved(**more).problems}


def in_session(**more: Any) -> dict[str, str]:
    return problems(sessions=[{**SESSION, **more}])


@given(plans)
def test_every_plan_comes_back_from_its_forms(plan: Plan) -> None:
    found = authoring.read_submission(handed_in(authoring.forms_of(definition.encode(plan))))
    assert found.problems == ()
    assert found.plan == plan
    assert found.display_name == "Day"


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
_named = st.dictionaries(
    st.sampled_from([*SESSION, *ITEM, "sessions", "items", "reminders", "about", "mode", "own", "number"]), json_like
)
_raw = st.dictionaries(
    st.sampled_from(["settings", "sessions", "items", "reminders", "about", "completes", "reflection"]),
    json_like | _named | st.lists(_named, max_size=3),
)


@given(_raw)
def test_whatever_is_stored_has_forms_and_whatever_is_sent_an_answer(raw: dict[str, Any]) -> None:
    forms = authoring.forms_of(raw)
    assert authoring.forms_of(raw) == forms
    found = authoring.read_submission(raw)
    assert found.problems or found.plan
    for form in forms["sessions"]:
        authoring.read_session(form)
    for form in forms["items"]:
        authoring.read_item(form)


def test_what_is_no_object_is_kept_and_told() -> None:
    forms = authoring.forms_of({"sessions": [3], "items": ["x"]})
    assert forms["sessions"] == [{"id": "", "unreadable": 3}]
    assert set(problems(sessions=[3], items=["x"])) == {"sessions/0", "items/0"}
    assert authoring.forms_of(None) == authoring.forms_of({})


# --- A session is right with a date, a time and a place


def test_one_session_is_right_with_a_date_and_a_time() -> None:
    started = {**authoring.starter_session(), "id": "s", "date": "2026-12-03", "starts": "13:30", "place": "Room 2"}
    found = saved(sessions=[started])
    assert found.problems == ()
    (session,) = found.plan.sessions
    assert session.when == Fixed(datetime(2026, 12, 3, 13, 30), datetime(2026, 12, 3, 15, 30))
    assert (session.place, session.seats, found.plan.completes) == ("Room 2", 0, Completes.PREPARED)


def test_it_may_go_on_over_midnight_and_days() -> None:
    late = saved(sessions=[{**SESSION, "starts": "23:00", "ends": ""}]).plan.sessions[0].when
    assert late == Fixed(datetime(2026, 12, 3, 23), datetime(2026, 12, 4, 1))
    days = saved(sessions=[{**SESSION, "until": "2026-12-04"}]).plan.sessions[0].when
    assert days == Fixed(datetime(2026, 12, 3, 13, 30), datetime(2026, 12, 4, 16, 30))


def test_relative_dates_and_dates_that_follow() -> None:
    relative = {**SESSION, "on": "start", "days": 14}
    found = saved(sessions=[{**relative, "ends": ""}, {**relative, "id": "b", "starts": "23:00", "ends": ""}])
    first, second = (one.when for one in found.plan.sessions)
    assert isinstance(first, Relative)
    assert isinstance(second, Relative)
    assert (first.days, f"{first.ends:%H:%M}", f"{second.ends:%H:%M}") == (14, "15:30", "23:59")
    assert saved(sessions=[{**relative, "days": ""}]).plan.sessions[0].when == Relative(0, time(13, 30), time(16, 30))
    assert saved(sessions=[{**SESSION, "on": "later"}]).plan.sessions[0].when == Later()


@pytest.mark.parametrize(
    ("typed", "path", "said"),
    [
        ({"date": ""}, "date", "Give a date. If you do not know it yet, say below that it follows."),
        ({"date": "3 December"}, "date", "Give a date. If you do not know it yet, say below that it follows."),
        ({"date": "2026-02-30"}, "date", "Give a date. If you do not know it yet, say below that it follows."),
        ({"date": "0026-12-03"}, "date", "Give a date. If you do not know it yet, say below that it follows."),
        ({"starts": ""}, "starts", "Give a time, such as 13:30."),
        ({"starts": "25:00"}, "starts", "Give a time, such as 13:30."),
        ({"ends": "half four"}, "ends", "Give a time, such as 13:30."),
        ({"ends": "13:30"}, "ends", "It ends before it begins. Give a later end."),
        ({"until": "tomorrow"}, "until", "Give the date on which it ends, or leave this empty."),
        ({"seats": "a few"}, "seats", "Give a whole number from 0 to 10000."),
        ({"link": "our room"}, "link", "Give a whole web address, such as https://example.org/room."),
        ({"zone": "Amsterdam"}, "zone", "Choose the time zone of the place where it is, such as Europe/Amsterdam."),
        ({"on": "start", "days": 900}, "days", "Give a whole number from 0 to 730."),
        ({"on": "start", "starts": ""}, "starts", "Give a time, such as 13:30."),
        ({"on": "start", "ends": "x"}, "ends", "Give a time, such as 13:30."),
    ],
)
def test_what_is_wrong_in_a_session_is_said_once_at_its_field(typed: Any, path: str, said: str) -> None:
    assert in_session(**typed) == {f"sessions/0/{path}": said}
    session, found = authoring.read_session({**SESSION, **typed})
    assert session is None
    assert [(problem.path, problem.sentence()) for problem in found] == [(path, said)]


@pytest.mark.parametrize(
    ("typed", "path", "said"),
    [
        ({"title": " "}, "title", "Say in a few words what there is to do."),
        ({"minutes": 900}, "minutes", "Give a whole number from 0 to 600."),
        ({"kind": "quiz"}, "block", "Choose a block of this course."),
        ({"before": {"number": 2.5, "unit": "d"}}, "before", "Give a whole number from 0 to 365."),
        ({"before": None}, "before", "Give a whole number from 0 to 0."),
        (
            {"before": {"number": "soon", "unit": "as"}},
            "before",
            "Say how long before, such as 2d for two days or 3h for three hours.",
        ),
    ],
)
def test_what_is_wrong_in_an_item_is_said_at_its_field(typed: Any, path: str, said: str) -> None:
    assert problems(items=[{**ITEM, **typed}]) == {f"items/0/{path}": said}
    item, found = authoring.read_item({**ITEM, **typed})
    assert item is None
    assert [(problem.path, problem.sentence()) for problem in found] == [(path, said)]


def test_what_is_wrong_around_them_is_said_at_its_field_too() -> None:
    forms = authoring.forms_of({})
    settings = {**handed_in(forms)["settings"], "display_name": "x" * 200, "reflection": "nowhere"}
    own = {"mode": "own", "own": [{"number": -1, "unit": "h"}]}
    assert set(problems(settings={**settings, "reminders": own})) == {
        "settings/display_name",
        "settings/reflection",
        "settings/reminders/own/0",
    }
    many = {"mode": "own", "own": [{"number": number, "unit": "d"} for number in range(9)]}
    assert "settings/reminders" in problems(settings={**settings, "reminders": many})
    assert {"settings/display_name", "sessions", "items"} == {
        problem.path for problem in authoring.read_submission({}).problems
    }
    assert problems(sessions=[SESSION, SESSION]) == {"sessions/1/id": "Another one here has this id."}


def test_a_quiz_is_kept_only_where_it_is_waited_for_and_no_minutes_are_none() -> None:
    typed = {**ITEM, "block": "microquiz@sender", "minutes": ""}
    (item,) = saved(items=[typed]).plan.items
    assert (item.block, item.minutes) == ("", 0)
    (item,) = saved(items=[{**typed, "kind": "quiz"}]).plan.items
    assert (item.block, item.kind) == ("microquiz@sender", ItemKind.QUIZ)


def test_reminders_are_the_usual_none_or_ones_own() -> None:
    def kept(mode: str) -> tuple[Distance, ...]:
        forms = authoring.forms_of({})
        settings = {**handed_in(forms)["settings"], "reminders": {"mode": mode, "own": [{"number": 1, "unit": "d"}]}}
        return saved(settings=settings).plan.reminders

    assert kept("usual") == Plan().reminders
    assert kept("none") == ()
    assert kept("own") == (Distance(days=1),)
    assert authoring.forms_of({"reminders": []})["reminders"]["mode"] == "none"


def test_starters_lack_what_only_the_team_knows() -> None:
    assert set(authoring.starter_items()) == set(ItemKind)
    for kind, form in authoring.starter_items().items():
        missing = {problem.path for problem in authoring.read_item({**form, "id": "x"})[1]}
        assert missing == ({"title", "block"} if kind == "quiz" else {"title"})
    assert authoring.limits()["reminders"] == definition.MAX_REMINDERS


# --- Distances


@given(distances)
def test_every_distance_has_a_form(distance: Distance) -> None:
    found: list[Any] = []
    assert read_distance(form_of_distance(distance), "x", found) == distance
    assert found == []


@given(distances)
def test_every_distance_can_be_written(distance: Distance) -> None:
    assert distance_of(written(distance)) == distance


def test_a_sum_of_hours_and_minutes_can_be_written_too() -> None:
    distance = distance_of("999h9999m")
    assert distance is not None
    assert distance_of(written(distance)) == distance


# --- What is said of a session


def told(**more: Any) -> tuple[str, list[str]]:
    session, found = authoring.read_session({**SESSION, **more})
    assert session is not None, found
    return checking.said(session, NOW, NullTranslations()), checking.notes(session, NOW, NullTranslations())


@pytest.mark.parametrize(
    ("typed", "said", "notes"),
    [
        ({}, "Thursday 3 December, 13:30–16:30", []),
        (
            {"date": "2026-11-20"},
            "Friday 20 November, 13:30–16:30",
            ["This is in the past: nobody can choose it any more."],
        ),
        (
            {"date": "2027-03-28", "starts": "02:30", "ends": "05:00"},
            "Sunday 28 March 2027, 03:30–05:00",
            ["The clock skips 02:30 on that day. It begins at 03:30."],
        ),
        (
            {"date": "2027-10-31", "starts": "02:30", "ends": "05:00"},
            "Sunday 31 October 2027, 02:30–05:00",
            ["02:30 comes twice on that day. The first one is meant."],
        ),
        ({"on": "start", "days": 1}, "1 day after each learner's start, 13:30–16:30", []),
        ({"on": "later"}, "The date follows", []),
    ],
)
def test_a_session_is_said_as_the_wall_clock_shows_it(typed: Any, said: str, notes: list[str]) -> None:
    assert told(**typed) == (said, notes)


# --- What can be chosen


def test_zones_are_those_of_places() -> None:
    zones = place_zones()
    assert {"Europe/Amsterdam", "America/New_York", "UTC"} <= set(zones)
    assert all(zone_of(name) is not None for name in zones)
    assert all(Session(id="x", zone=name) for name in zones)
    assert not {"CET", "Etc/GMT+5", "Europe"} & set(zones)


def test_blocks_to_choose_from_are_told_apart_by_their_units() -> None:
    key = CourseKey.from_string("course-v1:A+B+C")

    def place(block_type: str, name: str, title: str, *parts: Place) -> Place:
        return Place(usage_key=key.make_usage_key(block_type, name), name=title, parts=parts)

    first = place("vertical", "u1", "Sender", place("microquiz", "a", "Quiz"), place("html", "t", "Quiz"))
    second = place("vertical", "u2", "Links", place("microquiz", "b", "Quiz"), place("reflection", "r", "Look back"))
    assert choices(place("course", "course", "Course", first, second)) == {
        "microquiz": [("microquiz@a", "Quiz (Sender)"), ("microquiz@b", "Quiz (Links)")],
        "reflection": [("reflection@r", "Look back")],
    }
    alone = place("microquiz", "a", "Quiz")
    assert choices(alone) == {"microquiz": [("microquiz@a", "Quiz")], "reflection": []}
