"""Studio: the editors of the blocks of a unit, blocks as files, and what a course team does to a learner's work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack import grading, olx, progress
from devstack.handlers import load
from devstack.hearing import tell_published
from devstack.models import Unit, Usage
from devstack.people import PARTS
from devstack.runtime import studio_block
from devstack.views import chosen_learner, fragment_of, frame, show, the_unit
from devstack.words import MESSAGES, say
from xblocks.base.i18n import _
from xblocks.base.problems import ContentError, Problem

MOST_BYTES = 10 * 1024 * 1024


@require_safe
@ensure_csrf_cookie
def studio(request: HttpRequest, course_key: str, slug: str) -> HttpResponse:
    """The blocks of a unit, one of them with its editor."""
    return page(request, the_unit(course_key, slug))


def page(request: HttpRequest, unit: Unit, error: ContentError | None = None, pasted: str = "") -> HttpResponse:
    """The Studio tab; with what is wrong, and what was pasted, when something could not be done."""
    if not request.user.is_staff:
        return render(request, "devstack/staff_only.html", {**frame(unit), "tab": "studio"}, status=403)
    blocks = [load(studio_block, usage.usage_key, request.user) for usage in progress.usages(unit)]
    wanted = request.POST.get("block") or request.GET.get("block") or ""
    chosen = next((block for block in blocks if str(block.location) == wanted), blocks[0] if blocks else None)
    done = request.GET.get("done", "")
    context = {
        **frame(unit),
        "tab": "studio",
        "blocks": [(str(block.location), block.display_name_with_default, block is chosen) for block in blocks],
        "chosen": str(chosen.location) if chosen else "",
        "editor_of": say("editor_of", name=chosen.display_name_with_default) if chosen else "",
        "shown": show([(chosen, fragment_of(chosen, "studio_view", say("no_studio_view")))] if chosen else []),
        "done": say(f"did_{done}") if f"did_{done}" in MESSAGES else "",
        "problems": [problem.sentence(_) for problem in error.problems] if error else [],
        "pasted": pasted,
        "parts": PARTS,
        "learner": chosen_learner(request),
    }
    return render(request, "devstack/studio.html", context, status=400 if error else 200)


@require_safe
def export(request: HttpRequest, course_key: str, slug: str) -> HttpResponse:
    """A block as a file to keep."""
    if not request.user.is_staff:
        return HttpResponseForbidden(say("staff_only"), content_type="text/plain; charset=utf-8")
    usage_key = _block(request.GET.get("block", ""), the_unit(course_key, slug))
    name = f"{usage_key.block_type}-{usage_key.block_id}.xml"
    content = b'<?xml version="1.0" encoding="utf-8"?>\n' + olx.export(usage_key, request.user)
    response = HttpResponse(content, content_type="application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def act(request: HttpRequest, course_key: str, slug: str, action: str) -> HttpResponse:
    """Do one of `ACTIONS`; on a problem the page comes back with a sentence and with everything that was typed."""
    unit = the_unit(course_key, slug)
    if not request.user.is_staff:
        return HttpResponseForbidden(say("staff_only"), content_type="text/plain; charset=utf-8")
    if action not in ACTIONS:
        raise Http404("There is no such action.")
    try:
        block = ACTIONS[action](request, unit)
    except ContentError as error:
        return page(request, unit, error, request.POST.get("olx", ""))
    tell_published(CourseKey.from_string(course_key))
    where = reverse("studio", args=(course_key, slug))
    query = {"block": str(block), "done": action, "learner": chosen_learner(request).get_username()}
    return HttpResponseRedirect(f"{where}?{urlencode(query)}")


Action = Callable[[HttpRequest, Unit], Any]


def _add(request: HttpRequest, unit: Unit) -> UsageKey:
    return olx.create(request.POST.get("type", "microquiz"), unit, request.user)


def _import(request: HttpRequest, unit: Unit) -> UsageKey:
    usage_key = _block(request.POST.get("block", ""), unit)
    olx.replace(usage_key, olx.read(_given(request)), request.user)
    return usage_key


def _duplicate(request: HttpRequest, unit: Unit) -> UsageKey:
    return olx.duplicate(_block(request.POST.get("block", ""), unit), request.user)


def _remove(request: HttpRequest, unit: Unit) -> str:
    olx.remove(_block(request.POST.get("block", ""), unit))
    return ""


def _delete_state(request: HttpRequest, unit: Unit) -> UsageKey:
    usage_key = _block(request.POST.get("block", ""), unit)
    grading.delete_state(usage_key, chosen_learner(request), request.user)
    return usage_key


def _rescore(request: HttpRequest, unit: Unit) -> UsageKey:
    usage_key = _block(request.POST.get("block", ""), unit)
    grading.rescore(usage_key, chosen_learner(request), bool(request.POST.get("only_if_higher")))
    return usage_key


def _override(request: HttpRequest, unit: Unit) -> UsageKey:
    usage_key = _block(request.POST.get("block", ""), unit)
    try:
        score = float(request.POST.get("score", "").replace(",", "."))
    except ValueError as error:
        raise _problem("not_a_number") from error
    grading.override_score(usage_key, chosen_learner(request), score)
    return usage_key


ACTIONS: dict[str, Action] = {
    "add": _add,
    "import": _import,
    "duplicate": _duplicate,
    "remove": _remove,
    "delete_state": _delete_state,
    "rescore": _rescore,
    "override": _override,
}


def _given(request: HttpRequest) -> str:
    """The OLX of the file, or else the pasted one."""
    upload = request.FILES.get("file")
    if upload is None:
        text = request.POST.get("olx", "").strip()
        if not text:
            raise _problem("nothing_given")
        return text
    if (upload.size or 0) > MOST_BYTES:
        raise _problem("too_large")
    try:
        return upload.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise _problem("not_text") from error


def _block(usage_key: str, unit: Unit) -> UsageKey:
    get = Usage.objects.filter(usage_key=usage_key, unit=unit)
    if not get.exists():
        raise Http404("There is no such block in this unit.")
    return UsageKey.from_string(usage_key)


def _problem(name: str) -> ContentError:
    return ContentError((Problem("", MESSAGES[name]),))
