"""Each kind of database, for tests with several processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.concurrency.sites import Site, database


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("mariadb", marks=pytest.mark.needs("mariadb")),
        pytest.param("postgresql", marks=pytest.mark.needs("postgresql")),
    ]
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A devstack on each kind of database."""
    with database(request.param) as environment:
        yield Site({"MICROUNITS_DATA": str(tmp_path), **environment})
