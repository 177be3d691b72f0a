"""The facilitator's page and what can be done on it; rights are looked at in every request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
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

from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_, ContentError
from xblocks.base.spreadsheet import csv_lines
from xblocks.workshop import attending, definition, models, scheduling, team
from xblocks.workshop.team_page import FIELDS, TeamFrame, TeamSession, TeamView, render_page, render_team

CSS = ("nudge/team.css", "workshop/team.css")
DONE = {
    "changed": N_("Saved. Whom it concerns is told."),
    "cancelled": N_("Cancelled. Whom it concerns is told."),
    "again": N_("It takes place after all."),
}
View = Callable[..., HttpResponseBase]


def _of_a_workshop(view: View) -> View:
    """A page for the team of the course that a workshop is in, and for nobody else; never kept by a cache."""

    @wraps(view)
    def guarded(request: HttpRequest, number: int) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # What was sent is gone after signing in; the page is a better place to land than a refusal.
            here = reverse("microunits_workshop:team", args=[number])
            return redirect_to_login(here if request.method == "POST" else request.get_full_path())
        workshop = models.Workshop.objects.filter(pk=number).first()
        if workshop is None:
            raise Http404
        is_team = platform().is_course_team(request.user, workshop.course_key)
        response = view(request, workshop) if is_team else _refused()
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def _refused() -> HttpResponse:
    text = _("This page is for the team of this course. Do you belong to it? Ask whoever leads the course.")
    frame = _frame(("/", platform().site_name()))
    return HttpResponse(render_page(frame, _("For the course team"), f"<p>{text}</p>"), status=403)


@require_safe
@_of_a_workshop
def page(request: HttpRequest, workshop: models.Workshop) -> HttpResponse:
    """Who comes, who is ready, and what they answered."""
    done = request.GET.get("done", "")
    return _page(request, workshop, request.GET.get("session", ""), notice=_(DONE[done]) if done in DONE else "")


@require_safe
@_of_a_workshop
def download(request: HttpRequest, workshop: models.Workshop) -> HttpResponseBase:
    """The learners as CSV."""
    found = team.everybody(workshop)
    session = _session(found, request.GET.get("session", ""))
    rows = team.table(found, session, platform().now())
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="workshop.csv"'
    return response


@csrf_protect
@require_POST
@_of_a_workshop
def act(request: HttpRequest, workshop: models.Workshop) -> HttpResponse:
    """Move, change or cancel a session, or note who was there."""
    row = workshop.sessions.filter(session_id=request.POST.get("session", ""), is_retired=False).first()
    deed = DEEDS.get(request.POST.get("do", ""))
    if row is None or deed is None:
        return _back(workshop)
    return deed(request, workshop, row)


def _change(request: HttpRequest, workshop: models.Workshop, row: models.Session) -> HttpResponse:
    typed = request.POST.dict()
    try:
        session = definition.decode_session(team.facts_in(typed, row))
    except ContentError as error:
        problems: dict[str, str] = {}
        for problem in error.problems:
            problems.setdefault(problem.path, problem.sentence(translator().gettext))
        if "starts" in problems:
            problems["date"] = problems.pop("starts")
        return _page(request, workshop, row.session_id, problems=problems, typed=typed)
    scheduling.change(row.pk, session, platform().now())
    return _back(workshop, row, "changed")


def _cancel(request: HttpRequest, workshop: models.Workshop, row: models.Session) -> HttpResponse:
    scheduling.cancel(row.pk, platform().now())
    return _back(workshop, row, "cancelled")


def _again(request: HttpRequest, workshop: models.Workshop, row: models.Session) -> HttpResponse:
    scheduling.take_up_again(row.pk, platform().now())
    return _back(workshop, row, "again")


def _attend(request: HttpRequest, workshop: models.Workshop, row: models.Session) -> HttpResponse:
    number = request.POST.get("learner", "")
    people = models.Participant.objects.filter(workshop=workshop).select_related("person", "workshop")
    one = people.filter(pk=int(number)).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
    if one is not None and request.POST.get("was") in ("there", "away"):
        was_there = request.POST["was"] == "there"
        attending.note(row, one, was_there=was_there, by=str(request.user.pk), now=platform().now())
    return _back(workshop, row, anchor=f"l{one.pk}" if one is not None else "")


DEEDS: Mapping[str, Callable[[HttpRequest, models.Workshop, models.Session], HttpResponse]] = {
    "change": _change,
    "cancel": _cancel,
    "again": _again,
    "attend": _attend,
}


# --- The page


def _page(
    request: HttpRequest,
    workshop: models.Workshop,
    chosen: str,
    *,
    notice: str = "",
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    found, now = team.everybody(workshop), platform().now()
    session = _session(found, chosen)
    here = reverse("microunits_workshop:team", args=[workshop.pk])
    urls = {row.session_id: f"{here}?{urlencode({'session': row.session_id})}#learners" for row in found.sessions}
    shown = team.sessions(found, session.session_id if session is not None else "", urls, now)
    if typed is not None:
        shown = [_as_typed(one, typed) if one.is_chosen else one for one in shown]
    query = f"?{urlencode({'session': session.session_id})}" if session is not None else ""
    view = TeamView(
        title=workshop.title,
        sessions=shown,
        learners=team.learners(found, session),
        questions=team.questions(found, session),
        chosen=session.session_id if session is not None else "",
        unchosen=sum(row.holds is None for row in found.rows),
        act=reverse("microunits_workshop:act", args=[workshop.pk]),
        hidden=f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">',
        csv_url=reverse("microunits_workshop:table", args=[workshop.pk]) + query,
        notice=notice,
        problems=problems,
    )
    way = (platform().block_url(workshop.usage_key), _("To the workshop in the course"))
    return HttpResponse(render_page(_frame(way), workshop.title, render_team(view, translator())))


def _as_typed(one: TeamSession, typed: Mapping[str, str]) -> TeamSession:
    return replace(one, form={name: typed.get(name, one.form.get(name, "")) for name in FIELDS})


def _session(found: team.Everybody, chosen: str) -> models.Session | None:
    """The session of that id; of one session only, that."""
    rows = [row for row in found.sessions if not row.is_retired]
    if not chosen and len(rows) == 1:
        return rows[0]
    return next((row for row in rows if row.session_id == chosen), None)


def _frame(way: tuple[str, str]) -> TeamFrame:
    return TeamFrame(
        way=way,
        site=platform().site_name(),
        css=[static(name) for name in CSS],
        lang=html_language(),
        rtl=get_language_bidi(),
    )


def _back(
    workshop: models.Workshop, row: models.Session | None = None, done: str = "", anchor: str = ""
) -> HttpResponseRedirect:
    query = {name: value for name, value in (("session", row.session_id if row else ""), ("done", done)) if value}
    end = (f"?{urlencode(query)}" if query else "") + (f"#{anchor}" if anchor else "")
    return HttpResponseRedirect(reverse("microunits_workshop:team", args=[workshop.pk]) + end)
