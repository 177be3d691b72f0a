"""A site's web services: calls that are checked before they leave, tried again where that is safe, checked on arrival.

The token travels in the body of a POST and nowhere else. What a site refuses or breaks is one of
`moodle_bridge.errors`.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, Self

from moodle_bridge import errors
from moodle_bridge.answers import Answer, is_ambiguous, refused, value_of
from moodle_bridge.contract import COMPANION, RELEASES, contract_of, load
from moodle_bridge.errors import BridgeError
from moodle_bridge.patience import Patience, Timeouts
from moodle_bridge.posting import Post
from moodle_bridge.secret import Body, Secret
from moodle_bridge.shapes import Json
from moodle_bridge.site import SITE_INFO, SiteInfo
from moodle_bridge.wire import BATCH, Batch, Call, Limits, advice, encoded, pairs, request
from xblocks.base.problems import N_

# From this size on "invalid token" for a token that was good before means: larger than post_max_size.
_LARGE = 1_000_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several calls: a value, or an error."""

    call: Call
    value: Json = None
    error: BridgeError | None = None


class Sends(Protocol):
    """How requests reach a site: `posting.Post`, or something that stands in for it."""

    @property
    def url(self) -> str:
        """Of the site."""

    @property
    def sent(self) -> int:
        """How many requests have left."""

    def answer(self, body: Body) -> Answer | BridgeError:
        """What a form is answered, or why there is no answer."""

    def close(self) -> None:
        """Ends the connection."""


class Client:
    """One site and one token. For one thread.

    Attributes:
        contract: what calls and answers are checked against; it follows the site's release once the site is known.
        limits: what the site takes in one request; for the caller to set when it knows (`get_status`).
        info: what the site said about itself, when it has been asked.
    """

    def __init__(
        self,
        url: str,
        token: Secret,
        *,
        timeouts: Timeouts | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        post: Sends | None = None,
    ) -> None:
        self.contract = load(RELEASES[0])
        self.limits = limits or Limits()
        self.info: SiteInfo | None = None
        self._token = token
        self._post = post or Post(url, token, timeouts or Timeouts(), clock)
        self._patience = patience or Patience()
        self._sleep, self._clock, self._chance = sleep, clock, chance
        self._has_batches = True
        self._token_was_good = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._post.close()

    @property
    def url(self) -> str:
        return self._post.url

    @property
    def requests_sent(self) -> int:
        """How many requests have left, with those that were tried again."""
        return self._post.sent

    # --- For callers

    def site_info(self) -> SiteInfo:
        """Asks the site what it is and what the token may call; from then on its own contract holds."""
        self.info = SiteInfo.of(self._call(Call(SITE_INFO, {})))
        self.contract = contract_of(self.info.release)
        self._has_batches = BATCH in self.info.functions
        return self.info

    def call(self, function: str, params: Mapping[str, Json] | None = None) -> Json:
        """What a function returns. Raises one of moodle_bridge.errors."""
        return self._call(self._ready(Call(function, params or {})))

    def call_many(self, calls: Iterable[Call], most: int = 20) -> Iterator[Outcome]:
        """Several calls, in order, in as few requests as the site takes; an outcome for each, as they come in.

        What goes wrong with one call is its outcome, and the others go on. What goes wrong with the site (no
        connection, maintenance) is raised: the calls that had an outcome are done, about the others nothing is known.

        Args:
            most: calls in one request. More would only make one request long.
        """
        batch, given = Batch(self.limits, most), list[Call]()
        for call in calls:
            try:
                ready = self._ready(call)
            except BridgeError as error:
                yield from self._outcomes(given, batch.calls)
                batch, given = Batch(self.limits, most), []
                yield Outcome(call, error=error)
                continue
            if not batch.takes(ready):
                yield from self._outcomes(given, batch.calls)
                batch, given = Batch(self.limits, most), []
                batch.takes(ready)
            given.append(call)
        yield from self._outcomes(given, batch.calls)

    # --- Before a call leaves

    def _ready(self, call: Call) -> Call:
        """A call as it travels, when nothing stands in its way."""
        problems = self.contract.check_params(call.function, call.params)
        if problems:
            raise _about(
                errors.ParametersError(
                    N_("%(function)s cannot be called like this."), problems, function=call.function
                ),
                call,
            )
        if self.info and call.function not in self.info.functions:
            raise _about(self._missing(call.function), call)
        ready = Call(call.function, self.contract.closed(call.function, call.params))
        too_large = advice(ready, self.limits)
        if too_large:
            raise _about(errors.RequestTooLargeError(too_large.message, **too_large.params), call)
        return ready

    def _missing(self, function: str) -> BridgeError:
        kind = errors.CompanionMissingError if function.startswith(COMPANION) else errors.FunctionMissingError
        return kind(
            N_("%(function)s is not on the site, or not in the token's service."), "accessexception", function=function
        )

    # --- Several calls in one request

    def _outcomes(self, given: list[Call], ready: list[Call]) -> Iterator[Outcome]:
        while given:
            if len(given) == 1 or not self._has_batches:
                yield self._outcome(given[0], ready[0])
                done = 1
            else:
                try:
                    responses = self._batch(ready)
                except errors.FunctionMissingError:
                    self._has_batches = False
                    continue
                except BridgeError as error:
                    if error.concerns_all:
                        raise
                    if error.may_have_run and not self._are_repeatable(ready):
                        yield from (Outcome(call, error=error) for call in given)
                        return
                    # One of them may be to blame: halving finds it, and what is too large together fits apart.
                    half = len(given) // 2
                    yield from self._outcomes(given[:half], ready[:half])
                    given, ready = given[half:], ready[half:]
                    continue
                for call, sent, response in zip(given, ready, responses, strict=False):
                    yield self._from_response(call, sent, response)
                done = len(responses)
            # After a call that failed Moodle leaves the rest of a batch undone.
            given, ready = given[done:], ready[done:]

    def _outcome(self, given: Call, ready: Call) -> Outcome:
        try:
            return Outcome(given, self._call(ready))
        except BridgeError as error:
            if error.concerns_all:
                raise
            return Outcome(given, error=error)

    def _batch(self, calls: list[Call]) -> list[Mapping[str, Json]]:
        batch = Call(BATCH, {"requests": [request(call) for call in calls]})
        answer = self._call(batch, self._are_repeatable(calls), f"{BATCH} of {_summary(calls)}")
        responses: list[Mapping[str, Json]] = answer["responses"][: len(calls)]
        if not responses:
            raise errors.AnswerContractError(
                N_("%(function)s answered none of %(many)d calls."), function=BATCH, many=len(calls)
            )
        return responses

    def _are_repeatable(self, calls: Iterable[Call]) -> bool:
        return all(self.contract.functions[call.function].is_repeatable for call in calls)

    def _from_response(self, given: Call, ready: Call, response: Mapping[str, Json]) -> Outcome:
        try:
            if response["error"]:
                raise refused(json.loads(response.get("exception", "{}")), given.function)
            value = json.loads(response.get("data") or "null")
            return Outcome(given, self._checked(given.function, value))
        except ValueError:
            error = errors.AnswerUnreadableError(N_("The answer of %(function)s is no JSON."), function=given.function)
            return Outcome(given, error=error)
        except BridgeError as error:
            # What may pass is tried again by itself, with all patience.
            return self._outcome(given, ready) if error.may_pass else Outcome(given, error=_about(error, given))

    # --- One request

    def _call(self, call: Call, is_repeatable: bool | None = None, title: str = "") -> Json:
        """Makes a call that is ready, again and again as patience has it, and checks what it returns."""
        title = title or call.function
        if is_repeatable is None:
            is_repeatable = self._are_repeatable([call])
        attempt = 0
        while True:
            attempt += 1
            value, error = self._attempt(call, title, attempt)
            if error is None:
                return self._checked(call.function, value)
            pause = self._patience.wait(error, attempt, is_repeatable, self._chance())
            if pause is None:
                if error.may_have_run and not is_repeatable:
                    error.advice = N_("It is not known whether the site did it: see in Moodle before you do it again.")
                raise error
            logger.info("%s: %s; trying again in %.1f s", title, type(error).__name__, pause)
            self._sleep(pause)

    def _attempt(self, call: Call, title: str, attempt: int) -> tuple[Json, BridgeError | None]:
        form = [("wsfunction", call.function), ("moodlewsrestformat", "json"), *pairs(call.params)]
        body = self._token.body(encoded(form))
        began = self._clock()
        answer = self._post.answer(body)
        received = 0 if isinstance(answer, BridgeError) else len(answer.body)
        logger.debug(
            "%s: attempt %d, %d variables, %d bytes out, %d bytes in, %.3f s",
            *(title, attempt, len(form) + 1, len(body), received, self._clock() - began),
        )
        if isinstance(answer, BridgeError):
            return None, _about(answer, call)
        is_offered = None if self.info is None else call.function in self.info.functions
        try:
            value = value_of(answer, call.function, self.url, datetime.now(UTC), is_offered)
        except BridgeError as error:
            return None, self._explained(error, call, len(body))
        self._token_was_good = True
        return value, None

    def _explained(self, error: BridgeError, call: Call, sent: int) -> BridgeError:
        """The same error, or a better one where Moodle says the same for several causes."""
        if isinstance(error, errors.TokenRefusedError) and self._token_was_good and sent > _LARGE:
            return errors.RequestTooLargeError(
                N_(
                    "The request of %(function)s has %(bytes)s bytes, and the site seems to take less: it found no "
                    "token in it. Ask the site's admin to raise post_max_size in php.ini."
                ),
                function=call.function,
                bytes=f"{sent:,}",
            )
        if is_ambiguous(error) and self.info is None and call.function != SITE_INFO:
            try:
                info = self.site_info()
            except BridgeError as other:
                return other
            if call.function not in info.functions:
                return _about(self._missing(call.function), call)
        return error

    def _checked(self, function: str, value: Json) -> Json:
        problems = self.contract.check_returns(function, value)
        if problems:
            shown = problems[:5]
            raise errors.AnswerContractError(
                N_("The site's answer to %(function)s is not what it should be."), shown, function=function
            )
        return self.contract.opened(function, value)


def _about(error: BridgeError, call: Call) -> BridgeError:
    error.function = error.function or call.function
    return error


def _summary(calls: Iterable[Call]) -> str:
    """The functions of several calls for the log, with how often each: "local_microunits_upsert (12)"."""
    names = [call.function for call in calls]
    return ", ".join(f"{name} ({names.count(name)})" for name in dict.fromkeys(names))
