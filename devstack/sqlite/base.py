"""Django's SQLite backend with a write-ahead log and transactions that take the write lock when they begin.

A deferred transaction that reads first and writes later fails at once with "database is locked" when another one
wrote in between; an immediate one waits its turn. Django has a setting for that from 5.1 on only, we also serve 4.2.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

BUSY_MILLISECONDS = 20_000


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite for threads."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that writes ahead and waits for its turn."""
        connection = super().get_new_connection(conn_params)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self.cursor().execute("BEGIN IMMEDIATE")
