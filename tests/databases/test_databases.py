"""What our components keep, they keep on MariaDB (the database of the platform) and on PostgreSQL too.

The devstack's own store is for SQLite; that several processes at once do no harm elsewhere is in tests/concurrency.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEEPING = [
    *(f"tests/xblocks/microquiz/test_{name}.py" for name in ("attacks", "block", "handlers", "unread")),
    *(
        f"tests/xblocks/nudge/test_{name}.py"
        for name in (
            "admin",
            "catalogue",
            "catching_up",
            "delivering",
            "errands",
            "migrations",
            "own_dates",
            "reviewing",
            "rows",
            "sweeping",
        )
    ),
    *(f"tests/xblocks/nudge/test_{name}.py" for name in ("elsewhere", "joining")),
    *(
        f"tests/xblocks/reflection/test_{name}.py"
        for name in ("block", "coaching", "keeping", "retirement", "sharing_page", "taking_along")
    ),
    *(f"tests/moodle_bridge/service/test_{name}.py" for name in ("pulling_in", "reaching")),
    *(
        f"tests/xblocks/nudge/test_{name}.py"
        for name in ("announcing", "mail_views", "overviewing", "practice", "team")
    ),
    *(
        f"tests/xblocks/badges/test_{name}.py"
        for name in (
            "awarding",
            "blended",
            "catching_up",
            "issuing",
            "key_ring",
            "learner_views",
            "listening",
            "public_documents",
            "team_views",
        )
    ),
    *(f"tests/xblocks/workshop/test_{name}.py" for name in ("block", "catching_up", "choosing", "team")),
]
"""Where what is kept is written and read; editors, pages and mails ask the same of every database."""


@pytest.mark.parametrize(
    "variable",
    [
        pytest.param("MICROUNITS_TEST_MARIADB", marks=pytest.mark.needs("mariadb"), id="mariadb"),
        pytest.param("MICROUNITS_TEST_POSTGRESQL", marks=pytest.mark.needs("postgresql"), id="postgresql"),
    ],
)
def test_what_is_kept_is_kept_as_well_on(variable: str) -> None:
    environment = {**os.environ, "MICROUNITS_DATABASE_URL": os.environ[variable], "REQUIRE_ALL": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-m", "django_db and not needs", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *KEEPING],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert " passed" in done.stdout
