"""One request to a site and what came of it, over `requests`: an answer, or why there is none."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version

import requests
from requests import exceptions as failures
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from moodle_bridge import errors
from moodle_bridge.answers import ENDPOINT, Answer
from moodle_bridge.errors import BridgeError
from moodle_bridge.patience import Timeouts
from moodle_bridge.secret import Body, Secret

LARGEST_ANSWER = 64 * 1024 * 1024
"""More bytes than any answer of ours has; what is larger is not read to its end."""

_PIECE = 64 * 1024
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Post:
    """The connection to one site, kept open between requests. For one thread.

    Attributes:
        url: of the site, without a slash at its end.
        sent: how many requests have left.
    """

    def __init__(
        self, url: str, token: Secret, timeouts: Timeouts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url.rstrip("/")
        self.sent = 0
        self._token, self._timeouts, self._clock = token, timeouts, clock
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent()
        # Otherwise `requests` would send along a password that ~/.netrc has for this host.
        self._session.auth = lambda request: request
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        self._session.close()

    def answer(self, body: Body) -> Answer | BridgeError:
        """What a form is answered. Errors are returned, so that none carries along the frames that saw the form."""
        self.sent += 1
        ends = self._clock() + self._timeouts.whole
        try:
            with self._session.post(
                self.url + ENDPOINT,
                data=body,
                headers=_FORM,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, ends)
        except failures.RequestException as error:
            return self._not_answered(error)
        except LocationValueError:
            return self._unknown()
        except ReadTimeoutError:
            return self._timed_out()
        except DecodeError:
            return errors.AnswerUnreadableError("The site's answer says that it is compressed, and is not.")
        except (HTTPError, OSError) as error:
            return self._lost(error)

    def _read(self, response: requests.Response, ends: float) -> Answer | BridgeError:
        body = bytearray()
        while piece := response.raw.read1(_PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER:
                return errors.AnswerUnreadableError(f"The site's answer is larger than {LARGEST_ANSWER:,} bytes.")
            if self._clock() > ends:
                return self._timed_out()

        def header(name: str) -> str:
            return self._token.hide_in(response.headers.get(name, "").encode()).decode()

        return Answer(
            status=response.status_code,
            reason=response.reason or "",
            content_type=header("Content-Type"),
            body=self._token.hide_in(bytes(body)),
            location=header("Location"),
            retry_after=header("Retry-After"),
        )

    def _not_answered(self, error: failures.RequestException) -> BridgeError:
        """Why there is no answer; what was certainly not sent is told apart from what may have arrived."""
        if isinstance(error, failures.SSLError) and not _within(error, ssl.SSLEOFError):
            refused = _within(error, ssl.SSLCertVerificationError)
            why = (
                refused.verify_message
                if isinstance(refused, ssl.SSLCertVerificationError)
                else "no TLS is spoken there"
            )
            return errors.TlsError(f"There is no secure connection to {self.url}: {why}.")
        if isinstance(error, failures.ConnectTimeout):
            return errors.ConnectionFailedError(f"{self.url} did not answer within {self._timeouts.connect:g} seconds.")
        if isinstance(error, failures.ReadTimeout):
            return self._timed_out()
        if isinstance(error, failures.ProxyError):
            return errors.ConnectionFailedError(f"The proxy on the way to {self.url} refuses the connection.")
        if _within(error, NameResolutionError):
            return self._unknown()
        if _within(error, NewConnectionError):
            return errors.ConnectionFailedError(f"There is no connection to {self.url}: nobody answers there.")
        if isinstance(error, failures.ConnectionError):
            return self._lost(error)
        return errors.ConnectionFailedError(f"There is no connection to {self.url} ({type(error).__name__}).")

    def _unknown(self) -> BridgeError:
        return errors.ConnectionFailedError(f"There is no connection to {self.url}: its name is not known.")

    def _timed_out(self) -> BridgeError:
        return errors.TimedOutError(f"{self.url} took too long to answer (read = {self._timeouts.read:g} seconds).")

    def _lost(self, error: Exception) -> BridgeError:
        kind = type([*_chain(error)][-1]).__name__
        return errors.AnswerLostError(f"The connection to {self.url} broke before the whole answer was there ({kind}).")


def user_agent() -> str:
    """How the bridge names itself to a site."""
    try:
        release = version("microunits")
    except PackageNotFoundError:
        release = "source"
    return f"Microunits-bridge/{release}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what lies below it: `requests` and `urllib3` wrap each other's."""
    seen: list[BaseException] = []
    below: BaseException | None = error
    while below is not None and below not in seen:
        seen.append(below)
        yield below
        wrapped = [getattr(below, "reason", None), *below.args, below.__cause__, below.__context__]
        below = next((one for one in wrapped if isinstance(one, BaseException)), None)


def _within(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    return next((one for one in _chain(error) if isinstance(one, kind)), None)
