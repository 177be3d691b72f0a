"""What everybody may see of badges: the issuer with its keys, achievements, shared credentials, status lists."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.badges import achievements, documents, models, public_pages, status_lists
from xblocks.badges.documents import DID, JWK_SET, Shared, written
from xblocks.badges.download import file_of, picture_of
from xblocks.badges.earned import PNG, SVG
from xblocks.badges.negotiation import HTML, JSON, JWT, NAMES, chosen
from xblocks.base.platform import platform

View = Callable[..., HttpResponse]
PICTURES = {"png": PNG, "svg": SVG}
DRAWS_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What an SVG may do when somebody opens it by itself: be seen."""


def public(view: View) -> View:
    """For everybody, also for programs on pages elsewhere; asked for anew each time, so that what changed is seen."""

    @wraps(view)
    def answered(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        response = view(request, *arguments, **named)
        response["Access-Control-Allow-Origin"] = "*"
        response["X-Content-Type-Options"] = "nosniff"
        # Found by its address, not by a search.
        response["X-Robots-Tag"] = "noindex"
        if response.status_code != 200 or not response.content:
            return response
        tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match") == tag and request.method in ("GET", "HEAD"):
            kept = {name: value for name, value in response.items() if name != "Content-Type"}
            response = HttpResponseNotModified(headers=kept)
        response["ETag"] = tag
        response["Cache-Control"] = "no-cache"
        return response

    return csrf_exempt(require_safe(answered))


# --- The issuer


@public
def did(request: HttpRequest) -> HttpResponse:
    """The did:web document."""
    return HttpResponse(written(documents.did_document()), content_type=DID)


@public
def jwks(request: HttpRequest) -> HttpResponse:
    """The same keys as a JWK Set."""
    return HttpResponse(written(documents.jwk_set()), content_type=JWK_SET)


@public
def issuer(request: HttpRequest, form: str = "") -> HttpResponse:
    """Who issues the badges of this site."""
    return _answer(
        request,
        form,
        {
            JSON: lambda: written(documents.issuer_document()),
            HTML: public_pages.issuer_page,
        },
    )


# --- What can be earned


@public
def achievement(
    request: HttpRequest, course_key: str, badge_id: str, content_hash: str, form: str = ""
) -> HttpResponse:
    """A badge as it was when somebody earned it."""
    found = _achievement(course_key, badge_id, content_hash)
    if found is None:
        return _missing(request, form, public_pages.no_achievement_page)
    return _answer(
        request,
        form,
        {
            JSON: lambda: written(achievements.published(found.document)),
            HTML: lambda: public_pages.achievement_page(found),
        },
    )


@public
def picture(request: HttpRequest, course_key: str, badge_id: str, content_hash: str, form: str) -> HttpResponse:
    """The badge's picture, with nothing in it."""
    found = _achievement(course_key, badge_id, content_hash)
    if found is None or form not in PICTURES:
        return _missing(request, form, public_pages.no_achievement_page)
    response = HttpResponse(picture_of(found, PICTURES[form]), content_type=PICTURES[form])
    response["Content-Security-Policy"] = DRAWS_ONLY
    return response


def _achievement(course_key: str, badge_id: str, content_hash: str) -> models.Achievement | None:
    try:
        key = CourseKey.from_string(course_key)
    except InvalidKeyError:
        return None
    return documents.achievement(key, badge_id, content_hash)


# --- What was earned


@public
def credential(request: HttpRequest, uid: UUID, form: str = "") -> HttpResponse:
    """An award that its learner shares; one that is not shared (any more) is not there, nor is one that never was."""
    found = documents.shared(uid)
    if found is None:
        return _missing(request, form, public_pages.not_shared_page)
    if form in PICTURES:
        return _baked(found, form)
    return _answer(
        request,
        form,
        {
            JSON: lambda: str(found.credential.document),
            JWT: lambda: str(found.credential.token),
            HTML: lambda: public_pages.credential_page(found, platform().now()),
        },
    )


def _baked(found: Shared, form: str) -> HttpResponse:
    file = file_of(found.credential, form)
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Security-Policy"] = DRAWS_ONLY
    return response


@public
def status(request: HttpRequest, number: int, form: str = "") -> HttpResponse:
    """A list that says which credentials were revoked; as a JWT for who does not say: most can verify that."""
    found = status_lists.published(number, platform().now())
    if found is None:
        return _missing(request, JSON, public_pages.not_shared_page)
    return _answer(request, form, {JWT: lambda: found.token, JSON: lambda: found.document})


# --- Forms


def _answer(request: HttpRequest, form: str, forms: Mapping[str, Callable[[], str]]) -> HttpResponse:
    """The document in the form that is asked for; the first where nobody asks for one."""
    asked = form or chosen(request.headers.get("Accept", ""), list(forms))
    if asked not in forms:
        return _missing(request, JSON, public_pages.not_shared_page)
    media_type = _media_type(request, asked, is_named=bool(form))
    response = HttpResponse(forms[asked](), content_type=media_type)
    if not form:
        patch_vary_headers(response, ["Accept"])
    if asked == HTML:
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _media_type(request: HttpRequest, form: str, *, is_named: bool) -> str:
    """The name by which it was asked for, where it has several; markup with its encoding.

    Args:
        is_named: the address itself names the form.
    """
    if form == HTML:
        return "text/html; charset=utf-8"
    if is_named:
        return NAMES[form][0]
    accept = request.headers.get("Accept", "").lower()
    return next((name for name in NAMES[form] if name in accept), NAMES[form][0])


def _missing(request: HttpRequest, form: str, page: Callable[[], str]) -> HttpResponse:
    """Not there: a page for people, one word for programs. It does not tell whether it ever was."""
    wants_page = form == HTML or (not form and chosen(request.headers.get("Accept", ""), (JSON, HTML)) == HTML)
    if wants_page:
        response = HttpResponse(page(), status=404)
    else:
        response = HttpResponse('{"error":"not found"}', content_type="application/json", status=404)
    response["Cache-Control"] = "no-store"
    return response
