"""What the learner takes along of their own awards, whether they share them or not."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xblocks.badges import issuing, models, public_pages
from xblocks.badges.download import file_of
from xblocks.nudge.api import OPENEDX


@require_safe
@login_required
def download(request: HttpRequest, uid: UUID, form: str) -> HttpResponse:
    """A file: json, jwt, png or svg. An award of somebody else is not there."""
    rows = models.Award.objects.select_related("badge", "holder")
    mine = rows.filter(uid=uid, holder__source=OPENEDX, holder__external_id=str(request.user.pk))
    award = mine.first()
    if award is None:
        raise Http404("You have no such badge.")
    credential = issuing.credential_of(award)
    if credential is None:
        response = HttpResponse(public_pages.not_signed_page(), status=503)
        response["Retry-After"] = "3600"
    else:
        file = file_of(credential, form)
        response = HttpResponse(file.content, content_type=file.media_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
