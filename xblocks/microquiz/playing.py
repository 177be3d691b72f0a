"""Taking answers: from a request to the log, the learner's state, the gradebook and whoever listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import UsageKey

from xblocks.base.handling import Refusal, json_handler
from xblocks.base.i18n import _
from xblocks.base.learner import Viewer, viewer_of
from xblocks.base.problems import N_, Problem
from xblocks.microquiz import api
from xblocks.microquiz.data import LearnerData, QuestionAnsweredData
from xblocks.microquiz.grading import grade
from xblocks.microquiz.play import (
    LONGEST_ANSWER,
    Answer,
    Play,
    Rules,
    answered,
    earned,
    from_state,
    is_closed,
    refusal,
    replay,
    rules_for,
    to_state,
    with_answer,
)
from xblocks.microquiz.questions import Confidence, Flashcard, Question
from xblocks.microquiz.responses import Response, ResponseError, read
from xblocks.microquiz.settings import FeedbackTiming
from xblocks.microquiz.signals import QUESTION_ANSWERED_V1

TRIES = 5
"""How often an answer makes way for another one of the same learner before it gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it was given, before the rules have had their say."""

    question: Question
    response: Response
    confidence: str | None = None
    elapsed_ms: int | None = None


class PlayingMixin:
    """What a learner does with the quiz; expects the fields and `prepared` of `MicroQuizBlock`."""

    # --- Who, when, and by what rules

    @property
    def viewer(self) -> Viewer:
        """Who is in front of the page."""
        return viewer_of(self)

    def now(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)

    @property
    def closed(self) -> bool:
        """Whether the due date and its grace period, which the platform lets blocks inherit, are over."""
        due = getattr(self, "due", None)
        if due is not None and due.tzinfo is None:
            due = due.replace(tzinfo=UTC)
        return is_closed(self.now(), due, getattr(self, "graceperiod", None))

    def recorded_for(self) -> int | None:
        """The user whose log this is; None where nothing is kept (previews, visitors, masquerading, bare runtimes)."""
        viewer = self.viewer
        if viewer.is_masquerading or getattr(self.runtime, "is_author_mode", False):
            return None
        return viewer.user_id if isinstance(self.scope_ids.usage_id, UsageKey) else None

    def rules(self, question: Question, play: Play) -> Rules:
        """What the learner may do with a question."""
        saved = question.id in self.aids.get("saved", {})
        return rules_for(self.quiz_settings, play.of(question.id), closed=self.closed, saved=saved)

    # --- Handlers

    @json_handler
    def answer(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Answer one question: {question, response, confidence?, elapsed_ms?}. Feedback at the end: it is saved."""
        question = self._asked(data)
        given = self._given(question, data)
        if self.quiz_settings.feedback_timing is FeedbackTiming.END:
            return self._save(given)
        play = self._take([given])
        return self.shown(play, [question], current=question)

    @json_handler
    def finish(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Hand in the quiz: {responses: {question: response}, anyway?}. Saved answers count, newer ones replace them."""
        if self.quiz_settings.feedback_timing is not FeedbackTiming.END:
            raise Refusal("not_here", Problem("", N_("In this quiz each answer is handed in by itself.")))
        given = self._all_given(data.get("responses"))
        open_ = [q for q in self.prepared.questions if q.id not in given and self.rules(q, self._play()).may_answer]
        if open_ and not data.get("anyway"):
            message = N_("%(number)d still open. Answer what you can, or hand in anyway.")
            raise Refusal("open_questions", Problem("", message, {"number": len(open_)}), 409)
        if not given:
            raise Refusal("incomplete", Problem("", N_("Answer at least one question first.")))
        play = self._take(list(given.values()), finishing=True)
        self.runtime.publish(self, "microunits.microquiz.quiz.handed_in", {"answers": len(given)})
        return self.shown(play, self.prepared.questions, current=None)

    @json_handler
    def hint(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Open the next hint of a question: {question}."""
        question = self._asked(data)
        self._must_be_open(question)
        taken = min(self.hints_taken(question) + 1, len(question.hints))
        if not taken:
            raise Refusal("no_hint", Problem("", N_("This question has no hints.")))
        self.aids = {**self.aids, "hints": {**self.aids.get("hints", {}), question.id: taken}}
        self.runtime.publish(
            self, "microunits.microquiz.hint.taken", {"question_id": question.id, "hints_used": taken}
        )
        return {"hints": self.hints_html(question), "left": len(question.hints) - taken}

    @json_handler
    def turn(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Turn a flashcard: {question}."""
        question = self._asked(data)
        if not isinstance(question, Flashcard):
            raise Refusal("not_a_card", Problem("", N_("Only a flashcard can be turned.")))
        self._must_be_open(question)
        turned = [*self.aids.get("turned", []), question.id]
        self.aids = {**self.aids, "turned": sorted(set(turned))}
        self.runtime.publish(self, "microunits.microquiz.card.turned", {"question_id": question.id})
        return self.shown(self._play(), [question], current=question)

    # --- Reading a request

    def _asked(self, data: Mapping[str, Any]) -> Question:
        if self.viewer.user_id is None:
            raise Refusal("sign_in", Problem("", N_("Sign in to answer; then your progress is kept.")), 403)
        name = data.get("question")
        question = self.prepared.by_name.get(name) if isinstance(name, str) else None
        if question is None:
            raise Refusal(
                "changed", Problem("", N_("This question was changed in the meantime. Load the page again to see it.")), 409
            )
        return question

    def _given(self, question: Question, data: Mapping[str, Any]) -> Given:
        if isinstance(question, Flashcard) and question.id not in self.aids.get("turned", []):
            raise Refusal("incomplete", Problem("", N_("Turn the card and say how well you knew it.")))
        try:
            response = read(question, data.get("response"), self.prepared.ids(question))
        except ResponseError as error:
            raise Refusal(error.name, error.problem, 409 if error.name == "changed" else 400) from error
        confidence = data.get("confidence")
        return Given(
            question=question,
            response=response,
            confidence=confidence if self.ask_confidence and confidence in tuple(Confidence) else None,
            elapsed_ms=_elapsed(data.get("elapsed_ms")),
        )

    def _all_given(self, responses: Any) -> dict[str, Given]:
        """What is handed in, by question id: the saved answers, and those on the page where they are complete."""
        given: dict[str, Given] = {}
        for question in self.prepared.questions:
            data = self.aids.get("saved", {}).get(question.id)
            if data is not None:
                given[question.id] = Given(question=question, **data)
        for name, data in (responses if isinstance(responses, Mapping) else {}).items():
            question_data = data if isinstance(data, Mapping) else {}
            try:
                question = self._asked({"question": name})
                given[question.id] = self._given(question, question_data)
            except Refusal as error:
                if error.name != "incomplete":
                    raise
        play = self._play()
        return {name: one for name, one in given.items() if self.rules(one.question, play).may_answer}

    def _must_be_open(self, question: Question) -> None:
        why = refusal(self.rules(question, self._play()), closed=self.closed)
        if why:
            raise Refusal(why[0], why[1], 409)

    # --- Keeping

    def _play(self) -> Play:
        return from_state(self.play_state)

    def _save(self, given: Given) -> Mapping[str, Any]:
        """Keep an answer until the quiz is handed in."""
        self._must_be_open(given.question)
        play = self._play()
        before = self.completed_share(play)
        data = {"response": dict(given.response), "confidence": given.confidence, "elapsed_ms": given.elapsed_ms}
        self.aids = {**self.aids, "saved": {**self.aids.get("saved", {}), given.question.id: data}}
        self._publish_completion(before, self.completed_share(play))
        return {"saved": True, **self.progress(play)}

    def _take(self, given: Sequence[Given], finishing: bool = False) -> Play:
        """Append answers to the log and tell everybody. Two requests at once take different numbers of the log."""
        play = self._play()
        user_id = self.recorded_for()
        for _try in range(TRIES):
            answers = self._allowed(play, given)
            after = replay(answers, self.retry_penalty, play)
            try:
                with transaction.atomic():
                    if user_id is not None:
                        self._record(user_id, answers)
                    self._keep(play, after, answers)
                return after
            except api.SequenceTaken:
                with transaction.atomic():
                    missed = api.answers_after(user_id or 0, self.scope_ids.usage_id, play.seq)
                play = replay(missed, self.retry_penalty, play)
        raise Refusal("busy", Problem("", N_("Another window of yours is answering too. Wait a moment and try again.")), 409)

    def _allowed(self, play: Play, given: Sequence[Given]) -> list[Answer]:
        """The answers as the log takes them, if the rules allow it."""
        answers: list[Answer] = []
        now = self.now()
        for one in given:
            why = refusal(self.rules(one.question, play), closed=self.closed)
            if why:
                raise Refusal(why[0], why[1], 409)
            answers.append(
                Answer(
                    seq=play.seq + 1,
                    question_id=one.question.id,
                    content_hash=self.prepared.hashes[one.question.id],
                    attempt=play.of(one.question.id).attempts + 1,
                    response=one.response,
                    score=grade(one.question, one.response).score,
                    hints_used=self.hints_taken(one.question),
                    confidence=one.confidence,
                    elapsed_ms=one.elapsed_ms,
                    answered_at=now,
                )
            )
            play = with_answer(play, answers[-1], self.retry_penalty)
        return answers

    def _record(self, user_id: int, answers: Sequence[Answer]) -> None:
        usage_key = self.scope_ids.usage_id
        by_id = {question.id: question for question in self.prepared.questions}
        asked = {answer.content_hash: by_id[answer.question_id] for answer in answers}
        api.record_answers(user_id, usage_key, usage_key.context_key, answers, asked)

        def announce() -> None:
            for answer in answers:
                QUESTION_ANSWERED_V1.send_event(
                    answer=_announced(user_id, usage_key, by_id[answer.question_id], answer)
                )

        transaction.on_commit(announce)

    def _keep(self, before: Play, after: Play, answers: Sequence[Answer]) -> None:
        """The learner's state, grade and completion after answers; within the transaction that took them."""
        share_before = self.completed_share(before)
        self.play_state = to_state(after)
        saved = self.aids.get("saved", {})
        if saved:
            done = {answer.question_id for answer in answers}
            self.aids = {**self.aids, "saved": {name: one for name, one in saved.items() if name not in done}}
        self._publish_grade_if_changed(before, after)
        self.save()
        for answer in answers:
            self.runtime.publish(self, "microunits.microquiz.question.answered", _tracked(answer))
        share = self.completed_share(after)
        self._publish_completion(share_before, share)
        if share >= 1 > share_before:
            points, most = earned(after, self.prepared.questions)
            self.runtime.publish(self, "microunits.microquiz.quiz.completed", {"earned": points, "possible": most})

    def _publish_grade_if_changed(self, before: Play, after: Play) -> None:
        """A published grade costs the platform some forty statements, so nothing is said twice."""
        if not self.has_score:
            return
        points, _most = earned(after, self.prepared.questions)
        if self.override_share is not None:
            if points <= self.get_score().raw_earned:
                return
            self.override_share = None
        elif before.seq and points == earned(before, self.prepared.questions)[0]:
            return
        self.publish_grade()

    def _publish_completion(self, before: float, after: float) -> None:
        if after != before:
            self.runtime.publish(self, "completion", {"completion": after})

    def hints_taken(self, question: Question) -> int:
        """How many hints of a question are open."""
        return int(min(self.aids.get("hints", {}).get(question.id, 0), len(question.hints)))

    def progress(self, play: Play) -> dict[str, Any]:
        """How far the learner is, for the bar."""
        done = answered(play, self.prepared.questions, self.aids.get("saved", {}))
        total = len(self.prepared.questions)
        return {
            "answered": done,
            "total": total,
            "progress": _("%(done)d of %(total)d answered") % {"done": done, "total": total},
        }


def _elapsed(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return int(min(value, LONGEST_ANSWER / timedelta(milliseconds=1)))


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


def _announced(user_id: int, usage_key: UsageKey, question: Question, answer: Answer) -> QuestionAnsweredData:
    return QuestionAnsweredData(
        learner=LearnerData(source="openedx", external_id=str(user_id)),
        course_key=usage_key.context_key,
        usage_key=usage_key,
        question_id=answer.question_id,
        question_type=question.type,
        content_hash=answer.content_hash,
        score=answer.score,
        attempt=answer.attempt,
        hints_used=answer.hints_used,
        confidence=answer.confidence,
        rating=answer.response["rating"] if isinstance(question, Flashcard) else None,
        elapsed_ms=answer.elapsed_ms,
        answered_at=answer.answered_at,
    )


