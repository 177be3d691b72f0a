"""The course team's page and what can be done on it; rights are looked at in every request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe
from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import OPENEDX, user_id_of
from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.base.spreadsheet import csv_lines
from xblocks.base.team_access import for_course_team
from xblocks.nudge import mail, models, tasks, team, team_acting, team_ahead
from xblocks.nudge.foreseeing import foresee
from xblocks.nudge.kinds import Kind
from xblocks.nudge.limits import Bounds, Overrides, merged
from xblocks.nudge.loading import zone_named
from xblocks.nudge.planning import horizon_of
from xblocks.nudge.policy import CourseState, State
from xblocks.nudge.site import bounds, site
from xblocks.nudge.team_form import VARIANTS, ChoicesView, PreviewView, Shown, render_switch
from xblocks.nudge.team_page import TeamFrame, TeamView, render_preview, render_refusal, render_team
from xblocks.nudge.team_sections import Telling
from xblocks.nudge.team_settings import FIELDS, Settings, as_form, overrides, read_form
from xblocks.nudge.team_tables import TABLES
from xblocks.nudge.when_words import at_hour

MOST_LISTED = 200
"""Learners to choose from for a preview; others can be typed."""

DONE = {
    "saved": N_("Saved."),
    "stopped": N_("Stopped. From now on no message of this course leaves."),
    "started": N_("Started again."),
}
NO_QUEUE = N_("This site is too busy to change that now, so nothing was changed. Try again in a few minutes.")
EARLIER = N_("This is a large course, so the figures are up to ten minutes old.")


def _refused() -> HttpResponse:
    words = translator()
    frame = _frame(words.gettext("For the course team"), ("/", platform().site_name()))
    text = words.gettext("This page is for the team of this course. Do you belong to it? Ask whoever leads the course.")
    return HttpResponse(render_refusal(frame, text), status=403)


_of_a_course = for_course_team("microunits_nudge:team", _refused)


@require_safe
@_of_a_course
def page(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """How reminding goes, and what the team chose."""
    course = _course(course_key)
    return _team_page(request, course, done=request.GET.get("done", ""))


@csrf_protect
@require_POST
@transaction.non_atomic_requests
@_of_a_course
def choose(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """Keep what the team chose, or show the plan that it would give."""
    row, zone, now = site(), _zone(), platform().now()
    course, limits = _course(course_key), bounds(row)
    was = team_acting.settings_of(course, limits, zone)
    # Of a day that is not checked a browser sends nothing.
    days = {"days": ",".join(day for day in request.POST.getlist("days") if day)} if "days" in request.POST else {}
    typed = {name: request.POST.get(name, as_form(was)[name]) for name in FIELDS} | days
    ends_on = course.ends_at.astimezone(zone).date() if course.ends_at else None
    settings, problems = read_form(typed, was, limits, now.astimezone(zone).date(), ends_on)
    told = {problem.path: problem.sentence(translator().gettext) for problem in problems}
    if problems or request.POST.get("do") == "try":
        return _team_page(request, course, typed=typed, problems=told, trial=None if problems else settings)
    course = team_acting.course_to_change(course_key)
    if not _keep(course, settings, zone):
        return _team_page(request, course, typed=typed, notices=[_(NO_QUEUE)])
    return _back(course_key, "saved")


def _keep(course: models.Course, settings: Settings, zone: tzinfo) -> bool:
    """Keep choices and set going what follows from them; False, and all as it was, where the queue does not answer."""
    before = models.Course.objects.get(pk=course.pk)
    with transaction.atomic():
        changed = team_acting.keep_settings(course, settings, bounds(site()), zone, platform().now())
    # The workers read what is kept, so they are told once it is.
    if all(tasks.queue(tasks.FOLLOWS[what], course.pk) for what in sorted(changed)):
        return True
    before.save(update_fields=["target_at", "retention", "tail", "holdout_share", "policy"])
    return False


@csrf_protect
@require_POST
@transaction.non_atomic_requests
@_of_a_course
def turn(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """Stop all messages of the course, or start them again."""
    _course(course_key)
    course, to, now = team_acting.course_to_change(course_key), request.POST.get("to"), platform().now()
    if to == "stop":
        team_acting.switch(course, is_stopped=True, now=now)
        return _back(course_key, "stopped")
    if to == "start":
        if team_acting.switch(course, is_stopped=False, now=now) and not tasks.queue(tasks.look_again, course.pk):
            team_acting.switch(course, is_stopped=True, now=now)
            return _team_page(request, course, notices=[_(NO_QUEUE)])
        return _back(course_key, "started")
    return HttpResponse(status=400)


@require_safe
@_of_a_course
def download(request: HttpRequest, course_key: CourseKey, table: str) -> HttpResponseBase:
    """A table as CSV, streamed."""
    course = _course(course_key)
    if table not in TABLES or not team.is_kept(course):
        raise Http404
    rows = TABLES[table](course, bounds(site()), _telling(course))
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return response


@require_safe
@_of_a_course
def preview(request: HttpRequest, course_key: CourseKey) -> HttpResponse:
    """A message as a learner of the course would get it now."""
    course = _course(course_key)
    number = request.GET.get("variant", "")
    chooser = PreviewView(
        action=reverse("microunits_nudge:team_preview", args=[str(course_key)]),
        learners=_listed(course),
        learner=request.GET.get("learner", "").strip(),
        kind=request.GET.get("kind", Kind.REVIEWS.value),
        variant=int(number) if number in map(str, range(len(VARIANTS))) else 0,
    )
    shown, problem = _shown(course, chooser) if chooser.learner else (None, "")
    frame = _frame(_("A message as a learner gets it"), (_url("team", course_key), _("Back to the reminders")))
    return HttpResponse(render_preview(frame, replace(chooser, problem=problem), shown, translator()))


# --- What a learner would get


def _shown(course: models.Course, chooser: PreviewView) -> tuple[Shown | None, str]:
    """The message, or what is in the way."""
    user = _user(course, chooser.learner)
    if user is None:
        return None, _("Nobody of that name has answered a question in this course yet.")
    person = platform().people([user.pk]).get(user.pk)
    if person is None or chooser.kind not in set(Kind):
        return None, _("There is no such message.")
    learner, now = models.Learner.objects.get(source=OPENEDX, external_id=str(user.pk)), platform().now()
    nudge, due = _nudge(course, learner, chooser, now)
    made = mail.preview(nudge, person, [(course, due)], now)
    if made is None:
        return None, _("No event of the course has asked for a message to this learner.")
    return Shown(learner=user.username, subject=made.subject, html=made.html, text=made.text), ""


def _nudge(
    course: models.Course, learner: models.Learner, chooser: PreviewView, now: datetime
) -> tuple[models.Nudge, int]:
    """A message that is kept nowhere, and how many questions it invites to: at least one, to show how that reads."""
    kind = Kind(chooser.kind)
    due = max(1, team_ahead.may_come(course, now).filter(learner=learner, due_at__lte=now).count())
    questions = min(due, team.policy_of(course, bounds(site())).most_questions)
    anchor = models.Anchor.objects.filter(learner=learner, course=course).order_by("-at").first()
    nudge = models.Nudge(
        learner=learner,
        kind=kind.value,
        slot="",
        questions=0 if kind in (Kind.GOODBYE, Kind.ANCHORED) else questions,
        variant=chooser.variant,
        anchor_id=anchor.pk if anchor else None,
        planned_at=now,
        not_after=now + timedelta(hours=1),
    )
    return nudge, nudge.questions


def _user(course: models.Course, name: str) -> Any:
    """The user of that name or address who takes part in the course; nobody else can be found here."""
    users = get_user_model().objects.filter(Q(username=name) | Q(email__iexact=name)).order_by("pk")
    found = {str(user.pk): user for user in users[:20]}
    there = models.Participation.objects.filter(
        course_id=course.pk, learner__source=OPENEDX, learner__external_id__in=found
    )
    first = there.values_list("learner__external_id", flat=True).first()
    return found.get(first) if first else None


def _listed(course: models.Course) -> list[tuple[str, str]]:
    """Learners to choose from, the latest to come first."""
    if not team.is_kept(course):
        return []
    rows = models.Participation.objects.filter(course=course, learner__source=OPENEDX).order_by("-pk")
    names = rows.values_list("learner__external_id", flat=True)[:MOST_LISTED]
    ids = [user_id for name in names if (user_id := user_id_of(OPENEDX, name)) is not None]
    users = get_user_model().objects.filter(pk__in=ids).order_by("username")
    # What somebody is called is in their profile; the account itself has no name on Open edX.
    people = platform().people(ids)
    return [(user.username, people[user.pk].name) for user in users if user.pk in people]


# --- The page


def _team_page(
    request: HttpRequest,
    course: models.Course,
    *,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    trial: Settings | None = None,
    notices: list[str] | None = None,
    done: str = "",
) -> HttpResponse:
    row, words, zone = site(), translator(), _zone()
    limits, telling = bounds(row), _telling(course)
    key = course.course_key
    settings = team_acting.settings_of(course, limits, zone)
    coming = "" if course.is_stopped or row.is_stopped else _coming(course, trial or settings, limits, telling)
    hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    figures, is_earlier = team.figures_lately(course, limits, telling.now, zone)
    told = [*(notices or []), *([_(EARLIER)] if is_earlier else [])]
    if done in DONE:
        told.insert(0, f"{_(DONE[done])} {coming}" if done == "saved" else _(DONE[done]))
    view = TeamView(
        figures=figures,
        telling=telling,
        horizon=team_acting.horizon_with(course, trial, zone) if trial else horizon_of(course),
        is_trial=trial is not None,
        is_stopped=course.is_stopped or row.is_stopped,
        choices=ChoicesView(
            settings=settings,
            bounds=limits,
            typed=typed or as_form(settings),
            action=_url("team_choose", key) + "#choices",
            hidden=hidden,
            ends=telling.day(course.ends_at) if course.ends_at else "",
            coming=coming,
            unheard=team_acting.unheard(course, trial or settings, limits),
            problems=problems or {},
        ),
        chooser=PreviewView(action=_url("team_preview", key), learners=_listed(course)),
        switch=render_switch(
            is_stopped=course.is_stopped,
            by_admin=row.is_stopped,
            action=_url("team_turn", key),
            hidden=hidden,
            words=words,
        ),
        notices=told,
    )
    name = course.name or key.course
    title = words.gettext("Reminders in %(course)s") % {"course": name}
    return HttpResponse(render_team(_frame(title, (platform().course_url(key), name)), view))


def _coming(course: models.Course, settings: Settings, limits: Bounds, telling: Telling) -> str:
    """When somebody with something due would hear from the course, with these choices."""
    policy = merged(limits, overrides(settings), Overrides())
    there = CourseState(course=str(course.course_key), due=1, policy=policy, ends_at=course.ends_at)
    zone = _zone()
    outlook = foresee(State(zone=zone, courses=(there,)), telling.now)
    if outlook.when is None:
        return f"{_('With these choices nothing will be sent.')} {_(outlook.decision.reason.sentence)}"
    text = _("With these choices, a learner with something due and no wishes of their own hears from us %(when)s.")
    return text % {"when": at_hour(outlook.when, telling.now, zone, telling.words)}


def _course(course_key: CourseKey) -> models.Course:
    """What is kept of a course, or what would be.

    Raises:
        Http404: there is no such course.
    """
    kept: models.Course | None = models.Course.objects.filter(course_key=course_key).first()
    if kept is not None:
        return kept
    facts = platform().course(course_key)
    if facts is None:
        raise Http404
    return models.Course(course_key=course_key, name=facts.name, ends_at=facts.ends_at)


def _telling(course: models.Course) -> Telling:
    return Telling(
        words=translator(),
        now=platform().now(),
        zone=_zone(),
        rtl=get_language_bidi(),
        tables=_url("team", course.course_key),
    )


def _zone() -> ZoneInfo:
    """The platform's own, so that everybody in the team sees the same days."""
    return zone_named("")


def _frame(title: str, way: tuple[str, str]) -> TeamFrame:
    return TeamFrame(
        title=title,
        site=platform().site_name(),
        way=way,
        css=static("nudge/team.css"),
        lang=html_language(),
        rtl=get_language_bidi(),
    )


def _url(name: str, course_key: CourseKey) -> str:
    return reverse(f"microunits_nudge:{name}", args=[str(course_key)])


def _back(course_key: CourseKey, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{_url('team', course_key)}?done={done}")
