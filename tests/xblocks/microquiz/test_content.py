"""Questions as plain data: nothing is lost on the way, and whatever is wrong is said where it is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from xblocks.base.problems import ContentError
from xblocks.microquiz import content
from xblocks.microquiz.codec import MAX_PARTS, MAX_TEXT, encode_fields
from xblocks.microquiz.questions import (
    TYPES,
    Explanation,
    MultipleChoice,
    Question,
    Scoring,
    ShortText,
    TextAnswer,
    TrueFalse,
)
from xblocks.microquiz.settings import QuizSettings, check_settings, read_settings

TWO_CHOICES = [{"id": "a", "text": "A", "right": True}, {"id": "b", "text": "B"}]
TWO_OPTIONS = [{"id": "a", "text": "A", "right": True}, {"id": "b", "text": "B"}]
VALID: dict[str, dict[str, Any]] = {
    "single": {"choices": TWO_CHOICES},
    "multiple": {"choices": TWO_CHOICES},
    "truefalse": {},
    "shorttext": {"answers": [{"pattern": "yes"}]},
    "number": {"answers": [{"value": "3"}]},
    "ordering": {"items": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]},
    "matching": {"pairs": [{"id": "a", "left": "A", "right": "1"}, {"id": "b", "left": "B", "right": "2"}]},
    "cloze": {"text": "It is [[g]].", "gaps": [{"kind": "typed", "id": "g", "answers": [{"pattern": "yes"}]}]},
    "flashcard": {"back": "Back"},
}

# Drawing a whole question takes long on a busy machine, which says nothing about the code.
many = run(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = run(many, max_examples=30)


def raw(type_: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "id": "q", "text": "Is it?"} | VALID[type_] | fields


def problems_of(data: Any) -> dict[str, str]:
    """Path to sentence of what is wrong."""
    return {problem.path: problem.sentence() for problem in content.read(data)[1]}


# --- Round trips


@many
@given(strategies.questions())
def test_a_question_survives_being_written_as_json(question: Question) -> None:
    assert content.check(question) == []
    assert content.decode(json.loads(json.dumps(content.encode(question)))) == question


@few
@given(strategies.quizzes())
def test_a_quiz_survives_being_written_as_json(quiz: tuple[Question, ...]) -> None:
    assert content.decode_all([content.encode(question) for question in quiz]) == quiz


@few
@given(strategies.quiz_settings())
def test_settings_survive_being_written(settings: QuizSettings) -> None:
    assert read_settings(encode_fields(settings)) == (settings, [])


@pytest.mark.parametrize("type_", TYPES)
def test_fields_at_their_default_are_not_written(type_: str) -> None:
    assert content.encode(content.decode(raw(type_))) == raw(type_)


def test_decimals_keep_their_digits() -> None:
    question = content.decode(raw("number", answers=[{"value": "0,10", "tolerance": 0.1}]))
    assert content.encode(question)["answers"] == [{"value": "0.10", "tolerance": "0.1"}]


# --- Hashes


@few
@given(strategies.questions(), strategies.ids())
def test_the_hash_does_not_depend_on_the_id(question: Question, other_id: str) -> None:
    assert content.content_hash(dataclasses.replace(question, id=other_id)) == content.content_hash(question)


@few
@given(strategies.questions(), st.sampled_from(["title", "text"]))
def test_another_content_has_another_hash(question: Question, name: str) -> None:
    other = dataclasses.replace(question, **{name: getattr(question, name) + " more"})
    assert content.content_hash(other) != content.content_hash(question)


def test_the_hash_is_the_same_in_every_release() -> None:
    question = TrueFalse(id="q", text="Is <b>it</b>?", explanation=Explanation(text="Já."))
    assert content.content_hash(question) == "518922610329ce8ea90d82e1d296a405165a73458edebd8a0affd73b661f7b10"


@few
@given(strategies.questions())
def test_an_id_made_from_the_content_fits_and_is_the_same_each_time(question: Question) -> None:
    own = content.id_from_content(question)
    assert content.ID.match(own)
    assert content.id_from_content(dataclasses.replace(question, id="other")) == own


# --- Ids of copies


def test_questions_whose_id_is_taken_get_another_one() -> None:
    new = iter(["taken", "n1", "n2", "n3"])
    copies = [TrueFalse(id=own, text="x") for own in ("taken", "free", "free", "")]
    fresh = content.with_fresh_ids(copies, ["taken"], lambda: next(new))
    assert [question.id for question in fresh] == ["n1", "free", "n2", "n3"]


# --- What is wrong with a question of any type


@pytest.mark.parametrize("type_", TYPES)
def test_the_least_question_of_each_type_is_fine(type_: str) -> None:
    assert problems_of(raw(type_)) == {}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"id": "not an id"}, "id"),
        ({"id": "x" * 65}, "id"),
        ({"text": "<p> </p>"}, "text"),
        ({"points": -1}, "points"),
        ({"points": 1001}, "points"),
        ({"image": {"src": "javascript:alert(1)"}}, "image/src"),
        ({"image": {"alt": "A picture"}}, "image/src"),
        ({"explanation": {"source_url": "javascript:x"}}, "explanation/source_url"),
        ({"tags": ["fine", "a,b"]}, "tags/1"),
        ({"tags": [" "]}, "tags/0"),
        ({"text": 3}, "text"),
        ({"hints": "one"}, "hints"),
        ({"hints": ["x"] * (MAX_PARTS + 1)}, "hints"),
        ({"text": "x" * (MAX_TEXT + 1)}, "text"),
        ({"points": "1"}, "points"),
        ({"points": True}, "points"),
        ({"points": float("nan")}, "points"),
        ({"image": "a.png"}, "image"),
        ({"right": 1}, "right"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(fields: dict[str, Any], path: str) -> None:
    assert list(problems_of(raw("truefalse", **fields))) == [path]


@pytest.mark.parametrize("text", ["", "<p></p>"])
def test_a_picture_may_be_the_question(text: str) -> None:
    assert problems_of(raw("truefalse", text=text, image={"src": "/static/a.png"})) == {}
    assert problems_of(raw("truefalse", text=f'{text}<img src="/static/a.png">')) == {}


@pytest.mark.parametrize("data", [None, [], "x", 3, {}, {"type": []}, {"type": "essay"}])
def test_what_is_no_question_is_said_to_be_none(data: Any) -> None:
    question, problems = content.read(data)
    assert question is None
    assert len(problems) == 1


def test_a_field_that_is_needed_is_asked_for() -> None:
    assert problems_of({"type": "truefalse"}) == {"id": "This is needed."}


def test_every_problem_is_reported_at_once() -> None:
    with pytest.raises(ContentError) as caught:
        content.decode(raw("single", id="", choices=[], points=-1))
    assert {problem.path for problem in caught.value.problems} == {"id", "points", "choices"}
    assert "choices: Give at least two choices." in str(caught.value)


# --- What is wrong with each type


@pytest.mark.parametrize(
    ("type_", "fields", "path"),
    [
        ("single", {"choices": TWO_CHOICES[:1]}, "choices"),
        ("single", {"choices": [*TWO_CHOICES, {"id": "c", "text": "C", "right": True}]}, "choices"),
        ("single", {"choices": [*TWO_CHOICES, {"id": "b", "text": "C"}]}, "choices/2/id"),
        ("single", {"choices": [*TWO_CHOICES, {"id": "é", "text": "C"}]}, "choices/2/id"),
        ("single", {"choices": [*TWO_CHOICES, {"id": "c", "text": " "}]}, "choices/2/text"),
        ("single", {"choices": [*TWO_CHOICES, {"text": "C"}]}, "choices/2/id"),
        ("single", {"choices": [*TWO_CHOICES, "C"]}, "choices/2"),
        ("multiple", {"choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}, "choices"),
        ("multiple", {"scoring": "some"}, "scoring"),
        ("multiple", {"scoring": []}, "scoring"),
        ("shorttext", {"answers": []}, "answers"),
        ("shorttext", {"answers": [{"pattern": "x", "score": 0.5}]}, "answers"),
        ("shorttext", {"answers": [{"pattern": "x"}, {"pattern": " "}]}, "answers/1/pattern"),
        ("shorttext", {"answers": [{"pattern": "x"}, {"pattern": " *"}]}, "answers/1/pattern"),
        ("shorttext", {"answers": [{"pattern": "x"}, {"pattern": "y", "score": 2}]}, "answers/1/score"),
        ("number", {"answers": []}, "answers"),
        ("number", {"answers": [{"value": "3"}, {"value": "3", "score": -1}]}, "answers/1/score"),
        ("number", {"answers": [{"value": "3", "tolerance": "-1"}]}, "answers/0/tolerance"),
        ("number", {"answers": [{"value": "three"}]}, "answers/0/value"),
        ("number", {"answers": [{"value": "nan"}]}, "answers/0/value"),
        ("number", {"answers": [{"value": "1e31"}]}, "answers/0/value"),
        ("number", {"answers": [{"value": "1e-31"}]}, "answers/0/value"),
        ("number", {"answers": [{"value": "1." + "1" * 40}]}, "answers/0/value"),
        ("number", {"answers": [{"value": True}]}, "answers/0/value"),
        ("ordering", {"items": [{"id": "a", "text": "A"}]}, "items"),
        ("ordering", {"items": [{"id": "a", "text": "A"}, {"id": "b", "text": "<b>A</b>"}]}, "items/1"),
        ("matching", {"pairs": []}, "pairs"),
        (
            "matching",
            {"pairs": [{"id": "a", "left": "A", "right": "1"}, {"id": "b", "left": "A", "right": "2"}]},
            "pairs/1",
        ),
        ("matching", {"pairs": [{"id": "a", "left": "A", "right": "1"}, {"id": "b", "left": "B"}]}, "pairs/1/right"),
        ("matching", {"distractors": ["3", " "]}, "distractors/1"),
        ("matching", {"distractors": [" 1"]}, "distractors/0"),
        ("cloze", {"text": "No gap.", "gaps": []}, "gaps"),
        ("cloze", {"text": "No gap."}, "gaps/0"),
        ("cloze", {"text": "[[g]] and [[g]]"}, "gaps/0"),
        ("cloze", {"text": "[[g]] and [[h]]"}, "text"),
        ("cloze", {"gaps": [{"kind": "typed", "id": "g"}]}, "gaps/0/answers"),
        ("cloze", {"gaps": [{"kind": "picked", "id": "g", "options": TWO_OPTIONS[:1]}]}, "gaps/0/options"),
        ("cloze", {"gaps": [{"kind": "picked", "id": "g", "options": TWO_OPTIONS[1:]}]}, "gaps/0/options"),
        (
            "cloze",
            {"gaps": [{"kind": "picked", "id": "g", "options": [*TWO_OPTIONS, {"id": "c"}]}]},
            "gaps/0/options/2/text",
        ),
        (
            "cloze",
            {"gaps": [{"kind": "picked", "id": "g", "options": [*TWO_OPTIONS, {"id": "c", "text": "B "}]}]},
            "gaps/0/options/2",
        ),
        ("cloze", {"gaps": [{"id": "g"}]}, "gaps/0/kind"),
        ("cloze", {"gaps": [3]}, "gaps/0/kind"),
        ("flashcard", {"back": "<p></p>"}, "back"),
    ],
)
def test_what_a_type_needs_is_asked_for_where_it_is_missing(type_: str, fields: dict[str, Any], path: str) -> None:
    assert path in problems_of(raw(type_, **fields))


def test_a_picture_may_be_a_choice_or_the_back_of_a_card() -> None:
    picture = '<img src="/static/a.png">'
    choices = [{"id": "a", "text": picture, "right": True}, {"id": "b", "text": picture}]
    assert problems_of(raw("single", choices=choices)) == {}
    assert problems_of(raw("flashcard", back=picture)) == {}


def test_a_star_alone_may_catch_what_is_wrong() -> None:
    answers = (TextAnswer(pattern="yes"), TextAnswer(pattern="*", score=0.0, feedback="No."))
    assert content.check(ShortText(id="q", text="?", answers=answers)) == []


# --- Whole quizzes


@pytest.mark.parametrize("data", [None, {}, "questions", 3])
def test_a_quiz_is_a_list(data: Any) -> None:
    with pytest.raises(ContentError, match="list of questions"):
        content.decode_all(data)


def test_a_question_with_a_problem_is_left_out_and_the_others_stay() -> None:
    questions, problems = content.read_all([raw("truefalse", id="a"), 3, raw("single", id="b")])
    assert [question.id for question in questions] == ["a", "b"]
    assert [problem.path for problem in problems] == ["questions/1"]


def test_two_questions_with_one_id_are_told_apart() -> None:
    _, problems = content.read_all([raw("truefalse"), raw("single")])
    assert [(problem.path, problem.params["id"]) for problem in problems] == [("questions/1/id", "q")]


def test_a_quiz_that_is_too_long_says_so() -> None:
    many = [raw("truefalse", id=f"q{number}") for number in range(content.MAX_QUESTIONS + 1)]
    questions, problems = content.read_all(many)
    assert len(questions) == content.MAX_QUESTIONS
    assert [problem.path for problem in problems] == ["questions"]


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@many
@given(st.sampled_from(sorted(TYPES)), st.data())
def test_any_json_in_any_field_is_a_question_or_a_problem(type_: str, data: st.DataObject) -> None:
    names = [field.name for field in dataclasses.fields(TYPES[type_])]
    changed = data.draw(st.dictionaries(st.sampled_from(names), json_values, min_size=1, max_size=3))
    question, problems = content.read(raw(type_) | changed)
    assert problems or content.decode(content.encode(question)) == question  # type: ignore[arg-type]


# --- Settings


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"display_name": " "}, "settings/display_name"),
        ({"attempts_allowed": -1}, "settings/attempts_allowed"),
        ({"attempts_allowed": 1001}, "settings/attempts_allowed"),
        ({"attempts_allowed": 1.5}, "settings/attempts_allowed"),
        ({"attempts_allowed": True}, "settings/attempts_allowed"),
        ({"attempts_allowed": float("inf")}, "settings/attempts_allowed"),
        ({"retry_penalty": 1.5}, "settings/retry_penalty"),
        ({"weight": -1}, "settings/weight"),
        ({"show_answer": "sometimes"}, "settings/show_answer"),
        ({"colour": "red"}, "settings/colour"),
    ],
)
def test_a_setting_that_is_wrong_is_named(fields: Mapping[str, Any], path: str) -> None:
    settings, problems = read_settings(fields)
    assert settings is None
    assert [problem.path for problem in problems] == [path]


def test_settings_need_nothing() -> None:
    assert read_settings({}) == (QuizSettings(), [])
    assert check_settings(QuizSettings()) == []
    assert read_settings({"attempts_allowed": 3.0}) == (QuizSettings(attempts_allowed=3), [])
    assert [problem.path for problem in read_settings([])[1]] == ["settings"]


def test_types_are_told_apart_by_name() -> None:
    assert TYPES["multiple"] is MultipleChoice
    assert MultipleChoice(id="q").scoring is Scoring.PARTIAL_WITH_PENALTY
    assert isinstance(content.decode(raw("number")).answers[0].value, Decimal)  # type: ignore[attr-defined]


def test_a_gap_in_an_attribute_could_not_be_filled_and_is_refused() -> None:
    raw = {
        "type": "cloze",
        "id": "q",
        "text": '<a href="https://example.org/" title="[[g]]">here</a>',
        "gaps": [{"kind": "typed", "id": "g", "answers": [{"pattern": "x"}]}],
    }
    _, problems = content.read(raw)
    assert [problem.path for problem in problems] == ["gaps/0"]
