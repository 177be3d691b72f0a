"""Handlers that answer every request with something the page can show: a result, or a named error with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from webob import Request, Response
from xblock.core import XBlock

from xblocks.base.i18n import _
from xblocks.base.problems import N_, Problem

MOST_BYTES = 5_000_000
"""No request of ours is longer; what is longer is not read."""


class RefusedError(Exception):
    """A request that is not carried out.

    Attributes:
        name: for programs ("closed", "incomplete", ...).
        problem: a sentence for the person.
        status: the HTTP status, 400 unless it says otherwise.
    """

    def __init__(self, name: str, problem: Problem, status: int = 400) -> None:
        super().__init__(name)
        self.name = name
        self.problem = problem
        self.status = status


def json_response(data: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer; not to be cached, since it is about one person."""
    return Response(
        json.dumps(data), status=status, content_type="application/json", charset="UTF-8", cache_control="no-store"
    )


def refused(refusal: RefusedError) -> Response:
    """The answer to a request that is not carried out."""
    return json_response({"error": refusal.name, "message": refusal.problem.sentence(_)}, refusal.status)


JsonHandler = Callable[[Any, dict[str, Any]], Mapping[str, Any]]


def json_handler(handler: JsonHandler) -> Callable[[Any, Request, str], Response]:
    """An XBlock handler that takes a JSON object by POST and answers one.

    Anything else is answered with the name of what is wrong; a `RefusedError` that the handler raises is its answer.
    """

    @XBlock.handler
    @wraps(handler)
    def handle(block: Any, request: Request, suffix: str = "") -> Response:
        try:
            return json_response(handler(block, read_json(request)))
        except RefusedError as refusal:
            return refused(refusal)

    return handle


def read_json(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a POST.

    Raises:
        RefusedError: "method", "too_large" or "unreadable".
    """
    if request.method != "POST":
        raise RefusedError("method", Problem("", N_("Send this as a POST request.")), 405)
    too_large = RefusedError("too_large", Problem("", N_("This is too much at once. Send less and try again.")), 413)
    if (request.content_length or 0) > MOST_BYTES:
        raise too_large
    body = request.body
    if len(body) > MOST_BYTES:
        raise too_large
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise RefusedError(
            "unreadable", Problem("", N_("This did not arrive whole. Load the page again and try once more."))
        )
    return data
