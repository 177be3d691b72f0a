"""What the links in a message lead to.

Mail programs and their scanners follow links before anybody reads the mail. So a GET changes nothing here: a message
counts as opened once the one it was written to arrives signed in or answers, and as acted on once they answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xblocks.base.accounts import OPENEDX
from xblocks.base.handling import RefusedError
from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_, Problem
from xblocks.nudge import api, models, sources
from xblocks.nudge.links import BadTicketError, Ticket, read_go, read_question, read_stop
from xblocks.nudge.mail_page import Choice, Frame, Way, render_asked, render_chosen, render_notice, render_stop
from xblocks.nudge.mail_question import DEEDS, Closed, ClosedError, Reply, asked, markup
from xblocks.nudge.practice import zone_of
from xblocks.nudge.sweeping import hold
from xblocks.nudge.when_words import date_in_words

PAUSE = timedelta(weeks=4)
_MOST_BYTES = 100_000

View = Callable[..., HttpResponse]


def _private(view: View) -> View:
    """A page that is found by its link alone: not by search engines, nor in anybody's logs or caches."""

    @wraps(view)
    def answered(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        response = view(request, *arguments, **named)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        return response

    return answered


# --- To what a message invites to


@_private
@require_safe
def go(request: HttpRequest, ticket: str) -> HttpResponse:
    """Note that the message was opened, when that is the one it was written to; then on to the practice page."""
    now = platform().now()
    try:
        claim = read_go(ticket)
    except BadTicketError:
        return _unknown()
    claim = _standing(claim)
    nudge = (
        models.Nudge.objects.select_related("learner").filter(pk=claim.nudge_id, learner_id=claim.learner_id).first()
    )
    if nudge is None or claim.is_expired(now):
        text = _("The link in the mail worked for two weeks. Your practice page has what helps most now.")
        return _page(render_notice(_frame(), _("This message is from a while ago"), text, _practice()))
    if nudge.learner.source == OPENEDX:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method == "GET" and str(request.user.pk) == nudge.learner.external_id:
            api.mark_opened(nudge.pk, nudge.learner_id, now)
    return HttpResponseRedirect(_target(nudge))


def _target(nudge: models.Nudge) -> str:
    if nudge.anchor_id is None:
        return reverse("microunits_nudge:practise")
    anchor = models.Anchor.objects.select_related("course").filter(pk=nudge.anchor_id).first()
    if anchor is None:
        return reverse("microunits_nudge:practise")
    path: str = anchor.path
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return platform().course_url(anchor.course.course_key)


# --- Fewer messages, or none


@_private
# The ticket is the permission: by RFC 8058 a mail provider sends this, without cookies; there is no session to misuse.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, ticket: str) -> HttpResponse:
    """Ask what one wants; a POST without a choice is a mail program's one click and stops everything."""
    try:
        claim = read_stop(ticket)
    except BadTicketError:
        return _unknown()
    now, claim = platform().now(), _standing(claim)
    learner = models.Learner.objects.filter(pk=claim.learner_id).first()
    with translation.override(claim.language or translation.get_language()):
        until = _date(learner, now + PAUSE, now)
        if request.method != "POST":
            return _page(render_stop(_frame(), until, translator()))
        raw = request.POST.get("choice", Choice.STOP.value)
        if raw not in tuple(Choice):
            return _page(render_stop(_frame(), until, translator()), 400)
        choice = Choice(raw)
        if learner is not None:
            with transaction.atomic():
                hold(learner.pk)
                _choose(learner, choice, now)
        has_account = learner is None or learner.source == OPENEDX
        wishes = reverse("microunits_nudge:wishes") if has_account else ""
        return _page(render_chosen(_frame(), choice, until, wishes, translator()))


def _choose(learner: models.Learner, choice: Choice, now: datetime) -> None:
    before = api.preferences(learner)
    wishes = {
        Choice.STOP: replace(before, is_stopped=True),
        Choice.PAUSE: replace(before, is_stopped=False, paused_until=now + PAUSE),
        Choice.FEWER: replace(before, is_stopped=False, paused_until=None, weekly_digest=True, per_week=1),
        Choice.AGAIN: replace(before, is_stopped=False, paused_until=None),
    }
    api.keep_preferences(learner, wishes[choice], now)


def _date(learner: models.Learner | None, when: datetime, now: datetime) -> str:
    zone = now.tzinfo if learner is None else zone_of(learner)
    assert zone is not None
    return date_in_words(when, now, zone, translator())


# --- One question without signing in


@_private
@require_safe
def question(request: HttpRequest, ticket: str) -> HttpResponse:
    """The page of the one question that a ticket is for."""
    try:
        claim = read_question(ticket)
    except BadTicketError:
        return _unknown()
    claim = _standing(claim)
    with translation.override(claim.language or translation.get_language()):
        try:
            one = asked(claim, platform().now())
        except ClosedError as closed:
            return _closed(closed, claim)
        css = (static("microquiz/microquiz.css"), static("nudge/mail.css"))
        js = (static("microquiz/microquiz.js"), static("nudge/mail-question.js"))
        frame = replace(_frame(), css=css, js=js)
        deeds = reverse("microunits_nudge:question", args=[ticket]) + "/"
        return _page(render_asked(frame, markup(one, one.prompt.view()), deeds, _onward(claim), translator()))


@_private
# The ticket is the permission, and what it permits is on the page that it opens; no cookie is looked at.
@csrf_exempt
@require_POST
def deed(request: HttpRequest, ticket: str, name: str) -> HttpResponse:
    """What the page's script sends: the answer, or that a hint was asked for."""
    try:
        claim = read_question(ticket)
    except BadTicketError:
        return _unknown()
    claim = _standing(claim)
    with translation.override(claim.language or translation.get_language()):
        try:
            return JsonResponse(dict(DEEDS[name](claim, _json(request), _onward(claim), platform().now())))
        except RefusedError as refusal:
            return _refused(refusal)
        except ClosedError as closed:
            _title, text = _why_closed(closed.why)
            return JsonResponse({"error": closed.why.value, "message": text}, status=409)


def _json(request: HttpRequest) -> Reply:
    body = request.body
    if len(body) > _MOST_BYTES:
        body = b""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        message = N_("This did not arrive whole. Load the page again and try once more.")
        raise RefusedError("unreadable", Problem("", message))
    return data


def _refused(refusal: RefusedError) -> HttpResponse:
    return JsonResponse({"error": refusal.name, "message": refusal.problem.sentence(_)}, status=refusal.status)


def _closed(closed: ClosedError, claim: Ticket) -> HttpResponse:
    title, text = _why_closed(closed.why)
    way, is_elsewhere = _onward(claim), _place_of(claim) is not None
    if closed.course is not None and closed.why is not Closed.ANSWERED and not is_elsewhere:
        way = Way(_("Go to the course"), platform().course_url(closed.course.course_key))
    return _page(render_notice(_frame(), title, text, way), 410)


_WHY_CLOSED = {
    Closed.ANSWERED: (
        N_("You have answered this one already"),
        N_("It comes back when that helps. On your practice page you can go on."),
    ),
    Closed.EXPIRED: (
        N_("This question is from a while ago"),
        N_("The link worked for a week. In the course you can always go on."),
    ),
    Closed.GONE: (
        N_("This question is no longer asked"),
        N_("The course team has changed or removed it. In the course you can always go on."),
    ),
    Closed.LEFT: (
        N_("You are not enrolled in this course"),
        N_("What you learned in it is kept. Once you are enrolled again, its questions come back."),
    ),
}


def _why_closed(why: Closed) -> tuple[str, str]:
    title, text = _WHY_CLOSED[why]
    return _(title), _(text)


# --- Around the pages


def _page(html: str, status: int = 200) -> HttpResponse:
    return HttpResponse(html, status=status)


def _frame() -> Frame:
    rtl = translation.get_language_bidi()
    return Frame(site=platform().site_name(), lang=html_language(), rtl=rtl, css=(static("nudge/mail.css"),))


def _practice() -> Way:
    return Way(_("Go to your practice page"), reverse("microunits_nudge:review"))


def _standing(claim: Ticket) -> Ticket:
    """The ticket, for the learner that its own turned out to be."""
    if not sources.registered():
        return claim
    joined = models.Learner.objects.filter(pk=claim.learner_id, joined_to__isnull=False)
    return replace(claim, learner_id=joined.values_list("joined_to", flat=True).first() or claim.learner_id)


def _onward(claim: Ticket) -> Way:
    """Where to go on: the practice page, or, for those without an account here, where they take the course."""
    address = _place_of(claim)
    return _practice() if address is None else Way(_("Go to the course"), address)


def _place_of(claim: Ticket) -> str | None:
    """Where somebody without an account here takes the course that a message is about; None for everybody else."""
    if not sources.registered():
        return None
    nudge = models.Nudge.objects.select_related("learner").filter(pk=claim.nudge_id).first()
    source = nudge and sources.named(nudge.learner.source)
    line = nudge and nudge.courses.select_related("course").order_by("-questions", "pk").first()
    if not nudge or not source or not line:
        return None
    to = sources.Identity(nudge.learner.source, nudge.learner.external_id)
    return source.address(to, line.course.course_key, None) or None


def _unknown() -> HttpResponse:
    text = _("Perhaps your mail program cut it off. On your practice page you can do everything that mails offer.")
    return _page(render_notice(_frame(), _("This link does not work"), text, _practice()), 404)
