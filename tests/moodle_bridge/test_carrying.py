"""A course as Open edX exports it becomes components; what has no place in Moodle is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from moodle_bridge.addresses import carried as carried_markup
from moodle_bridge.addresses import distinct_names, in_moodle, shown
from moodle_bridge.components import Component, Fate, File, field_hash, hashes
from moodle_bridge.keys import LONGEST, component_key, part_key, section_key
from moodle_bridge.kinds import kinds
from moodle_bridge.moodle_xml_writing import write, write_file
from moodle_bridge.olx_course import read
from tests.moodle_bridge.exported import EXPORT, QUIZ, carried, component, finder, reader
from xblocks.base.problems import ContentError
from xblocks.microquiz import moodle_xml
from xblocks.microquiz.content import ID


def changed(**files: str | bytes | None) -> dict[str, str | bytes]:
    """The export with other files; None takes one out."""
    export = {**EXPORT, **{name.replace("__", "/").replace("_xml", ".xml"): text for name, text in files.items()}}
    return {path: text for path, text in export.items() if text is not None}


# --- The outline


def test_chapters_have_the_blocks_of_all_their_units_in_order() -> None:
    outline = read(reader(EXPORT))
    assert (outline.key, outline.title, outline.language) == ("course-v1:Org+PHISH+2026", "Phishing", "nl")
    assert [(chapter.title, [block.type for block in chapter.blocks]) for chapter in outline.chapters] == [
        ("Week 1", ["microquiz", "html", "video"]),
        ("Week 2", ["html"]),
    ]
    assert outline.chapters[0].blocks[0].usage_key == "block-v1:Org+PHISH+2026+type@microquiz+block@sender"
    assert outline.problems == ()


def test_dates_and_visibility_hold_for_what_lies_within() -> None:
    first, second = read(reader(EXPORT)).chapters
    assert first.blocks[0].inherited.due == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert first.blocks[0].inherited.graded
    assert second.blocks[0].inherited.is_hidden
    assert second.blocks[0].inherited.start == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_a_date_that_is_none_is_as_good_as_not_set() -> None:
    export = changed(
        sequential__s1_xml='<sequential due="soon" start="2026-01-01T00:00:00"><vertical url_name="v1"/></sequential>'
    )
    inherited = read(reader(export)).chapters[0].blocks[0].inherited
    assert inherited.due is None
    assert inherited.start == datetime(2026, 1, 1, tzinfo=UTC)


def test_without_a_course_there_is_nothing_to_read() -> None:
    with pytest.raises(ContentError, match="give the folder or the archive"):
        read(reader({}))
    with pytest.raises(ContentError, match=r"course/2026\.xml is missing"):
        read(reader({"course.xml": EXPORT["course.xml"]}))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"chapter__two_xml": None}, "chapter/two.xml is missing from the export."),
        ({"chapter__two_xml": "<chapter"}, "chapter/two.xml cannot be read: This is not well-formed XML"),
        (
            {"chapter__two_xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><chapter/>"},
            "chapter/two.xml cannot be read: This has a DOC",
        ),
        ({"html__read_xml": None}, "html/read.xml is missing"),
        ({"html__read_xml": '<html filename="none"/>'}, "html/none.html is missing"),
    ],
)
def test_what_cannot_be_read_is_said_and_takes_nothing_else_with_it(files: dict[str, Any], says: str) -> None:
    outline = read(reader(changed(**files)))
    assert [problem.sentence() for problem in outline.problems if problem.sentence().startswith(says)]
    assert outline.chapters[0].blocks[0].type == "microquiz"


def test_containers_in_containers_end_somewhere() -> None:
    deep = "<vertical>" * 12 + "</vertical>" * 12
    outline = read(reader(changed(sequential__s1_xml=f"<sequential>{deep}</sequential>")))
    assert [problem.sentence() for problem in outline.problems] == ["vertical is nested too deeply for a course."]


@pytest.mark.parametrize(
    "policy", ['{"course/2026": {"display_name": "From the policy", "language": "nl"}}', "[]", "{", "{}"]
)
def test_the_policy_has_what_the_course_does_not_say(policy: str) -> None:
    export = changed(course__2026_xml="<course/>") | {"policies/2026/policy.json": policy}
    outline = read(reader(export))
    known = "From the policy" in policy
    assert (outline.title, outline.language) == (("From the policy", "nl") if known else ("Org+PHISH+2026", "en"))


# --- Components


def test_a_quiz_is_carried_with_its_questions_and_their_pictures() -> None:
    quiz = component(carried(EXPORT), "Who is writing?")
    assert quiz.kind == "microquiz"
    assert quiz.fields["timeclose"] == 1796126400
    assert quiz.fields["section"] == section_key("block-v1:Org+PHISH+2026+type@chapter+block@one")
    assert quiz.fields["visible"] is True
    mail, second = finder(EXPORT)("mail.png"), finder(EXPORT)("box/mail two.png")
    assert quiz.files == (mail, second)
    assert quiz.fields["intro"] == f'<p>Two minutes. <img src="@@FILE:{mail.sha256}@@" alt="Mail"></p>'
    first = quiz.parts[0]
    assert first.payload["qtype"] == "multichoice"
    node = etree.fromstring(first.payload["xml"])
    assert 'src="@@PLUGINFILE@@/mail%20two.png"' in (node.findtext("questiontext/text") or "")
    attached = node.find("questiontext/file")
    assert attached is not None
    assert dict(attached.attrib) == {
        "name": "mail two.png",
        "path": "/",
        "encoding": "base64",
        "sha256": second.sha256,
    }


def test_a_picture_that_was_replaced_under_its_name_is_a_change_of_what_shows_it() -> None:
    before = component(carried(EXPORT), "Who is writing?")
    after = component(carried({**EXPORT, "static/box/mail two.png": b"new"}), "Who is writing?")
    assert {name for name in before.fields if hashes(before)[name] != hashes(after)[name]} == set()
    assert {
        name for name in before.parts[0].fields if hashes(before.parts[0])[name] != hashes(after.parts[0])[name]
    } == {"text"}


def test_a_page_is_carried_clean_and_says_what_stays_behind() -> None:
    course = carried(EXPORT)
    page = component(course, "Read this")
    assert page.fields["content"].startswith('<p>Text <img src="@@FILE:')
    assert "script" not in page.fields["content"]
    losses = [loss for loss in course.losses if loss.key == page.key]
    assert [(loss.path, loss.fate) for loss in losses] == [("content", Fate.LOST)]
    hidden = component(course, "Text")
    assert hidden.fields["visible"] is False
    assert hidden.fields["content"] == "Plain <b>text</b>"


def test_a_file_that_is_not_there_is_said_and_its_address_stays() -> None:
    export = {path: text for path, text in EXPORT.items() if path != "static/mail.png"}
    course = carried(export)
    assert component(course, "Who is writing?").fields["intro"].count("/static/mail.png") == 1
    missing = [loss for loss in course.losses if "not among" in loss.message]
    assert {loss.path for loss in missing} == {"introduction", "content"}


def test_what_has_no_place_in_moodle_is_named() -> None:
    course = carried(EXPORT)
    assert [(one.type, one.origin.rpartition("@")[2]) for one in course.left_out] == [("video", "v")]
    broken = changed(vertical__v1_xml="<vertical><microquiz url_name='x' display_name=''/></vertical>")
    (left,) = carried(broken).left_out
    assert left.message % left.params == "It cannot be read: microquiz/@display_name:1: Give the quiz a name."


@pytest.mark.parametrize(
    ("attributes", "fields"),
    [
        ("", {"behaviour": "interactive", "attempts": 0, "grade": 1.0, "questionsperpage": 1}),
        ('feedback_timing="end"', {"behaviour": "deferredfeedback"}),
        ('attempts_allowed="2" ungraded="true"', {"attempts": 2, "grade": 0}),
        ('presentation="all_on_a_page" shuffle_questions="true"', {"questionsperpage": 0, "shufflequestions": True}),
    ],
)
def test_settings_of_a_quiz(attributes: str, fields: dict[str, Any]) -> None:
    quiz = one_quiz(attributes)
    assert {name: quiz.fields[name] for name in fields} == fields


def one_quiz(attributes: str) -> Component:
    node = QUIZ.replace('url_name="sender"', f'url_name="sender" {attributes}')
    return component(carried(changed(vertical__v1_xml=f"<vertical>{node}</vertical>")), "Who is writing?")


@pytest.mark.parametrize(
    ("show", "right", "explained"),
    [
        ("never", [], []),
        ("attempted", ["during", "immediately", "open", "closed"], ["during", "immediately", "open", "closed"]),
        ("correct", [], ["immediately", "open", "closed"]),
        ("last_attempt", ["closed"], ["closed"]),
        ("past_due", ["closed"], ["closed"]),
    ],
)
def test_the_right_answer_is_not_shown_earlier_than_in_the_course(
    show: str, right: list[str], explained: list[str]
) -> None:
    review = one_quiz(f'show_answer="{show}"').fields["review"]
    assert (review["rightanswer"], review["generalfeedback"]) == (right, explained)


def test_what_moodle_does_otherwise_with_a_quiz_is_said() -> None:
    node = QUIZ.replace('url_name="sender"', 'url_name="sender" attempts_allowed="3" ask_confidence="true"')
    course = carried(changed(vertical__v1_xml=f"<vertical>{node}</vertical>"))
    key = component(course, "Who is writing?").key
    assert [(loss.path, loss.fate) for loss in course.losses if loss.key == key] == [
        ("attempts_allowed", Fate.CHANGED),
        ("ask_confidence", Fate.LOST),
        ("show_answer", Fate.CHANGED),
    ]
    last = QUIZ.replace('url_name="sender"', 'url_name="sender" show_answer="last_attempt"')
    messages = [loss.message for loss in carried(changed(vertical__v1_xml=f"<vertical>{last}</vertical>")).losses]
    assert any("last attempt" in message for message in messages)


def test_the_demo_course_is_carried_whole() -> None:
    """Each unit of the course that `make demo` serves, in both languages."""
    from pathlib import Path

    for language in ("en", "nl"):
        folder = Path(__file__).parents[2] / "devstack" / "course"
        for file in sorted((folder / language).glob("[1-6]*.xml")):
            unit = etree.fromstring(file.read_bytes())
            (node,) = unit.findall("microquiz")
            export = changed(vertical__v1_xml=f"<vertical>{etree.tostring(node, encoding='unicode')}</vertical>")
            export |= {f"static/{one.name}": one.read_bytes() for one in (folder / "static").iterdir()}
            (quiz,) = [one for _section, one in carried(export).placed() if one.kind == "microquiz"]
            assert len(quiz.parts) == len(node.findall("*")) - len(node.findall("introduction"))


# --- Keys, hashes, files


def test_keys_are_short_safe_readable_and_never_shared() -> None:
    long = f"block-v1:Org+PHISH+2026+type@microquiz+block@{'x' * 300}"
    keys = [component_key(long), component_key(f"{long}y"), section_key(long), part_key(component_key(long), "q1")]
    assert len(set(keys)) == len(keys)
    assert all(len(key) <= LONGEST and ID.match(key) for key in keys)
    assert component_key("block-v1:O+C+R+type@html+block@read").startswith("mu-read-")
    assert component_key("@@@").startswith("mu-x-")


def test_a_hash_does_not_depend_on_the_order_of_names() -> None:
    assert field_hash({"a": 1, "b": [True, "é"]}) == field_hash({"b": [True, "é"], "a": 1})
    assert field_hash(1) != field_hash("1")
    assert len(field_hash(None)) == 32


def test_addresses_of_files_travel_by_what_is_in_them() -> None:
    file = finder(EXPORT)("mail.png")
    markup, files, missing = carried_markup(
        "<img src=\"/static/mail.png?x=1\"><a href='/static/none.pdf'>n</a>", finder(EXPORT), "k", "text"
    )
    assert markup == f"<img src=\"@@FILE:{file.sha256}@@\"><a href='/static/none.pdf'>n</a>"
    assert (files, [(loss.key, loss.path, loss.params) for loss in missing]) == (
        [file],
        [("k", "text", {"name": "none.pdf"})],
    )
    assert shown(markup) == [file.sha256]
    assert in_moodle(markup, {file.sha256: "my mail.png"}).startswith('<img src="@@PLUGINFILE@@/my%20mail.png">')


def test_two_files_of_one_name_are_told_apart() -> None:
    files = [
        File(name=name, sha256=sha * 64, mimetype="", size=0)
        for name, sha in (("a/x.png", "0"), ("x.png", "1"), ("x.png", "1"))
    ]
    assert distinct_names(files) == {"0" * 64: "x.png", "1" * 64: "11111111-x.png"}


def test_kinds_are_found_by_the_block_that_they_take() -> None:
    assert {name: kind.TYPE for name, kind in kinds().items()} == {
        "badges": "badges",
        "microquiz": "microquiz",
        "html": "html",
        "reflection": "reflection",
        "workshop": "workshop",
    }


def test_a_file_for_importing_by_hand_holds_every_question_with_its_files() -> None:
    from moodle_bridge.question_mapping import mapped
    from xblocks.microquiz.questions import Choice, SingleChoice

    file = File(name="a.png", sha256="0" * 64, mimetype="image/png", size=3)
    choices = (
        Choice(id="a", text=f'<img src="@@FILE:{file.sha256}@@">', right=True),
        Choice(id="b", text="No ]]> & <b>"),
    )
    question = mapped(SingleChoice(id="q", text="Which?", choices=choices, tags=("mail",)), "mu-q-1").question
    written = write_file([write(question, [file])], "Phishing/Week 1", {file.sha256: b"png"}.__getitem__)
    root = etree.fromstring(written)
    assert root.findtext("question/category/text") == "$course$/top/Phishing/Week 1"
    assert root.findtext("question/answer/file") == "cG5n"
    reading = moodle_xml.read(written, lambda: "new")
    assert [one.id for one in reading.questions] == ["mu-q-1"]
    assert write(question, [file]).count("sha256=") == 1
