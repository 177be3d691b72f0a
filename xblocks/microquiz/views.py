"""Pages of our own, beside the block: the course team's download."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET
from opaque_keys.edx.keys import UsageKey

from xblocks.base.i18n import translator
from xblocks.base.spreadsheet import csv_lines
from xblocks.microquiz.reporting import LINK_SECONDS, SALT, answer_rows


@require_GET
@login_required
def answers(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """All answers to a quiz as CSV, streamed; the ticket is given out by the block's report and good for one person."""
    try:
        claim = signing.loads(ticket, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature as error:
        raise PermissionDenied from error
    if claim["user"] != request.user.pk:
        raise PermissionDenied
    usage_key = UsageKey.from_string(claim["usage"])
    lines = csv_lines(answer_rows(usage_key, translator()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answers.csv"'
    response["Cache-Control"] = "no-store"
    return response
