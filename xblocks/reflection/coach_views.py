"""The pages of those who coach; rights are looked at in every request, and nothing that goes wrong tells a text.

Feedback comes as JSON only, as what learners write does (`private_handling`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from xblocks.base.editing import problem_answers
from xblocks.base.i18n import _, html_language, translator
from xblocks.base.platform import platform
from xblocks.base.problems import ContentError
from xblocks.base.spreadsheet import csv_lines
from xblocks.nudge.api import zone_named
from xblocks.nudge.when_words import date_in_words
from xblocks.reflection import coaching, names, reading_others, remarking, remarks
from xblocks.reflection.coach_page import (
    CoachFrame,
    CoachView,
    Line,
    TextView,
    render_everybody,
    render_page,
    render_remarks,
    render_text,
)
from xblocks.reflection.coaching import Coach, Row
from xblocks.reflection.private_handling import SEALED, tell
from xblocks.reflection.reading_others import NotSharedError, Readable
from xblocks.reflection.sealing import SealedError
from xblocks.reflection.sharing import Role
from xblocks.reflection.sharing_page import RemarkView

CSS = ("nudge/team.css", "reflection/coach.css")
JS = ("reflection/coach.js",)
MOST_BYTES = 100_000
View = Callable[..., HttpResponseBase]


def _for_coaches(view: View) -> View:
    """A page for those who coach in the course that a reflection is in; never kept by a cache.

    No exception leaves it but those that Django answers itself: what functions hold is a learner's text.
    """

    @wraps(view)
    @sensitive_variables()
    def guarded(request: HttpRequest, usage_key: str, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            here = reverse("microunits_reflection:coach", args=[usage_key])
            return redirect_to_login(here if request.method == "POST" else request.get_full_path())
        response = _answer(view, request, _key(usage_key), named)
        response["Cache-Control"] = "no-store"
        return response

    return guarded


@sensitive_variables()
def _answer(view: View, request: HttpRequest, key: UsageKey, named: dict[str, Any]) -> HttpResponseBase:
    try:
        one = coaching.coach(request.user, key.course_key)
        return view(request, key, one, **named) if one is not None else _refused()
    except Http404:
        raise
    except NotSharedError:
        raise Http404 from None
    except SealedError:
        return _said(_("A reflection"), SEALED.sentence(_), 503)
    except Exception as error:
        tell(view.__name__, error)
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        text = _("Something went wrong on our side. Load the page again in a moment.")
        return _said(_("That did not work"), text, 500)


def _key(name: str) -> UsageKey:
    try:
        key = UsageKey.from_string(name)
    except InvalidKeyError as error:
        raise Http404 from error
    if key.block_type != "reflection" or not getattr(key.context_key, "is_course", False):
        raise Http404
    return key


def _refused() -> HttpResponse:
    text = _("This page is for those who coach in this course. Do you? Ask whoever leads the course.")
    return _said(_("For coaches"), text, 403)


def _said(title: str, text: str, status: int) -> HttpResponse:
    frame = _frame(("/", platform().site_name()), js=())
    return HttpResponse(render_page(frame, title, f"<p>{text}</p>"), status=status)


# --- Everybody


@require_safe
@_for_coaches
def page(request: HttpRequest, key: UsageKey, one: Coach) -> HttpResponse:
    """What was shared with this coach, and who has not yet."""
    found, moment = coaching.rows(one, key), _moments(one)
    lines = {row.user_id: _line(row, key, moment) for row in found}

    def those(wanted: Callable[[Row], bool]) -> list[Line]:
        return [lines[row.user_id] for row in found if wanted(row)]

    group = platform().cohort_names(key.course_key).get(one.group, "") if one.group is not None else ""
    view = CoachView(
        new=those(lambda row: row.shared is not None and not row.is_read),
        read=those(lambda row: row.shared is not None and row.is_read),
        kept=those(lambda row: row.shared is None and row.handed_in_at is not None),
        missing=those(lambda row: row.shared is None and row.handed_in_at is None),
        group=group,
        csv_url=reverse("microunits_reflection:coach_table", args=[str(key)]),
    )
    way = (platform().block_url(key), _("To the reflection in the course"))
    return HttpResponse(render_page(_frame(way, js=()), _title(key), render_everybody(view, translator())))


def _line(row: Row, key: UsageKey, moment: Callable[[datetime], str]) -> Line:
    at = row.shared.at if row.shared is not None else row.handed_in_at
    return Line(
        name=row.name,
        when=moment(at) if at is not None else "",
        url=_url("coach_read", key, row.shared) if row.shared is not None else "",
        remarks=row.remarks,
    )


@require_safe
@_for_coaches
def download(request: HttpRequest, key: UsageKey, one: Coach) -> HttpResponseBase:
    """The learners as CSV."""
    lines = csv_lines(coaching.table(coaching.rows(one, key)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reflection.csv"'
    return response


# --- One text


@ensure_csrf_cookie
@require_safe
@_for_coaches
def read(request: HttpRequest, key: UsageKey, one: Coach, number: int) -> HttpResponse:
    """A text; reading it is noted."""
    found, handed = _opened(one, number, key)
    reading_others.note_read(one.reader, found, platform().now())
    following = coaching.next_unread(one, key, but=found.pk)
    name = names.for_coaches([found.writer])[found.writer]
    note = _("Version %(number)d, handed in on %(when)s") % {"number": found.number, "when": _moments(one)(found.at)}
    everybody = reverse("microunits_reflection:coach", args=[str(key)])
    view = TextView(
        note=note,
        handed=handed,
        remarks=_remarks_html(one, found),
        remark_url=_url("coach_remark", key, found),
        remove_url=_url("coach_remove", key, found),
        everybody_url=everybody,
        next_url=_url("coach_read", key, following) if following is not None else "",
    )
    frame = _frame((everybody, _title(key)), js=JS)
    return HttpResponse(render_page(frame, name, render_text(view, translator())))


@csrf_protect
@require_POST
@_for_coaches
def remark(request: HttpRequest, key: UsageKey, one: Coach, number: int) -> HttpResponse:
    """{text} → {html}: feedback to the learner."""
    raw = _json(request)
    if raw is None:
        return _problem(_("This did not arrive whole. Load the page again and try once more."), 415)
    try:
        said = remarks.read({"text": raw.get("text", "")})
        remarking.remark(one.reader, number, key, _title(key), said, (Role.COACH,), platform().now())
    except ContentError as error:
        return _problem(problem_answers(error.problems)[0]["message"], 400)
    except remarking.TooManyError:
        return _problem(_("You have written a lot about this already. Remove something first."), 409)
    except NotSharedError:
        return _problem(_("This is not shared with you any more."), 404)
    return _all_remarks(one, number, key)


@csrf_protect
@require_POST
@_for_coaches
def remove(request: HttpRequest, key: UsageKey, one: Coach, number: int) -> HttpResponse:
    """{number} → {html}: what this coach wrote is gone."""
    raw = _json(request) or {}
    wanted = raw.get("number")
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 < wanted < 2**53:
        remarking.remove(one.reader.user_id, wanted, key)
    return _all_remarks(one, number, key)


def _all_remarks(one: Coach, number: int, key: UsageKey) -> HttpResponse:
    found, _handed = _opened(one, number, key)
    return JsonResponse({"html": _remarks_html(one, found)})


def _opened(one: Coach, number: int, key: UsageKey) -> tuple[Readable, Any]:
    found, handed = reading_others.opened(one.reader, number, key)
    if found.role is not Role.COACH:
        raise NotSharedError
    return found, handed


def _remarks_html(one: Coach, found: Readable) -> str:
    said, moment = remarking.remarks_by_coaches(found.reflection), _moments(one)
    named = names.for_coaches({each.author_id for each in said})
    shown = [
        RemarkView(
            pk=each.pk,
            author=named[each.author_id],
            role=each.role,
            number=each.number,
            when=moment(each.at),
            text=each.said.text,
            sign=each.said.sign,
        )
        for each in said
    ]
    own = [each.pk for each in said if each.author_id == one.reader.user_id]
    return render_remarks(shown, own, translator())


# --- Parts


def _json(request: HttpRequest) -> dict[str, Any] | None:
    if request.content_type != "application/json" or len(request.body) > MOST_BYTES:
        return None
    try:
        raw = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _problem(text: str, status: int) -> HttpResponse:
    return JsonResponse({"message": text}, status=status)


def _title(key: UsageKey) -> str:
    block = platform().block(key)
    if block is None:
        raise Http404
    return str(block.name)


def _url(name: str, key: UsageKey, found: Readable) -> str:
    return reverse(f"microunits_reflection:{name}", args=[str(key), found.pk])


def _moments(one: Coach) -> Callable[[datetime], str]:
    """Says when something was, on the coach's clock."""
    user_id, now = one.reader.user_id, platform().now()
    zone = zone_named(platform().time_zones([user_id]).get(user_id, ""))

    def moment(at: datetime) -> str:
        day = date_in_words(at, now, zone, translator())
        return _("%(date)s, %(time)s") % {"date": day, "time": f"{at.astimezone(zone):%H:%M}"}

    return moment


def _frame(way: tuple[str, str], js: tuple[str, ...]) -> CoachFrame:
    return CoachFrame(
        way=way,
        site=platform().site_name(),
        css=[static(name) for name in CSS],
        js=[static(name) for name in js],
        lang=html_language(),
        rtl=get_language_bidi(),
    )
