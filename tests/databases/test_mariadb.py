"""What our components keep, they keep on MariaDB too, the database of the platform.

The devstack's own store is for SQLite; that two answers at once do no harm on MariaDB either is in tests/concurrency.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.needs("mariadb")
def test_every_test_that_touches_the_database_passes_on_mariadb() -> None:
    environment = {
        **os.environ,
        "MICROUNITS_DATABASE_URL": os.environ["MICROUNITS_TEST_MARIADB"],
        "REQUIRE_ALL": "",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-m", "django_db and not needs", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/xblocks"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert " passed" in done.stdout
