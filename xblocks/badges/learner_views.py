"""The learner's own page over all courses, sharing, and the credit statement."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from xblocks.badges import models, sharing
from xblocks.badges.awarding import AwardError
from xblocks.badges.learner_page import render_learner
from xblocks.badges.own_badges import OwnBadges
from xblocks.badges.public_frame import Frame, render_page
from xblocks.base.accounts import OPENEDX
from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.base.problems import N_
from xblocks.base.spreadsheet import csv_lines

CSS = ("badges/public.css", "badges/own.css")

DONE = {
    "shared": (N_("Shared. Everybody who knows its address can see the badge now."), True),
    "unshared": (N_("Not shared any more. Its address shows nothing now."), True),
    "unsigned": (
        N_("This badge still has to be signed before it can be shared. Try again tomorrow, or ask who runs this site."),
        False,
    ),
    "revoked": (N_("This badge was revoked meanwhile, so it cannot be shared."), False),
}


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """All badges of the one who is signed in."""
    notice = DONE.get(request.GET.get("done", ""))
    hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    view = _own(request).view(hidden, (_(notice[0]), notice[1]) if notice else None)
    frame = Frame(
        title=_("Your badges"),
        site=platform().site_name(),
        site_url="/",
        css=[static(name) for name in CSS],
        lang=html_language(),
        rtl=get_language_bidi(),
        ways=[
            (reverse("microunits_nudge:review"), _("Practise")),
            (reverse("microunits_badges:verify"), _("Check a badge")),
        ],
    )
    response = HttpResponse(render_page(frame, render_learner(view, translator())))
    response["Cache-Control"] = "no-store"
    return response


@csrf_protect
@require_POST
@login_required
def share(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let everybody see a badge who knows its address."""
    award = _award(request, uid)
    try:
        sharing.share(award, platform().now())
    except sharing.NotSignedError:
        return _back("unsigned", award)
    except AwardError:
        return _back("revoked", award)
    return _back("shared", award)


@csrf_protect
@require_POST
@login_required
def unshare(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a badge to nobody else any more."""
    award = _award(request, uid)
    sharing.unshare(award)
    return _back("unshared", award)


@require_safe
@login_required
def credit(request: HttpRequest) -> StreamingHttpResponse:
    """The credit statement as CSV."""
    response = StreamingHttpResponse(csv_lines(list(_own(request).rows())), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="learning-credit.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _own(request: HttpRequest) -> OwnBadges:
    return OwnBadges(OPENEDX, str(request.user.pk), platform().now())


def _award(request: HttpRequest, uid: UUID) -> models.Award:
    """An award of the one who is signed in.

    Raises:
        Http404: an award of somebody else is not there.
    """
    rows = models.Award.objects.select_related("badge", "holder")
    award: models.Award | None = rows.filter(
        uid=uid, holder__source=OPENEDX, holder__external_id=str(request.user.pk)
    ).first()
    if award is None:
        raise Http404("You have no such badge.")
    return award


def _back(done: str, award: models.Award) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('microunits_badges:own')}?done={done}#badge-{award.uid}")
