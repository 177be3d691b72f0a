"""Two sweepers at once, workers killed, a queue that forgets: no learner gets two messages, and none is forgotten.

Sweepers are processes of their own on every kind of database; the workers are Celery's, over a real Redis.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.concurrency.nudging import LOOK, MAKE, MIX
from tests.concurrency.sites import ROOT, Site, database, go

LEARNERS = 60


def made(site: Site, learners: int = LEARNERS) -> None:
    site.run(f"{MAKE.format(learners=learners)}\nprint('made')")


def look(site: Site) -> dict[str, Any]:
    return dict(json.loads(site.run(LOOK)))


def sweep(site: Site, how: str = "deliver", later: float = 0, times: int = 1) -> list[str]:
    """What each of so many sweepers, all at once, said at the end."""
    before = dict(site.environment)
    site.environment["LATER"] = str(later)
    sweepers = [site.start("-m", "tests.concurrency.nudging", how) for _ in range(times)]
    site.environment.clear()
    site.environment.update(before)
    go(sweepers)
    said = [sweeper.communicate(timeout=120)[0].strip() for sweeper in sweepers]
    assert [sweeper.returncode for sweeper in sweepers] == [0] * times
    return said


# --- Sweepers


def test_sweepers_at_once_share_the_learners_and_send_each_one_message(site: Site) -> None:
    made(site)
    said = sweep(site, times=3)
    found = look(site)
    assert sum(int(line.split()[1]) for line in said) == LEARNERS
    assert found["status"] == {"sent": LEARNERS}
    assert found["learners"] == LEARNERS
    assert len(set(found["mails"])) == len(found["mails"]) == LEARNERS
    assert found["waiting"] == 0


def test_a_killed_sweeper_leaves_one_message_uncertain_and_nobody_forgotten(site: Site) -> None:
    made(site)
    site.environment["SLOW"] = "0.2"
    sweeper = site.start("-m", "tests.concurrency.nudging", "deliver")
    go([sweeper])
    until(lambda: len(sent_files(site)) >= 3)
    sweeper.send_signal(signal.SIGKILL)
    sweeper.communicate(timeout=60)
    del site.environment["SLOW"]
    # Its messages wait until they may be thought lost; then another sweep hands them out again.
    sweep(site, later=20 * 60)
    found = look(site)
    assert found["status"].get("uncertain", 0) <= 1
    assert found["status"].get("uncertain", 0) + found["status"]["sent"] == LEARNERS
    assert found["learners"] == LEARNERS
    # Nobody got two: what was under way at the crash was not repeated.
    assert len(set(found["mails"])) == len(found["mails"]) >= LEARNERS - 1


# --- Answers meanwhile


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("mariadb", marks=pytest.mark.needs("mariadb")),
        pytest.param("postgresql", marks=pytest.mark.needs("postgresql")),
    ],
)
def test_no_answer_stays_without_its_review_while_plans_sweeps_and_wishes_change_the_same_rows(
    kind: str, tmp_path: Path
) -> None:
    with database(kind) as environment:
        site = Site({**environment, "MICROUNITS_DATA": str(tmp_path)})
        made(site)
        found = json.loads(site.run(MIX.format(seconds=8)))
    assert found["wrong"] == {}
    assert found["given"] == found["kept"] > 20


# --- Celery's workers, over Redis


class Queue:
    """A Redis of our own, which can be stopped and started; and the site's workers."""

    def __init__(self, site: Site, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.site = site
        self.folder = folder
        self.server: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        site.environment["MICROUNITS_BROKER_URL"] = f"redis://127.0.0.1:{self.port}/0"

    def up(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        self.server = subprocess.Popen([*command, "--save", "", "--appendonly", "no"], **quiet)  # type: ignore[call-overload]
        until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def down(self) -> None:
        assert self.server is not None
        self.server.kill()
        self.server.wait()

    def worker(self) -> subprocess.Popen[bytes]:
        command = ["-m", "celery", "-A", "tests.concurrency.worker", "worker", "--pool", "solo", "--loglevel", "ERROR"]
        with (self.folder / f"worker{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, *command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
                env=self.site.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
        if self.server is not None:
            self.down()


@pytest.fixture(params=[pytest.param("mariadb", marks=pytest.mark.needs("mariadb"))])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    with database(request.param) as environment:
        made_here = Queue(Site({"MICROUNITS_DATA": str(tmp_path), **environment}), tmp_path)
        try:
            yield made_here
        finally:
            made_here.stop()


@pytest.mark.needs("redis")
def test_workers_that_are_killed_send_nobody_two_messages_and_forget_nobody(queue: Queue) -> None:
    made(queue.site)
    queue.up()
    queue.site.environment["SLOW"] = "0.1"
    first = [queue.worker(), queue.worker()]
    sweep(queue.site, "sweep", times=2)
    until(lambda: len(sent_files(queue.site)) >= 4)
    for worker in first:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    queue.site.environment["SLOW"] = "0"
    queue.site.environment["LATER"] = str(20 * 60)
    queue.worker()
    # What the dead had in hand is uncertain; what they had only been given is handed out again.
    sweep(queue.site, "sweep", later=20 * 60)
    until(lambda: look(queue.site)["status"].get("planned", 0) == 0, 60)
    found = look(queue.site)
    assert set(found["status"]) <= {"sent", "uncertain"}
    assert found["status"].get("uncertain", 0) <= len(first)
    assert found["learners"] == LEARNERS
    assert len(set(found["mails"])) == len(found["mails"]) >= LEARNERS - len(first)


@pytest.mark.needs("redis")
def test_a_queue_that_is_restarted_and_forgets_loses_no_message(queue: Queue) -> None:
    made(queue.site)
    queue.up()
    # Nobody works yet, and the queue dies with everything in it.
    sweep(queue.site, "sweep")
    queue.down()
    assert look(queue.site)["status"] == {"planned": LEARNERS}
    # While it is down a sweep neither fails nor loses anything.
    sweep(queue.site, "sweep", later=10 * 60)
    assert look(queue.site)["status"] == {"planned": LEARNERS}
    queue.up()
    queue.site.environment["LATER"] = str(20 * 60)
    queue.worker()
    sweep(queue.site, "sweep", later=20 * 60)
    until(lambda: look(queue.site)["status"] == {"sent": LEARNERS}, 60)
    found = look(queue.site)
    assert len(set(found["mails"])) == len(found["mails"]) == LEARNERS


def sent_files(site: Site) -> list[str]:
    folder = Path(site.environment["MICROUNITS_DATA"]) / "sent"
    return os.listdir(folder) if folder.is_dir() else []


def until(true: Callable[[], bool], seconds: float = 40) -> None:
    """Wait until something is so; fail when it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "this did not come about in time"
        time.sleep(0.1)
