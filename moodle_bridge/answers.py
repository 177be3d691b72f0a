"""What an answer of a site means: the value that a function returned, or one of the named errors.

Moodle answers its own errors with HTTP 200 and {exception, errorcode, message}; upload.php and token.php with {error,
errorcode}; in front of it stand PHP, a web server and often a proxy, which answer pages. All of it was seen on real
sites; nothing is guessed from a status alone where the body says more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urlsplit

from moodle_bridge import errors
from moodle_bridge.contract import COMPANION
from moodle_bridge.errors import BridgeError, RefusedError
from moodle_bridge.saying import Said
from moodle_bridge.shapes import Json
from xblocks.base.problems import N_

ENDPOINT = "/webservice/rest/server.php"

_LONGEST = 200
_TAG = re.compile(r"<(script|style|head)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP.

    Attributes:
        reason: the words beside the status; Moodle has its own there while it is maintained.
        location: where a redirect points to.
        retry_after: the header of that name, as it came.
    """

    status: int
    reason: str = ""
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    location: str = ""
    retry_after: str = ""

    @property
    def start(self) -> str:
        """As much of the body as is needed to see what it is."""
        return self.body[:20_000].decode("utf-8", "replace")

    @property
    def is_page(self) -> bool:
        """HTML, by what it is or by what it says; Moodle's JSON and XML never are."""
        start = self.start.lstrip().lower()
        return start.startswith(("<!doctype", "<html", "<br", "<head", "<!--")) or (
            "html" in self.content_type and not start.startswith(("{", "[", "null"))
        )


def value_of(answer: Answer, function: str, url: str, now: datetime, is_offered: bool | None = None) -> Json:
    """What a function returned. Raises the error that the answer means, if it means one.

    Args:
        now: for a date in Retry-After.
        is_offered: whether the token's service has the function, where that is known: Moodle answers the same for a
            function that it does not have and for a record, a token or a user that it does not know.
    """
    trouble = _trouble(answer, function, url)
    if trouble is None:
        try:
            value = json.loads(answer.body)
        except (ValueError, RecursionError):
            value, trouble = (
                None,
                _unreadable(answer, function),
            )
        refusal = refusal_in(value)
        if refusal is not None:
            trouble = refused(refusal, function, is_offered)
    if trouble is None:
        return value
    trouble.function = function
    trouble.retry_after = seconds_until(answer.retry_after, now)
    raise trouble


def is_ambiguous(error: BridgeError) -> bool:
    """Whether knowing if the function is offered could tell more about an error."""
    return isinstance(error, RefusedError) and error.code in {
        "accessexception",
        "invalidrecord",
        "invalidrecordunknown",
    }


# --- What stands between Moodle and us


def _trouble(answer: Answer, function: str, url: str) -> BridgeError | None:
    """What is wrong with an answer before its JSON is read."""
    if 300 <= answer.status < 400:
        return _redirected(answer, url)
    if "Input variables exceeded" in answer.start:
        return errors.RequestCutError(
            N_("The request of %(function)s had more variables than the site's PHP takes, and was cut."),
            function=function,
        )
    if "<EXCEPTION" in answer.start:
        found = {
            name: re.search(f"<{name}>(.*?)</{name}>", answer.start, re.DOTALL) for name in ("ERRORCODE", "MESSAGE")
        }
        return refused({name.lower(): unescape(match[1]) for name, match in found.items() if match}, function)
    match answer.status:
        case 200:
            return _page(answer, function, url) if answer.is_page else None
        case 403:
            return _forbidden(answer)
        case 404:
            return errors.WrongAddressError(N_("%(address)s is not there (HTTP 404)."), address=url + ENDPOINT)
        case 413:
            return errors.RequestTooLargeError(
                N_(
                    "The request of %(function)s is larger than the site's web server takes (HTTP 413). Ask the site's "
                    "admin to raise its limit (client_max_body_size, LimitRequestBody) to PHP's post_max_size."
                ),
                function=function,
            )
        case 429:
            return errors.OverloadedError(N_("%(url)s was asked too often (HTTP 429)."), url=url)
        case 503:
            return _unavailable(answer, url)
        case 502 | 504 as status:
            return errors.GatewayError(
                N_("Nobody gets through to %(url)s (HTTP %(status)d%(words)s)."),
                url=url,
                status=status,
                words=words_of(answer),
            )
        case status if status >= 500:
            return errors.ServerFailedError(
                N_("The site's server broke down over %(function)s (HTTP %(status)d%(words)s)."),
                function=function,
                status=status,
                words=words_of(answer),
            )
    return errors.WrongAddressError(
        N_("%(address)s answers HTTP %(status)d%(words)s."),
        address=url + ENDPOINT,
        status=answer.status,
        words=words_of(answer),
    )


def _redirected(answer: Answer, url: str) -> BridgeError:
    target = urlsplit(answer.location)
    if target.path.endswith(ENDPOINT) and target.hostname:
        address = f"{target.scheme}://{target.netloc.rpartition('@')[2]}{target.path.removesuffix(ENDPOINT)}"
        return errors.RedirectError(
            N_(
                "The site sends callers of %(url)s on to %(address)s, where a request would arrive empty. If that is "
                'your site, write url = "%(address)s" in moodle-bridge.toml.'
            ),
            url=url,
            address=address,
        )
    return errors.RedirectError(
        N_(
            "The site sends callers of %(url)s on to %(place)s, which is no web service. Ask its admin to let "
            "requests to %(endpoint)s through: often a sign-on page or a proxy stands before it."
        ),
        url=url,
        place=f"{target.hostname or ''}{target.path}" or Said(N_("nowhere")),
        endpoint=ENDPOINT,
    )


def _forbidden(answer: Answer) -> BridgeError:
    if not answer.body.strip():
        return errors.WebServicesOffError(
            N_("The site answers nothing (HTTP 403): web services or their REST protocol are off.")
        )
    return errors.WrongAddressError(
        N_("A firewall or proxy before the site refuses the request (HTTP 403%(words)s)."), words=words_of(answer)
    )


def _unavailable(answer: Answer, url: str) -> BridgeError:
    """Moodle in maintenance answers its page or a text of its admin; a proxy says that nobody is there."""
    if "maintenance" not in answer.reason.lower() and re.search(
        "unavailable|overload|capacity|too busy", answer.start, re.IGNORECASE
    ):
        return errors.OverloadedError(
            N_("%(url)s is overloaded or down (HTTP 503%(words)s)."), url=url, words=words_of(answer)
        )
    return errors.MaintenanceError(
        N_("%(url)s is in maintenance (HTTP 503%(words)s)."), url=url, words=words_of(answer)
    )


def _page(answer: Answer, function: str, url: str) -> BridgeError:
    if re.search(r"<b>(Warning|Notice|Deprecated|Fatal error|Parse error)</b>:", answer.start):
        return errors.AnswerUnreadableError(
            N_(
                "The site's PHP writes messages of its own into the answer of %(function)s. Ask its admin to switch "
                "display_errors off, and to see in the log what PHP complains about."
            ),
            function=function,
        )
    return errors.WrongAddressError(
        N_("%(address)s answers a page instead of data%(words)s."), address=url + ENDPOINT, words=words_of(answer)
    )


def words_of(answer: Answer) -> str:
    """What a page says, after a comma: its title, or its text."""
    title = re.search(r"<title[^>]*>(.*?)</title>", answer.start, re.DOTALL | re.IGNORECASE)
    words = said(title[1] if title else answer.start)
    return f", “{words}”" if words else ""


def _unreadable(answer: Answer, function: str) -> BridgeError:
    """Says what the answer looks like, without telling what is in it: that may be somebody's data."""
    if not answer.body:
        return errors.AnswerUnreadableError(N_("The answer of %(function)s is empty."), function=function)
    return errors.AnswerUnreadableError(
        N_("The answer of %(function)s cannot be read: %(size)s bytes (%(kind)s)."),
        function=function,
        size=f"{len(answer.body):,}",
        kind=answer.content_type or Said(N_("of no stated type")),
    )


def said(text: str) -> str:
    """Some words of a site on one line, without tags, short enough for a message."""
    words = " ".join(unescape(_TAG.sub(" ", text)).split())
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def seconds_until(retry_after: str, now: datetime) -> float | None:
    """How long a Retry-After header asks to wait, in seconds or as a date; None when it says nothing (RFC 9110)."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


# --- What Moodle says itself


def refusal_in(value: Json) -> Mapping[str, Json] | None:
    """The error that an answer holds, in the shape of web services or of upload.php and token.php; else None."""
    if isinstance(value, Mapping):
        if isinstance(value.get("exception"), str) and "message" in value:
            return value
        if isinstance(value.get("error"), str) and "errorcode" in value:
            return {"exception": "", "errorcode": value["errorcode"], "message": value["error"]}
    return None


_SAYS = N_("%(function)s: Moodle says “%(message)s” (%(code)s).")
_SAYS_NOTHING = N_("%(function)s: Moodle says nothing (%(code)s).")


def refused(refusal: Mapping[str, Json], function: str, is_offered: bool | None = None) -> BridgeError:
    """The named error for an error of Moodle: {errorcode, message, ...}.

    Args:
        refusal: in a batch it has neither `exception` nor, for a function that is not in the service, a message.
    """
    code, message = str(refusal.get("errorcode", "")), said(str(refusal.get("message", "")))
    hint = said(str(refusal.get("debuginfo", "")))
    what = Said(_SAYS if message else _SAYS_NOTHING, {"function": function, "message": message, "code": code or "?"})
    missing = errors.CompanionMissingError if function.startswith(COMPANION) else errors.FunctionMissingError
    if code == "sitemaintenance":
        return errors.MaintenanceError(what.message, **what.params)
    if is_offered is False or "external_functions" in message or "Access to the function" in hint:
        return missing(N_("%(function)s is not on the site, or not in the token's service."), code, function=function)
    if code == "accessexception":
        in_batch = "exception" not in refusal
        return (
            missing(N_("%(function)s is not in the token's service."), code, function=function)
            if in_batch
            else errors.TokenRefusedError(what.message, code, **what.params)
        )
    if code == "invalidparameter" and hint:
        what = Said(N_("%(what)s %(hint)s."), {"what": what, "hint": hint})
    case = next((case for case, codes in _CASES.items() if re.fullmatch(codes, code)), RefusedError)
    return case(what.message, code, **what.params)


_CASES: Mapping[type[RefusedError], str] = {
    errors.TokenRefusedError: "invalidtoken|wsaccessuser.*",
    errors.AccessRefusedError: (
        "nopermission.*|requireloginerror|restrictedcontextexception|contextnotallowed|notenrolled|coursehidden|"
        "sitepolicynotagreed|forcepasswordchangenotice|usernotfullysetup"
    ),
    errors.RecordMissingError: "invalidrecord(unknown)?|invalidcourse(id|module)|invaliduser|invalidcontext|unknownkey",
    errors.PayloadRefusedError: "invalidpayload|unreadablequestion",
    errors.ParameterRefusedError: "invalidparameter|missingparam|unknownkind|invalidcursor",
    errors.FileMissingError: "missingfile",
    errors.AlreadyTakenError: ".*taken|duplicate.*|kinddiffers",
    errors.DatabaseError: "dml.*|ddl.*|dbconnectionfailed",
    errors.BusyError: "busy|locktimeout",
    errors.HasAttemptsError: "has_attempts",
    errors.CursorExpiredError: "cursor_expired",
}
