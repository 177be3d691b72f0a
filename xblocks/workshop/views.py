"""Pages of workshops that are no part of a course: the calendar that programs subscribe to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xblocks.base.i18n import _
from xblocks.workshop import calendars, feeds

CALENDAR = "text/calendar; charset=utf-8"


@require_safe
def feed(request: HttpRequest, ticket: str) -> HttpResponse:
    """A learner's sessions, for whoever has the link. One that was taken back leads nowhere."""
    try:
        person = feeds.feed_of(ticket)
    except feeds.BadFeedError:
        text = _("This calendar link does not work any more. Make a new one in the workshop.")
        response = HttpResponse(text, status=404, content_type="text/plain; charset=utf-8")
    else:
        response = HttpResponse(calendars.feed_file(person), content_type=CALENDAR)
        response["Content-Disposition"] = 'inline; filename="workshops.ics"'
    response["Cache-Control"] = "no-store"
    # A link that somebody has must not be found by others.
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
