"""Reflections on their way to Moodle: what stays here, what becomes an assignment, and what writers are told first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from moodle_bridge.carrying import carried_course
from moodle_bridge.components import Component, Course, Fate
from moodle_bridge.files_to_import import files_of
from moodle_bridge.kinds import Context
from moodle_bridge.kinds.reflection import _WHO_READS, components
from moodle_bridge.olx_course import Block, Inherited, read
from moodle_bridge.plan import Action, Held, HeldField, make_plan
from moodle_bridge.plan_text import counted, lines, loss_lines
from moodle_bridge.words import catalogue
from tests.moodle_bridge.exported import EXPORT, finder, reader
from tests.xblocks.reflection.strategies import designs
from xblocks.reflection import olx
from xblocks.reflection.definition import Commitment, Design
from xblocks.reflection.sharing import Allowed, Visibility

WHO_READS = "Who reads this? The teachers of this course"


def export(attributes: str = "", inside: str = "") -> dict[str, str | bytes]:
    """The export with a reflection in its first unit."""
    whole = f'<reflection url_name="look" display_name="A look back" {attributes}>{inside}</reflection>'
    unit = str(EXPORT["vertical/v1.xml"]).replace("</vertical>", f"{whole}</vertical>")
    return {**EXPORT, "vertical/v1.xml": unit}


def carried(files: Mapping[str, str | bytes], *, teachers_read: bool = True, language: str = "en") -> Course:
    outline = read(reader(files))
    return carried_course(outline, finder(files), lambda file: b"", catalogue(language), teachers_read=teachers_read)


def assignments(course: Course) -> list[Component]:
    return [one for _section, one in course.placed() if one.kind == "reflection"]


def assignment(attributes: str = "", inside: str = "", language: str = "en") -> Component:
    (one,) = assignments(carried(export(attributes, inside), language=language))
    return one


def text_of(component: Component) -> str:
    """What a learner reads, in one line."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", str(component.fields["intro"]))).split())


def why_left_out(course: Course) -> list[str]:
    return [line for line in loss_lines(course) if "left out: reflection" in line]


# --- What stays here


def test_by_itself_a_reflection_stays_here_and_the_plan_says_so_in_a_sentence() -> None:
    course = carried(export(), teachers_read=False)
    assert assignments(course) == []
    (line,) = why_left_out(course)
    assert line == (
        "left out: reflection A look back: It is private unless its writer lets somebody in. In Moodle teachers read "
        'every assignment; it stays here. To have it there all the same, write reflections = "teachers" for this '
        "course into moodle-bridge.toml."
    )


@pytest.mark.parametrize("teachers_read", [True, False])
def test_what_only_its_writer_may_read_stays_here_whatever_is_configured(teachers_read: bool) -> None:
    course = carried(export('coach="false"'), teachers_read=teachers_read)
    assert assignments(course) == []
    (line,) = why_left_out(course)
    assert line == (
        "left out: reflection A look back: It is private: nobody but its writer reads it. In Moodle teachers read "
        "every assignment; it stays here."
    )


def test_a_buddy_is_not_a_teacher() -> None:
    assert assignments(carried(export('coach="false" buddy="true"'))) == []


def test_what_became_private_is_hidden_in_moodle() -> None:
    shared = carried(export())
    (one,) = assignments(shared)
    fields = {name: HeldField(hash="0", is_edited=False) for name in one.fields}
    held = [Held(key=one.key, kind=one.kind, is_present=True, fields=fields)]
    (plan,) = [part for part in make_plan(carried(export('coach="false"')), held).all() if part.key == one.key]
    assert plan.action is Action.REMOVED


def test_one_that_cannot_be_read_is_left_out_with_its_place() -> None:
    course = carried(export('least_words="many"'))
    (line,) = why_left_out(course)
    assert "It cannot be read: least_words: Give a whole number" in line


# --- What becomes an assignment


def test_a_reflection_is_an_assignment_with_its_dates_and_completion() -> None:
    one = assignment('most_words="200"')
    assert (one.kind, one.title, one.origin) == (
        "reflection",
        "A look back",
        "block-v1:Org+PHISH+2026+type@reflection+block@look",
    )
    fields = {name: value for name, value in one.fields.items() if name not in ("intro", "section")}
    assert fields == {
        "name": "A look back",
        "opens": 0,
        "due": int(datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()),
        "mostwords": 200,
        "completion": True,
        "visible": True,
    }


def test_who_reads_it_stands_before_the_first_word_of_the_team() -> None:
    one = assignment(inside="<introduction>Think of one moment.</introduction>")
    assert text_of(one).startswith(WHO_READS)
    assert text_of(one).index("nobody but you reads it") < text_of(one).index("Think of one moment.")


def test_the_questions_are_those_of_the_framework_in_the_courses_language() -> None:
    one = assignment('framework="starr"', language="nl")
    assert str(one.fields["intro"]).count("<li>") == 5
    assert "Wat was de situatie?" in text_of(one)
    assert not text_of(one).startswith(WHO_READS)


def test_questions_of_the_team_take_the_frameworks_place() -> None:
    one = assignment(inside='<prompt id="a" help="Where &amp; when?">Which &lt;moment&gt;?</prompt>')
    assert "<strong>Which &lt;moment&gt;?</strong><br>Where &amp; when?" in str(one.fields["intro"])
    assert "<ol>" not in str(one.fields["intro"])


def test_a_commitment_is_one_more_question() -> None:
    assert "on which day? If you like: you can leave this out." in text_of(assignment('commitment="optional"'))
    assert "on which day? Saving" in text_of(assignment('commitment="required"'))


def test_who_could_let_in_a_group_reads_that_moodle_shows_it_to_none() -> None:
    assert "not shared with your group here" in text_of(assignment('coach="false" group="true"'))
    assert "group" not in text_of(assignment())


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ('least_words="50"', "Write at least 50 words."),
        ('most_words="80"', "Write at most 80 words."),
        ('least_words="50" most_words="80"', "Write 50 to 80 words."),
    ],
)
def test_how_much_is_asked_for_is_said(attributes: str, sentence: str) -> None:
    saving = "Saving hands it in. You can change it afterwards and save it again."
    assert text_of(assignment(attributes)).endswith(f"{sentence} {saving}")


def test_pictures_of_the_introduction_travel_along() -> None:
    inside = '<introduction><![CDATA[<p><img src="/static/mail.png" alt="A mail"></p>]]></introduction>'
    one = assignment(inside=inside)
    (file,) = one.files
    assert f'src="@@FILE:{file.sha256}@@"' in str(one.fields["intro"])
    gone = '<introduction><![CDATA[<img src="/static/gone.png" alt="">]]></introduction>'
    course = carried(export(inside=gone))
    assert "introduction" in {loss.path for loss in course.losses if "gone.png" in str(loss.params)}


def test_a_hidden_reflection_is_hidden_and_one_without_a_name_has_ours() -> None:
    files = export()
    files["vertical/v1.xml"] = str(files["vertical/v1.xml"]).replace(
        'display_name="A look back"', 'visible_to_staff_only="true"'
    )
    (one,) = assignments(carried(files, language="nl"))
    assert (one.title, one.fields["visible"]) == ("Reflectie", False)


# --- What is said of it


def test_each_thing_that_moodle_has_otherwise_is_said() -> None:
    course = carried(
        export(
            'least_words="10" most_words="80" commitment="required" revisit_weeks="4" recalls="kick-off" scored="true"'
        )
    )
    said = {(loss.path, loss.fate) for loss in course.losses if loss.key == assignments(course)[0].key}
    assert said == {
        ("allowed", Fate.CHANGED),
        ("least_words", Fate.CHANGED),
        ("most_words", Fate.CHANGED),
        ("commitment", Fate.CHANGED),
        ("revisit_weeks", Fate.CHANGED),
        ("recalls", Fate.LOST),
        ("scored", Fate.LOST),
    }


def test_the_plan_and_the_status_call_it_an_assignment() -> None:
    course = carried(export())
    assert "    + A look back (assignment): new" in list(lines(make_plan(course, [])))
    assert (counted("reflection", 1), counted("reflection", 2)) == ("1 assignment", "2 assignments")


def test_by_hand_its_description_can_be_imported() -> None:
    course = carried(export())
    files = dict(files_of(course, lambda sha256: b""))
    (name,) = [path for path in files if "A-look-back" in path]
    assert WHO_READS in files[name].decode()


# --- Any reflection

LANGUAGES = st.sampled_from(["en", "nl"])


def block_of(design: Design) -> Block:
    element = etree.Element("reflection", display_name="Any")
    olx.write(element, design)
    usage_key = "block-v1:Org+C+R+type@reflection+block@any"
    return Block(type="reflection", usage_key=usage_key, title="Any", element=element, inherited=Inherited())


@given(designs(), LANGUAGES)
def test_of_any_reflection_nothing_is_lost_that_no_loss_names(design: Design, language: str) -> None:
    shared = Design(**{**{name: getattr(design, name) for name in Design.__slots__}, "allowed": Allowed(coach=True)})
    words = catalogue(language)
    context = Context(
        course="course-v1:Org+C+R",
        language=language,
        find=lambda name: None,
        content=lambda file: b"",
        words=words,
        titles={},
        teachers_read=True,
    )
    (one,) = components(block_of(shared), context)
    intro = str(one.component.fields["intro"])
    assert intro.startswith(f"<p><strong>{words.gettext(_WHO_READS)}</strong>")
    paths = {loss.path for loss in one.losses}
    for prompt in shared.asked(words.gettext):
        assert prompt.label in unescape(intro)
        assert prompt.help in unescape(intro)
    assert shared.introduction in intro
    assert one.component.fields["mostwords"] == shared.most_words
    for bound in (shared.least_words, shared.most_words):
        assert not bound or str(bound) in intro
    assert ("least_words" in paths, "revisit_weeks" in paths) == (shared.least_words > 0, shared.revisit_weeks > 0)
    assert ("recalls" in paths, "scored" in paths) == (bool(shared.recalls), shared.scored)
    assert ("commitment" in paths) == (shared.commitment is not Commitment.NONE)


@given(designs(), st.booleans())
def test_nothing_goes_to_moodle_that_a_learner_can_let_nobody_read(design: Design, teachers_read: bool) -> None:
    element = etree.Element("reflection", url_name="any", display_name="Any")
    olx.write(element, design)
    files = {**EXPORT, "vertical/v1.xml": f"<vertical>{etree.tostring(element, encoding='unicode')}</vertical>"}
    goes = bool(assignments(carried(files, teachers_read=teachers_read)))
    assert goes == (teachers_read and design.allowed.choices() != (Visibility.PRIVATE,))
