"""The editor's forms: complete, faithful, and made from whatever is stored."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xblocks.microquiz.strategies import questions, quiz_settings
from xblocks.microquiz import authoring, content
from xblocks.microquiz.codec import MAX_TEXT
from xblocks.microquiz.questions import TYPES, Question, TrueFalse
from xblocks.microquiz.settings import QuizSettings, read_settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted({field.name for cls in TYPES.values() for field in fields(cls)})


@given(questions())
def test_a_form_holds_every_field_and_reads_back_as_the_same_question(question: Question) -> None:
    form = authoring.form_of_question(question)
    assert set(form) == {"type", *(field.name for field in fields(question))}
    assert content.decode(json.loads(json.dumps(form))) == question


@given(quiz_settings())
def test_settings_read_back_as_the_same_settings(settings: QuizSettings) -> None:
    assert read_settings(authoring.encode_settings(settings)) == (settings, [])


@given(st.sampled_from(sorted(TYPES)), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_whatever_is_stored_becomes_a_complete_form(kind: str, stored: dict[str, Any]) -> None:
    form = authoring.form_of({"type": kind, **stored})
    assert set(form) == {"type", *(field.name for field in fields(TYPES[kind]))}
    json.dumps(form)
    assert authoring.form_of(form) == form


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"type": "poll"}, {"type": ["single"]}])
def test_what_is_no_question_is_kept_as_it_is(raw: Any) -> None:
    assert authoring.form_of(raw) == {"type": "", "unreadable": raw}


def test_markup_in_a_form_is_sanitised() -> None:
    form = authoring.form_of(
        {"type": "flashcard", "text": "<img src=x onerror=alert(1)>", "back": "<script>1</script>b"}
    )
    assert form["text"] == '<img src="x">'
    assert form["back"] == "b"


def test_a_text_that_is_too_long_reaches_the_author_whole() -> None:
    text = "x" * (MAX_TEXT + 1)
    assert authoring.form_of({"type": "single", "text": text})["text"] == text


def test_a_gap_keeps_its_kind_and_one_without_is_typed() -> None:
    form = authoring.form_of({"type": "cloze", "gaps": [{"kind": "picked", "id": "a"}, {"id": "b"}, 3]})
    assert [gap["kind"] for gap in form["gaps"]] == ["picked", "typed", "typed"]


def test_every_part_of_a_question_has_a_blank() -> None:
    blanks = authoring.blank_parts()
    assert blanks["choice"] == {"id": "", "text": "", "right": False, "feedback": ""}
    assert blanks["number_answer"]["tolerance"] == "0"
    assert blanks["picked"]["kind"] == "picked"


@pytest.mark.parametrize("kind", TYPES)
def test_an_example_can_be_played_as_it_is(kind: str) -> None:
    example = authoring.examples(str)[kind]
    question, problems = content.read({**example, "id": "x"})
    assert problems == []
    assert question is not None
    assert question.type == kind


def test_examples_are_translated_but_for_what_is_no_text() -> None:
    example = authoring.examples(str.upper)["single"]
    assert example["text"].isupper()
    assert example["choices"][0]["text"].isupper()
    assert example["choices"][0]["id"] == "c1"
    assert authoring.examples(str.upper)["matching"]["distractors"][0].isupper()


def test_a_submission_has_its_problems_with_paths_from_the_top() -> None:
    submission = authoring.read_submission(
        {"settings": {"weight": -1}, "questions": [{"type": "truefalse", "id": "q"}]}
    )
    assert submission.settings is None
    assert {problem.path for problem in submission.problems} == {"settings/weight", "questions/0/text"}


@pytest.mark.parametrize("raw", [None, [], {}, {"settings": {}}, {"questions": []}])
def test_a_submission_that_lacks_a_half_is_no_submission(raw: Any) -> None:
    assert authoring.read_submission(raw).problems


def test_hints_that_were_left_empty_are_not_kept() -> None:
    raw = {"type": "truefalse", "id": "q", "text": "t", "hints": ["", "one", "<p></p>", '<img src="a">']}
    (question,) = authoring.read_submission({"settings": {}, "questions": [raw]}).questions
    assert isinstance(question, TrueFalse)
    assert question.hints == ("one", '<img src="a">')


def test_a_version_changes_with_settings_and_with_questions() -> None:
    versions = {
        authoring.version(settings, questions)
        for settings in ({"weight": 1.0}, {"weight": 2.0})
        for questions in ([], [{"id": "a"}], [{"id": "\ud800"}])
    }
    assert len(versions) == 6
    assert authoring.version({"a": 1, "b": 2}, []) == authoring.version({"b": 2, "a": 1}, [])


def test_only_texts_are_ids_that_are_taken() -> None:
    assert authoring.taken_ids(["a", 1, None, "b"]) == {"a", "b"}
    assert authoring.taken_ids("ab") == frozenset()
