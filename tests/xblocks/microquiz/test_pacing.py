"""The promise of minutes is one that can be kept."""

from __future__ import annotations

import pytest

from xblocks.microquiz import questions as q
from xblocks.microquiz.pacing import SECONDS_TO_ANSWER, WORDS_A_SECOND, minutes, seconds

LONG = "word " * 330


def test_every_type_has_its_own_time() -> None:
    assert set(SECONDS_TO_ANSWER) == set(q.TYPES)
    assert {name: seconds(cls(id="q")) for name, cls in q.TYPES.items()} == SECONDS_TO_ANSWER


@pytest.mark.parametrize(
    "question",
    [
        q.TrueFalse(id="q", text=LONG),
        q.TrueFalse(id="q", explanation=q.Explanation(text=LONG)),
        q.SingleChoice(id="q", choices=(q.Choice(id="a", text=LONG),)),
        q.MultipleChoice(id="q", choices=(q.Choice(id="a", text=LONG),)),
        q.Flashcard(id="q", back=LONG),
    ],
)
def test_what_there_is_to_read_takes_its_time(question: q.Question) -> None:
    assert seconds(question) == SECONDS_TO_ANSWER[question.type] + 330 / WORDS_A_SECOND


def test_tags_are_not_read_aloud() -> None:
    assert seconds(q.TrueFalse(id="q", text="<p>One <b>two</b></p>")) == seconds(q.TrueFalse(id="q", text="One two"))


def test_nothing_takes_no_minutes_and_anything_takes_at_least_one() -> None:
    question = q.TrueFalse(id="q")  # six seconds
    assert minutes([]) == 0
    assert minutes([question]) == 1
    assert minutes([question] * 10) == 1
    assert minutes([question] * 11) == 2
