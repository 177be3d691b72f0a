"""A whole course finishes at once, through Celery: everybody has each badge exactly once, and its credit.

MICROUNITS_TEST_FINISHERS says how many learners; 10,000 of them take two workers some ten minutes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.concurrency.awarding import BLOCKS
from tests.concurrency.finishing import LOOK, MAKE
from tests.concurrency.sites import Site, database, go
from tests.concurrency.test_nudging import Queue, until

pytestmark = pytest.mark.needs("redis")

LEARNERS = int(os.environ.get("MICROUNITS_TEST_FINISHERS", "60"))
WORKERS, TELLERS = 2, 2


@pytest.fixture(
    params=[
        pytest.param("mariadb", marks=pytest.mark.needs("mariadb")),
        pytest.param("postgresql", marks=pytest.mark.needs("postgresql")),
    ]
)
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    """Workers over a Redis of their own, on a database that takes several writers."""
    with database(request.param) as environment:
        made = Queue(Site({"MICROUNITS_DATA": str(tmp_path), **environment}), tmp_path)
        made.up()
        yield made
        made.stop()


def look(site: Site) -> dict[str, Any]:
    return dict(json.loads(site.run(LOOK)))


def test_everybody_who_finishes_at_once_has_each_badge_once(queue: Queue) -> None:
    site = queue.site
    site.run(MAKE)
    workers = [queue.worker() for _ in range(WORKERS)]
    share = -(-LEARNERS // TELLERS)
    tellers = [
        site.start("-m", "tests.concurrency.finishing", str(first), str(min(first + share, LEARNERS)))
        for first in range(0, LEARNERS, share)
    ]
    began = time.monotonic()
    go(tellers)
    for teller in tellers:
        teller.communicate(timeout=3600)
        assert teller.returncode == 0
    told = time.monotonic()
    until(lambda: _done(look(site)), 60 + LEARNERS)
    ended = time.monotonic()
    assert [worker.poll() for worker in workers] == [None] * WORKERS
    found = look(site)
    assert found["awards"] == {"every": {"1": LEARNERS}, "first": {"1": LEARNERS}}
    assert found["credit"] == 20 * LEARNERS
    assert found["facts"] == LEARNERS * len(BLOCKS)
    logs = "".join(one.read_text() for one in queue.folder.glob("worker*.log"))
    assert "Traceback" not in logs
    print(f"{LEARNERS} learners: told in {told - began:.0f} s, all had their badges after {ended - began:.0f} s")


def _done(found: dict[str, Any]) -> bool:
    """Everything was taken in; what comes after that may change nothing."""
    time.sleep(min(10.0, LEARNERS / 100))
    return bool(found["facts"] == LEARNERS * len(BLOCKS))
