"""What the course team reads of a quiz: few numbers that are right, and wrong answers in words."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as run
from hypothesis import strategies as st

from tests.xblocks.microquiz import strategies
from tests.xblocks.microquiz.answering import responses_to
from tests.xblocks.microquiz.marked import (
    CHOICES,
    CLOZE,
    MATCHING,
    MULTIPLE,
    NUMBER,
    ORDERING,
    SHORT_TEXT,
    SINGLE,
    TRUE_FALSE,
)
from tests.xblocks.microquiz.viewing import ENGLISH
from xblocks.microquiz import questions as q
from xblocks.microquiz.figures import MOST_WRONG_ANSWERS, QuestionFigures, Tally, figures, median
from xblocks.microquiz.responses import Response

patiently = run(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def one(
    question: q.Question,
    tally: Tally | None = None,
    seconds: dict[int, int] | None = None,
    wrong: list[tuple[Response, int]] | None = None,
) -> QuestionFigures:
    """The figures of a quiz of one question."""
    (line,) = figures(
        [question],
        {question.id: tally} if tally else {},
        {question.id: seconds} if seconds else {},
        {question.id: wrong} if wrong else {},
        ENGLISH,
    )
    return line


# --- The median


@given(st.lists(st.integers(0, 3600), min_size=1))
@example([1, 2])
@example([1, 1, 1, 5])
def test_the_median_is_the_median(values: list[int]) -> None:
    assert median(Counter(values)) == statistics.median(values)


@pytest.mark.parametrize("counts", [{}, {5: 0}, {1: 0, 2: 0}])
def test_of_nothing_there_is_no_median(counts: dict[int, int]) -> None:
    assert median(counts) is None


def test_a_value_that_never_occurred_is_not_in_the_middle() -> None:
    assert median({1: 1, 2: 0, 3: 1}) == 2
    assert median({0: 0, 1: 2, 9: 0}) == 1


def test_the_median_of_many_is_found_without_writing_them_out() -> None:
    assert median({3: 10**12, 4: 10**12 + 1}) == 4


# --- Lines


def test_a_question_that_nobody_answered_has_a_line_without_shares() -> None:
    assert one(SINGLE) == QuestionFigures(
        question=SINGLE, learners=0, answers=0, first_right=None, median_seconds=None, wrong=()
    )


def test_a_line_says_how_many_answered_and_what_share_was_right_at_once() -> None:
    line = one(SINGLE, Tally(answers=7, learners=4, first_right=3), {5: 3, 8: 1})
    assert (line.answers, line.learners, line.first_right, line.median_seconds) == (7, 4, 0.75, 5)


def test_lines_stand_in_the_quiz_s_order_and_what_is_gone_is_left_out() -> None:
    lines = figures([NUMBER, SINGLE], {SINGLE.id: Tally(answers=2), "gone": Tally(answers=9)}, {}, {}, ENGLISH)
    assert [(line.question, line.answers) for line in lines] == [(NUMBER, 0), (SINGLE, 2)]


# --- Wrong answers


@pytest.mark.parametrize(
    ("question", "wrong", "words"),
    [
        (SINGLE, {"choice": "id-wrong"}, "text-wrong"),
        (TRUE_FALSE, {"value": False}, "False"),
        (SHORT_TEXT, {"text": "spam"}, "spam"),
        (NUMBER, {"text": "3,5 kg"}, "3,5 kg"),
        (ORDERING, {"order": ["id-third", "id-second", "id-first"]}, "item-3 > item-2 > item-1"),
        (MATCHING, {"pairs": {"id-cat": "extra:fish"}}, "cat = fish"),
        (CLOZE, {"gaps": {"id-picked": "id-off"}}, "off"),
    ],
)
def test_a_wrong_answer_is_told_in_words_with_how_often(question: q.Question, wrong: Response, words: str) -> None:
    assert one(question, wrong=[(wrong, 3)]).wrong == ((words, 3),)


def test_of_several_choices_each_that_misled_is_told_by_itself() -> None:
    wrong: list[tuple[Response, int]] = [
        ({"choices": ["id-wrong"]}, 2),
        ({"choices": ["id-right", "id-wrong"]}, 1),
        ({"choices": ["id-right", "id-wrong", "id-other"]}, 4),
    ]
    assert one(MULTIPLE, wrong=wrong).wrong == (("+ text-wrong", 7), ("+ text-other", 4), ("− text-right", 2))


def test_wrong_answers_that_read_the_same_are_counted_together() -> None:
    twins = replace(SINGLE, choices=(CHOICES[0], CHOICES[1], replace(CHOICES[2], text="<b>text-wrong</b>")))
    assert one(twins, wrong=[({"choice": "id-wrong"}, 2), ({"choice": "id-other"}, 3)]).wrong == (("text-wrong", 5),)


def test_the_most_frequent_come_first_and_only_a_few_are_told() -> None:
    wrong: list[tuple[Response, int]] = [({"text": f"word {n}"}, n // 2) for n in range(2, 2 * MOST_WRONG_ANSWERS + 4)]
    told = one(SHORT_TEXT, wrong=wrong).wrong
    assert len(told) == MOST_WRONG_ANSWERS
    assert told[:3] == (("word 12", 6), ("word 13", 6), ("word 10", 5))


def test_a_wrong_answer_that_no_longer_fits_its_question_is_not_told() -> None:
    assert one(SINGLE, wrong=[({"choice": "gone"}, 3), ({"text": "other"}, 1)]).wrong == ()


@patiently
@given(strategies.questions(), st.data())
def test_every_wrong_answer_can_be_told_and_none_is_counted_twice(question: q.Question, data: st.DataObject) -> None:
    wrong = [(response, 1) for response in data.draw(st.lists(responses_to(question), max_size=4))]
    told = one(question, wrong=wrong).wrong
    assert len(told) <= MOST_WRONG_ANSWERS
    assert all(times <= len(wrong) or isinstance(question, q.MultipleChoice) for _, times in told)
    assert [times for _, times in told] == sorted((times for _, times in told), reverse=True)
