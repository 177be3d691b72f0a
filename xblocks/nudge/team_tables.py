"""The course team's tables for a spreadsheet, a line at a time; messages are read in pages, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.contrib.auth import get_user_model

from xblocks.base.accounts import OPENEDX, user_id_of
from xblocks.base.spreadsheet import Cell
from xblocks.nudge import models, team, team_ahead
from xblocks.nudge.limits import Bounds
from xblocks.nudge.reasons import Reason
from xblocks.nudge.team_figures import is_tiny
from xblocks.nudge.team_reasons import reason_in_words
from xblocks.nudge.team_sections import Telling, measures

PAGE = 2000

Rows = Iterator[Sequence[Cell]]


def messages(course: models.Course, bounds: Bounds, telling: Telling) -> Rows:
    """Every message about the course, the oldest first."""
    words = telling.words
    yield [
        words.gettext("learner"),
        words.gettext("message"),
        words.gettext("status"),
        words.gettext("why"),
        words.gettext("questions"),
        words.gettext("decided at (UTC)"),
        words.gettext("sent at (UTC)"),
        words.gettext("link followed at (UTC)"),
        words.gettext("practised at (UTC)"),
    ]
    last = 0
    lines = models.NudgeCourse.objects.filter(course=course).select_related("nudge__learner").order_by("nudge_id")
    while page := list(lines.filter(nudge_id__gt=last)[:PAGE]):
        last = page[-1].nudge_id
        names = _names([line.nudge.learner for line in page])
        for line in page:
            nudge = line.nudge
            is_planned = nudge.reason in set(Reason) and nudge.status not in team.NOT_SENT
            why = words.gettext(Reason(nudge.reason).sentence) if is_planned else ""
            yield (
                names[nudge.learner_id],
                nudge.kind,
                nudge.status,
                why or reason_in_words(nudge.status, nudge.reason, words),
                line.questions,
                *(_moment(at) for at in (nudge.planned_at, nudge.sent_at, nudge.opened_at, line.acted_at)),
            )


def _names(learners: Sequence[models.Learner]) -> dict[int, str]:
    """What the course team calls them: user names here, and ids for those from elsewhere."""
    user_ids = {one.pk: user_id_of(one.source, one.external_id) for one in learners}
    users = get_user_model().objects.filter(pk__in=[one for one in user_ids.values() if one is not None])
    found: dict[int | None, str] = dict(users.values_list("pk", "username"))
    return {
        one.pk: found.get(user_ids[one.pk], one.external_id) if one.source == OPENEDX else str(one) for one in learners
    }


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else ""


def recall(course: models.Course, bounds: Bounds, telling: Telling) -> Rows:
    """Weeks of questions that came back."""
    words = telling.words
    yield [
        words.gettext("week of"),
        words.gettext("answers"),
        words.gettext("right"),
        words.gettext("expected (share)"),
    ]
    for week in team.weeks(team.questions_of(course), telling.now, telling.zone):
        yield week.begins.isoformat(), week.answers, week.right, _share(week.expected)


def coming(course: models.Course, bounds: Bounds, telling: Telling) -> Rows:
    """Days and the questions that come due on them."""
    words = telling.words
    yield [words.gettext("day"), words.gettext("questions")]
    found = team_ahead.planned(course, telling.now, telling.zone)
    for day, number in team_ahead.by_day(found, telling.now, telling.zone):
        yield day.isoformat(), number


def comparison(course: models.Course, bounds: Bounds, telling: Telling) -> Rows:
    """Learners with and without reminders."""
    words = telling.words
    yield [
        "",
        words.gettext("with reminders"),
        words.gettext("without"),
        words.gettext("difference"),
        words.gettext("at least"),
        words.gettext("at most"),
        words.gettext("verdict"),
    ]
    found = team.groups(course, team.questions_of(course), team.people_of(course, telling.now), telling.now)
    yield words.gettext("learners"), found[False].learners, found[True].learners, None, None, None, ""
    if is_tiny(found[False], found[True]):
        return
    for text, finding, _is_share in measures(found[False], found[True], telling):
        apart = finding.verdict.difference
        bounds_of = (None, None, None) if apart is None else (apart.estimate, apart.low, apart.high)
        figures = (finding.reminded, finding.others, *bounds_of)
        yield text, *(_share(figure) for figure in figures), words.gettext(finding.verdict.sentence)


def questions(course: models.Course, bounds: Bounds, telling: Telling) -> Rows:
    """Questions and when they come back."""
    words = telling.words
    yield [
        words.gettext("question"),
        words.gettext("comes back on (middle day)"),
        words.gettext("learners"),
        words.gettext("waiting now"),
    ]
    for line in team_ahead.lines(course, team_ahead.planned(course, telling.now, telling.zone)):
        day = line.median.astimezone(telling.zone).date().isoformat() if line.median else ""
        yield line.name, day, line.learners, line.waiting


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


TABLES: dict[str, Callable[[models.Course, Bounds, Telling], Rows]] = {
    "messages": messages,
    "recall": recall,
    "coming": coming,
    "comparison": comparison,
    "questions": questions,
}
