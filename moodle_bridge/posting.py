"""One request to a Moodle and what came of it: a form with the token in its body."""

from __future__ import annotations

import time
from collections.abc import Callable

from moodle_bridge.answers import ENDPOINT, Answer
from moodle_bridge.errors import BridgeError
from moodle_bridge.exchange import Exchange
from moodle_bridge.patience import Timeouts
from moodle_bridge.secret import Body, Secret

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Post:
    """The web services of one site. For one thread."""

    def __init__(
        self, url: str, token: Secret, timeouts: Timeouts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._exchange = Exchange(url, timeouts, clock, hide=token.hide_in)

    @property
    def url(self) -> str:
        """Of the site, without a slash at its end."""
        return self._exchange.url

    @property
    def sent(self) -> int:
        """How many requests have left."""
        return self._exchange.sent

    def close(self) -> None:
        self._exchange.close()

    def answer(self, body: Body) -> Answer | BridgeError:
        """What a form is answered, or why there is no answer."""
        return self._exchange.answer("POST", ENDPOINT, body, FORM)
