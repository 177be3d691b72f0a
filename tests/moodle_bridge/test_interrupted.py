"""A sync that is killed, or the site is, at a sample of moments of a real one: the next one finishes it, nothing twice.

pytest tests/moodle_bridge/test_interrupted.py --moodle URL --moodle-token T --moodle-learner-token L

With `--moodle-root FOLDER`, that of the same Moodle on this machine, PHP itself is killed too, and the site put into
maintenance. What was tried is said at the end.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from moodle_bridge import errors
from moodle_bridge.answers import Answer
from moodle_bridge.client import Client
from moodle_bridge.patience import Patience, Timeouts
from moodle_bridge.posting import Post
from moodle_bridge.secret import Body, Secret
from tests.moodle_bridge.scenes import Scene
from tests.moodle_bridge.sites import Site

HERE = Path(__file__).parent
SERVER_DEATHS = 12
EVERYTHING = 9
"""So many components a course of these scenes has, its sections too."""
SOON, LATE = 0.02, 1.5
"""Seconds after a request left, between which a process is killed during it."""

pytestmark = pytest.mark.real("nobody can be killed there")
on_this_machine = pytest.mark.machine("PHP is killed, and the site put into maintenance")


Kills = Callable[..., str]


@pytest.fixture
def killed(token: str) -> Kills:
    """Syncs in a process of its own that is killed; what it said, "" when it was."""

    def kill(scene: Scene, moment: str, number: int, seconds: float = 0) -> str:
        arguments = [scene.client.url, str(scene.site.course), str(scene.folder), moment, str(number), str(seconds)]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.moodle_bridge.killed", *arguments],
            check=False,
            cwd=HERE.parent.parent,
            env={**os.environ, "MOODLE_TOKEN": token},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
        return ran.stdout

    return kill


# --- The client


def test_a_client_that_is_killed_around_any_call_leaves_what_the_next_one_finishes(
    scenes: Callable[[], Scene], killed: Kills, sample: Callable[[str], None]
) -> None:
    whole = scenes()
    said = killed(whole, "never", 0).split()
    assert len(said) == 1, said
    whole.check()
    whole.check_what_is_shown()
    whole.clear()
    requests = int(said[0])
    for number in range(1, requests + 1):
        for moment in ("before", "after"):
            scene = scenes()
            assert killed(scene, moment, number) == ""
            scene.sync()
            scene.check()
            scene.check_what_is_shown()
            scene.clear()
    sample(f"the client was killed before and after each of {requests} requests: {2 * requests} times the same end")


def test_a_client_that_is_killed_while_the_site_works_is_overtaken_by_nobody(
    scenes: Callable[[], Scene], killed: Kills, sample: Callable[[str], None]
) -> None:
    """The site goes on with what it was sent; the next sync begins at once, beside it."""
    moments = [SOON + (LATE - SOON) * step / 5 for step in range(6)]
    died = 0
    for seconds in moments:
        scene = scenes()
        # After what the site is, its status and what it holds comes everything that is written, in one request.
        died += killed(scene, "during", 4, seconds) == ""
        scene.sync()
        scene.check()
        scene.check_what_is_shown()
        scene.clear()
    assert died
    sample(
        f"the client was killed {died} times {SOON} to {LATE} s into the request that writes; the next began at once"
    )


# --- The site


@on_this_machine
def test_php_that_is_killed_leaves_what_the_next_sync_finishes(
    site: Site, scenes: Callable[[], Scene], token: str, root: Path, sample: Callable[[str], None]
) -> None:
    def through_our_own(scene: Scene, dies_after: float) -> tuple[bool, float]:
        """Syncs through a server that dies; whether that was in the middle, and after how many seconds it ended."""
        with (
            server(root, site.client.url) as (url, process),
            Client(url, Secret(token), patience=Patience(attempts=1)) as client,
        ):
            timer = threading.Timer(dies_after, process.kill)
            timer.start()
            began, died = time.monotonic(), False
            try:
                scene.sync(client)
            except errors.BridgeError:
                died = True
            timer.cancel()
            return died, time.monotonic() - began

    chance, deaths = random.Random(4), 0
    done: Counter[str] = Counter()
    whole = scenes()
    _died, lasts = through_our_own(whole, 60)
    whole.clear()
    for _round in range(SERVER_DEATHS):
        scene = scenes()
        deaths += through_our_own(scene, chance.uniform(0.25, 0.9) * lasts)[0]
        done[{0: "nothing", EVERYTHING: "everything"}.get(len(held_of(scene)), "some")] += 1
        scene.sync()
        scene.check()
        scene.check_what_is_shown()
        scene.clear()
    assert deaths
    found = ", ".join(f"{name} {times} times" for name, times in sorted(done.items()))
    sample(f"PHP was killed {deaths} times in the middle of a sync; of its components were there: {found}")


def held_of(scene: Scene) -> list[Any]:
    course = scene.course
    keys = {one.key for one in course.sections} | {one.key for one in course.all()}
    return [one for one in scene.site.call("get_held")["items"] if one["key"] in keys]


@contextmanager
def server(root: Path, url: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A web server of our own before the same site: one process, which can be killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host = url.partition("://")[2].partition("/")[0]
    # Moodle answers only at its own address.
    settings = {"auto_prepend_file": str(HERE / "host.php"), "max_input_vars": 5000, "post_max_size": "64M"}
    given = [part for name, value in settings.items() for part in ("-d", f"{name}={value}")]
    process = subprocess.Popen(
        ["php", *given, "-S", f"127.0.0.1:{port}", "-t", str(root)],
        env={**os.environ, "MOODLE_HOST": host, "PHP_CLI_SERVER_WORKERS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _try in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@on_this_machine
def test_a_site_that_goes_into_maintenance_is_waited_for_by_nobody_and_finished_later(
    site: Site, scenes: Callable[[], Scene], token: str, root: Path, sample: Callable[[str], None]
) -> None:
    for requests in range(1, 5):
        scene = scenes()
        post = Closing(site.client.url, Secret(token), root, requests)
        with Client(site.client.url, Secret(token), post=post, patience=Patience(attempts=1)) as client:
            client._has_batches = False
            try:
                with pytest.raises(errors.MaintenanceError):
                    scene.sync(client)
            finally:
                maintenance(root, "--disable")
        scene.sync()
        scene.check()
        scene.check_what_is_shown()
        scene.clear()
    sample(
        "the site went into maintenance after 1, 2, 3 and 4 requests of a sync: said as such, and finished afterwards"
    )


class Closing(Post):
    """A connection to a site that goes into maintenance after so many requests."""

    def __init__(self, url: str, token: Secret, root: Path, requests: int) -> None:
        super().__init__(url, token, Timeouts())
        self._root, self._requests = root, requests

    def answer(self, body: Body) -> Answer | errors.BridgeError:
        if self.sent == self._requests:
            maintenance(self._root, "--enable")
        return super().answer(body)


def maintenance(root: Path, mode: str) -> None:
    # From 5.1 on the web server serves a folder of its own.
    folder = root if (root / "admin" / "cli").is_dir() else root.parent
    subprocess.run(["php", str(folder / "admin" / "cli" / "maintenance.php"), mode], check=True, capture_output=True)
