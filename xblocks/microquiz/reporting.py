"""The course team's view: figures from the log of answers, and the log itself as CSV."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from gettext import NullTranslations
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db.models import Count, F, Q
from django.db.models.functions import Floor
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_bidi
from opaque_keys.edx.keys import UsageKey
from webob import Request, Response
from xblock.core import XBlock

from xblocks.base.handling import RefusedError, refused
from xblocks.base.i18n import html_language, translator
from xblocks.base.problems import N_, Problem
from xblocks.base.spreadsheet import Cell
from xblocks.microquiz import api
from xblocks.microquiz.answer_words import answer_in_words
from xblocks.microquiz.fields import QuizFields
from xblocks.microquiz.figures import QuestionFigures, Tally, figures
from xblocks.microquiz.models import Answer
from xblocks.microquiz.questions import Question
from xblocks.microquiz.report_page import question_name, render_report
from xblocks.microquiz.responses import still_fits

PAGE = 2000
"""Rows read at a time: memory does not grow with the course."""
MOST_DIFFERENT_ANSWERS = 2000
SALT = "microunits.microquiz.answers"
LINK_SECONDS = 12 * 3600


class ReportingMixin(QuizFields):
    """The report of the block."""

    @XBlock.handler
    def report(self, request: Request, suffix: str = "") -> Response:
        """A page with the figures of each question, for the course team only."""
        viewer, usage_key = self.viewer, self.usage_key
        if not viewer.is_staff:
            return refused(RefusedError("course_team_only", Problem("", N_("This page is for the course team.")), 403))
        words = translator()
        lines = question_figures(usage_key, self.prepared.questions, words) if isinstance(usage_key, UsageKey) else ()
        html = render_report(
            self.quiz_settings.display_name,
            lines,
            css_url=static("microquiz/report.css"),
            csv_url=_csv_url(viewer.user_id, usage_key),
            lang=html_language(),
            rtl=get_language_bidi(),
            words=words,
        )
        return Response(html, content_type="text/html", charset="UTF-8", cache_control="no-store")


def _csv_url(user_id: int | None, usage_key: UsageKey) -> str:
    """A link for this person only; the view it leads to need not know how the platform gives out rights."""
    ticket = signing.dumps({"user": user_id, "usage": str(usage_key)}, salt=SALT)
    try:
        return reverse("microunits_microquiz:answers", args=[ticket])
    except NoReverseMatch:
        # Studio serves no pages of ours.
        return ""


def question_figures(
    usage_key: UsageKey, questions: Sequence[Question], words: NullTranslations
) -> tuple[QuestionFigures, ...]:
    """The figures of a quiz, in three statements whatever the number of answers."""
    rows = Answer.objects.filter(usage_key=usage_key)
    first = Q(attempt=1)
    tallies = {
        row["question_id"]: Tally(answers=row["answers"], learners=row["learners"], first_right=row["first_right"])
        for row in rows.values("question_id").annotate(
            answers=Count("id"),
            learners=Count("id", filter=first),
            first_right=Count("id", filter=first & Q(score__gte=1)),
        )
    }
    seconds: dict[str, dict[int, int]] = defaultdict(dict)
    timed = rows.filter(elapsed_ms__isnull=False).annotate(seconds=Floor(F("elapsed_ms") / 1000.0))
    for row in timed.values("question_id", "seconds").annotate(times=Count("id")):
        seconds[row["question_id"]][int(row["seconds"])] = row["times"]
    wrong: dict[str, list[tuple[Mapping[str, Any], int]]] = defaultdict(list)
    given = rows.filter(score__lt=1).values("question_id", "response").annotate(times=Count("id")).order_by("-times")
    for name, response, times in given.values_list("question_id", "response", "times")[:MOST_DIFFERENT_ANSWERS]:
        wrong[name].append((response, times))
    return figures(questions, tallies, seconds, wrong, words)


HEADINGS = (
    N_("learner"),
    N_("question"),
    N_("question id"),
    N_("attempt"),
    N_("score"),
    N_("answer"),
    N_("hints"),
    N_("confidence"),
    N_("seconds"),
    N_("answered at (UTC)"),
)


def answer_rows(usage_key: UsageKey, words: NullTranslations) -> Iterator[Sequence[Cell]]:
    """The log of a quiz for a spreadsheet, oldest first, with a line of headings; reads a page at a time.

    Answers are told in the words of the question as it was answered, whatever it has become since.
    """
    yield [words.gettext(heading) for heading in HEADINGS]
    questions = api.questions_answered(usage_key)
    last = 0
    while page := list(Answer.objects.filter(usage_key=usage_key, id__gt=last).order_by("id")[:PAGE]):
        last = page[-1].id
        users = get_user_model().objects.filter(id__in={row.user_id for row in page})
        names = dict(users.values_list("id", "username"))
        for row in page:
            yield _cells(row, names.get(row.user_id, str(row.user_id)), questions.get(row.content_hash), words)


def _cells(row: Answer, name: str, question: Question | None, words: NullTranslations) -> Sequence[Cell]:
    response = still_fits(question, row.response) if question else None
    answer = answer_in_words(question, response, words) if question and response else str(row.response)
    return (
        name,
        question_name(question) if question else "",
        row.question_id,
        row.attempt,
        row.score,
        answer,
        row.hints_used,
        row.confidence,
        None if row.elapsed_ms is None else round(row.elapsed_ms / 1000, 1),
        row.answered_at.strftime("%Y-%m-%d %H:%M:%S"),
    )
