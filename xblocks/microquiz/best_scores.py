"""The best that a learner reached in a quiz, and when, from their log: so also of a quiz that has no grade; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from xblocks.microquiz.play import Answer, Play, earned, with_answer
from xblocks.microquiz.questions import Question


def best_scores(
    answers: Sequence[Answer], questions: Sequence[Question], retry_penalty: float
) -> list[tuple[datetime, float]]:
    """Each share of the points (0 to 1] that was the best so far, and when it was reached; the earliest first.

    Args:
        answers: the whole log of one learner.
        questions: as they are now; points are counted by them.
    """
    play, best = Play(), 0.0
    found: list[tuple[datetime, float]] = []
    for answer in answers:
        play = with_answer(play, answer, retry_penalty)
        points, most = earned(play, questions)
        share = min(points / most, 1.0) if most else 0.0
        if share > best:
            best = share
            found.append((answer.answered_at, share))
    return found
