"""Who one is and which language one reads, chosen in the page. There is no password: this is one machine."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from devstack.people import person

_YEAR = 365 * 24 * 3600


@require_POST
def choose_person(request: HttpRequest) -> HttpResponse:
    """Become somebody else, or nobody."""
    username = request.POST.get("person", "")
    if not username:
        logout(request)
        return _back(request)
    try:
        login(request, person(username), backend="django.contrib.auth.backends.ModelBackend")
    except User.DoesNotExist:
        return HttpResponseBadRequest("There is nobody of that name.", content_type="text/plain")
    return _back(request)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Read in another language from now on."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("There is no such language here.", content_type="text/plain")
    response = _back(request)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=_YEAR, samesite="Lax")
    return response


def _back(request: HttpRequest) -> HttpResponse:
    where = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(where if safe else "/")
