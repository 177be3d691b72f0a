"""The learner's own pages: everything that is due over all courses, and what they wish."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language_bidi
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from xblock.django.request import django_to_webob_request, webob_to_django_response

from xblocks.base.accounts import OPENEDX
from xblocks.base.handling import RefusedError, json_response, read_json, refused
from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.base.problems import Problem
from xblocks.nudge import api, wishing
from xblocks.nudge.block import CSS, JS, SIGN_IN
from xblocks.nudge.overview_page import render_overview
from xblocks.nudge.overviewing import overview_of_all
from xblocks.nudge.page_frame import Frame, render_page
from xblocks.nudge.practice import Practice

PLACE = "review"
DEEDS = {"answer": Practice.answer, "hint": Practice.hint, "turn": Practice.turn}


@require_safe
@ensure_csrf_cookie
@login_required
def review(request: HttpRequest) -> HttpResponse:
    """What is due in all courses of the learner."""
    practice = practice_of(request)
    title = _("Practise")
    view = overview_of_all(practice, title, heading="h1")
    return _page(request, title, render_overview(view, translator()))


@require_safe
@ensure_csrf_cookie
@login_required
def practise(request: HttpRequest) -> HttpResponse:
    """A session: of all courses, or of ?course=; of a ?tag=; or of something that is not due (?any=1)."""
    course_key = _course_key(request.GET.get("course", ""))
    practice, tag = practice_of(request, course_key), request.GET.get("tag", "")
    title = tag or _("Practise")
    html = practice.session(title, tag=tag, anyway=bool(request.GET.get("any")))
    if not html:
        html = _nothing(practice)
    return _page(request, title, f'<div class="mn-room">{html}</div>')


def deed(request: HttpRequest, name: str) -> HttpResponse:
    """What the page of a session asks: answer, hint, turn."""
    asked = django_to_webob_request(request)
    try:
        if not request.user.is_authenticated:
            raise RefusedError("sign_in", Problem("", SIGN_IN), 403)
        answer: Mapping[str, Any] = DEEDS[name](practice_of(request), request.GET.get("s", ""), read_json(asked))
        response = json_response(answer)
    except RefusedError as refusal:
        response = refused(refusal)
    answered: HttpResponse = webob_to_django_response(response)
    return answered


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """What the learner wishes; a form that was not sent by POST is shown filled in, for them to save."""
    learner, now = api.learner_of(request.user), platform().now()
    form = {**request.POST.dict(), "days": request.POST.getlist("days")}
    taken = wishing.take_wishes(learner, form, now) if request.method == "POST" else None
    if taken is not None and not taken.problems:
        return HttpResponseRedirect(f"{request.path}?saved=1")
    hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    title = _("When you hear from us")
    html = wishing.render(
        learner,
        now,
        action=request.path,
        prefix="wishes",
        method="post",
        hidden=hidden,
        zones=_zones(),
        taken=taken or (wishing.Taken(api.preferences(learner)) if "saved" in request.GET else None),
    )
    lead = _("One set of wishes, for all your courses. A course never sends more than you allow here.")
    content = (
        f'<section class="mu mn-overview" aria-label="{escape(title)}"><h1 class="mu-title">{escape(title)}</h1>'
        f'<p class="mu-note">{escape(lead)}</p>{html}</section><div class="mn-room"></div>'
    )
    return _page(request, title, content)


def practice_of(request: HttpRequest, course_key: CourseKey | None = None) -> Practice:
    """Practising by the one who is signed in, over all courses or in one."""
    return Practice(
        source=OPENEDX,
        external_id=str(request.user.pk),
        place=PLACE,
        course_key=course_key,
        now=platform().now(),
        with_files=platform().with_course_files,
        overview_url=reverse("microunits_nudge:review"),
        practise_url=reverse("microunits_nudge:practise"),
    )


def _nothing(practice: Practice) -> str:
    label = _("See what you remember")
    return (
        f'<section class="mu mn-overview">{practice.nothing()}'
        f'<p class="mn-on"><a class="mn-button" href="{escape(practice.overview_url)}">{escape(label)}</a></p>'
        "</section>"
    )


def _page(request: HttpRequest, title: str, content: str) -> HttpResponse:
    frame = Frame(
        title=title,
        site=platform().site_name(),
        site_url="/",
        here=request.path,
        ways=[
            (reverse("microunits_nudge:review"), _("Practise")),
            (reverse("microunits_nudge:wishes"), _("When you hear from us")),
        ],
        answers_url=reverse("microunits_nudge:review"),
        css=[static(name) for name in CSS],
        js=[static(name) for name in JS],
        lang=html_language(),
        rtl=get_language_bidi(),
    )
    response = HttpResponse(render_page(frame, content, translator()))
    response["Cache-Control"] = "no-store"
    return response


def _course_key(text: str) -> CourseKey | None:
    try:
        return CourseKey.from_string(text) if text else None
    except InvalidKeyError:
        return None


@cache
def _zones() -> tuple[str, ...]:
    """Time zones to choose from: those that are named after a place."""
    named = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return tuple(sorted(named))
