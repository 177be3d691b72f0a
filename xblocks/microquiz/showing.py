"""How the block shows itself: to learners, visitors, authors, the mobile app and the search index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock

from xblocks.base.handling import RefusedError, json_response, refused
from xblocks.base.i18n import translator
from xblocks.base.page import fragment, with_course_files
from xblocks.base.problems import N_, Problem
from xblocks.base.sanitise import as_plain_text, clean_html, clean_url
from xblocks.microquiz.answer_words import render_answer
from xblocks.microquiz.content import GAP
from xblocks.microquiz.fields import page_secret
from xblocks.microquiz.grading import grade
from xblocks.microquiz.play import Play, Played, Rules, answered, resume_at, rules_for
from xblocks.microquiz.prepared import Prepared
from xblocks.microquiz.question_page import render_feedback, render_hints, render_question
from xblocks.microquiz.question_view import QuestionView
from xblocks.microquiz.questions import (
    Cloze,
    Flashcard,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    PickedGap,
    Question,
    SingleChoice,
)
from xblocks.microquiz.quiz_page import QuizView, render_quiz, render_summary
from xblocks.microquiz.responses import Response as Given
from xblocks.microquiz.responses import rights_of, still_fits
from xblocks.microquiz.settings import FeedbackTiming, Presentation, QuizSettings
from xblocks.microquiz.taking import TakingMixin

CSS = ("microquiz/microquiz.css",)
JS = ("microquiz/microquiz.js",)


class ShowingMixin(TakingMixin):
    """The views of the block."""

    # --- For people

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The quiz as this learner left it."""
        view = self._quiz_view(self.play_now())
        html = with_course_files(self, render_quiz(view, translator()))
        return fragment(html, css=CSS, js=JS, init="MicroQuizBlock")

    def public_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The quiz to a visitor: to be seen, not answered."""
        return self.student_view(context)

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """The quiz in Studio's unit page; answers are not kept there."""
        return self.student_view(context)

    def preview_html(self, question: Question, settings: QuizSettings) -> str:
        """One question as a learner will first see it, for the editor."""
        prepared = Prepared(page_secret(), "preview", (question,), ())
        rules = rules_for(settings, Played(), closed=False)
        view = QuestionView(
            question=question,
            rules=rules,
            name=prepared.names[question.id],
            place=1,
            tokens=prepared.tokens(question),
            order=prepared.order(question, ""),
            ask_confidence=settings.ask_confidence,
            hand_in=settings.feedback_timing is FeedbackTiming.END,
            current=True,
        )
        item = render_question(view, translator())
        html = f'<section class="mu" data-mode="all"><ol class="mu-qs">{item}</ol></section>'
        return with_course_files(self, html)

    def shown(self, play: Play, questions: Iterable[Question], current: Question | None) -> dict[str, Any]:
        """What the page puts in place of what it had, after something happened to these questions."""
        view = self._quiz_view(play, current)
        wanted = {self.situation.prepared.names[question.id] for question in questions}
        words = translator()
        html = {
            one.name: with_course_files(self, render_question(one, words))
            for one in view.questions
            if one.name in wanted
        }
        return {"questions": html, "summary": render_summary(view, words), **self.progress(play)}

    def hints_html(self, question: Question) -> str:
        """The hints that are open, as the page shows them."""
        return with_course_files(self, render_hints(self._question_view(question, self.play_now())))

    # --- Views of questions

    def _quiz_view(self, play: Play, current: Question | None = None) -> QuizView:
        now = self.situation
        settings, prepared = now.settings, now.prepared
        questions = prepared.arranged(now.seed) if settings.shuffle_questions else prepared.questions
        signed_in = now.viewer.user_id is not None
        one = settings.presentation is Presentation.ONE_AT_A_TIME
        if current is None and questions and one:
            place = resume_at(play, questions, settings, now.saved) if signed_in else 0
            current = questions[place] if place < len(questions) else None
        views = [
            self._question_view(
                question,
                play,
                place,
                current=question is current,
                minutes_left=prepared.minutes_from(questions[place - 1 :]) if one else 0,
            )
            for place, question in enumerate(questions, 1)
        ]
        return QuizView(
            settings=settings,
            questions=views,
            answered=answered(play, questions, now.saved),
            minutes=prepared.minutes,
            closed=now.closed,
            signed_in=signed_in,
            may_hand_in=now.at_end and signed_in and (bool(now.saved) or any(view.may_answer for view in views)),
            report_url=self.runtime.handler_url(self, "report") if now.viewer.is_staff else "",
        )

    def _question_view(
        self, question: Question, play: Play, place: int = 1, *, current: bool = False, minutes_left: int = 0
    ) -> QuestionView:
        now = self.situation
        prepared, rules, played = now.prepared, self.rules(question, play), play.of(question.id)
        last: Given | None = still_fits(question, played.last) if played.last is not None else None
        waiting = now.saved.get(question.id)
        return QuestionView(
            question=question,
            rules=rules,
            name=prepared.names[question.id],
            place=place,
            total=len(prepared.questions),
            tokens=prepared.tokens(question),
            order=prepared.order(question, now.seed),
            response=still_fits(question, waiting["response"]) if waiting else last,
            mark=grade(question, last) if last is not None and rules.feedback and not waiting else None,
            hints_taken=self.hints_taken(question),
            turned=question.id in now.turned or rules.answer,
            ask_confidence=now.settings.ask_confidence,
            hand_in=now.at_end,
            locked=now.viewer.user_id is None,
            current=current,
            attempt=played.attempts + 1,
            minutes_left=minutes_left,
        )

    # --- For programs

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The quiz as data for the mobile app: what is asked, without a learner and without anything to be earned."""
        settings = self.quiz_settings
        return {
            "display_name": settings.display_name,
            "introduction": clean_html(settings.introduction),
            "presentation": settings.presentation.value,
            "feedback_timing": settings.feedback_timing.value,
            "attempts_allowed": settings.attempts_allowed,
            "ask_confidence": settings.ask_confidence,
            "minutes": self.prepared.minutes,
            "questions": [_question_data(self.prepared, question) for question in self.prepared.questions],
        }

    @XBlock.handler
    def student_view_user_state(self, request: Request, suffix: str = "") -> Response:
        """The learner's own state as data for the mobile app. Visitors, whom the LMS lets GET this, have none."""
        if self.situation.viewer.user_id is None:
            sentence = N_("Sign in to answer; then your progress is kept.")
            return refused(RefusedError("sign_in", Problem("", sentence), 403))
        play = self.play_now()
        return json_response(
            {
                **self.progress(play),
                "closed": self.situation.closed,
                "questions": {
                    self.prepared.names[question.id]: self._state_data(question, play)
                    for question in self.prepared.questions
                },
            }
        )

    def _state_data(self, question: Question, play: Play) -> dict[str, Any]:
        view = self._question_view(question, play)
        words = translator()
        rules: Rules = view.rules
        return {
            "standing": rules.standing.value,
            "attempts": play.of(question.id).attempts,
            "attempts_left": rules.attempts_left,
            "may_answer": view.may_answer,
            "order": [view.tokens[one] for one in view.order],
            "hints": [clean_html(hint) for hint in question.hints[: view.hints_taken]],
            "back": clean_html(question.back) if isinstance(question, Flashcard) and view.turned else None,
            "feedback": render_feedback(view, words) or None,
            "answer": render_answer(question, words) if rules.answer else None,
        }

    def index_dictionary(self) -> dict[str, Any]:
        """What the platform's search finds the quiz by: its questions, not their answers."""
        base = super().index_dictionary()
        settings = self.quiz_settings
        texts = [as_plain_text(settings.introduction)]
        for question in self.prepared.questions:
            texts += [question.title, as_plain_text(GAP.sub("…", question.text)), *question.tags]
        content = {"display_name": settings.display_name, "questions": " ".join(filter(None, texts))}
        return {**base, "content": {**base.get("content", {}), **content}, "content_type": "Micro-quiz"}


def _question_data(prepared: Prepared, question: Question) -> dict[str, Any]:
    tokens = prepared.tokens(question)
    data: dict[str, Any] = {
        "question": prepared.names[question.id],
        "type": question.type,
        "text": clean_html(question.text),
        "points": question.points,
        "image": {"src": clean_url(question.image.src), "alt": question.image.alt} if question.image.src else None,
        "hints": len(question.hints),
        "tags": list(question.tags),
    }
    order = prepared.order(question, "")
    match question:
        case SingleChoice() | MultipleChoice():
            texts = {choice.id: choice.text for choice in question.choices}
            data["choices"] = [{"token": tokens[one], "text": clean_html(texts[one])} for one in order]
        case Number():
            data["unit"] = question.unit
        case Ordering():
            texts = {item.id: item.text for item in question.items}
            data["items"] = [{"token": tokens[one], "text": clean_html(texts[one])} for one in order]
        case Matching():
            rights = dict(rights_of(question))
            data["lefts"] = [
                {"token": tokens[f"left:{pair.id}"], "text": clean_html(pair.left)} for pair in question.pairs
            ]
            data["rights"] = [{"token": tokens[one], "text": rights[one]} for one in order]
        case Cloze():
            names = {gap.id: tokens[f"gap:{gap.id}"] for gap in question.gaps}
            data["text"] = GAP.sub(lambda found: f"[[{names[found[1]]}]]", data["text"])
            data["gaps"] = [_gap_data(gap, tokens) for gap in question.gaps]
    return data


def _gap_data(gap: Any, tokens: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"token": tokens[f"gap:{gap.id}"], "kind": gap.kind}
    if isinstance(gap, PickedGap):
        options = [{"token": tokens[f"option:{gap.id}:{o.id}"], "text": o.text} for o in gap.options]
        data["options"] = sorted(options, key=lambda option: option["token"])
    return data
