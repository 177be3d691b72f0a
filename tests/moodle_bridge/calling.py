"""A client for a test: it waits for nobody, and remembers how long it would have waited."""

from __future__ import annotations

from typing import Any

from moodle_bridge.client import Client
from moodle_bridge.patience import Patience, Timeouts
from moodle_bridge.secret import Secret

TOKEN = "c0ffee00c0ffee00c0ffee00c0ffee00"
# As long as a machine with much else to do may need; and for tests in which nobody answers, hardly any time.
LEISURE = Timeouts(connect=5, read=5, whole=20)
HASTE = Timeouts(connect=1, read=0.25, whole=0.4)


class Caller(Client):
    """A client whose pauses are kept and not waited for.

    Attributes:
        pauses: seconds.
    """

    def __init__(self, url: str, token: str = TOKEN, **more: Any) -> None:
        self.pauses: list[float] = []
        settings = {"timeouts": LEISURE, "patience": Patience(attempts=3, first=1, longest=30)}
        super().__init__(url, Secret(token), **{**settings, "sleep": self.pauses.append, "chance": lambda: 0.0, **more})


def site_info(*functions: str, release: str = "5.1+ (Build: 20251017)", **more: Any) -> dict[str, Any]:
    """What a site with these functions says about itself."""
    return {
        "sitename": "Moodle of School",
        "username": "bridge",
        "firstname": "Bri",
        "lastname": "Dge",
        "fullname": "Bri Dge",
        "lang": "en",
        "userid": 7,
        "siteurl": "https://moodle.example.org",
        "userpictureurl": "https://moodle.example.org/u.png",
        "functions": [{"name": name, "version": "2026112600"} for name in functions],
        "release": release,
        **more,
    }
