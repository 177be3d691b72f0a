"""A sync that is killed in the middle: python -m tests.moodle_bridge.killed URL COURSE FOLDER MOMENT NUMBER SECONDS.

MOMENT says when the process kills itself (SIGKILL, so nothing is tidied up): "before" request NUMBER leaves, "during"
it (SECONDS after it left), or "after" it was answered; "never" lets it end, and it prints how many requests it made.
Each call is a request of its own, unless it is killed during one. The token is in the environment (MOODLE_TOKEN).
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from moodle_bridge.answers import Answer
from moodle_bridge.client import Client
from moodle_bridge.errors import BridgeError
from moodle_bridge.patience import Timeouts
from moodle_bridge.plan import UNASKED
from moodle_bridge.posting import Post
from moodle_bridge.secret import Body, Secret
from moodle_bridge.site import STATUS, Status
from moodle_bridge.syncing import course_of, planned, synced


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Post):
    """A connection that ends with its process."""

    def __init__(self, url: str, token: Secret, moment: str, number: int, seconds: float) -> None:
        super().__init__(url, token, Timeouts())
        self._moment, self._number, self._seconds = moment, number, seconds

    def answer(self, body: Body) -> Answer | BridgeError:
        moment = self._moment if self.sent + 1 == self._number else ""
        if moment == "before":
            die()
        if moment == "during":
            threading.Timer(self._seconds, die).start()
        answer = super().answer(body)
        if moment:
            die()
        return answer


def main(url: str, course: str, folder: str, moment: str, number: str, seconds: str) -> None:
    token = Secret(os.environ["MOODLE_TOKEN"])
    post = Mortal(url, token, moment, int(number), float(seconds))
    with Client(url, token, post=post) as client, course_of(folder, teachers_read=True) as found:
        client.site_info()
        client._has_batches = moment == "during"
        client.limits = Status.of(client.call(STATUS, {"courseid": int(course)})).limits
        plan = planned(found.course, client, int(course), UNASKED)
        problems = [str(done.error) for done in synced(plan, client, int(course), found.content) if done.error]
        print(post.sent, *problems, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
