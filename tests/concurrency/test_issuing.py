"""Several that make keys, sign, rotate and revoke at once, one of them killed: each award is signed once, and well."""

from __future__ import annotations

import json
import signal
import time

from tests.concurrency.issuing import LEARNERS, LOOK, MAKE, REVOKED
from tests.concurrency.sites import Site, go

WORKERS = 4


def test_every_award_is_signed_once_in_a_place_of_its_own_by_one_pair_of_keys(site: Site) -> None:
    site.run(MAKE)
    workers = [site.start("-m", "tests.concurrency.issuing", str(seed)) for seed in range(WORKERS)]
    go(workers)
    killed = workers.pop()
    time.sleep(0.3)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    for worker in workers:
        worker.communicate(timeout=180)
    assert [worker.returncode for worker in workers] == [0] * len(workers)
    found = json.loads(site.run(LOOK))
    signed = len(found["awards"])
    assert LEARNERS - REVOKED <= signed <= LEARNERS
    assert len(set(found["awards"])) == signed
    assert found["places"] == found["entries"] == signed
    assert found["left"] == []
    assert found["signing"] == ["ed25519", "rsa"]
    assert found["bits"] == found["revoked"]
    good = [one for one in found["verdicts"] if one == "['passed', 'passed']"]
    assert len(good) == signed - len(found["revoked"]) == LEARNERS - REVOKED
