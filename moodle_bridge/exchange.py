"""Requests to one web server and what came of them, over `requests`: an answer, or why there is none.

Nothing secret is shown on the way: neither by Python's own account of a connection nor by that of `urllib3`, which
names the address of every request.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import BinaryIO

import requests
from requests import exceptions as failures
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from moodle_bridge import errors
from moodle_bridge.answers import Answer
from moodle_bridge.errors import BridgeError
from moodle_bridge.openedx_errors import NoRoomError
from moodle_bridge.patience import Timeouts
from xblocks.base.problems import N_

LARGEST_ANSWER = 64 * 1024 * 1024
"""More bytes than any answer of ours has; what is larger is not read to its end."""

_PIECE = 64 * 1024

Hide = Callable[[bytes], bytes]
"""Takes what is secret out of what a server says: some quote what they were sent."""


class Exchange:
    """The connection to one web server, kept open between requests. For one thread.

    Attributes:
        url: of the server, without a slash at its end.
        sent: how many requests have left.
    """

    def __init__(
        self,
        url: str,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
        *,
        hide: Hide = bytes,
        keeps_cookies: bool = False,
    ) -> None:
        self.url = url.rstrip("/")
        self.sent = 0
        self._timeouts, self._clock, self._hide = timeouts, clock, hide
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent()
        # Otherwise `requests` would send along a password that ~/.netrc has for this host.
        self._session.auth = lambda request: request
        if not keeps_cookies:
            self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Quietly())

    def close(self) -> None:
        self._session.close()

    def cookie(self, ending: str) -> str:
        """The value of the cookie whose name ends so; "" where the server has set none."""
        return next((cookie.value or "" for cookie in self._session.cookies if cookie.name.endswith(ending)), "")

    def answer(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        into: BinaryIO | None = None,
        most: int = 0,
    ) -> Answer | BridgeError:
        """What a request is answered. Errors are returned, so that none carries along the frames that saw the request.

        Args:
            path: from the server's address on, with a slash at its beginning.
            into: where the body of a good answer goes, instead of into memory; at most `most` bytes of it.
        """
        self.sent += 1
        ends = self._clock() + self._timeouts.whole
        try:
            with self._session.request(
                method,
                self.url + path,
                data=body,
                headers=headers,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, ends, into, most)
        except failures.RequestException as error:
            return self._not_answered(error)
        except LocationValueError:
            return self._unknown()
        except ReadTimeoutError:
            return self._timed_out()
        except DecodeError:
            return errors.AnswerUnreadableError(N_("The site's answer says that it is compressed, and is not."))
        except (HTTPError, OSError) as error:
            return self._lost(error)

    def _read(
        self, response: requests.Response, ends: float, into: BinaryIO | None = None, most: int = 0
    ) -> Answer | BridgeError:
        saved = into if response.status_code == requests.codes.ok else None
        most = most if saved else LARGEST_ANSWER
        body, size = bytearray(), 0
        while piece := response.raw.read1(_PIECE, decode_content=True):
            size += len(piece)
            if size > most:
                return errors.AnswerUnreadableError(
                    N_("The site's answer is larger than %(most)s bytes."), most=f"{most:,}"
                )
            if self._clock() > ends:
                return self._timed_out()
            if saved:
                try:
                    saved.write(piece)
                except OSError as error:
                    return NoRoomError(N_("The archive of the course cannot be kept: %(why)s."), why=error.strerror)
            else:
                body += piece
        return Answer(
            status=response.status_code,
            reason=response.reason or "",
            content_type=self._header(response, "Content-Type"),
            body=self._hide(bytes(body)),
            location=self._header(response, "Location"),
            retry_after=self._header(response, "Retry-After"),
        )

    def _header(self, response: requests.Response, name: str) -> str:
        return self._hide(response.headers.get(name, "").encode()).decode()

    def _not_answered(self, error: failures.RequestException) -> BridgeError:
        """Why there is no answer; what was certainly not sent is told apart from what may have arrived."""
        if isinstance(error, failures.SSLError) and not _within(error, ssl.SSLEOFError):
            refused = _within(error, ssl.SSLCertVerificationError)
            if isinstance(refused, ssl.SSLCertVerificationError):
                why = refused.verify_message
                return errors.TlsError(N_("There is no secure connection to %(url)s: %(why)s."), url=self.url, why=why)
            return errors.TlsError(
                N_("There is no secure connection to %(url)s: no TLS is spoken there."), url=self.url
            )
        if isinstance(error, failures.ConnectTimeout):
            return errors.ConnectionFailedError(
                N_("%(url)s did not answer within %(seconds)g seconds."),
                url=self.url,
                seconds=self._timeouts.connect,
            )
        if isinstance(error, failures.ReadTimeout):
            return self._timed_out()
        if isinstance(error, failures.ProxyError):
            return errors.ConnectionFailedError(
                N_("The proxy on the way to %(url)s refuses the connection."), url=self.url
            )
        if _within(error, NameResolutionError):
            return self._unknown()
        if _within(error, NewConnectionError):
            return errors.ConnectionFailedError(
                N_("There is no connection to %(url)s: nobody answers there."), url=self.url
            )
        if isinstance(error, failures.ConnectionError):
            return self._lost(error)
        kind = type(error).__name__
        return errors.ConnectionFailedError(
            N_("There is no connection to %(url)s (%(kind)s)."), url=self.url, kind=kind
        )

    def _unknown(self) -> BridgeError:
        return errors.ConnectionFailedError(
            N_("There is no connection to %(url)s: its name is not known."), url=self.url
        )

    def _timed_out(self) -> BridgeError:
        return errors.TimedOutError(
            N_("%(url)s took too long to answer (read = %(seconds)g seconds)."),
            url=self.url,
            seconds=self._timeouts.read,
        )

    def _lost(self, error: Exception) -> BridgeError:
        kind = type([*_chain(error)][-1]).__name__
        return errors.AnswerLostError(
            N_("The connection to %(url)s broke before the whole answer was there (%(kind)s)."),
            url=self.url,
            kind=kind,
        )


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


# --- Connections that tell nobody what they carry


class _Connection(HTTPConnection):
    # Python prints what a connection sends, headers too, where this is switched on for all of them.
    debuglevel = 0


class _SecureConnection(HTTPSConnection):
    debuglevel = 0


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Quietly(HTTPAdapter):
    def init_poolmanager(self, *arguments: object, **more: object) -> None:
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _WithoutQueries(logging.Filter):
    """Addresses without what stands after their "?": a sign-on has its codes there, a store of files its signatures."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                one.partition("?")[0] if isinstance(one, str) and one.startswith("/") else one for one in record.args
            )
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutQueries())
