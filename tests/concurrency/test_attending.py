"""Several who choose, leave and note at once: no seat is given twice, none is free while somebody waits for it."""

from __future__ import annotations

import json

from tests.concurrency.attending import LOOK, MAKE, SEATS
from tests.concurrency.sites import Site, go

LEARNERS, WORKERS = 12, 3


def test_seats_are_given_once_and_in_line_though_three_processes_change_them(site: Site) -> None:
    site.run(MAKE)
    workers = [site.start("-m", "tests.concurrency.attending", str(seed), str(LEARNERS)) for seed in range(WORKERS)]
    go(workers)
    for worker in workers:
        worker.communicate(timeout=240)
    assert [worker.returncode for worker in workers] == [0] * len(workers)
    found = json.loads(site.run(LOOK))
    for name in "ab":
        assert found["taken"][name] <= SEATS
        assert not found["waiting"][name] or found["taken"][name] == SEATS
    assert found["is_told_apart"]
    assert found["waits_for_own"] == 0
    assert found["noted"] == [1] * LEARNERS
    assert found["untold"] == 0
