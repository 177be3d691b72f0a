"""Answers from the page: read with tokens, kept with ids, refused by name when they cannot be taken."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.answering import payload_of, responses_to, right_response
from xblocks.microquiz import questions as q
from xblocks.microquiz.responses import MAX_TYPED, ResponseError, ids_of, read, rights_of, still_fits

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

CHOICES = (q.Choice(id="a", text="A", right=True), q.Choice(id="b", text="B"), q.Choice(id="c", text="C"))
SINGLE = q.SingleChoice(id="single", text="?", choices=CHOICES)
MULTIPLE = q.MultipleChoice(id="multiple", text="?", choices=CHOICES)
TRUE_FALSE = q.TrueFalse(id="truefalse", text="?")
SHORT_TEXT = q.ShortText(id="shorttext", text="?", answers=(q.TextAnswer(pattern="yes"),))
NUMBER = q.Number(id="number", text="?", answers=(q.NumberAnswer(value=Decimal(5)),), unit="kg")
ORDERING = q.Ordering(id="ordering", text="?", items=(q.Item(id="x", text="1"), q.Item(id="y", text="2")))
MATCHING = q.Matching(
    id="matching",
    text="?",
    pairs=(
        q.Pair(id="p", left="cat", right="mammal"),
        q.Pair(id="r", left="dog", right="mammal "),
        q.Pair(id="s", left="owl", right="bird"),
    ),
    distractors=("fish", "fish "),
)
PICKED = q.PickedGap(id="h", options=(q.GapOption(id="o", text="on", right=True), q.GapOption(id="n", text="off")))
TYPED = q.TypedGap(id="g", answers=(q.TextAnswer(pattern="yes"),))
CLOZE = q.Cloze(id="cloze", text="[[g]] [[h]]", gaps=(TYPED, PICKED))
FLASHCARD = q.Flashcard(id="flashcard", text="?", back="!")

ONE_OF_EACH = (SINGLE, MULTIPLE, TRUE_FALSE, SHORT_TEXT, NUMBER, ORDERING, MATCHING, CLOZE, FLASHCARD)


def tokens(question: q.Question) -> dict[str, str]:
    """From id to a token that looks nothing like it."""
    return {one: f"token-{place}" for place, one in enumerate(ids_of(question))}


def read_ids(question: q.Question, payload: Any) -> Any:
    """What is read from a payload that holds ids already."""
    return read(question, payload, {one: one for one in ids_of(question)})


# --- There and back


@patiently
@given(strategies.questions(), st.data())
def test_what_is_read_with_tokens_is_kept_and_still_fits(question: q.Question, data: st.DataObject) -> None:
    response = data.draw(responses_to(question))
    named = tokens(question)
    payload = json.loads(json.dumps(payload_of(question, response, named)))
    kept = read(question, payload, {token: one for one, token in named.items()})
    assert kept == response
    assert still_fits(question, json.loads(json.dumps(kept))) == kept


@patiently
@given(strategies.questions(), st.data())
def test_a_kept_response_survives_an_edit_that_changes_only_words(question: q.Question, data: st.DataObject) -> None:
    kept = data.draw(responses_to(question))
    assert still_fits(replace(question, text="Another text", title="t", hints=("h",)), kept) == kept


@patiently
@given(strategies.questions())
def test_every_id_that_an_answer_may_name_is_named_once(question: q.Question) -> None:
    ids = ids_of(question)
    assert len(set(ids)) == len(ids)


def test_questions_without_parts_name_no_ids() -> None:
    assert [ids_of(question) for question in (TRUE_FALSE, SHORT_TEXT, NUMBER, FLASHCARD)] == [(), (), (), ()]


def test_a_right_hand_text_is_offered_once_however_often_it_stands_there() -> None:
    assert rights_of(MATCHING) == (("right:p", "mammal"), ("right:s", "bird"), ("extra:fish", "fish"))


def test_choices_are_kept_in_the_quiz_s_order_and_once() -> None:
    assert read_ids(MULTIPLE, {"choices": ["c", "a", "c"]}) == {"choices": ["a", "c"]}


def test_pairs_and_gaps_that_are_still_open_are_left_out() -> None:
    pairs = {"left:s": "right:s", "left:p": "", "left:r": None}
    assert read_ids(MATCHING, {"pairs": pairs}) == {"pairs": {"s": "right:s"}}
    assert read_ids(CLOZE, {"gaps": {"gap:g": "  ", "gap:h": "option:h:n"}}) == {"gaps": {"h": "n"}}
    assert read_ids(CLOZE, {"gaps": {"gap:g": " yes ", "gap:h": ""}}) == {"gaps": {"g": "yes"}}
    assert read_ids(CLOZE, {"gaps": {"gap:g": "yes", "gap:h": None}}) == {"gaps": {"g": "yes"}}


def test_what_is_typed_is_kept_without_blanks_around_and_without_control_characters() -> None:
    assert read_ids(SHORT_TEXT, {"text": "  a\x00 b\r\nc\x07 "}) == {"text": "a b\nc"}
    assert read_ids(NUMBER, {"text": " 5 kg\n"}) == {"text": "5 kg"}


def test_the_longest_text_is_taken_and_one_character_more_is_not() -> None:
    assert read_ids(SHORT_TEXT, {"text": "x" * MAX_TYPED})
    with pytest.raises(ResponseError, match="longer than 500 characters") as refused:
        read_ids(SHORT_TEXT, {"text": "x" * (MAX_TYPED + 1)})
    assert refused.value.name == "incomplete"


# --- Refused, by name


@pytest.mark.parametrize(
    ("question", "payload", "sentence"),
    [
        (SINGLE, {}, "Choose an answer first."),
        (SINGLE, {"choice": ""}, "Choose an answer first."),
        (SINGLE, {"choice": None}, "Choose an answer first."),
        (MULTIPLE, {"choices": []}, "Choose at least one answer first."),
        (TRUE_FALSE, {}, "Choose true or false first."),
        (SHORT_TEXT, {"text": " "}, "Type an answer first."),
        (SHORT_TEXT, {"text": "\x00"}, "Type an answer first."),
        (NUMBER, {"text": ""}, "Type a number first."),
        (NUMBER, {"text": "five"}, "This is not a number yet."),
        (NUMBER, {"text": "5 g"}, "This is not a number yet."),
        (MATCHING, {"pairs": {}}, "Pick at least one match first."),
        (MATCHING, {"pairs": {"left:p": ""}}, "Pick at least one match first."),
        (CLOZE, {"gaps": {}}, "Fill at least one gap first."),
        (CLOZE, {"gaps": {"gap:g": " ", "gap:h": ""}}, "Fill at least one gap first."),
        (FLASHCARD, {}, "Turn the card and say how well you knew it."),
        (FLASHCARD, {"rating": ""}, "Turn the card and say how well you knew it."),
    ],
)
def test_what_is_still_to_do_is_said(question: q.Question, payload: Any, sentence: str) -> None:
    with pytest.raises(ResponseError) as refused:
        read_ids(question, payload)
    assert refused.value.name == "incomplete"
    assert refused.value.problem.sentence().startswith(sentence)


@pytest.mark.parametrize(
    ("question", "payload"),
    [
        (SINGLE, {"choice": "gone"}),
        (MULTIPLE, {"choices": ["a", "gone"]}),
        (ORDERING, {"order": ["x", "gone"]}),
        (ORDERING, {"order": ["x"]}),
        (ORDERING, {"order": []}),
        (ORDERING, {"order": ["x", "x"]}),
        (ORDERING, {"order": ["x", "y", "y"]}),
        (MATCHING, {"pairs": {"left:gone": "right:p"}}),
        (MATCHING, {"pairs": {"left:p": "right:gone"}}),
        (MATCHING, {"pairs": {"left:p": "left:p"}}),
        (MATCHING, {"pairs": {"right:p": "right:p"}}),
        (CLOZE, {"gaps": {"gap:gone": "yes"}}),
        (CLOZE, {"gaps": {"gap:h": "gone"}}),
        (CLOZE, {"gaps": {"gap:h": "gap:g"}}),
    ],
)
def test_what_names_something_that_is_not_there_was_changed_in_the_meantime(question: q.Question, payload: Any) -> None:
    with pytest.raises(ResponseError, match="Load the page again") as refused:
        read_ids(question, payload)
    assert refused.value.name == "changed"


@pytest.mark.parametrize(
    ("question", "payload"),
    [
        *((question, payload) for question in ONE_OF_EACH for payload in (None, [], "x", 1, True)),
        (SINGLE, {"choice": 1}),
        (SINGLE, {"choice": ["a"]}),
        (SINGLE, {"choice": {"a": "a"}}),
        (MULTIPLE, {}),
        (MULTIPLE, {"choices": "ab"}),
        (MULTIPLE, {"choices": [["a"]]}),
        (MULTIPLE, {"choices": {"a": True}}),
        (TRUE_FALSE, {"value": "true"}),
        (TRUE_FALSE, {"value": 1}),
        (SHORT_TEXT, {}),
        (SHORT_TEXT, {"text": 5}),
        (NUMBER, {"text": 5}),
        (ORDERING, {}),
        (ORDERING, {"order": "xy"}),
        (ORDERING, {"order": [None, {}]}),
        (MATCHING, {"pairs": [["left:p", "right:p"]]}),
        (MATCHING, {"pairs": {"left:p": ["right:p"]}}),
        (CLOZE, {"gaps": "yes"}),
        (CLOZE, {"gaps": {"gap:g": 5}}),
        (CLOZE, {"gaps": {"gap:h": {}}}),
        (FLASHCARD, {"rating": "perfect"}),
        (FLASHCARD, {"rating": []}),
        (FLASHCARD, {"rating": {"good": 1}}),
        (FLASHCARD, {"rating": 3}),
    ],
)
def test_what_is_no_answer_to_such_a_question_is_unreadable(question: q.Question, payload: Any) -> None:
    with pytest.raises(ResponseError, match="did not arrive whole") as refused:
        read_ids(question, payload)
    assert refused.value.name == "unreadable"
    assert still_fits(question, payload) is None


ids = st.sampled_from([one for question in ONE_OF_EACH for one in ids_of(question)])
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), ids)
fields = st.sampled_from("choice choices value text order pairs gaps rating".split())
names = st.one_of(ids, fields, st.text(max_size=4))
jsons = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=8,
)
shaped = st.builds(lambda name, inner: {name: inner}, fields, jsons)


@patiently
@given(st.sampled_from(ONE_OF_EACH), st.one_of(jsons, shaped))
@example(CLOZE, {"gaps": {"gap:h": None, "gap:g": None}})
@example(FLASHCARD, {"rating": float("nan")})
def test_whatever_json_arrives_it_is_an_answer_or_refused_by_name(question: q.Question, payload: Any) -> None:
    try:
        kept, refusal = read_ids(question, payload), "none"
    except ResponseError as refused:
        kept, refusal = None, refused.name
    assert refusal in ("none", "incomplete", "changed", "unreadable")
    assert kept is None or still_fits(question, kept) == kept
    fitting = still_fits(question, payload)
    assert fitting is None or still_fits(question, fitting) == fitting


# --- Kept through edits


def without(question: Any, field: str, gone: str) -> q.Question:
    return replace(question, **{field: tuple(part for part in getattr(question, field) if part.id != gone)})


@pytest.mark.parametrize(
    ("before", "kept", "after"),
    [
        (SINGLE, {"choice": "a"}, without(SINGLE, "choices", "a")),
        (MULTIPLE, {"choices": ["a", "b"]}, without(MULTIPLE, "choices", "b")),
        (ORDERING, {"order": ["y", "x"]}, without(ORDERING, "items", "x")),
        (ORDERING, {"order": ["y", "x"]}, replace(ORDERING, items=(*ORDERING.items, q.Item(id="z", text="3")))),
        (MATCHING, {"pairs": {"p": "right:p", "s": "right:s"}}, without(MATCHING, "pairs", "s")),
        (MATCHING, {"pairs": {"p": "extra:fish"}}, replace(MATCHING, distractors=())),
        (CLOZE, {"gaps": {"g": "yes", "h": "o"}}, without(CLOZE, "gaps", "g")),
        (CLOZE, {"gaps": {"h": "n"}}, replace(CLOZE, gaps=(TYPED, without(PICKED, "options", "n")))),
        (CLOZE, {"gaps": {"g": "yes"}}, replace(CLOZE, gaps=(replace(PICKED, id="g"), PICKED))),
        (NUMBER, {"text": "5 kg"}, replace(NUMBER, unit="g")),
        (SHORT_TEXT, {"text": "five"}, NUMBER),
        (SINGLE, {"choice": "a"}, MULTIPLE),
        (FLASHCARD, {"rating": "good"}, TRUE_FALSE),
    ],
)
def test_an_edit_that_takes_away_what_was_answered_leaves_no_response(
    before: q.Question, kept: Any, after: q.Question
) -> None:
    assert still_fits(before, kept) == kept
    assert still_fits(after, kept) is None


@pytest.mark.parametrize(
    ("kept", "after"),
    [
        ({"choice": "a"}, without(SINGLE, "choices", "c")),
        ({"choice": "a"}, replace(SINGLE, choices=CHOICES[::-1])),
        ({"choices": ["a"]}, without(MULTIPLE, "choices", "c")),
        ({"order": ["x", "y"]}, replace(ORDERING, items=ORDERING.items[::-1])),
        ({"pairs": {"p": "right:p"}}, without(MATCHING, "pairs", "s")),
        ({"gaps": {"h": "o"}}, without(CLOZE, "gaps", "g")),
        ({"text": "5 kg"}, replace(NUMBER, answers=(q.NumberAnswer(value=Decimal(6)),))),
    ],
)
def test_an_edit_that_keeps_what_was_answered_keeps_the_response(kept: Any, after: q.Question) -> None:
    assert still_fits(after, kept) == kept


def test_pairs_and_gaps_of_another_shape_do_not_fit() -> None:
    assert still_fits(MATCHING, {"pairs": ["p"]}) is None
    assert still_fits(CLOZE, {"gaps": ["g"]}) is None


@patiently
@given(st.one_of(strategies.single_choices(), strategies.multiple_choices()), st.data())
def test_removing_choices_keeps_exactly_the_responses_that_took_none_of_them(
    question: q.SingleChoice | q.MultipleChoice, data: st.DataObject
) -> None:
    kept = data.draw(responses_to(question))
    gone = data.draw(st.sets(st.sampled_from([choice.id for choice in question.choices])))
    assume(len(gone) < len(question.choices))
    after = replace(question, choices=tuple(choice for choice in question.choices if choice.id not in gone))
    taken = {kept["choice"]} if "choice" in kept else set(kept["choices"])
    assert still_fits(after, kept) == (None if taken & gone else kept)


@patiently
@given(strategies.questions())
def test_the_truth_can_be_answered(question: q.Question) -> None:
    assert still_fits(question, right_response(question)) == right_response(question)


def test_invisible_characters_are_no_answer() -> None:
    question = q.ShortText(id="q", text="?", answers=(q.TextAnswer(pattern="x"),))
    with pytest.raises(ResponseError) as caught:
        read(question, {"text": "\u200b\u2060"}, {})
    assert caught.value.name == "incomplete"
