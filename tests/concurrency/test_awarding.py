"""Several workers that hear of the same at once, one of them killed: everybody has each badge exactly once."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

from tests.concurrency.awarding import BLOCKS, LOOK, MAKE
from tests.concurrency.sites import Site, go

LEARNERS, WORKERS = 15, 4


def look(site: Site) -> dict[str, Any]:
    return dict(json.loads(site.run(LOOK)))


def test_everybody_has_each_badge_once_though_four_workers_tell_of_it_and_one_is_killed(site: Site) -> None:
    site.run(MAKE)
    workers = [site.start("-m", "tests.concurrency.awarding", str(seed), str(LEARNERS)) for seed in range(WORKERS)]
    go(workers)
    killed = workers.pop()
    time.sleep(0.3)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    for worker in workers:
        worker.communicate(timeout=180)
    assert [worker.returncode for worker in workers] == [0] * len(workers)
    found = look(site)
    everybody = {str(number) for number in range(LEARNERS)}
    assert {(who, badge): times for who, badge, times in found["awards"]} == {
        (who, badge): 1 for who in everybody for badge in ("every", "first")
    }
    assert found["credit"] == dict.fromkeys(everybody, 20)
    assert found["facts"] == LEARNERS * len(BLOCKS)
