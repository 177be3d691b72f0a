"""The micro-quiz's editor in Studio: its page and its handlers.

The page is a frame; the script builds the forms from the data in it and talks to the handlers. A block that takes
this mixin has a field for each setting, `questions`, and `preview_html`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from web_fragments.fragment import Fragment
from webob import Response

from xblocks.base.editing import (
    Answer,
    StudioEditingMixin,
    author_download,
    author_handler,
    editor_page,
    not_an_author,
    problem_answers,
    problem_sentence,
    static_text,
)
from xblocks.base.handling import RefusedError
from xblocks.base.i18n import _
from xblocks.base.problems import N_, Problem
from xblocks.microquiz import authoring, content, gift, pasted
from xblocks.microquiz.authoring import Form
from xblocks.microquiz.authoring_texts import TEXTS
from xblocks.microquiz.questions import Question
from xblocks.microquiz.settings import QuizSettings, read_settings

SCRIPTS = (
    "editor-types",
    "editor-cloze",
    "editor-cards",
    "editor-preview",
    "editor-panels",
    "editor",
)


class EditorMixin(StudioEditingMixin):
    """Everything in Studio: `studio_view` and the handlers `editor_*`, all of them for authors only."""

    if TYPE_CHECKING:
        questions: Any

        def preview_html(self, question: Question, settings: QuizSettings) -> str:
            """The question as learners will see it; also one that is not finished."""

    def studio_view(self, context: Any = None) -> Fragment:
        """The editor."""
        if not self.may_author():
            return not_an_author()
        return editor_page(self._page(), "microquiz", SCRIPTS, "MicroQuizEditor")

    # --- Handlers

    @author_handler
    def editor_preview(self, data: dict[str, Any]) -> Answer:
        """{question, settings} → {html, problems}: how learners will see it, and what is to be mended in it."""
        question, problems = content.read(data.get("question"))
        settings, _unused = read_settings(data.get("settings"))
        html = "" if question is None else self.preview_html(question, settings or QuizSettings())
        return {"html": html, "problems": problem_answers(problems)}

    @author_handler
    def editor_import(self, data: dict[str, Any]) -> Answer:
        """{text, taken: ids} → {questions: [{form, problems}], problems: [{line, message}]}; saves nothing."""
        text = data.get("text")
        if not isinstance(text, str):
            raise RefusedError("no_text", Problem("", N_("Paste questions here, or choose a file.")))
        reading = pasted.read(text, _new_id)
        questions = content.with_fresh_ids(reading.questions, authoring.taken_ids(data.get("taken")), _new_id)
        return {
            "questions": [_answer(authoring.form_of_question(question)) for question in questions],
            "problems": [{"line": at.line, "message": problem_sentence(at.problem)} for at in reading.problems],
        }

    @author_handler
    def editor_export(self, data: dict[str, Any]) -> Answer:
        """{questions, name} → {text, filename, losses}: what is on the screen as GIFT, saved or not."""
        items = data.get("questions")
        if not isinstance(items, list):
            raise RefusedError("no_questions", Problem("", N_("There are no questions to download yet.")))
        read = [content.read(item) for item in items[: content.MAX_QUESTIONS]]
        whole = {number: question for number, (question, found) in enumerate(read, 1) if question and not found}
        numbers = list(whole)
        writing = gift.write(tuple(whole.values()))
        unfinished = N_("Question %(n)s is not complete, so it was left out.")
        name = data.get("name")
        return {
            "text": writing.text,
            "filename": _filename(name if isinstance(name, str) else ""),
            "losses": [
                *(_(unfinished) % {"n": number} for number in range(1, len(read) + 1) if number not in whole),
                *(_loss(loss, numbers) for loss in writing.losses),
            ],
        }

    @author_download
    def editor_gift(self) -> Response:
        """The saved questions as a GIFT file."""
        questions, _problems = content.read_all(self.questions)
        response = Response(gift.write(questions).text, content_type="text/plain", charset="utf-8")
        name = _filename(str(self._stored_settings()["display_name"]))
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @author_handler
    def editor_save(self, data: dict[str, Any]) -> Answer:
        """{settings, questions, base} → {ok: true, version}, or {ok: false} with `problems` or a `conflict`.

        `base` is the version that the author began from; when another one is stored by now, nothing is saved and the
        conflict holds what is stored. Without `base` the author's word is the last.
        """
        self.require_studio()
        submission = authoring.read_submission(data)
        if submission.problems or submission.settings is None:
            return {"ok": False, "problems": problem_answers(submission.problems)}
        settings = authoring.encode_settings(submission.settings)
        questions = [content.encode(question) for question in submission.questions]
        values = {**settings, "questions": questions}
        return self.keep_unless_newer(data.get("base"), authoring.version(settings, questions), values)

    # --- What is stored

    def _stored_settings(self) -> Form:
        return authoring.form_of_settings({name: getattr(self, name) for name in QuizSettings.__dataclass_fields__})

    def _version(self) -> str:
        return authoring.version(self._stored_settings(), self.questions)

    def _stored(self) -> Answer:
        items = self.questions if isinstance(self.questions, Sequence) else []
        return {
            "version": self._version(),
            "settings": self._stored_settings(),
            "questions": [
                {"form": authoring.form_of(raw), "problems": problem_answers(content.read(raw)[1])} for raw in items
            ],
        }

    def _page(self) -> Answer:
        return {
            **self._stored(),
            "usage": str(self.scope_ids.usage_id),
            "parts": authoring.blank_parts(),
            "examples": authoring.examples(_),
            "styles": static_text("microquiz", "microquiz.css"),
            "texts": TEXTS,
        }


def _answer(form: Form) -> Answer:
    return {"form": form, "problems": problem_answers(content.read(form)[1])}


def _loss(loss: Problem, numbers: Sequence[int]) -> str:
    """What a file cannot hold, with the place: path "questions/<index>/<field>", `numbers` as the author counts."""
    _questions, index, *field = loss.path.split("/")
    label = TEXTS.get(field[0]) if field else None
    place = _("Question %(n)s") % {"n": numbers[int(index)]} + (f" ({_(label)})" if label else "")
    return f"{place}: {problem_sentence(loss)}"


def _new_id() -> str:
    return "q" + secrets.token_hex(5)


def _filename(name: str) -> str:
    """A file name that every system takes."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()
    return f"{plain[:60] or 'quiz'}.gift.txt"
