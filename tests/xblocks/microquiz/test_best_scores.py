"""The best that was reached, and when: it only rises, with the penalty for trying again and the points of today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from xblocks.microquiz.best_scores import best_scores
from xblocks.microquiz.play import Answer
from xblocks.microquiz.questions import TrueFalse

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE, TWO = (TrueFalse(id=name, text=name, right=True) for name in ("one", "two"))


def log(*given: tuple[str, float]) -> list[Answer]:
    tries: dict[str, int] = {}
    found = []
    for seq, (question, score) in enumerate(given, 1):
        tries[question] = tries.get(question, 0) + 1
        found.append(
            Answer(
                seq=seq,
                question_id=question,
                content_hash="h",
                attempt=tries[question],
                response={},
                score=score,
                hints_used=0,
                confidence=None,
                elapsed_ms=None,
                answered_at=START + seq * HOUR,
            )
        )
    return found


def reached(*given: tuple[str, float], penalty: float = 0.0) -> list[tuple[int, float]]:
    return [((at - START) // HOUR, share) for at, share in best_scores(log(*given), (ONE, TWO), penalty)]


def test_each_better_score_is_told_once_with_its_moment() -> None:
    assert reached(("one", 1.0), ("two", 0.0), ("one", 0.0), ("two", 1.0), ("two", 1.0)) == [(1, 0.5), (4, 1.0)]
    assert reached(("one", 0.0)) == []
    assert reached() == []


def test_a_penalty_for_trying_again_counts() -> None:
    assert reached(("one", 0.0), ("one", 1.0), penalty=0.5) == [(2, 0.25)]


def test_a_quiz_without_points_and_a_question_that_is_gone_have_no_score() -> None:
    assert best_scores(log(("one", 1.0)), (), 0.0) == []
    assert reached(("gone", 1.0)) == []
