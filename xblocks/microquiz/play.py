"""One learner's play of one quiz: what happened, and the rules of what may happen next.

The play is a fold over a log of answers. Each answer takes the next number of the log (`seq`); the store refuses a
number that is taken, so two answers at once never spend one attempt twice: the later one looks at the log again,
folds what it had missed and takes the number after that, if the rules still allow it. The state kept beside the log
is only its sum, and heals itself from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from xblocks.base.problems import N_, Problem
from xblocks.microquiz.grading import grade
from xblocks.microquiz.questions import Question
from xblocks.microquiz.responses import Response, still_fits
from xblocks.microquiz.settings import FeedbackTiming, QuizSettings, ShowAnswer

LONGEST_ANSWER = timedelta(hours=1)
"""Longer than this nobody thinks about one question: the phone lay on the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, as the log keeps it.

    Attributes:
        seq: its number in this learner's log of this quiz, from 1.
        attempt: which try at this question it was, from 1.
        score: 0..1, before any penalty for retrying.
        content_hash: of the question as it was answered.
        elapsed_ms: from first seeing the question to answering, as the page measured it; None when it did not.
    """

    seq: int
    question_id: str
    content_hash: str
    attempt: int
    response: Response
    score: float
    hints_used: int = 0
    confidence: str | None = None
    elapsed_ms: int | None = None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Played:
    """What is known of one question.

    Attributes:
        attempts: how often it was answered.
        best: the best score so far, 0..1, penalties taken off.
        ever_right: some attempt was wholly right.
        first_right: the first attempt was wholly right.
        last: the last response; `last_score` its score.
    """

    attempts: int = 0
    best: float = 0.0
    ever_right: bool = False
    first_right: bool = False
    last: Response | None = None
    last_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Play:
    """The sum of a log.

    Attributes:
        seq: the number of the last answer that is counted in; 0 before the first.
        questions: by question id; a question that was not answered is absent.
        at: the question that was answered last.
    """

    seq: int = 0
    questions: Mapping[str, Played] = field(default_factory=dict)
    at: str = ""

    def of(self, question_id: str) -> Played:
        """What is known of one question."""
        return self.questions.get(question_id, _UNPLAYED)


_UNPLAYED = Played()


def with_answer(play: Play, answer: Answer, retry_penalty: float = 0.0) -> Play:
    """The play after one more answer; an answer that is counted in already changes nothing."""
    if answer.seq <= play.seq:
        return play
    before = play.of(answer.question_id)
    after = Played(
        attempts=before.attempts + 1,
        best=max(before.best, penalised(answer.score, before.attempts, retry_penalty)),
        ever_right=before.ever_right or answer.score >= 1,
        first_right=before.first_right if before.attempts else answer.score >= 1,
        last=answer.response,
        last_score=answer.score,
    )
    return Play(answer.seq, {**play.questions, answer.question_id: after}, answer.question_id)


def replay(answers: Iterable[Answer], retry_penalty: float = 0.0, start: Play | None = None) -> Play:
    """The play that a log, in the order of `seq`, adds up to."""
    play = start or Play()
    for answer in answers:
        play = with_answer(play, answer, retry_penalty)
    return play


def penalised(score: float, attempts_before: int, retry_penalty: float) -> float:
    """A score with the share that each earlier attempt costs taken off; never below 0."""
    return round(max(0.0, score * (1 - retry_penalty * attempts_before)), 6)


def regraded(answers: Sequence[Answer], questions: Sequence[Question]) -> list[Answer]:
    """The answers as if the questions had always been what they are now (after a mistake in one was mended).

    An answer that no longer fits its question keeps the score that it had: what was earned stays earned.
    """
    by_id = {question.id: question for question in questions}

    def again(answer: Answer) -> Answer:
        question = by_id.get(answer.question_id)
        response = still_fits(question, answer.response) if question else None
        return replace(answer, score=grade(question, response).score) if question and response else answer

    return [again(answer) for answer in answers]


# --- As the block's user state


def to_state(play: Play) -> dict[str, Any]:
    """The play as JSON-ready data, small."""
    return {
        "seq": play.seq,
        "at": play.at,
        "questions": {
            name: {
                "attempts": one.attempts,
                "best": one.best,
                "ever_right": one.ever_right,
                "first_right": one.first_right,
                "last": dict(one.last) if one.last is not None else None,
                "last_score": one.last_score,
            }
            for name, one in play.questions.items()
        },
    }


def from_state(state: Mapping[str, Any] | None) -> Play:
    """The play that `to_state` wrote; an empty one from nothing."""
    if not state:
        return Play()
    return Play(
        state["seq"],
        {name: Played(**one) for name, one in state["questions"].items()},
        state["at"],
    )


# --- The rules


class Standing(StrEnum):
    """How a question stands, as the learner sees it."""

    OPEN = "open"
    SAVED = "saved"
    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the learner may do with a question and see of it, now.

    Attributes:
        standing: how it stands.
        may_answer: an answer would be taken.
        feedback: what the author says to the answer given may be seen.
        answer: the right answer may be seen.
        explanation: why it is so may be seen.
        attempts_left: None when there is no limit.
    """

    standing: Standing
    may_answer: bool
    feedback: bool
    answer: bool
    explanation: bool
    attempts_left: int | None


def is_closed(now: datetime, due: datetime | None, grace: timedelta | None) -> bool:
    """Whether the due date and the grace period after it are over."""
    return due is not None and now > due + (grace or timedelta())


def rules_for(
    settings: QuizSettings,
    played: Played,
    *,
    closed: bool,
    saved: bool = False,
    hidden: bool = False,
    forgiven: int = 0,
) -> Rules:
    """The rules for one question.

    Args:
        closed: the due date is over (`is_closed`).
        saved: an answer waits to be handed in (feedback at the end).
        hidden: the course team hides results of the whole subsection; then nothing may tell how an answer was, not even
            that no further one is taken.
        forgiven: how many attempts do not count against the limit.
    """
    limit = settings.attempts_allowed
    left = max(0, limit + forgiven - played.attempts) if limit else None
    answered = played.attempts > 0
    if hidden:
        standing = Standing.SAVED if saved else Standing.ANSWERED if answered else Standing.OPEN
        may_answer = not closed and left != 0
        return Rules(standing, may_answer, feedback=False, answer=False, explanation=False, attempts_left=left)
    show_answer = {
        ShowAnswer.NEVER: False,
        ShowAnswer.ATTEMPTED: answered,
        ShowAnswer.CORRECT: played.ever_right,
        ShowAnswer.LAST_ATTEMPT: answered and (left == 0 or played.ever_right),
        ShowAnswer.PAST_DUE: closed,
    }[settings.show_answer]
    return Rules(
        standing=_standing(played, saved),
        may_answer=not closed and left != 0 and not played.ever_right,
        feedback=answered,
        answer=show_answer,
        explanation=show_answer or played.ever_right,
        attempts_left=left,
    )


def _standing(played: Played, saved: bool) -> Standing:
    if saved and not played.ever_right:
        return Standing.SAVED
    if not played.attempts:
        return Standing.OPEN
    if played.ever_right:
        return Standing.RIGHT
    return Standing.PARTLY if played.last_score > 0 else Standing.WRONG


CLOSED = N_("This quiz closed on its due date, so answers are no longer taken. You can still read everything here.")
NO_ATTEMPTS = N_("You have used all your attempts at this question.")
ALREADY_RIGHT = N_("You already have this one right.")


def refusal(rules: Rules, *, closed: bool) -> tuple[str, Problem] | None:
    """Why an answer is not taken, as (name, sentence); None when it is."""
    if rules.may_answer:
        return None
    if closed:
        return "closed", Problem("response", CLOSED)
    if rules.attempts_left == 0 and rules.standing is not Standing.RIGHT:
        return "no_attempts_left", Problem("response", NO_ATTEMPTS)
    return "already_right", Problem("response", ALREADY_RIGHT)


# --- Figures


def earned(play: Play, questions: Sequence[Question]) -> tuple[float, float]:
    """Points earned and points possible."""
    got = sum(question.points * play.of(question.id).best for question in questions)
    return round(got, 6), possible(questions)


def possible(questions: Sequence[Question]) -> float:
    """Points that can be earned."""
    return round(sum(question.points for question in questions), 6)


def answered(play: Play, questions: Sequence[Question], saved: Iterable[str] = ()) -> int:
    """How many questions have an answer, handed in or saved."""
    waiting = frozenset(saved)
    return sum(1 for question in questions if play.of(question.id).attempts or question.id in waiting)


def resume_at(play: Play, questions: Sequence[Question], settings: QuizSettings, saved: Iterable[str] = ()) -> int:
    """The index of the question to go on with; the number of questions when all are answered.

    An answer that can still be mended is shown again; after that comes the first question without one.
    """
    waiting = frozenset(saved)
    ids = [question.id for question in questions]
    if (
        settings.feedback_timing is FeedbackTiming.IMMEDIATE
        and play.at in ids
        and _is_mendable(play.of(play.at), settings)
    ):
        return ids.index(play.at)
    start = ids.index(play.at) + 1 if play.at in ids else 0
    for index in (*range(start, len(ids)), *range(start)):
        if not play.of(ids[index]).attempts and ids[index] not in waiting:
            return index
    return len(ids)


def _is_mendable(played: Played, settings: QuizSettings) -> bool:
    left = not settings.attempts_allowed or played.attempts < settings.attempts_allowed
    return played.attempts > 0 and not played.ever_right and left
