"""Handlers for texts that nobody else may read: what goes wrong is told without a word of what was written.

An exception that leaves a handler is logged by the platform with its message, is shown by its error pages and sent to
collectors of errors with what the functions held. So none leaves these handlers. The log gets the kind of error and
where it came from; the page gets a sentence. They take JSON only: the platform's log of requests (its TrackMiddleware)
writes down what a form sends, and passes over a body that is JSON.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from traceback import walk_tb
from typing import Any

from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables
from webob import Request, Response
from xblock.core import XBlock

from xblocks.base.editing import problem_answers
from xblocks.base.handling import RefusedError, json_response, read_json, refused
from xblocks.base.problems import N_, ContentError, Problem
from xblocks.reflection.drafting import TooLongError, TooMuchAsideError
from xblocks.reflection.sealing import SealedError

log = logging.getLogger(__name__)

SEALED = Problem(
    "",
    N_(
        "What you wrote is kept, but cannot be opened at the moment. Nothing is lost: tell the platform's support, and "
        "come back later."
    ),
)
_TOO_MUCH = N_(
    "There are many texts put aside here. Throw away what you do not need any more; then this one can be kept, too."
)
_TOO_LONG = N_("Together they are too long for one answer. Keep one of them; the other one stays here, put aside.")
_WRONG = N_("Something went wrong on our side. Your text stays in this browser and is sent again in a moment.")
_AS_JSON = N_("Load the page again to go on writing.")

Handler = Callable[[Any, dict[str, Any]], Mapping[str, Any]]


def private_handler(handler: Handler) -> Callable[[Any, Request, str], Response]:
    """An XBlock handler that takes a JSON object by POST and answers one, and tells nobody what was in it."""

    @XBlock.handler
    @wraps(handler)
    @sensitive_variables()
    def handle(block: Any, request: Request, suffix: str = "") -> Response:
        try:
            if request.method == "POST" and request.content_type != "application/json":
                raise RefusedError("not_json", Problem("", _AS_JSON), 415)
            return json_response(handler(block, read_json(request)))
        except RefusedError as refusal:
            return refused(refusal)
        except ContentError as error:
            return json_response({"error": "problems", "problems": problem_answers(error.problems)}, 400)
        except TooMuchAsideError:
            return refused(RefusedError("too_much_aside", Problem("", _TOO_MUCH), 409))
        except TooLongError:
            return refused(RefusedError("too_long", Problem("", _TOO_LONG), 409))
        except SealedError:
            return refused(RefusedError("sealed", SEALED, 503))
        except Exception as error:
            tell(handler.__name__, error)
            if connection.in_atomic_block:
                transaction.set_rollback(True)
            return refused(RefusedError("went_wrong", Problem("", _WRONG), 500))

    return handle


def tell(name: str, error: Exception) -> None:
    """Log what kind of error it was and where, without its message and without what anything held."""
    places = " > ".join(f"{frame.f_code.co_filename}:{line}" for frame, line in walk_tb(error.__traceback__))
    log.error("%s failed with %s at %s", name, type(error).__name__, places)
