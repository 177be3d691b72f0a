"""A question asked by itself: what it shows before and after, and what it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.viewing import ENGLISH
from xblocks.microquiz import questions as q
from xblocks.microquiz.play import Standing
from xblocks.microquiz.practising import Prompt, name_of
from xblocks.microquiz.question_page import render_question
from xblocks.microquiz.responses import ResponseError

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SECRET = b"a secret of this installation"
SINGLE = q.SingleChoice(
    id="TRUTH-question",
    text="Which?",
    choices=tuple(
        q.Choice(id=f"TRUTH-{one}", text=f"Choice {one}", right=one == "a", feedback=f"Because {one}") for one in "abcd"
    ),
    hints=("Think.", "Think twice."),
    explanation=q.Explanation(text="So it is."),
)
CARD = q.Flashcard(id="card", text="Front", back="Back")


def ask(question: q.Question = SINGLE, **more: object) -> Prompt:
    given: dict[str, object] = {"secret": SECRET, "usage": "quiz", "place": "review", "seed": "ann:1", **more}
    return Prompt(question=question, **given)  # type: ignore[arg-type]


def token(prompt: Prompt, one: str) -> str:
    return prompt.view().tokens[one]


@patiently
@given(strategies.questions())
def test_every_type_is_asked_without_a_mark(question: q.Question) -> None:
    view = ask(question).view()
    assert view.rules.standing is Standing.OPEN
    assert view.may_answer
    assert view.mark is None
    assert "mu-feedback" not in render_question(view, ENGLISH)


def test_the_page_holds_no_id_and_no_truth() -> None:
    html = render_question(ask().view(), ENGLISH)
    assert "TRUTH" not in html
    assert "Because" not in html
    assert "So it is" not in html
    assert "Think" not in html


def test_a_right_answer_is_told_with_its_explanation() -> None:
    prompt = ask(shows_answer=False)
    view = prompt.view(prompt.take({"choice": token(prompt, "TRUTH-a")}))
    html = render_question(view, ENGLISH)
    assert view.rules.standing is Standing.RIGHT
    assert not view.may_answer
    assert "So it is." in html


def test_a_wrong_answer_is_told_what_was_right_where_that_may_be_told() -> None:
    prompt = ask()
    html = render_question(prompt.view(prompt.take({"choice": token(prompt, "TRUTH-b")})), ENGLISH)
    assert 'data-standing="wrong"' in html
    assert '<div class="mu-answer"><b>The answer</b> Choice a</div>' in html
    assert "So it is." in html


def test_where_it_may_not_be_told_a_wrong_answer_hears_the_verdict_only() -> None:
    prompt = ask(shows_answer=False)
    html = render_question(prompt.view(prompt.take({"choice": token(prompt, "TRUTH-b")})), ENGLISH)
    assert 'data-standing="wrong"' in html
    assert "Because b" in html
    assert "mu-answer" not in html
    assert "So it is." not in html


def test_a_partly_right_answer_stands_between() -> None:
    question = q.ShortText(
        id="text", text="?", answers=(q.TextAnswer(pattern="whole"), q.TextAnswer(pattern="half", score=0.5))
    )
    prompt = ask(question)
    assert prompt.view(prompt.take({"text": "half"})).rules.standing is Standing.PARTLY


def test_a_card_is_rated_only_after_it_was_turned() -> None:
    with pytest.raises(ResponseError, match="incomplete"):
        ask(CARD).take({"rating": "easy"})
    turned = ask(CARD, is_turned=True)
    assert turned.take({"rating": "easy"}) == {"rating": "easy"}
    assert "Back" not in render_question(ask(CARD).view(), ENGLISH)
    assert "Back" in render_question(turned.view(), ENGLISH)


def test_hints_that_are_open_show_and_the_others_are_counted() -> None:
    prompt = ask(hints_taken=1)
    html = render_question(prompt.view(), ENGLISH)
    assert prompt.hints_left == 1
    assert "Think." in html
    assert "Think twice." not in html


def test_hints_that_an_edit_took_away_are_not_missed() -> None:
    prompt = ask(replace(SINGLE, hints=()), hints_taken=2)
    assert prompt.hints_left == 0
    assert prompt.view().hints_taken == 0


def test_an_answer_to_another_question_is_not_taken() -> None:
    with pytest.raises(ResponseError, match="changed"):
        ask().take({"choice": token(ask(usage="another quiz"), "TRUTH-a")})


def test_the_order_is_the_same_within_a_visit_and_another_the_next_time() -> None:
    orders = {ask(seed=f"ann:{visit}").view().order for visit in range(20)}
    assert ask().view().order == ask().view().order
    assert len(orders) > 5


def test_a_question_has_a_name_of_its_own_in_each_place() -> None:
    prompt = ask()
    assert prompt.name == name_of(SECRET, "review", "quiz", "TRUTH-question")
    assert len({prompt.name, ask(place="block").name, ask(usage="other").name}) == 3


def test_the_page_says_which_time_it_is_and_where_one_stands() -> None:
    html = render_question(ask(attempt=4).view(number=2, total=5, current=True, minutes_left=1), ENGLISH)
    assert 'data-try="4"' in html
    assert "data-current" in html
    assert "Question 2 of 5 · about 1 minute left" in html


def test_what_was_not_right_may_be_tried_again_where_the_answer_was_not_told() -> None:
    prompt = ask(shows_answer=False, may_retry=True, attempt=3)
    wrong = prompt.view(prompt.take({"choice": token(prompt, "TRUTH-b")}))
    assert wrong.may_answer
    assert wrong.attempt == 4
    assert "Try again" in render_question(wrong, ENGLISH)
    right = prompt.view(prompt.take({"choice": token(prompt, "TRUTH-a")}))
    assert not right.may_answer
    assert right.attempt == 3
    told = ask(shows_answer=True, may_retry=True)
    assert not told.view(told.take({"choice": token(told, "TRUTH-b")})).may_answer
    card = ask(CARD, shows_answer=False, may_retry=True, is_turned=True)
    assert not card.view(card.take({"rating": "again"})).may_answer
