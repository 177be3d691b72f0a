"""Taking answers: into the log, the learner's state, the gradebook, and to whoever listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from xblocks.base.handling import RefusedError
from xblocks.base.i18n import _
from xblocks.base.problems import N_, Problem
from xblocks.microquiz import api
from xblocks.microquiz.announcing import announced
from xblocks.microquiz.grading import grade
from xblocks.microquiz.play import (
    Answer,
    Play,
    Rules,
    answered,
    earned,
    from_state,
    refusal,
    replay,
    rules_for,
    to_state,
    with_answer,
)
from xblocks.microquiz.published import dates_of
from xblocks.microquiz.questions import Question
from xblocks.microquiz.responses import Response
from xblocks.microquiz.scoring import ScoringMixin
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1

ANSWERED_ELSEWHERE = N_("You answered this in another window already. Load the page again to see where you are.")

TRIES = 5
"""How often an answer makes way for another one of the same learner before it gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it was given, before the rules have had their say.

    Attributes:
        attempt: which try the page took it for; None when it did not say.
        in_time: it was saved before the due date.
    """

    question: Question
    response: Response
    confidence: str | None = None
    elapsed_ms: int | None = None
    attempt: int | None = None
    in_time: bool = False


class TakingMixin(ScoringMixin):
    """How answers are taken and kept."""

    def rules(self, question: Question, play: Play) -> Rules:
        """What the learner may do with a question."""
        now = self.situation
        return rules_for(
            now.settings,
            play.of(question.id),
            closed=now.closed,
            saved=question.id in now.saved,
            hidden=now.hidden,
            forgiven=now.forgiven.get(question.id, 0),
        )

    def rules_of(self, given: Given, play: Play) -> Rules:
        """What is to be thought of an answer; one that was saved in time may be handed in when the due date is over."""
        now, name = self.situation, given.question.id
        closed, forgiven = now.closed and not given.in_time, now.forgiven.get(name, 0)
        return rules_for(now.settings, play.of(name), closed=closed, hidden=now.hidden, forgiven=forgiven)

    def must_be_open(self, question: Question) -> None:
        """Whether something may be done with a question.

        Raises:
            RefusedError: "closed", "no_attempts_left" or "already_right".
        """
        why = refusal(self.rules(question, self.play_now()), closed=self.situation.closed)
        if why:
            raise RefusedError(why[0], why[1], 409)

    def play_now(self) -> Play:
        """The learner's play as it was kept."""
        return from_state(self.play_state)

    def save_for_later(self, given: Given) -> Mapping[str, Any]:
        """Keep an answer until the quiz is handed in."""
        self.must_be_open(given.question)
        play = self.play_now()
        before = self.completed_share(play)
        data = {"response": dict(given.response), "confidence": given.confidence, "elapsed_ms": given.elapsed_ms}
        self.help_with(saved={**self.situation.saved, given.question.id: data})
        self._publish_completion(before, self.completed_share(play))
        return {"saved": True, **self.progress(play)}

    def take(self, given: Sequence[Given]) -> Play:
        """Append answers to the log and tell everybody. Two requests at once take different numbers of the log.

        Raises:
            RefusedError: the rules do not allow it, or ("busy") other windows of this learner keep coming first.
        """
        known = play = self.play_now()
        user_id = self.recorded_for()
        for _try in range(TRIES):
            try:
                answers = self._allowed(play, given)
            except RefusedError:
                if user_id is not None and play.seq != known.seq:
                    self._catch_up(user_id, known)
                raise
            after = replay(answers, self.situation.settings.retry_penalty, play)
            try:
                with transaction.atomic():
                    if user_id is not None:
                        self._record(user_id, answers)
                    self._keep(known, after, answers)
                return after
            except api.LogMovedError:
                with transaction.atomic():
                    play = self._as_logged(user_id or 0, play)
        raise RefusedError(
            "busy", Problem("", N_("Another window of yours is answering too. Wait a moment and try again.")), 409
        )

    def _as_logged(self, user_id: int, play: Play) -> Play:
        """The play with what the log holds by now; from the beginning when what the play knew was deleted there."""
        log = api.answers_after(user_id, self.usage_key, max(0, play.seq - 1))
        if play.seq and not (log and log[0].seq == play.seq):
            play, log = Play(), api.answers_after(user_id, self.usage_key)
        return replay(log, self.situation.settings.retry_penalty, play)

    def _catch_up(self, user_id: int, known: Play) -> None:
        """Keep what the log holds and the state did not know, though nothing is added to it."""
        with transaction.atomic():
            self._keep(known, self._as_logged(user_id, known), ())

    def _allowed(self, play: Play, given: Sequence[Given]) -> list[Answer]:
        """The answers as the log takes them, if the rules allow it."""
        answers: list[Answer] = []
        hashes, now = self.situation.prepared.hashes, self.now()
        for one in given:
            why = refusal(self.rules_of(one, play), closed=self.situation.closed)
            if why:
                raise RefusedError(why[0], why[1], 409)
            if one.attempt not in (None, play.of(one.question.id).attempts + 1):
                raise RefusedError("answered_elsewhere", Problem("", ANSWERED_ELSEWHERE), 409)
            answers.append(
                Answer(
                    seq=play.seq + 1,
                    question_id=one.question.id,
                    content_hash=hashes[one.question.id],
                    attempt=play.of(one.question.id).attempts + 1,
                    response=one.response,
                    score=grade(one.question, one.response).score,
                    hints_used=self.hints_taken(one.question),
                    confidence=one.confidence,
                    elapsed_ms=one.elapsed_ms,
                    answered_at=now,
                )
            )
            play = with_answer(play, answers[-1], self.situation.settings.retry_penalty)
        return answers

    def _record(self, user_id: int, answers: Sequence[Answer]) -> None:
        usage_key = self.usage_key
        by_id = {question.id: question for question in self.situation.prepared.questions}
        asked = {answer.content_hash: by_id[answer.question_id] for answer in answers}
        api.record_answers(user_id, usage_key, usage_key.course_key, answers, asked)
        # The block is this learner's here: an extension of their due date is known now, and nowhere else.
        dates = dates_of(self, self.now())

        def announce() -> None:
            for answer in answers:
                question = by_id[answer.question_id]
                QUESTION_ANSWERED_V1.send_event(answer=announced(user_id, usage_key, question, answer, dates))

        transaction.on_commit(announce)

    def _keep(self, before: Play, after: Play, answers: Sequence[Answer]) -> None:
        """The learner's state, grade and completion after answers; within the transaction that took them.

        Args:
            before: the play as the state had it.
        """
        share_before = self.completed_share(before)
        if self.attempts is not None:
            self.help_with(forgiven=self.situation.forgiven, attempts=None)
        self.play_state = to_state(after)
        done = {answer.question_id for answer in answers}
        if not done.isdisjoint(self.situation.saved):
            self.help_with(saved={name: one for name, one in self.situation.saved.items() if name not in done})
        self._publish_grade_if_changed(before, after)
        self.save()
        for answer in answers:
            self.runtime.publish(self, "microunits.microquiz.question.answered", _tracked(answer))
        share = self.completed_share(after)
        self._publish_completion(share_before, share)
        # The last first answer completes a quiz; what was only saved, or came from another window, does not.
        if share >= 1 and any(answer.attempt == 1 for answer in answers):
            points, most = earned(after, self.situation.prepared.questions)
            self.runtime.publish(self, "microunits.microquiz.quiz.completed", {"earned": points, "possible": most})

    def _publish_grade_if_changed(self, before: Play, after: Play) -> None:
        """A published grade costs the platform some forty statements, so nothing is said twice."""
        if not self.has_score:
            return
        questions = self.situation.prepared.questions
        points, _most = earned(after, questions)
        if before.seq and points == earned(before, questions)[0]:
            return
        if self.override_share is not None:
            if points <= self.get_score().raw_earned:
                return
            self.override_share = None
        self.publish_grade()

    def _publish_completion(self, before: float, after: float) -> None:
        if after != before:
            self.runtime.publish(self, "completion", {"completion": after})

    def hints_taken(self, question: Question) -> int:
        """How many hints of a question are open."""
        return int(min(self.situation.hints.get(question.id, 0), len(question.hints)))

    def progress(self, play: Play) -> dict[str, Any]:
        """How far the learner is, for the bar."""
        questions = self.situation.prepared.questions
        done = answered(play, questions, self.situation.saved)
        total = len(questions)
        return {
            "answered": done,
            "total": total,
            "progress": _("%(done)d of %(total)d answered") % {"done": done, "total": total},
        }


def _tracked(answer: Answer) -> dict[str, Any]:
    return {
        "question_id": answer.question_id,
        "content_hash": answer.content_hash,
        "attempt": answer.attempt,
        "response": dict(answer.response),
        "score": answer.score,
        "hints_used": answer.hints_used,
        "confidence": answer.confidence,
        "elapsed_ms": answer.elapsed_ms,
    }
