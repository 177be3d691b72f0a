"""A devstack with a database of its own, reached only by processes of its own, as web workers and Celery's reach it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devstack.database import from_url

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """The environment that its processes share."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "devstack.settings",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(ROOT),
            **environment,
        }

    def run(self, code: str) -> str:
        """What a script prints last."""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A process, `python <arguments>`, that says "ready" when it is, and then waits for a line."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process

    def player(self, key: str, questions: list[str]) -> subprocess.Popen[str]:
        """A process that is about to answer."""
        return self.start("-m", "tests.concurrency.player", key, "ann", *questions)


def go(processes: list[subprocess.Popen[str]]) -> None:
    """Let them all begin."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """The environment for a fresh database of a kind; gone afterwards."""
    if kind == "sqlite":
        yield {}
        return
    server = os.environ[f"MICROUNITS_TEST_{kind.upper()}"].rpartition("/")[0]
    name = f"microunits_{os.getpid()}_{time.time_ns()}"
    connection = _connected(kind, server)
    cursor = connection.cursor()
    cursor.execute(f"CREATE DATABASE {name}" + (" CHARACTER SET utf8mb4" if kind == "mariadb" else ""))
    try:
        yield {"MICROUNITS_DATABASE_URL": f"{server}/{name}"}
    finally:
        cursor.execute(f"DROP DATABASE {name}" + (" WITH (FORCE)" if kind == "postgresql" else ""))
        connection.close()


def _connected(kind: str, server: str) -> Any:
    facts = from_url(f"{server}/{'mysql' if kind == 'mariadb' else 'postgres'}")
    if kind == "mariadb":
        import MySQLdb

        port = int(facts["PORT"] or 3306)
        return MySQLdb.connect(host=facts["HOST"], port=port, user=facts["USER"], password=facts["PASSWORD"])
    import psycopg

    return psycopg.connect(
        host=facts["HOST"], port=facts["PORT"], user=facts["USER"], dbname=facts["NAME"], autocommit=True
    )
