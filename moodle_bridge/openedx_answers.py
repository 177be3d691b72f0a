"""What the answers of a running Open edX mean on the way to an export of a course.

The export belongs to Studio's own pages, which know who asks by a session and by nothing else: a request that shows a
token is sent to the page for signing in (mid-2025, `contentstore/views/import_export.py`). The LMS makes a session for
whoever shows the token of a trusted application (`/oauth2/login/`), and Studio takes those whom the LMS knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from moodle_bridge import errors, openedx_errors
from moodle_bridge.answers import Answer, said, seconds_until, words_of
from moodle_bridge.errors import BridgeError
from moodle_bridge.secret import OpenEdxSecret
from moodle_bridge.shapes import Json
from moodle_bridge.web_address import origin, parts_of
from xblocks.base.problems import N_

AUTHORISE = "/oauth2/authorize"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READY = 3
_UNTRUSTED = frozenset({"non_supported_token", "non_asymmetric_token"})


@dataclass(frozen=True, slots=True)
class Export:
    """How far an export is.

    Attributes:
        output: the address of the archive, which may be on another server; "" while it is being made.
    """

    output: str = ""


def target(answer: Answer, at: str) -> str:
    """Where an answer sends the caller on to, a whole address; "" where it sends nobody on.

    Args:
        at: the address that was asked.
    """
    return urljoin(at, answer.location) if answer.status in _REDIRECTS and answer.location else ""


def lms_of(address: str) -> str:
    """The LMS at whose door an address is ("https://academy.example/oauth2/authorize?..."); "" where it is none."""
    parts = parts_of(address)
    if parts is None or not parts.path.rstrip("/").endswith(AUTHORISE):
        return ""
    return origin(parts) + parts.path.rstrip("/").removesuffix(AUTHORISE)


def path_of(address: str) -> str:
    """What follows the server in an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def no_studio(answer: Answer, url: str) -> BridgeError:
    """What Studio's page for signing in must have been, when it leads to no LMS."""
    return _passing(answer, url) or openedx_errors.StudioMissingError(
        N_("There is no Studio at %(url)s (HTTP %(status)d%(words)s)."), **_of(answer, url)
    )


def access_token(answer: Answer, url: str) -> OpenEdxSecret | BridgeError:
    """The token that the LMS gives an application. Errors are returned: what holds a token is in no frame of theirs."""
    data = _data(answer)
    token = data.get("access_token")
    if answer.status == HTTPStatus.OK and isinstance(token, str) and token:
        return OpenEdxSecret(token)
    if isinstance(data.get("error"), str):
        return openedx_errors.ApplicationRefusedError(
            N_("The LMS at %(url)s gives the application no token (%(code)s)."), url=url, code=said(data["error"])
        )
    return _no_lms(answer, url)


def not_signed_in(answer: Answer, url: str) -> BridgeError | None:
    """Why the LMS made no session for a token; None: it made one."""
    if answer.status == HTTPStatus.NO_CONTENT:
        return None
    code = said(str(_data(answer).get("error_code", "")))
    if answer.status == HTTPStatus.UNAUTHORIZED and code in _UNTRUSTED:
        return openedx_errors.TokenNotTrustedError(
            N_("The LMS at %(url)s signs nobody in with this token (%(code)s)."), url=url, code=code
        )
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return openedx_errors.OpenEdxTokenRefusedError(
            N_("The LMS at %(url)s refuses the token (%(code)s)."), url=url, code=code or answer.status
        )
    return _no_lms(answer, url)


def not_let_in(answer: Answer, url: str) -> BridgeError:
    """Why the way from the LMS back to Studio ended where it did."""
    return _passing(answer, url) or openedx_errors.SignInFailedError(
        N_("Studio does not let the token's user in: the way ends at %(url)s (HTTP %(status)d%(words)s)."),
        **_of(answer, url),
    )


def export(answer: Answer, url: str, key: str) -> Export | BridgeError:
    """How far Studio is with an export, of which it has been asked or which it has been told to begin."""
    if answer.status in _REDIRECTS:
        return not_let_in(answer, url)
    if answer.status == HTTPStatus.FORBIDDEN:
        return openedx_errors.NotInTheTeamError(
            N_("Studio at %(url)s does not let the token's user export %(course)s (HTTP %(status)d%(words)s)."),
            **_of(answer, url),
            course=key,
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return openedx_errors.CourseMissingError(N_("Studio at %(url)s has no course %(course)s."), url=url, course=key)
    data = _data(answer)
    state = data.get("ExportStatus")
    if answer.status != HTTPStatus.OK or not isinstance(state, int):
        return no_studio(answer, url)
    if state < 0:
        return openedx_errors.ExportFailedError(
            N_("Studio cannot export %(course)s: %(why)s"), course=key, why=_why(data.get("ExportError"))
        )
    output = data.get("ExportOutput", "")
    if state >= _READY and isinstance(output, str) and output:
        return Export(urljoin(url + "/", output))
    return Export()


def not_saved(answer: Answer, url: str) -> BridgeError | None:
    """Why an archive did not come; None: it came."""
    if answer.status in _REDIRECTS:
        return not_let_in(answer, url)
    if answer.status == HTTPStatus.OK and "html" not in answer.content_type:
        return None
    return _passing(answer, url) or openedx_errors.ExportFailedError(
        N_("The archive that Studio made cannot be had from %(url)s (HTTP %(status)d%(words)s)."), **_of(answer, url)
    )


def _no_lms(answer: Answer, url: str) -> BridgeError:
    return _passing(answer, url) or openedx_errors.LmsMissingError(
        N_("%(url)s does not answer as the LMS of an Open edX does (HTTP %(status)d%(words)s)."), **_of(answer, url)
    )


def passing(answer: Answer, url: str, now: datetime | None = None) -> BridgeError | None:
    """What may pass by itself, whoever answers it.

    Args:
        now: for a date in Retry-After.
    """
    error = _passing(answer, url)
    if error and now:
        error.retry_after = seconds_until(answer.retry_after, now)
    return error


def _passing(answer: Answer, url: str) -> BridgeError | None:
    match answer.status:
        case 429:
            return errors.OverloadedError(N_("%(url)s was asked too often (HTTP 429)."), url=url)
        case 502 | 504:
            return errors.GatewayError(
                N_("Nobody gets through to %(url)s (HTTP %(status)d%(words)s)."), **_of(answer, url)
            )
        case 503:
            return errors.MaintenanceError(N_("%(url)s is in maintenance (HTTP 503%(words)s)."), **_of(answer, url))
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return errors.ServerFailedError(
                N_("The server at %(url)s broke down (HTTP %(status)d%(words)s)."), **_of(answer, url)
            )
    return None


def _of(answer: Answer, url: str) -> dict[str, object]:
    return {"url": url, "status": answer.status, "words": words_of(answer)}


def _data(answer: Answer) -> Mapping[str, Json]:
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, Mapping) else {}


def _why(error: Json) -> str:
    """Studio's own words: a text, or {"raw_error_msg": ..., "edit_unit_url": ...}."""
    words = error.get("raw_error_msg") if isinstance(error, Mapping) else error
    return said(str(words or "")) or "?"
