"""A quiz made ready: every learner's own order, the same tokens for all, never an old content."""

from __future__ import annotations

from collections import Counter
from math import factorial
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from xblocks.microquiz import questions as q
from xblocks.microquiz.content import content_hash, encode
from xblocks.microquiz.prepared import Prepared, prepare
from xblocks.microquiz.responses import ids_of

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SECRET = b"a secret of this installation"
quizzes = st.lists(strategies.questions(), max_size=3).map(lambda some: tuple({one.id: one for one in some}.values()))

LEARNERS = [str(number) for number in range(300)]


def ready(*questions: q.Question) -> Prepared:
    return Prepared(SECRET, "block", questions, ())


def choices(letters: str) -> tuple[q.Choice, ...]:
    return tuple(q.Choice(id=one, text=one.upper(), right=one == "a") for one in letters)


def items(letters: str) -> tuple[q.Item, ...]:
    return tuple(q.Item(id=one, text=one.upper()) for one in letters)


SINGLE = q.SingleChoice(id="single", text="?", choices=choices("abcd"))
ORDERING = q.Ordering(id="ordering", text="?", items=items("abc"))
MATCHING = q.Matching(
    id="matching",
    text="?",
    pairs=(q.Pair(id="p", left="1", right="one"), q.Pair(id="r", left="2", right="two")),
    distractors=("three",),
)


# --- Orders


@patiently
@given(strategies.questions(), st.text(max_size=5))
def test_an_order_is_the_learner_s_own_and_stays(question: q.Question, learner: str) -> None:
    order = ready(question).order(question, learner)
    assert ready(question).order(question, learner) == order
    assert set(order) <= set(ids_of(question))
    assert len(set(order)) == len(order)


@pytest.mark.parametrize("question", [SINGLE, q.MultipleChoice(id="m", choices=choices("abcd")), MATCHING])
def test_everything_comes_first_for_somebody_and_learners_differ(question: q.Question) -> None:
    prepared = ready(question)
    orders = [prepared.order(question, learner) for learner in LEARNERS]
    first = Counter(order[0] for order in orders)
    assert set(first) == set(orders[0])
    assert max(first.values()) < 2.5 * min(first.values())
    assert len(set(orders)) > 4


def test_an_order_differs_from_question_to_question() -> None:
    other = q.SingleChoice(id="other", choices=choices("abcd"))
    prepared = ready(SINGLE, other)
    assert any(prepared.order(SINGLE, learner) != prepared.order(other, learner) for learner in LEARNERS)


def test_choices_stand_as_the_author_put_them_when_they_are_not_to_be_shuffled() -> None:
    question = q.SingleChoice(id="q", choices=choices("abcd"), shuffle=False)
    assert {ready(question).order(question, learner) for learner in LEARNERS} == {("a", "b", "c", "d")}


@pytest.mark.parametrize("letters", ["abc", "abcd", "cab"])
def test_things_to_put_in_order_never_begin_in_the_right_order(letters: str) -> None:
    question = q.Ordering(id="q", items=items(letters))
    orders = Counter(Prepared(SECRET, f"block {n}", (question,), ()).order(question, "ann") for n in range(300))
    assert tuple(letters) not in orders
    assert len(orders) == factorial(len(letters)) - 1
    assert len(letters) > 3 or max(orders.values()) < 2 * min(orders.values())


def test_learners_together_see_no_more_of_an_order_than_one_of_them() -> None:
    assert len({ready(ORDERING).order(ORDERING, learner) for learner in LEARNERS}) == 1


@pytest.mark.parametrize("letters", ["ab", "ba"])
def test_of_two_things_either_may_stand_first_or_the_rule_would_tell(letters: str) -> None:
    question = q.Ordering(id="q", items=items(letters))
    orders = {Prepared(SECRET, f"block {n}", (question,), ()).order(question, "ann") for n in range(50)}
    assert orders == {("a", "b"), ("b", "a")}


def test_a_text_shared_by_pairs_is_offered_once() -> None:
    pairs = (q.Pair(id="p", left="1", right="odd"), q.Pair(id="r", left="3", right="odd"))
    question = q.Matching(id="q", pairs=pairs, distractors=("even",))
    assert sorted(ready(question).order(question, "ann")) == ["extra:even", "right:p"]


def test_types_without_an_order_have_none() -> None:
    without = (q.TrueFalse(id="a"), q.ShortText(id="b"), q.Number(id="c"), q.Cloze(id="d"), q.Flashcard(id="e"))
    assert {ready().order(question, "ann") for question in without} == {()}


def test_a_new_choice_leaves_the_others_where_they_were() -> None:
    longer = q.SingleChoice(id="single", text="?", choices=choices("abcde"))
    for learner in LEARNERS[:50]:
        after = ready(longer).order(longer, learner)
        assert tuple(one for one in after if one != "e") == ready(SINGLE).order(SINGLE, learner)


def test_questions_are_arranged_for_each_learner_and_a_new_one_leaves_the_others_in_order() -> None:
    quiz = tuple(q.TrueFalse(id=one) for one in "abcd")
    new = q.TrueFalse(id="e")
    for learner in LEARNERS[:50]:
        before = ready(*quiz).arranged(learner)
        after = ready(new, *quiz).arranged(learner)
        assert sorted(question.id for question in before) == list("abcd")
        assert tuple(question for question in after if question is not new) == before
    assert {ready(*quiz).arranged(learner)[0].id for learner in LEARNERS} == set("abcd")


# --- Names and tokens


@patiently
@given(quizzes)
def test_each_question_is_known_by_a_name_that_leads_back_to_it(quiz: tuple[q.Question, ...]) -> None:
    prepared = ready(*quiz)
    assert [prepared.by_name[prepared.names[question.id]] for question in quiz] == list(quiz)
    assert not set(prepared.names) & set(prepared.names.values())


@patiently
@given(strategies.questions())
def test_tokens_lead_to_ids_and_back(question: q.Question) -> None:
    prepared = ready(question)
    tokens, ids = prepared.tokens(question), prepared.ids(question)
    assert list(tokens) == list(ids_of(question))
    assert {ids[tokens[one]] for one in tokens} == set(tokens)
    assert len(ids) == len(tokens)


def test_the_same_quiz_in_another_block_has_other_tokens() -> None:
    here, there = ready(SINGLE), Prepared(SECRET, "another block", (SINGLE,), ())
    assert not set(here.tokens(SINGLE).values()) & set(there.tokens(SINGLE).values())
    assert here.names != there.names


def test_a_quiz_knows_its_hashes_its_points_and_its_minutes() -> None:
    quiz = ready(SINGLE, q.TrueFalse(id="t", points=2.5))
    assert quiz.hashes == {"single": content_hash(SINGLE), "t": content_hash(quiz.questions[1])}
    assert quiz.possible == 3.5
    assert quiz.minutes == 1
    assert (ready().minutes, ready().possible, ready().hashes) == (0, 0, {})


# --- From the block's field


@patiently
@given(quizzes)
def test_what_is_prepared_is_what_the_field_holds(quiz: tuple[q.Question, ...]) -> None:
    raw = [encode(question) for question in quiz]
    prepared = prepare(raw, "block", SECRET)
    assert prepared.questions == quiz
    assert prepared.problems == ()
    assert prepare(raw, "block", SECRET) == prepared


def test_a_quiz_is_read_once_for_each_content_and_again_after_an_edit() -> None:
    raw: list[dict[str, Any]] = [encode(SINGLE)]
    before = prepare(raw, "block", SECRET)
    assert prepare([encode(SINGLE)], "block", SECRET).questions == before.questions
    raw[0]["choices"][0]["text"] = "edited in place"
    after = prepare(raw, "block", SECRET)
    assert after.questions[0].choices[0].text == "edited in place"  # type: ignore[attr-defined]
    assert before.questions == (SINGLE,)
    raw[0]["choices"][0]["text"] = "A"
    assert prepare(raw, "block", SECRET).questions == before.questions


def test_blocks_and_installations_with_the_same_content_do_not_share_their_tokens() -> None:
    raw = [encode(SINGLE)]
    found = [prepare(raw, "block", SECRET), prepare(raw, "other", SECRET), prepare(raw, "block", b"other")]
    assert len({one.names["single"] for one in found}) == 3


def test_a_question_that_cannot_be_read_is_left_out_with_its_problem() -> None:
    prepared = prepare([{"type": "riddle"}, encode(SINGLE)], "block", SECRET)
    assert prepared.questions == (SINGLE,)
    assert [problem.path for problem in prepared.problems] == ["questions/0/type"]
