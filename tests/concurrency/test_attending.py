"""Several who choose, leave, come back, note and join at once: no seat is given twice, none is free for who waits."""

from __future__ import annotations

import json

from tests.concurrency.attending import LOOK, MAKE, SEATS
from tests.concurrency.sites import Site, go

LEARNERS, WORKERS = 12, 3


def test_seats_are_given_once_and_in_line_though_three_processes_change_them(site: Site) -> None:
    site.run(MAKE.format(learners=LEARNERS))
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
    assert (found["untold"], found["stale"]) == (0, 0)
    # Whoever left the course has no seat, and each guest is now the learner whom they turned out to be, once.
    assert (found["gone_with_a_seat"], found["guests"]) == (0, 0)
    assert (found["ready"], found["done"]) == (LEARNERS, LEARNERS)
