"""What an attempt in Moodle is worth to badges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from moodle_bridge.deeds import facts_of
from moodle_bridge.results import Asked
from xblocks.badges.facts import Did, Fact

USAGE = "block-v1:Org+PHISH+2026+type@microquiz+block@sender"
BLOCK = "microquiz@sender"
QUESTIONS = {
    "one": Asked(usage_key=USAGE, question_id="q1", penalty=1 / 3),
    "card": Asked(usage_key=USAGE, question_id="q3", is_flashcard=True),
}
TIME = 1_795_695_650
AT = datetime.fromtimestamp(TIME, UTC)
DAY = AT.date()


def told(key: str = "one", **more: Any) -> dict[str, Any]:
    common = {"version": 1, "slot": 1, "fraction": 1.0, "tries": 1, "hints": 0, "time": TIME, "duration": 21}
    return {"key": key, **common, "choice": None, **more}


def facts(*questions: dict[str, Any], zone: Any = UTC, **more: Any) -> list[Fact]:
    common = {"attemptid": 12, "userid": 5, "number": 1, "timemodified": TIME + 9, "timefinish": TIME + 9}
    ended = {"state": "finished", "sumgrades": 1.0, "maxgrade": 2.0}
    attempt = {**common, **ended, "questions": list(questions), **more}
    return list(facts_of(attempt, QUESTIONS, zone))


def answers(*questions: dict[str, Any], **more: Any) -> list[tuple[int, float]]:
    return [(one.attempt, one.score) for one in facts(*questions, **more) if one.what is Did.ANSWERED]


def test_an_attempt_is_its_answers_a_completed_quiz_and_a_score() -> None:
    ended = datetime.fromtimestamp(TIME + 9, UTC)
    assert facts(told()) == [
        Fact(Did.ANSWERED, AT, DAY, BLOCK, "q1", 1, 1.0),
        Fact(Did.COMPLETED, ended, DAY, BLOCK),
        Fact(Did.SCORED, ended, DAY, BLOCK, score=0.5),
    ]


def test_the_day_is_the_learners_own() -> None:
    late = int(datetime(2026, 11, 26, 20, tzinfo=UTC).timestamp())
    (one, *_more) = facts(told(time=late), zone=ZoneInfo("Asia/Tokyo"))
    assert (one.at.hour, one.day) == (20, date(2026, 11, 27))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"fraction": 0.0}, [(1, 0.0)]),
        ({"fraction": 0.5}, [(1, 0.5)]),
        # Two thirds of the points at the second try: it was right then, and wrong before.
        ({"fraction": 0.6666667, "tries": 2}, [(1, 0.0), (2, 1.0)]),
        ({"fraction": 0.0, "tries": 2}, [(1, 0.0), (2, 0.0)]),
    ],
)
def test_what_further_tries_cost_is_not_taken_off(more: dict[str, Any], expected: list[tuple[int, float]]) -> None:
    assert answers(told(**more)) == expected


def test_a_later_attempt_is_no_first_try() -> None:
    assert answers(told(), number=3) == [(3, 1.0)]


def test_a_flashcard_is_right_when_it_was_known() -> None:
    assert answers(told("card", choice=0)) == [(1, 0.0)]
    assert answers(told("card", choice=2)) == [(1, 1.0)]


def test_what_was_not_handed_in_or_not_answered_whole_is_not_completed() -> None:
    assert [one.what for one in facts(told(), state="abandoned")] == [Did.ANSWERED]
    assert [one.what for one in facts(told(), told("other", time=0))] == [Did.ANSWERED, Did.SCORED]


def test_what_is_not_graded_has_no_score() -> None:
    assert [one.what for one in facts(told(), sumgrades=None)] == [Did.ANSWERED, Did.COMPLETED]
    assert [one.what for one in facts(told(), maxgrade=0)] == [Did.ANSWERED, Did.COMPLETED]
    assert facts(told(), sumgrades=3.0)[-1].score == 1.0


def test_an_attempt_at_another_quiz_says_nothing() -> None:
    assert facts(told("other")) == []
