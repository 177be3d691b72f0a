"""The editor in Studio: what it begins with, what it saves and refuses, and what it says of those who come."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from devstack.hearing import tell_published
from devstack.runtime import StudioRuntime
from tests.devstack.playing import add_block, block_for, call, export, import_olx, unit, view
from tests.xblocks.workshop.stage import DAY, KEY, NOW, clock_at, session
from xblocks.base import editing
from xblocks.base.problems import ContentError
from xblocks.workshop import authoring, models, scheduling
from xblocks.workshop import editor as module
from xblocks.workshop.authoring_texts import TEXTS
from xblocks.workshop.definition import decode, decode_session

pytestmark = pytest.mark.django_db(transaction=True)

QUIZ = '<microquiz url_name="sender" display_name="Who is writing?"/>'
REFLECTION = '<reflection url_name="back" display_name="Looking back"/>'
OLX = """
<workshop url_name="day" display_name="Phishing day">
  <session id="thu" starts="2026-12-10T13:30" ends="2026-12-10T16:30" zone="Europe/Amsterdam" place="Room 2" seats="1"/>
  <session id="mon" starts="2026-12-14T13:30" ends="2026-12-14T16:30" zone="Europe/Amsterdam" place="Room 3"/>
  <item id="read" kind="read" title="Read the case" url="/static/case.pdf"/>
</workshop>
"""
BROKEN = '<workshop url_name="broken" display_name="Broken"><session id="a" seats="many"/><cake/></workshop>'


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock_at(NOW):
        yield


@pytest.fixture
def key() -> Any:
    add_block(QUIZ, unit("sender"))
    add_block(REFLECTION, unit("after"))
    made = add_block(OLX)
    tell_published(KEY)
    return made


def page(key: Any) -> Any:
    found = re.search(r'mue-editor-data">(.*?)</script>', view(key, "team", "studio_view", studio=True), re.DOTALL)
    assert found
    return json.loads(found[1])


def ask(key: Any, handler: str, data: Any) -> Any:
    return call(key, handler, data, "team", studio=True).json


def on_screen(key: Any) -> Any:
    """What the editor would send without anything being changed."""
    told = page(key)
    forms = {name: [one["form"] for one in told[name]] for name in ("sessions", "items")}
    return {"settings": told["settings"], "base": told["version"], **forms}


def save(key: Any, sent: Any) -> Any:
    told = ask(key, "editor_save", sent)
    tell_published(KEY)
    return told


# --- What it begins with


def test_it_begins_with_what_is_stored_in_words_and_with_the_blocks_of_the_course(key: Any) -> None:
    told = page(key)
    assert [one["said"] for one in told["sessions"]] == [
        "Thursday 10 December, 13:30–16:30",
        "Monday 14 December, 13:30–16:30",
    ]
    assert all(one["problems"] == [] for one in (*told["sessions"], *told["items"]))
    assert told["settings"]["display_name"] == "Phishing day"
    assert told["blocks"] == {
        "microquiz": [["microquiz@sender", "Who is writing?"]],
        "reflection": [["reflection@back", "Looking back"]],
    }
    assert told["unread"] is None
    assert "Europe/Amsterdam" in told["zones"]


def test_a_new_block_is_whole_after_a_date_a_time_and_a_place() -> None:
    key = add_block("<workshop/>")
    told = page(key)
    assert (told["sessions"], told["items"], told["standing"]) == ([], [], {"sessions": {}, "items": {}})
    form = {**told["starters"]["session"], "id": "s1", "zone": "Europe/Amsterdam"}
    form |= {"date": "2026-12-10", "starts": "13:30", "place": "Room 2"}
    assert save(key, {**on_screen(key), "sessions": [form]})["ok"]
    assert "Thursday 10 December, 13:30–15:30" in view(key)


def test_learners_have_no_business_here(key: Any) -> None:
    for handler in ("editor_save", "editor_look"):
        assert call(key, handler, {}).status == 403
    assert "mue-editor" not in view(key, "ann", "studio_view")


def test_the_script_finds_its_words_and_every_word_has_a_use() -> None:
    folder = files("xblocks.workshop") / "static/workshop"
    scripts = "".join((folder / f"{name}.js").read_text() for name in module.SCRIPTS)
    used = {*re.findall(r"'(\w+)'", scripts), *editing.ITEM_TEXTS}
    stems = (*re.findall(r"t\(`(\w+_)\$\{", scripts), "title_")
    assert "</script" not in scripts
    assert set(re.findall(r"\bt\('(\w+)'", scripts)) <= {*TEXTS, *editing.TEXTS}
    assert [key for key in TEXTS if key not in used and not key.startswith(stems)] == []


# --- Saving


def test_what_is_saved_unchanged_is_the_same_to_the_byte(key: Any) -> None:
    before = export(key)
    told = save(key, on_screen(key))
    assert told == {"ok": True, "version": page(key)["version"]}
    assert export(key) == before


def test_a_session_that_is_edited_keeps_its_id_its_people_and_tells_them_once(key: Any) -> None:
    call(key, "choose", {"session": "thu"})
    sent = on_screen(key)
    sent["sessions"][0] |= {"date": "2026-12-11", "place": "Hall"}
    assert save(key, sent)["ok"]
    row = session(models.Workshop.objects.get(usage_key=key), "thu")
    assert row.facts["starts"] == "2026-12-11T13:30"
    assert row.holders.count() == 1
    assert page(key)["standing"]["sessions"]["thu"]["people"] == "1 has a seat"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(key: Any) -> None:
    before, sent = page(key), on_screen(key)
    sent["sessions"][1]["date"] = ""
    sent["items"][0]["title"] = ""
    told = ask(key, "editor_save", sent)
    assert not told["ok"]
    assert [one["path"] for one in told["problems"]] == ["sessions/1/date", "items/0/title"]
    assert page(key) == before
    assert not ask(key, "editor_save", {})["ok"]


def test_who_saves_over_somebody_else_is_asked(key: Any) -> None:
    late = on_screen(key)
    first = on_screen(key)
    first["sessions"][0]["place"] = "First"
    late["sessions"][0]["place"] = "Late"
    assert save(key, first)["ok"]
    told = ask(key, "editor_save", late)
    assert told["conflict"]["sessions"][0]["form"]["place"] == "First"
    # The same words of two people are no conflict, and without a base the last word counts.
    assert ask(key, "editor_save", {**first, "base": late["base"]})["ok"]
    assert ask(key, "editor_save", {name: value for name, value in late.items() if name != "base"})["ok"]


def test_without_a_name_of_its_own_the_block_goes_by_its_use(key: Any) -> None:
    sent = on_screen(key)
    sent["settings"]["display_name"] = " "
    save(key, sent)
    assert block_for(key, "team", studio=True).name == "Workshop"
    sent["settings"]["display_name"] = "Another day"
    save(key, {**sent, "base": page(key)["version"]})
    assert block_for(key, "team", studio=True).display_name == "Another day"


# --- What it says while one writes


def test_a_session_is_said_in_words_with_what_is_to_be_mended(key: Any) -> None:
    form = on_screen(key)["sessions"][0]
    assert ask(key, "editor_look", {"session": form}) == {
        "said": "Thursday 10 December, 13:30–16:30",
        "notes": [],
        "problems": [],
    }
    assert ask(key, "editor_look", {"session": {**form, "date": "2026-11-01"}})["notes"]
    told = ask(key, "editor_look", {"session": {**form, "ends": "12:00"}})
    assert (told["said"], [one["path"] for one in told["problems"]]) == ("", ["ends"])
    item = {**on_screen(key)["items"][0], "title": ""}
    assert [one["path"] for one in ask(key, "editor_look", {"item": item})["problems"]] == ["title"]
    assert ask(key, "editor_look", {})["problems"]


# --- What learners and the team did already


def test_it_says_who_comes_and_what_deleting_does(key: Any) -> None:
    for user in ("ann", "bob"):
        call(key, "choose", {"session": "thu"}, user=user)
    call(key, "tick", {"item": "read", "done": True})
    told = page(key)["standing"]
    assert told["sessions"]["thu"]["people"] == "1 has a seat, 1 waits"
    assert told["sessions"]["thu"]["deleted"].startswith("2 learners chose it. Once you save and publish, it is canc")
    assert (told["sessions"]["mon"]["people"], told["sessions"]["mon"]["deleted"]) == ("", "")
    assert told["items"]["read"]["people"] == "1 did this"
    assert told["items"]["read"]["deleted"].startswith("1 learner did this.")
    with clock_at(NOW + 30 * DAY):
        assert page(key)["standing"]["sessions"]["thu"]["deleted"].startswith("It is over.")


def test_deleting_does_what_it_says(key: Any) -> None:
    call(key, "choose", {"session": "thu"})
    sent = on_screen(key)
    del sent["sessions"][0]
    assert save(key, sent)["ok"]
    row = session(models.Workshop.objects.get(usage_key=key), "thu")
    assert (row.is_cancelled, row.is_retired, row.holders.count()) == (True, True, 0)
    assert models.Participant.objects.filter(told__has_key=str(row.pk)).count() == 1
    assert "thu" not in page(key)["standing"]["sessions"]


def test_what_was_changed_on_the_teams_page_is_told_and_can_be_written_here(key: Any) -> None:
    row = session(models.Workshop.objects.get(usage_key=key), "thu")
    moved = {**row.facts, "starts": "2026-12-11T10:00", "ends": "2026-12-11T11:00", "place": "Hall"}
    scheduling.change(row.pk, decode_session(moved), NOW)
    told = page(key)["standing"]["sessions"]["thu"]
    assert "Friday 11 December, 10:00–11:00 (Amsterdam), Hall" in told["elsewhere"]
    sent = on_screen(key)
    sent["sessions"][0] = told["form"]
    assert save(key, sent)["ok"]
    assert page(key)["standing"]["sessions"]["thu"]["elsewhere"] == ""
    row.refresh_from_db()
    assert row.sequence == 1
    scheduling.cancel(row.pk, NOW)
    assert "cancelled" in page(key)["standing"]["sessions"]["thu"]["elsewhere"]


# --- In Studio's unit page


def test_the_unit_page_shows_the_plan_and_what_the_course_does_not_have_any_more(key: Any) -> None:
    assert "no longer in the course" not in view(key, "team", "author_view", studio=True)
    sent = on_screen(key)
    sent["items"].append({**sent["items"][0], "id": "quiz", "title": "Do it", "kind": "quiz", "block": "microquiz@no"})
    sent["settings"]["reflection"] = "reflection@no"
    assert save(key, sent)["ok"]
    shown = view(key, "team", "author_view", studio=True)
    assert "“Do it” waits for a micro-quiz that is no longer in the course" in shown
    assert "The reflection afterwards is no longer in the course." in shown
    sent["items"][-1]["block"], sent["settings"]["reflection"] = "microquiz@sender", "html@anything"
    assert save(key, {**sent, "base": page(key)["version"]})["ok"]
    assert "no longer in the course" not in view(key, "team", "author_view", studio=True)


# --- OLX that could not be read


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As the platform imports it: a runtime that tracks errors gets a block all the same."""
    noted: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(StudioRuntime, "error_tracker", staticmethod(noted.append), raising=False)
        key = add_block(BROKEN)
    assert "Give a whole number from 0 to 10000." in noted[0]
    return key


def test_what_cannot_be_read_is_refused_by_a_runtime_that_says_so() -> None:
    with pytest.raises(ContentError) as caught:
        add_block(BROKEN)
    assert [problem.path for problem in caught.value.problems] == ["cake:1", "sessions/0/seats:1"]


def test_what_cannot_be_read_is_kept_shown_and_exported_as_it_was(broken: Any) -> None:
    key, told = broken, page(broken)
    assert told["settings"]["display_name"] == "Broken"
    assert told["unread"]["olx"] == BROKEN
    assert [one["path"] for one in told["unread"]["problems"]] == ["cake:1", "sessions/0/seats:1"]
    shown = view(key, "team", "author_view", studio=True)
    assert "Give a whole number from 0 to 10000." in shown
    assert "&lt;cake/&gt;" in shown
    assert '<session id="a" seats="many"/>' in export(key)
    assert "<cake/>" in export(key)


def test_what_is_saved_takes_the_place_of_what_could_not_be_read(broken: Any) -> None:
    key = broken
    form = {**authoring.starter_session(), "id": "s", "on": "later"}
    assert save(key, {**on_screen(key), "sessions": [form]})["ok"]
    assert page(key)["unread"] is None
    assert "many" not in export(key)
    assert decode(block_for(key).plan_data).sessions[0].id == "s"
    import_olx(key, OLX)
    assert page(key)["unread"] is None


def test_who_opens_and_saves_nothing_keeps_what_could_not_be_read(broken: Any) -> None:
    assert save(broken, on_screen(broken))["ok"]
    assert page(broken)["unread"]["olx"] == BROKEN
    again = add_block(export(broken).replace('"many"', '"12"').replace("<cake/>", "").replace('"broken"', '"mended"'))
    assert page(again)["unread"] is None


def test_a_course_with_what_cannot_be_read_keeps_what_was_published(key: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    call(key, "choose", {"session": "thu"})
    monkeypatch.setattr(StudioRuntime, "error_tracker", staticmethod(str), raising=False)
    import_olx(key, OLX.replace('seats="1"', 'seats="many"'))
    tell_published(KEY)
    assert "could not be read" in view(key, "team", "author_view", studio=True)
    assert session(models.Workshop.objects.get(usage_key=key), "thu").holders.count() == 1
