"""The pages: the courses, a course, and a unit as a learner plays it, with what the LMS recorded beside it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment
from webob import Request
from xblock.exceptions import NoSuchViewError

from devstack import progress
from devstack.models import Course, FieldState, Unit
from devstack.people import PARTS, Person, person
from devstack.runtime import lms_block, studio_block
from devstack.words import say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """The markup of some blocks, and what it needs in the head and the foot of the page."""

    bodies: tuple[SafeString, ...]
    head: SafeString
    foot: SafeString
    needs_jquery: bool


def show(parts: list[tuple[Any, Fragment]]) -> Shown:
    """Fragments of blocks as parts of one page."""
    page = Fragment()
    for _block, fragment in parts:
        page.add_fragment_resources(fragment)
    return Shown(
        bodies=tuple(mark_safe(fragment.body_html()) for _block, fragment in parts),
        head=mark_safe(page.head_html()),
        foot=mark_safe(page.foot_html()),
        # The LMS has jQuery on its page. Ours must do without; blocks of others may lean on it.
        needs_jquery=any(not block.unmixed_class.__module__.startswith("xblocks.") for block, _fragment in parts),
    )


@require_safe
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """The courses."""
    return render(request, "devstack/home.html", {"courses": Course.objects.prefetch_related("units")})


@require_safe
@ensure_csrf_cookie
def course(request: HttpRequest, course_key: str) -> HttpResponse:
    """The units of a course, with how far one is."""
    found = get_object_or_404(Course, key=course_key)
    units = progress.of_units(list(found.units.all()), request.user)
    return render(request, "devstack/course.html", {"course": found, "units": units})


@require_safe
@ensure_csrf_cookie
def unit(request: HttpRequest, course_key: str, slug: str) -> HttpResponse:
    """A unit as a learner plays it; its public views for somebody who is not logged in."""
    found = the_unit(course_key, slug)
    blocks = blocks_of(found, request.user)
    shown = show([(block, learner_fragment(block, request.user)) for block in blocks])
    return render(request, "devstack/unit.html", {**frame(found), **record(blocks, request.user), "shown": shown})


@require_safe
def recorded(request: HttpRequest, course_key: str, slug: str) -> HttpResponse:
    """What the LMS recorded in a unit, for the panel beside it."""
    blocks = blocks_of(the_unit(course_key, slug), request.user)
    return render(request, "devstack/recorded.html", record(blocks, request.user))


@require_safe
@ensure_csrf_cookie
def data(request: HttpRequest, course_key: str, slug: str) -> HttpResponse:
    """What apps and the course team can read of the blocks of a unit and of a learner in it."""
    found = the_unit(course_key, slug)
    if not request.user.is_staff:
        return render(request, "devstack/staff_only.html", {**frame(found), "tab": "data"}, status=403)
    learner = chosen_learner(request)
    blocks = [block_data(block, learner) for block in blocks_of(found, learner)]
    context = {**frame(found), "tab": "data", "blocks": blocks, "learner": learner, "parts": PARTS}
    return render(request, "devstack/data.html", context)


# --- Parts that other pages use too


def the_unit(course_key: str, slug: str) -> Unit:
    """A unit by its place.

    Raises:
        Http404: when there is none.
    """
    found: Unit = get_object_or_404(Unit.objects.select_related("course"), course__key=course_key, slug=slug)
    return found


def frame(found: Unit) -> dict[str, Any]:
    """What stands around a unit: its course and its neighbours."""
    units = list(found.course.units.all())
    place = units.index(found)
    return {
        "course": found.course,
        "unit": found,
        "tab": "learner",
        "place": place + 1,
        "previous": units[place - 1] if place else None,
        "next": units[place + 1] if place + 1 < len(units) else None,
    }


def blocks_of(found: Unit, user: Person) -> list[Any]:
    """The blocks of a unit, bound to a user."""
    return [lms_block(UsageKey.from_string(usage.usage_key), user) for usage in progress.usages(found)]


def record(blocks: list[Any], user: Person) -> dict[str, Any]:
    """What the panel shows."""
    named = [(str(block.location), block.display_name_with_default) for block in blocks]
    return {
        "recorded_lead": say("recorded_lead", name=user.get_short_name()) if user.is_authenticated else "",
        "records": progress.of_blocks(named, user),
        "events": progress.events(named, user),
    }


def chosen_learner(request: HttpRequest) -> User:
    """Whose work the course team looks at."""
    wanted = request.POST.get("learner") or request.GET.get("learner") or PARTS[0].username
    return person(wanted if wanted in {part.username for part in PARTS} else PARTS[0].username)


def learner_fragment(block: Any, user: Person) -> Fragment:
    """The learner's view of a block; a sentence instead of it when the block has none or fails."""
    if isinstance(user, AnonymousUser):
        return fragment_of(block, "public_view", say("no_public_view"))
    return fragment_of(block, "student_view", say("no_student_view"))


def fragment_of(block: Any, view: str, without: str) -> Fragment:
    """A view of a block; `without` when it has none, and what went wrong when it fails, so that the others still show.

    What it raised is in the log with its traceback.
    """
    try:
        return block.render(view, {})
    except NoSuchViewError:
        return Fragment(_sentence(without))
    except Exception as error:
        log.exception("%s of %s failed", view, block.location)
        return Fragment(_sentence(say("block_failed", error=repr(error))))


def _sentence(text: str) -> str:
    return format_html('<p class="notice">{}</p>', text)


def block_data(block: Any, learner: User) -> dict[str, str]:
    """The data of one block as texts in JSON; "" where there is none."""
    # The platform asks a block that is bound to nobody; here as there it has neither a learner nor completion.
    app = getattr(studio_block(block.location, AnonymousUser()), "student_view_data", None)
    state = FieldState.objects.filter(scope="user_state", block_id=str(block.location), user_id=learner.pk).first()
    told = ""
    if hasattr(block, "student_view_user_state"):
        response = block.handle("student_view_user_state", Request.blank("/"))
        told = response.text
    return {
        "key": str(block.location),
        "name": block.display_name_with_default,
        "app": _pretty(app()) if callable(app) else "",
        "told": _pretty(json.loads(told)) if told else "",
        "stored": _pretty(json.loads(state.state)) if state else "",
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
