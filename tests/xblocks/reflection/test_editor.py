"""The editor in Studio: what it begins with, what it saves and what it refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from opaque_keys.edx.keys import UsageKey

from tests.devstack.playing import block_for, call, export, import_olx, unit, view
from tests.xblocks.reflection.strategies import designs
from tests.xblocks.reflection.writing import reflection
from xblocks.base import editing
from xblocks.reflection import authoring
from xblocks.reflection import editor as module
from xblocks.reflection.authoring_texts import TEXTS
from xblocks.reflection.definition import DEFAULTS, Design, decode, encode
from xblocks.reflection.frameworks import Framework

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = """<reflection url_name="whole" display_name="Whole" framework="starr" least_words="50" commitment="optional"
    revisit_weeks="4" recalls="first gone" scored="true" weight="2.0">
  <introduction><![CDATA[Think of <em>one</em> moment.]]></introduction>
  <prompt id="moment" help="Where?">Which moment?</prompt>
</reflection>"""
BROKEN = (
    '<reflection url_name="broken" display_name="Broken" least_words="many"><prompt id="a">Why?</prompt></reflection>'
)
OWN = {"id": "own", "label": "What now?", "help": ""}


def page(key: UsageKey) -> Any:
    found = re.search(r'mue-editor-data">(.*?)</script>', view(key, "team", "studio_view", studio=True), re.DOTALL)
    assert found
    return json.loads(found[1])


def settings(**values: Any) -> dict[str, Any]:
    return {**authoring.settings_form("Mine", 1.0, {}), **values}


def save(key: UsageKey, *prompts: Any, base: str | None = None, **values: Any) -> Any:
    data = {"settings": settings(**values), "prompts": list(prompts), "base": base}
    return call(key, "editor_save", data, "team", studio=True).json


def stored(key: UsageKey) -> Any:
    return block_for(key, "team", studio=True)


# --- What it begins with


def test_it_begins_with_what_is_stored() -> None:
    told = page(reflection(WHOLE))
    assert told["settings"] == {
        **authoring.settings_form("Whole", 2.0, {}),
        "framework": "starr",
        "introduction": "Think of <em>one</em> moment.",
        "least_words": 50,
        "commitment": "optional",
        "revisit_weeks": 4,
        "recalls": ["first", "gone"],
        "scored": True,
    }
    assert told["prompts"] == [
        {"form": {"id": "moment", "label": "Which moment?", "help": "Where?"}, "problems": []},
    ]
    assert told["unread"] is None


def test_every_framework_is_offered_with_its_questions() -> None:
    offered = page(reflection())["frameworks"]
    assert [one["id"] for one in offered] == list(Framework)
    assert all(one["name"] and one["about"] and one["prompts"] for one in offered)
    assert offered[0]["prompts"][0]["label"] == "What stays with you?"


def test_earlier_reflections_of_the_course_are_offered_and_later_ones_where_they_are_named() -> None:
    reflection('<reflection url_name="first" display_name="First"/>')
    middle = reflection('<reflection url_name="middle"/>')
    reflection('<reflection url_name="last" display_name="Last"/>')
    assert page(middle)["earlier"] == [{"id": "first", "name": "First"}]
    import_olx(middle, '<reflection recalls="last"/>')
    assert [one["id"] for one in page(middle)["earlier"]] == ["first", "last"]


def test_the_due_date_is_shown_to_authors_and_learners() -> None:
    from tests.devstack.playing import add_block

    due = add_block('<reflection url_name="due"/>', unit("dated", due="2030-01-02T03:04:00Z"))
    assert page(due)["due"].startswith("2 January 2030, ")
    assert "Please hand it in before 2 January 2030, " in view(due)
    assert page(reflection())["due"] == ""
    assert "Please hand it in" not in view(reflection('<reflection url_name="undated"/>'))


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {"framework": "tarot", "prompts": 3, "recalls": "x", "scored": 1, "least_words": True},
        {"prompts": [None, {"id": 3, "label": ["x"]}, {"id": "a", "label": "x", "help": "y"}], "recalls": [1, "a"]},
    ],
)
def test_whatever_is_stored_has_a_form_and_loses_nothing_that_can_be_read(raw: Any) -> None:
    form = authoring.settings_form("x", 1.0, raw)
    assert set(form) == {*DEFAULTS, "display_name", "weight"} - {"prompts"}
    prompts = authoring.prompt_forms(raw)
    assert len(authoring.prompt_problems(prompts)) == len(prompts)
    assert [authoring.prompt_form(one) for one in prompts if "unreadable" not in one] == [
        one for one in prompts if "unreadable" not in one
    ]


@given(designs())
def test_what_the_editor_shows_and_saves_again_is_the_same_design(design: Design) -> None:
    raw = encode(design)
    sent = {"settings": authoring.settings_form("x", 1.0, raw), "prompts": authoring.prompt_forms(raw)}
    assert authoring.read_submission(sent).design == design


def test_the_script_finds_its_words_and_every_word_has_a_use() -> None:
    scripts = "".join(editing.static_text("reflection", f"{name}.js") for name in module.SCRIPTS)
    used = {*re.findall(r"'(\w+)'", scripts), *editing.ITEM_TEXTS}
    stems = tuple(re.findall(r"t\(`(\w+_)\$\{", scripts))
    assert "</script" not in scripts
    assert set(re.findall(r"\bt\('(\w+)'", scripts)) <= {*TEXTS, *editing.TEXTS}
    assert [key for key in TEXTS if key not in used and not key.startswith(stems)] == []


# --- Who may


def test_learners_have_no_business_here() -> None:
    block = reflection()
    assert call(block, "editor_save", {}, "ann").status == 403
    assert "mue-editor" not in view(block, "ann", "studio_view")


# --- Saving


def test_what_is_saved_is_stored() -> None:
    block = reflection()
    told = save(block, OWN, base=page(block)["version"], framework="kolb", least_words=20, weight=3, scored=True)
    assert told == {"ok": True, "version": page(block)["version"]}
    assert decode(stored(block).content) == Design(
        framework=Framework.KOLB, prompts=decode({"prompts": [OWN]}).prompts, least_words=20, scored=True
    )
    assert (stored(block).display_name, stored(block).weight) == ("Mine", 3.0)
    assert "What now?" in view(block)


def test_what_is_at_its_default_is_not_kept() -> None:
    block = reflection(WHOLE)
    assert save(block, display_name=" ")["ok"]
    assert stored(block).name == "Reflection"
    assert [
        name for name in ("display_name", "weight", "content") if stored(block).fields[name].is_set_on(stored(block))
    ] == []
    assert "weight" not in export(block)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved() -> None:
    block = reflection(WHOLE)
    before = page(block)
    told = save(
        block,
        OWN,
        {"id": "own", "label": "", "help": ""},
        3,
        display_name="x" * 200,
        weight=-1,
        framework="tarot",
        least_words=-1,
        most_words="many",
        recalls=["no such!"],
        commitment="maybe",
        revisit_weeks=99,
        scored=None,
        introduction="x" * 6_000,
    )
    assert not told["ok"]
    assert {one["path"] for one in told["problems"]} == {
        "display_name",
        "weight",
        "framework",
        "least_words",
        "most_words",
        "recalls",
        "commitment",
        "revisit_weeks",
        "scored",
        "introduction",
        "prompts/1/id",
        "prompts/1/label",
        "prompts/2/id",
        "prompts/2/label",
    }
    assert page(block) == before


@pytest.mark.parametrize("data", [{}, {"settings": 3, "prompts": 3}, {"settings": {"nobody": 1}, "prompts": [[]]}])
def test_whatever_is_sent_gets_an_answer(data: Any) -> None:
    told = call(reflection(), "editor_save", data, "team", studio=True)
    assert (told.status, told.json["ok"]) == (200, False)


def test_too_many_questions_are_refused_as_a_whole() -> None:
    many = [{"id": f"q{number}", "label": "Why?", "help": ""} for number in range(13)]
    told = save(reflection(), *many)
    assert [one["path"] for one in told["problems"]] == ["prompts"]
    assert authoring.prompt_problems(many) == [[]] * 13


def test_who_saves_over_somebody_else_is_asked() -> None:
    block = reflection()
    base = page(block)["version"]
    assert save(block, OWN, base=base)["ok"]
    told = save(block, {**OWN, "label": "Late"}, base=base)
    assert not told["ok"]
    assert told["conflict"]["prompts"][0]["form"] == OWN
    assert told["conflict"]["version"] == page(block)["version"]
    # Who writes the same is in nobody's way.
    assert save(block, OWN, base=base)["ok"]
    assert save(block, {**OWN, "label": "Late"})["ok"]


def test_a_name_that_was_translated_is_no_name_of_its_own() -> None:
    block = reflection('<reflection url_name="plain"/>')
    assert save(block, display_name="Reflection", base=page(block)["version"])["ok"]
    assert "display_name" not in export(block)


# --- What could not be read


class Tracking:
    """As the platform's imports are: errors go to their log."""

    def __init__(self) -> None:
        self.errors: list[str] = []


def unread_block() -> UsageKey:
    block = reflection('<reflection url_name="broken" display_name="Broken"/>')
    there = stored(block)
    there.unread = BROKEN
    there.save()
    return block


def test_what_could_not_be_read_is_shown_with_what_is_wrong() -> None:
    told = page(unread_block())
    assert told["unread"]["text"] == BROKEN
    assert [one["path"] for one in told["unread"]["problems"]] == ["least_words"]
    assert told["prompts"] == []


def test_what_is_saved_takes_its_place_even_where_it_is_all_default() -> None:
    block = unread_block()
    assert 'least_words="many"' in export(block)
    assert save(block, display_name="Broken", base=page(block)["version"])["ok"]
    assert not stored(block).is_unread
    assert page(block)["unread"] is None
    assert "many" not in export(block)
