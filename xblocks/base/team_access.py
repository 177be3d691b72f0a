"""Pages for the team of the course that their address names, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from xblocks.base.platform import platform

View = Callable[..., HttpResponseBase]


def for_course_team(home: str, refused: Callable[[], HttpResponseBase]) -> Callable[[View], View]:
    """A decorator of views that take a course key; rights are looked at in every request, and no cache keeps a page.

    Args:
        home: the name of the address of the page to land on after signing in, when what was sent is gone.
        refused: answers those who do not belong to the team, without saying whether there is such a course.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, course_key: str, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                is_form = request.method == "POST"
                return redirect_to_login(reverse(home, args=[course_key]) if is_form else request.get_full_path())
            try:
                key = CourseKey.from_string(course_key)
            except InvalidKeyError as error:
                raise Http404 from error
            response = view(request, key, **named) if platform().is_course_team(request.user, key) else refused()
            response["Cache-Control"] = "no-store"
            return response

        return guarded

    return decorate
