"""Blocks go in and out as OLX, and courses are loaded from files once."""

from __future__ import annotations

from pathlib import Path

import pytest
from opaque_keys.edx.keys import UsageKey

from devstack import courses, olx
from devstack.models import Course, Usage
from devstack.people import person
from tests.devstack.playing import add_block, block_for, call, duplicate, export, import_olx, state_of, unit
from xblocks.base.problems import ContentError

pytestmark = pytest.mark.django_db


def write_course(folder: Path, unit_xml: str) -> Path:
    home = folder / "en"
    home.mkdir()
    (home / "unit.xml").write_text(unit_xml, encoding="utf-8")
    description = home / "course.toml"
    description.write_text(
        'title = "T"\nkey = "course-v1:a+b+c"\n[[unit]]\nslug = "u"\ntitle = "U"\nfile = "unit.xml"\nminutes = 3\n',
        encoding="utf-8",
    )
    return description


def test_an_exported_block_names_itself_and_nothing_of_the_runtime() -> None:
    key = add_block('<counter url_name="one" goal="3"/>')
    assert export(key) == '<counter url_name="one" goal="3"/>\n'


def test_an_import_replaces_the_content_and_keeps_what_learners_did() -> None:
    key = add_block('<counter url_name="one" goal="3" display_name="Old"/>')
    call(key, "step", {})
    import_olx(key, '<counter url_name="elsewhere" goal="5"/>')
    block = block_for(key)
    assert (block.goal, block.display_name, block.count) == (5, "Counter", 1)


def test_an_import_replaces_the_children_too() -> None:
    key = add_block('<box><counter url_name="a"/><counter url_name="b"/></box>')
    import_olx(key, '<box><counter url_name="c"/></box>')
    assert [child.block_id for child in block_for(key).children] == ["c"]
    assert Usage.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<counter", "not well-formed"),
        ("", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><counter goal="&x;"/>', "Remove the DOCTYPE"),
        ("<plain/>", "This block is a counter; the file holds a plain"),
        ('<counter goal="many"/>', "not understood"),
    ],
)
def test_an_import_that_fails_says_why_and_changes_nothing(text: str, says: str) -> None:
    key = add_block('<counter url_name="one" goal="3"/>')
    with pytest.raises(ContentError, match=says):
        import_olx(key, text)
    assert export(key) == '<counter url_name="one" goal="3"/>\n'


def test_a_block_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(ContentError, match="no block of the type unheard_of"):
        add_block("<unheard_of/>")
    with pytest.raises(ContentError, match="no block of the type unheard_of"):
        olx.create("unheard_of", unit(), person("team"))
    assert not Usage.objects.exists()


def test_a_copy_has_the_content_and_a_name_of_its_own_and_no_state() -> None:
    key = add_block('<counter url_name="one" goal="3"/>')
    call(key, "step", {})
    copy = duplicate(key)
    assert copy != key
    assert block_for(copy).goal == 3
    assert state_of(copy) == {}
    assert [usage.usage_key for usage in unit().usages.all()] == [str(key), str(copy)]


def test_a_removed_block_takes_its_children_and_what_learners_did_along() -> None:
    key: UsageKey = add_block('<counter url_name="one"/>')
    call(key, "step", {})
    olx.remove(key)
    assert state_of(key) == {}
    assert not Usage.objects.exists()


def test_a_course_is_loaded_once_and_what_was_edited_stays(tmp_path: Path) -> None:
    description = write_course(tmp_path, '<unit due="2026-02-03"><counter url_name="one" goal="3"/></unit>')
    assert courses.load_all(tmp_path, person("team"))
    key = UsageKey.from_string("block-v1:a+b+c+type@counter+block@one")
    assert (block_for(key).goal, block_for(key).due.day) == (3, 3)
    call(key, "set_goal", {"goal": 7}, user="team", studio=True)
    assert courses.load(description, person("team")) is None
    assert block_for(key).goal == 7


def test_a_course_that_cannot_be_loaded_names_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    description = write_course(tmp_path, "<vertical/>")
    with pytest.raises(courses.CourseFileError, match=r"unit\.xml: the root should be <unit>"):
        courses.load(description, person("team"))
    assert not Course.objects.exists()
    description.write_text("title = ")
    with pytest.raises(courses.CourseFileError, match=r"course\.toml"):
        courses.load(description, person("team"))
