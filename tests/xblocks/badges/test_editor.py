"""The editor in Studio: what it begins with, what it saves, what it refuses, and who would have earned a badge."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from importlib.resources import files
from io import BytesIO
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey
from PIL import Image

from devstack.models import CourseFile
from tests.devstack.playing import add_block, block_for, call, unit, view, who
from tests.xblocks.badges.course import COURSE, badges, came_back, course_with_badges, done, hear, quizzes
from xblocks.badges import authoring, awarding, models
from xblocks.badges import editor as module
from xblocks.badges.authoring_texts import TEXTS
from xblocks.badges.criteria import KINDS
from xblocks.badges.definition import decode_all
from xblocks.base import editing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def block() -> UsageKey:
    return course_with_badges()


def page(key: UsageKey) -> Any:
    found = re.search(r'mue-editor-data">(.*?)</script>', view(key, "team", "studio_view", studio=True), re.DOTALL)
    assert found
    return json.loads(found[1])


def ask(key: UsageKey, handler: str, data: Any, user: str = "team") -> Any:
    return call(key, handler, data, user, studio=True).json


def save(key: UsageKey, *badges: Any, name: str = "Mine", **more: Any) -> Any:
    return ask(key, "editor_save", {"settings": {"display_name": name}, "badges": list(badges), **more})


QUIZ_KEY = COURSE.make_usage_key("microquiz", "sender")
WEEKS = {"kind": "weeks", "weeks": 2, "rest": 0}
PLAIN = {"id": "plain", "name": "Plain", "criterion": WEEKS}


# --- What it begins with


def test_it_begins_with_what_is_stored_and_with_the_course_by_name(block: UsageKey) -> None:
    told = page(block)
    assert [one["form"]["name"] for one in told["badges"]] == ["Both done", "Second look", "Keeps it fresh"]
    assert all(one["problems"] == [] for one in told["badges"])
    assert told["settings"] == {"display_name": "Your badges"}
    assert told["names"]["microquiz@sender"] == "Who is writing?"
    assert [part["title"] for part in told["tree"]["parts"]] == ["Sender", "Links"]
    assert told["elsewhere"] == {}


def test_every_kind_has_defaults_that_lack_blocks_or_parts_at_most(block: UsageKey) -> None:
    assert set(authoring.DEFAULTS) == set(KINDS)
    for kind, form in page(block)["starters"].items():
        problems = authoring.problems_of({**form, "id": "x"})
        assert {one.path.rpartition("/")[2] for one in problems} <= {"blocks"}, kind


def test_what_needs_a_workshop_or_a_reflection_is_offered_where_the_course_has_one(block: UsageKey) -> None:
    assert not {"reflected", "prepared", "attended"} & set(page(block)["kinds"])
    add_block('<reflection url_name="week"/>', unit("week"))
    assert set(authoring.DEFAULTS) - set(page(block)["kinds"]) == {"prepared", "attended"}
    add_block('<workshop url_name="day"/>', unit("day"))
    told = page(block)
    assert told["kinds"] == list(authoring.DEFAULTS)
    does = {part["parts"][0]["name"]: part["parts"][0]["does"] for part in told["tree"]["parts"]}
    assert "reflected" in does["reflection@week"]
    assert {"prepared", "attended"} <= set(does["workshop@day"])
    criterion = {
        "kind": "all",
        "parts": [{"kind": kind, "blocks": ["workshop@day"]} for kind in ("prepared", "attended")],
    }
    assert save(block, {"id": "both", "name": "Both", "criterion": criterion})["ok"]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {"id": 3, "criterion": {"kind": "cloud"}, "design": {"ink": 3}, "tags": "x", "alignments": [1], "minutes": "x"},
        {"criterion": {"kind": "all", "parts": [{"kind": "weeks"}, None], "blocks": [1]}},
        {"criterion": {"kind": "score", "blocks": ["a", 3]}},
    ],
)
def test_whatever_is_stored_has_a_form(raw: Any) -> None:
    form = authoring.form_of(raw)
    assert authoring.form_of(form) == form or "unreadable" in form


def test_the_script_finds_its_words_and_every_word_has_a_use() -> None:
    folder = files("xblocks.badges") / "static/badges"
    scripts = "".join((folder / f"{name}.js").read_text() for name in module.SCRIPTS)
    used = {*re.findall(r"'(\w+)'", scripts), *editing.ITEM_TEXTS}
    stems = (*re.findall(r"t\(`(\w+_)\$\{", scripts), "type_", "description_", "narrative_")
    assert "</script" not in scripts
    assert set(re.findall(r"\bt\('(\w+)'", scripts)) <= {*TEXTS, *editing.TEXTS}
    assert [key for key in TEXTS if key not in used and not key.startswith(stems)] == []


# --- Who may


@pytest.mark.parametrize("handler", ["editor_save", "editor_picture", "editor_upload", "editor_try"])
def test_learners_have_no_business_here(block: UsageKey, handler: str) -> None:
    assert call(block, handler, {}, "ann").status == 403
    assert "mue-editor" not in view(block, "ann", "studio_view")


# --- Saving


def test_what_is_saved_is_stored_and_published_nowhere_yet(block: UsageKey) -> None:
    told = save(block, PLAIN, base=page(block)["version"])
    assert told["ok"]
    stored = block_for(block, "team", studio=True)
    assert [one.id for one in decode_all(stored.badges)] == ["plain"]
    assert stored.display_name == "Mine"
    assert told["version"] == page(block)["version"]
    assert models.Badge.objects.filter(badge_id="both", is_retired=False).exists()


def test_without_a_name_of_its_own_the_block_goes_by_its_use(block: UsageKey) -> None:
    save(block, PLAIN, name=" ")
    assert block_for(block, "team", studio=True).name == "Badges"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(block: UsageKey) -> None:
    before = page(block)
    told = save(block, PLAIN, {**PLAIN, "id": "b", "name": "", "criterion": None}, name="x" * 200)
    assert not told["ok"]
    assert [one["path"] for one in told["problems"]] == ["display_name", "badges/1/criterion", "badges/1/name"]
    assert page(block) == before
    assert not ask(block, "editor_save", {})["ok"]


def test_who_saves_over_somebody_else_is_asked(block: UsageKey) -> None:
    base = page(block)["version"]
    save(block, PLAIN)
    told = save(block, {**PLAIN, "name": "Late"}, base=base)
    assert not told["ok"]
    assert told["conflict"]["badges"][0]["form"]["name"] == "Plain"
    assert save(block, {**PLAIN, "name": "Late"})["ok"]


# --- The picture


def test_the_picture_is_drawn_as_it_will_be(block: UsageKey) -> None:
    design = {"shape": "star", "letters": "AB", "ground": "#0f766e", "ink": "#ffffff"}
    told = ask(block, "editor_picture", {"badge": {**PLAIN, "design": design}})
    assert told["problems"] == []
    assert ">AB</text>" in told["html"]


def test_colours_that_cannot_be_read_are_said_and_not_drawn(block: UsageKey) -> None:
    told = ask(block, "editor_picture", {"badge": {**PLAIN, "design": {"ground": "#ffffff", "ink": "#ffffff"}}})
    assert (told["html"], [one["path"] for one in told["problems"]]) == ("", ["design/ink"])
    assert ask(block, "editor_picture", {})["html"] == ""


def picture() -> str:
    out = BytesIO()
    Image.new("RGB", (100, 100), (10, 90, 160)).save(out, "PNG")
    return b64encode(out.getvalue()).decode()


def test_a_picture_of_their_own_becomes_a_file_of_the_course(block: UsageKey) -> None:
    told = ask(block, "editor_upload", {"content": picture()})
    assert told["ok"]
    kept = CourseFile.objects.get()
    assert told["image"] == f"/static/{kept.name}"
    shown = ask(block, "editor_picture", {"badge": {**PLAIN, "image": told["image"]}})["html"]
    assert f"type@asset+block@{kept.name}" in shown
    save(block, {**PLAIN, "image": told["image"]})
    assert f"block@{kept.name}" in view(block)


@pytest.mark.parametrize("content", [None, "", "no base64!", b64encode(b"<html/>").decode()])
def test_what_is_no_picture_is_refused_with_a_sentence(block: UsageKey, content: Any) -> None:
    told = ask(block, "editor_upload", {"content": content})
    assert not told["ok"]
    assert told["problems"][0]["path"] == "image"
    assert not CourseFile.objects.exists()


# --- The dry run


def test_it_says_who_would_have_earned_a_badge_and_keeps_nothing(block: UsageKey) -> None:
    hear(came_back())
    hear([done("sender")], "bob")
    awarding.hear("moodle:school", "7", COURSE, came_back(), came_back()[0].at)
    before = models.Award.objects.count()
    told = ask(block, "editor_try", {"badge": {"criterion": {"kind": "came_back", "number": 1, "blocks": []}}})
    assert (told["looked"], told["earned"]) == (3, 2)
    assert [one["name"] for one in told["learners"]] == ["school: 7", who("ann").first_name]
    assert told["learners"][0]["since"].startswith("25 November")
    assert models.Award.objects.count() == before
    assert not models.Badge.objects.filter(badge_id="x").exists()


def test_what_nobody_heard_of_as_long_as_no_badge_looked_at_it_counts_as_well() -> None:
    quizzes()
    key = badges("<badges/>")
    answer = {"question": block_for(QUIZ_KEY).prepared.names["one"], "response": {"value": True}}
    assert call(QUIZ_KEY, "answer", answer).status == 200
    assert not models.Fact.objects.exists()
    told = ask(key, "editor_try", {"badge": {"criterion": {"kind": "first_try", "number": 1, "blocks": []}}})
    assert (told["looked"], told["earned"]) == (1, 1)
    score = {"kind": "score", "blocks": ["microquiz@sender"], "least": 0.8}
    assert ask(key, "editor_try", {"badge": {"criterion": score}})["earned"] == 1
    assert not models.Fact.objects.exists()
    assert not models.Holder.objects.exists()


def test_what_is_not_whole_cannot_be_tried_and_says_where(block: UsageKey) -> None:
    told = ask(block, "editor_try", {"badge": {"criterion": {"kind": "completed", "blocks": []}}})
    assert [one["path"] for one in told["problems"]] == ["criterion/blocks"]
