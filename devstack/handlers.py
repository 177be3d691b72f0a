"""Where the pages of blocks call their handlers, by the platform's rules."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
)
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from xblock.core import XBlock
from xblock.django.request import django_to_webob_request, webob_to_django_response
from xblock.exceptions import NoSuchHandlerError, NoSuchUsage
from xblock.plugin import PluginMissingError

from devstack.hearing import tell_published
from devstack.models import CourseFile, Usage
from devstack.people import Person
from devstack.runtime import lms_block, studio_block


@csrf_exempt
@xframe_options_exempt
def handler(request: HttpRequest, course_key: str, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """A handler in the LMS.

    Exempt from the usual check of the CSRF token, and checked here for who is logged in; of somebody who is not, only
    a GET reaches the block.
    """
    if request.user.is_authenticated:
        refused = _check_token(request)
        if refused is not None:
            return refused
    elif request.method != "GET":
        return HttpResponseForbidden("Unauthenticated", content_type="text/plain")
    return _answer(request, course_key, usage_key, name, suffix)


@csrf_exempt
@xframe_options_exempt
def handler_noauth(request: HttpRequest, course_key: str, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """A handler that other sites call; whoever calls, the block sees nobody."""
    request.user = AnonymousUser()
    return _answer(request, course_key, usage_key, name, suffix)


def studio_handler(request: HttpRequest, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """A handler in Studio's component editor: authored fields are saved, learners do not exist."""
    if not request.user.is_staff:
        return HttpResponseForbidden("Only the course team edits.", content_type="text/plain")
    block = load(studio_block, usage_key, request.user)
    answer = _invoke(request, block, name, suffix)
    # There is no button to publish here: what is saved is published.
    if name == "editor_save":
        tell_published(block.location.course_key)
    return answer


@require_safe
def jump_to(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponseRedirect:
    """To the unit of a block, as the LMS does it."""
    usage = Usage.objects.select_related("unit__course").filter(usage_key=usage_key, unit__course__key=course_key)
    found = usage.first()
    if found is None:
        raise Http404("There is no such block.")
    return HttpResponseRedirect(reverse("unit", args=[course_key, found.unit.slug]))


def _check_token(request: HttpRequest) -> HttpResponse | None:
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    # Not the view itself: that one says that it is exempt.
    refused: HttpResponse | None = check.process_view(request, lambda _request: HttpResponse(), (), {})
    return refused


def _answer(request: HttpRequest, course_key: str, usage_key: str, name: str, suffix: str) -> HttpResponse:
    block = load(lms_block, usage_key, request.user)
    if str(block.course_id) != course_key:
        raise Http404("The block stands in another course.")
    return _invoke(request, block, name, suffix)


def _invoke(request: HttpRequest, block: Any, name: str, suffix: str) -> HttpResponse:
    try:
        response = block.handle(name, django_to_webob_request(request), suffix)
    except NoSuchHandlerError as error:
        raise Http404(str(error)) from error
    answer: HttpResponse = webob_to_django_response(response)
    return answer


def load(how: Callable[[UsageKey, Person], Any], usage_key: str, user: Person) -> Any:
    """A block for a request.

    Raises:
        Http404: when there is no such block.
    """
    try:
        return how(UsageKey.from_string(usage_key), user)
    except (InvalidKeyError, NoSuchUsage) as error:
        raise Http404("There is no such block.") from error


@require_safe
def xblock_resource(request: HttpRequest, block_type: str, uri: str) -> HttpResponse:
    """A file from a block's public folder."""
    try:
        content = XBlock.load_class(block_type).open_local_resource(uri)
    except (PluginMissingError, OSError, ValueError) as error:
        raise Http404("There is no such file.") from error
    except Exception as error:  # the block's own ways to say no
        raise Http404("This file is not public.") from error
    return HttpResponse(content, content_type=mimetypes.guess_type(uri)[0] or "application/octet-stream")


@require_safe
@xframe_options_exempt
def asset(request: HttpRequest, course: str, name: str) -> HttpResponse | FileResponse:
    """A file of a course: a picture that "/static/<name>" in the course stands for."""
    uploaded = CourseFile.objects.filter(course__key=f"course-v1:{course}", name=name).first()
    if uploaded is not None:
        return HttpResponse(bytes(uploaded.content), content_type=uploaded.content_type)
    folder = settings.COURSE_FILES / "static"
    path = folder / name
    if path.parent != folder or not path.is_file():
        raise Http404("The course has no such file.")
    return FileResponse(path.open("rb"), content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
