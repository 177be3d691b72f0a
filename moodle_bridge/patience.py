"""How long a call may take, and when it is tried again: what may pass by itself, if it is safe to do twice."""

from __future__ import annotations

from dataclasses import dataclass

from moodle_bridge.errors import BridgeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long one request may take, in seconds.

    Attributes:
        connect: until there is a connection.
        read: between two pieces of the answer; the first comes when the site has done its work.
        whole: until the answer is there to its end.
    """

    connect: float = 10.0
    read: float = 120.0
    whole: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to try.

    Attributes:
        attempts: how many in all.
        first: seconds before the second attempt, doubled before each further one.
        longest: seconds that are never exceeded. A site that asks for more is left alone.
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 30.0

    def wait(self, error: BridgeError, attempt: int, is_repeatable: bool, random: float) -> float | None:
        """Seconds to wait before trying again; None: it is not tried again.

        Args:
            attempt: how many there have been, 1 after the first.
            is_repeatable: doing it twice does no more than doing it once. What surely was not done is tried again
                whatever it is.
            random: 0 <= random < 1, so that many callers do not come back at the same moment.
        """
        if attempt >= self.attempts or not error.may_pass or (error.may_have_run and not is_repeatable):
            return None
        asked = error.retry_after or 0.0
        if asked > self.longest:
            return None
        pause = min(self.longest, self.first * 2 ** (attempt - 1))
        return max(asked, pause * (0.5 + random / 2))
