"""What an attempt in Moodle says of the questions of the course."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_bridge.keys import component_key, part_key
from moodle_bridge.olx_course import read
from moodle_bridge.question_mapping import RATINGS
from moodle_bridge.results import Asked, questions_in, results_of, unknown_in
from tests.moodle_bridge.exported import EXPORT, reader
from xblocks.nudge.memory import Rating

USAGE = "block-v1:Org+PHISH+2026+type@microquiz+block@sender"
QUESTIONS = {
    "one": Asked(usage_key=USAGE, question_id="q1"),
    "costly": Asked(usage_key=USAGE, question_id="q2", penalty=1 / 3),
    "card": Asked(usage_key=USAGE, question_id="q3", is_flashcard=True),
}


def told(key: str = "one", **more: Any) -> dict[str, Any]:
    common = {"version": 1, "slot": 1, "fraction": 1.0, "tries": 1, "hints": 0, "time": 1_795_695_650, "duration": 21}
    return {"key": key, **common, "choice": None, **more}


def attempt(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    common = {"attemptid": 12, "userid": 5, "number": 1, "timemodified": 1_795_695_662}
    return {**common, "questions": list(questions), **more}


def rating(**more: Any) -> Rating | None:
    return next((one.rating for one in results_of(attempt(told(**more)), QUESTIONS)), None)


def test_a_right_answer_is_good_and_names_the_question_of_the_course() -> None:
    (one,) = results_of(attempt(told()), QUESTIONS)
    assert (one.usage_key, one.question_id, one.rating) == (USAGE, "q1", Rating.GOOD)
    assert (one.answered_at, one.elapsed_ms) == (datetime(2026, 11, 26, 12, 20, 50, tzinfo=UTC), 21_000)
    assert (one.id, one.mark, one.user) == ("12.1.1795695662", "1:1795695650:3", 5)


@pytest.mark.parametrize("fraction", [0.0, 0.5, 0.99])
def test_what_is_not_wholly_right_is_again(fraction: float) -> None:
    assert rating(fraction=fraction) is Rating.AGAIN


def test_right_after_a_hint_or_at_a_second_try_is_hard() -> None:
    assert rating(hints=1) is Rating.HARD
    assert rating(tries=2) is Rating.HARD


def test_what_a_further_try_costs_does_not_make_a_right_answer_wrong() -> None:
    assert rating(key="costly", fraction=0.6666667, tries=2) is Rating.HARD
    assert rating(key="costly", fraction=0.3333333, tries=3) is Rating.HARD
    assert rating(key="costly", fraction=0.6666667, tries=1) is Rating.AGAIN
    assert rating(key="costly", fraction=0.3333333, tries=2) is Rating.AGAIN


@pytest.mark.parametrize("index", range(len(RATINGS)))
def test_of_a_flashcard_the_learners_own_rating_counts(index: int) -> None:
    found = rating(key="card", choice=index)
    assert found is not None
    assert found.name.lower() == RATINGS[index][0].value


def test_a_flashcard_without_one_of_its_choices_says_nothing() -> None:
    assert rating(key="card", choice=None) is None
    assert rating(key="card", choice=4) is None


def test_what_was_not_answered_or_not_graded_says_nothing() -> None:
    assert rating(time=0) is None
    assert rating(key="card", choice=1, time=0) is None
    assert rating(fraction=None) is None


def test_how_long_nobody_knows_stays_unknown() -> None:
    (one,) = results_of(attempt(told(duration=None)), QUESTIONS)
    assert one.elapsed_ms is None


def test_a_question_that_the_course_does_not_have_says_nothing_and_is_counted() -> None:
    some = attempt(told("gone"), told(slot=2))
    assert [one.slot for one in results_of(some, QUESTIONS)] == [2]
    assert unknown_in(some, QUESTIONS) == 1


def test_the_questions_of_an_export_are_known_by_their_keys_in_moodle() -> None:
    found = questions_in(read(reader(EXPORT)))
    key = part_key(component_key(USAGE), "q1")
    assert found[key] == Asked(usage_key=USAGE, question_id="q1")
    assert {one.question_id for one in found.values()} == {"q1", "q2"}


def test_a_flashcard_and_the_cost_of_a_try_are_known_of_an_export() -> None:
    quiz = (
        '<microquiz url_name="sender" display_name="Q" retry_penalty="0.25">'
        '<flashcard id="f"><text>Front</text><back>Back</back></flashcard></microquiz>'
    )
    unit = f'<vertical display_name="Unit">{quiz}<microquiz url_name="bad"><single id="x"/></microquiz></vertical>'
    (found,) = questions_in(read(reader({**EXPORT, "vertical/v1.xml": unit}))).values()
    assert found == Asked(usage_key=USAGE, question_id="f", penalty=0.25, is_flashcard=True)


QUESTION = st.builds(
    told,
    st.sampled_from([*QUESTIONS, "gone"]),
    slot=st.integers(1, 5),
    fraction=st.none() | st.floats(0, 1),
    tries=st.integers(0, 4),
    hints=st.integers(0, 3),
    time=st.sampled_from([0, 1_795_695_650, 1_795_695_999]),
    choice=st.none() | st.integers(-1, 5),
)


@given(st.lists(QUESTION, max_size=5, unique_by=lambda one: one["slot"]), st.randoms())
def test_the_same_attempt_says_the_same_in_whatever_order_its_questions_come(questions: list[Any], random: Any) -> None:
    before = list(results_of(attempt(*questions), QUESTIONS))
    random.shuffle(questions)
    assert list(results_of(attempt(*questions), QUESTIONS)) == before
    assert len({one.id for one in before}) == len(before)
