"""An export of a course by the Studio of a running Open edX: signed in with a token, asked for, awaited, fetched.

    Studio /login/           leads to the LMS, where Studio's people sign in; only if that is the LMS that is meant:
    LMS /oauth2/access_token     where the secret is an application's: a token for it
    LMS /oauth2/login/           a session for the token
    LMS /oauth2/authorize        leads back to Studio, which now knows who asks
    Studio /export/<course>, /export_status/<course>, /export_output/<course>

Both sessions are ended afterwards. The token is shown to the LMS alone. What the answers mean is for
`moodle_bridge.openedx_answers`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from moodle_bridge import openedx_answers as answers
from moodle_bridge import openedx_errors
from moodle_bridge.answers import Answer
from moodle_bridge.config import OpenEdx
from moodle_bridge.errors import BridgeError, RedirectError
from moodle_bridge.exchange import Exchange
from moodle_bridge.exports import MOST_BYTES
from moodle_bridge.openedx_address import CourseAddress, is_lms_of
from moodle_bridge.patience import Patience
from moodle_bridge.posting import FORM
from moodle_bridge.secret import OpenEdxSecret
from moodle_bridge.web_address import is_safe, origin, parts_of
from xblocks.base.problems import N_

_MOST_STEPS = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0

logger = logging.getLogger(__name__)


class Studio:
    """The Studio of one Open edX, and the LMS that it belongs to. For one thread and one export at a time."""

    def __init__(
        self,
        openedx: OpenEdx,
        secret: OpenEdxSecret,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        waits: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """Waits: is told now and then for how many seconds Studio has been at work."""
        self._openedx, self._secrets = openedx, [secret]
        self._patience = patience or Patience()
        self._sleep, self._clock, self._chance, self._waits = sleep, clock, chance, waits
        self._url = openedx.studio
        self._path = urlsplit(openedx.studio).path
        self._studio = self._exchange(openedx.studio)

    def save(self, course: CourseAddress, into: BinaryIO) -> None:
        """Writes the archive of a course, as Studio exports it. Raises one of errors and openedx_errors."""
        address = self._way_to_the_lms(course)
        lms = self._signed_in(answers.lms_of(address))
        try:
            self._let_in(lms, address)
            self._fetch(self._exported(course), into)
        finally:
            self._leave(self._studio, f"{self._path}/logout/?no_redirect=1")
            self._leave(lms, "/logout")

    # --- Signing in

    def _way_to_the_lms(self, course: CourseAddress) -> str:
        """The address at which Studio has its people sign in, at the LMS that is meant."""
        after = quote(f"{self._path}/export_status/{course.quoted_key}", safe="")
        address, answer = self._followed(self._studio, f"{self._path}/login/?next={after}")
        lms = answers.lms_of(address)
        if not lms:
            raise answers.no_studio(answer, self._url)
        meant = self._openedx.lms
        if lms != meant if meant else not is_lms_of(lms, self._url):
            raise openedx_errors.LmsNotNamedError(
                N_("Studio at %(studio)s has its people sign in at %(lms)s."), studio=self._url, lms=lms
            )
        return address

    def _signed_in(self, url: str) -> Exchange:
        """The LMS, which knows from now on who asks."""
        lms, prefix = self._exchange(url), urlsplit(url).path
        secret = self._secrets[0]
        if secret.is_application:
            answer = self._answered(lms, "POST", f"{prefix}/oauth2/access_token/", secret.form(), FORM)
            token = answers.access_token(answer, url)
            if isinstance(token, BridgeError):
                raise token
            self._secrets.append(token)
        headers = self._secrets[-1].headers()
        trouble = answers.not_signed_in(self._answered(lms, "POST", f"{prefix}/oauth2/login/", b"", headers), url)
        if trouble:
            raise trouble
        return lms

    def _let_in(self, lms: Exchange, address: str) -> None:
        """Goes from the LMS's door back to Studio, and in."""
        back, answer = self._followed(lms, answers.path_of(address))
        if not self._is_studio(back):
            raise answers.not_let_in(answer, back.partition("?")[0])
        away, answer = self._followed(self._studio, answers.path_of(back))
        if not self._is_studio(away):
            raise answers.not_let_in(answer, away.partition("?")[0])

    def _followed(self, exchange: Exchange, path: str) -> tuple[str, Answer]:
        """Where a server leads in the end, as long as it leads to itself; and its last answer."""
        address = exchange.url + path
        for _step in range(_MOST_STEPS):
            answer = self._answered(exchange, "GET", path)
            onwards = answers.target(answer, address)
            parts = parts_of(onwards)
            if not onwards or parts is None or origin(parts) != exchange.url:
                return onwards or address, answer
            address, path = onwards, answers.path_of(onwards)
        raise RedirectError(N_("%(url)s sends callers round in circles."), url=exchange.url)

    def _is_studio(self, address: str) -> bool:
        parts = parts_of(address)
        return parts is not None and origin(parts) == self._studio.url

    # --- The export

    def _exported(self, course: CourseAddress) -> str:
        """The address of the archive, when Studio has made it."""
        began = self._clock()
        self._state(course, "GET", "export_status")  # gives the cookie without which nothing may be begun
        csrf = {"X-CSRFToken": self._studio.cookie("csrftoken"), "Referer": f"{self._url}/"}
        state = self._state(course, "POST", "export", {**csrf, "Accept": "application/json"})
        pause = _FIRST_PAUSE
        while not state.output:
            state = self._state(course, "GET", "export_status")
            waited = self._clock() - began
            if not state.output and waited > self._openedx.timeouts.whole:
                raise openedx_errors.ExportTooSlowError(
                    N_("Studio's export of %(course)s was not ready after %(seconds)d seconds."),
                    course=course.key,
                    seconds=waited,
                )
            if not state.output:
                self._waits(waited)
                self._sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE)
        return state.output

    def _state(
        self, course: CourseAddress, method: str, page: str, headers: Mapping[str, str] | None = None
    ) -> answers.Export:
        body = b"" if method == "POST" else None
        answer = self._answered(self._studio, method, f"{self._path}/{page}/{course.quoted_key}", body, headers)
        state = answers.export(answer, self._url, course.key)
        if isinstance(state, BridgeError):
            raise state
        return state

    def _fetch(self, address: str, into: BinaryIO) -> None:
        parts = parts_of(address)
        if parts is None or not (is_safe(parts) or self._is_studio(address)):
            raise openedx_errors.ExportFailedError(N_("Studio names no address for the archive that it made."))
        # A store of files gets neither cookies nor anything else of ours.
        exchange = self._studio if self._is_studio(address) else Exchange(origin(parts), self._openedx.timeouts)
        answer = self._answered(exchange, "GET", answers.path_of(address), into=into)
        trouble = answers.not_saved(answer, address.partition("?")[0])
        if trouble:
            raise trouble

    # --- Requests

    def _exchange(self, url: str) -> Exchange:
        parts = parts_of(url)
        assert parts is not None, "addresses have been checked"
        return Exchange(origin(parts), self._openedx.timeouts, self._clock, hide=self._hide, keeps_cookies=True)

    def _hide(self, body: bytes) -> bytes:
        for secret in self._secrets:
            body = secret.hide_in(body)
        return body

    def _answered(
        self,
        exchange: Exchange,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        into: BinaryIO | None = None,
    ) -> Answer:
        """An answer, whatever it says; asked for again as patience has it. All of these requests may be made twice."""
        shown, attempt = f"{method} {exchange.url}{path.partition('?')[0]}", 0
        while True:
            attempt += 1
            if into:
                into.seek(0)
                into.truncate()
            answer = exchange.answer(method, path, body, headers, into, MOST_BYTES)
            if isinstance(answer, Answer):
                logger.debug("%s: HTTP %d, %d bytes", shown, answer.status, len(answer.body))
                error = answers.passing(answer, exchange.url, datetime.now(UTC))
            else:
                error = answer
            pause = None if error is None else self._patience.wait(error, attempt, True, self._chance())
            if pause is None:
                if isinstance(answer, BridgeError):
                    raise answer
                return answer
            logger.info("%s: %s; trying again in %.1f s", shown, type(error).__name__, pause)
            self._sleep(pause)

    def _leave(self, exchange: Exchange, path: str) -> None:
        """Ends a session that nobody needs any more. Where that fails, it ends by itself in time."""
        answer = exchange.answer("GET", path)
        logger.debug("%s%s: %s", exchange.url, path, getattr(answer, "status", type(answer).__name__))
        exchange.close()
