"""What the page asks of the block: answer, hand in, hint, turn a card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from xblocks.base.editing import StudioEditingMixin
from xblocks.base.handling import RefusedError, json_handler
from xblocks.base.problems import N_, Problem
from xblocks.microquiz.play import LONGEST_ANSWER
from xblocks.microquiz.questions import Confidence, Flashcard, Question
from xblocks.microquiz.responses import ResponseError, read
from xblocks.microquiz.showing import ShowingMixin
from xblocks.microquiz.taking import Given


class HandlersMixin(StudioEditingMixin, ShowingMixin):
    """The handlers that a learner's page calls."""

    @json_handler
    def answer(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Answer one question: {question, response, confidence?, elapsed_ms?}. Feedback at the end: it is saved."""
        question = self._asked(data)
        given = self._given(question, data)
        if self.situation.at_end:
            return self.save_for_later(given)
        play = self.take([given])
        return self.shown(play, [question], current=question)

    @json_handler
    def finish(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Hand in the quiz: {responses: {question: {response, ...}}, anyway?}.

        Answers that were saved count; newer ones on the page replace them.
        """
        if not self.situation.at_end:
            raise RefusedError("not_here", Problem("", N_("In this quiz each answer is handed in by itself.")))
        given = self._all_given(data.get("responses"))
        play = self.play_now()
        left = [q for q in self.situation.prepared.questions if q.id not in given and self.rules(q, play).may_answer]
        if left and not data.get("anyway"):
            message = N_("%(number)d still open. Answer what you can, or hand in anyway.")
            raise RefusedError("open_questions", Problem("", message, {"number": len(left)}), 409)
        if not given:
            raise RefusedError("incomplete", Problem("", N_("Answer at least one question first.")))
        play = self.take(list(given.values()))
        self.runtime.publish(self, "microunits.microquiz.quiz.handed_in", {"answers": len(given)})
        return self.shown(play, self.situation.prepared.questions, current=None)

    @json_handler
    def hint(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Open the next hint of a question: {question}."""
        question = self._asked(data)
        self.must_be_open(question)
        taken = min(self.hints_taken(question) + 1, len(question.hints))
        if not taken:
            raise RefusedError("no_hint", Problem("", N_("This question has no hints.")))
        self.help_with(hints={**self.situation.hints, question.id: taken})
        self.runtime.publish(self, "microunits.microquiz.hint.taken", {"question_id": question.id, "hints_used": taken})
        return {"hints": self.hints_html(question), "left": len(question.hints) - taken}

    @json_handler
    def turn(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Turn a flashcard: {question}."""
        question = self._asked(data)
        if not isinstance(question, Flashcard):
            raise RefusedError("not_a_card", Problem("", N_("Only a flashcard can be turned.")))
        self.must_be_open(question)
        self.help_with(turned=sorted({*self.situation.turned, question.id}))
        self.runtime.publish(self, "microunits.microquiz.card.turned", {"question_id": question.id})
        return self.shown(self.play_now(), [question], current=question)

    # --- Reading a request

    def _asked(self, data: Mapping[str, Any]) -> Question:
        """The question that a request is about, for somebody who may ask."""
        if self.situation.viewer.user_id is None:
            raise RefusedError("sign_in", Problem("", N_("Sign in to answer; then your progress is kept.")), 403)
        if self.is_preview:
            # Studio lets everybody with an account call the handlers of its preview, as often as they like.
            self.require_author()
        if self.scope_ids.user_id is None:
            # Studio's editing side has no learner whose answer could be kept.
            raise RefusedError("not_here", Problem("", N_("Open the quiz in the course to answer it.")), 409)
        name = data.get("question")
        question = self.situation.prepared.by_name.get(name) if isinstance(name, str) else None
        if question is None:
            raise RefusedError(
                "changed",
                Problem("", N_("This question was changed in the meantime. Load the page again to see it.")),
                409,
            )
        return question

    def _given(self, question: Question, data: Mapping[str, Any]) -> Given:
        if isinstance(question, Flashcard) and question.id not in self.situation.turned:
            raise RefusedError("incomplete", Problem("", N_("Turn the card and say how well you knew it.")))
        try:
            response = read(question, data.get("response"), self.situation.prepared.ids(question))
        except ResponseError as error:
            raise RefusedError(error.name, error.problem, 409 if error.name == "changed" else 400) from error
        confidence = data.get("confidence")
        return Given(
            question=question,
            response=response,
            confidence=confidence if self.ask_confidence and confidence in tuple(Confidence) else None,
            elapsed_ms=_elapsed(data.get("elapsed_ms")),
            attempt=_whole(data.get("attempt")),
        )

    def _all_given(self, responses: Any) -> dict[str, Given]:
        """What is handed in, by question id: the saved answers, and those on the page where they are complete."""
        given: dict[str, Given] = {}
        for question in self.situation.prepared.questions:
            data = self.situation.saved.get(question.id)
            if data is not None:
                given[question.id] = Given(question=question, **data, in_time=True)
        for name, data in (responses if isinstance(responses, Mapping) else {}).items():
            question_data = data if isinstance(data, Mapping) else {}
            try:
                question = self._asked({"question": name})
                newer = self._given(question, question_data)
                if not self.situation.closed or question.id not in given:
                    given[question.id] = newer
            except RefusedError as error:
                if error.name != "incomplete":
                    raise
        play = self.play_now()
        return {name: one for name, one in given.items() if self.rules_of(one, play).may_answer}


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _elapsed(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return int(min(value, LONGEST_ANSWER / timedelta(milliseconds=1)))
