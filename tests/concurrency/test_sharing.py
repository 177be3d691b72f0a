"""Several who hand in, open, close and pair up at once: nothing stays open that was closed, nobody has two buddies."""

from __future__ import annotations

import json

from tests.concurrency.sharing import LOOK, MAKE
from tests.concurrency.sites import Site, go

LEARNERS, WORKERS = 4, 3


def test_what_is_taken_back_is_taken_back_though_three_processes_hand_in_and_pair_up(site: Site) -> None:
    site.run(MAKE)
    workers = [site.start("-m", "tests.concurrency.sharing", str(seed), str(LEARNERS)) for seed in range(WORKERS)]
    go(workers)
    for worker in workers:
        worker.communicate(timeout=240)
    assert [worker.returncode for worker in workers] == [0] * len(workers)
    found = json.loads(site.run(LOOK))
    assert found["versions"] > LEARNERS
    assert found["shared"]
    assert found["half"] == []
    assert found["wider"] == []
    assert found["let_in_nobody"] == []
    assert found["strangers"] == []
    assert found["counted"] == 0
