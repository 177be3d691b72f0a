"""What an attempt in Moodle is worth to badges: answers, a quiz that was completed, and its score.

The same attempt always gives the same facts, however often it is told; what is the same fact is kept once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from opaque_keys.edx.keys import UsageKey

from moodle_bridge.results import Questions, Result, results_of
from moodle_bridge.shapes import Json
from xblocks.badges.definition import block_name
from xblocks.badges.facts import Did, Fact

FINISHED = "finished"
_BEFORE = timedelta(seconds=1)
"""Moodle tells when a question was answered last; a try before that one was so much earlier, as far as we know."""


def facts_of(attempt: Mapping[str, Json], questions: Questions, zone: tzinfo) -> Iterator[Fact]:
    """The facts of an attempt.

    Args:
        zone: of the learner, whose day it was.
    """
    results = list(results_of(attempt, questions))
    for one in results:
        yield from _answers(one, zone)
    quiz = _quiz(attempt, questions)
    if quiz is None:
        return
    block, at = _block(quiz), _ended(attempt)
    day = _day(at, zone)
    if any(completed_quizzes(attempt, questions)):
        yield Fact(Did.COMPLETED, at, day, block)
    if attempt["sumgrades"] is not None and attempt["maxgrade"] > 0:
        share = min(1.0, max(0.0, attempt["sumgrades"] / attempt["maxgrade"]))
        yield Fact(Did.SCORED, at, day, block, score=round(share, 5))


def completed_quizzes(attempt: Mapping[str, Json], questions: Questions) -> Iterator[tuple[str, datetime]]:
    """The usage key of the quiz, and when, if an attempt completed it.

    As in a quiz here: it is completed when everything in it was answered.
    """
    quiz = _quiz(attempt, questions)
    if quiz is not None and all(told["time"] for told in attempt["questions"]):
        yield quiz, _ended(attempt)


def _quiz(attempt: Mapping[str, Json], questions: Questions) -> str | None:
    """The quiz that an attempt that was handed in is of; None where that cannot be said."""
    keys = {asked.usage_key for told in attempt["questions"] if (asked := questions.get(told["key"]))}
    return keys.pop() if attempt["state"] == FINISHED and len(keys) == 1 else None


def _ended(attempt: Mapping[str, Json]) -> datetime:
    return datetime.fromtimestamp(attempt["timefinish"] or attempt["timemodified"], UTC)


def _answers(one: Result, zone: tzinfo) -> Iterator[Fact]:
    """The last answer, and that there was a wrong one before it where it took more than one try."""
    block = _block(one.usage_key)
    if one.tries > 1:
        before = one.answered_at - _BEFORE
        yield Fact(Did.ANSWERED, before, _day(before, zone), block, one.question_id, one.number, 0.0)
    tried = one.number + one.tries - 1
    score = round(one.score, 5)
    yield Fact(Did.ANSWERED, one.answered_at, _day(one.answered_at, zone), block, one.question_id, tried, score)


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _block(usage_key: str) -> str:
    key = UsageKey.from_string(usage_key)
    return block_name(key.block_type, key.block_id)
