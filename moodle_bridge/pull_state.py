"""How far the command line has read a site, and what it handed on: a small database beside the configuration.

What was handed on is noted for each attempt in the same transaction as the place to go on from. Whoever is killed in
between hands on at most the last batch again, and its results have the same ids.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from moodle_bridge.errors import ConfigurationError
from moodle_bridge.pulling import Place
from moodle_bridge.results import Result
from xblocks.base.problems import N_

_TABLES = """
CREATE TABLE IF NOT EXISTS place (scope TEXT PRIMARY KEY, written TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handed_on (
    scope TEXT NOT NULL, attempt INTEGER NOT NULL, marks TEXT NOT NULL, PRIMARY KEY (scope, attempt)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rows_handed_on (
    scope TEXT NOT NULL, stream TEXT NOT NULL, row INTEGER NOT NULL, mark TEXT NOT NULL,
    PRIMARY KEY (scope, stream, row)
) WITHOUT ROWID;
"""


class PullState:
    """What one reader of a site keeps.

    Attributes:
        scope: whose place it is: a site, or one course of it; each reads for itself.
    """

    def __init__(self, path: Path, scope: str) -> None:
        """Opens the file, or begins it. Raises ConfigurationError: it is no such file, or somebody else has it."""
        self.scope = scope
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=1)
            # Two at once would each hand on the same.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("BEGIN EXCLUSIVE")
            self._connection.execute("COMMIT")
            self._connection.executescript(_TABLES)
        except sqlite3.Error as error:
            raise ConfigurationError(
                N_(
                    "%(path)s cannot be used: %(reason)s. It notes how far results were read: wait for another pull to "
                    "end, or name another file with --state; from a new one everything is read again."
                ),
                path=path,
                reason=error,
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def place(self) -> Place:
        """How far it was read."""
        row = self._connection.execute("SELECT written FROM place WHERE scope = ?", (self.scope,)).fetchone()
        return Place() if row is None else _read(row[0])

    def new(self, results: Iterable[Result]) -> list[Result]:
        """Those that were not handed on before."""
        marks: dict[int, set[str]] = {}
        found = []
        for one in results:
            if one.attempt not in marks:
                marks[one.attempt] = self._marks(one.attempt)
            if one.mark not in marks[one.attempt]:
                found.append(one)
        return found

    def new_rows(self, stream: str, marks: Mapping[int, str]) -> set[int]:
        """The rows of a stream that say something else than when they were handed on, if ever they were.

        Args:
            marks: what each says, short, by its id.
        """
        found = self._connection.execute(
            "SELECT row, mark FROM rows_handed_on WHERE scope = ? AND stream = ?", (self.scope, stream)
        )
        known = dict(found)
        return {row for row, mark in marks.items() if known.get(row) != mark}

    def keep(
        self, place: Place, results: Iterable[Result], stream: str = "", rows: Mapping[int, str] | None = None
    ) -> None:
        """Notes that these results, and these rows of a stream, were handed on, and the place after them."""
        marks: dict[int, set[str]] = {}
        for one in results:
            marks.setdefault(one.attempt, set()).add(one.mark)
        with self._connection:
            self._connection.execute("BEGIN")
            for attempt, some in marks.items():
                row = (self.scope, attempt, " ".join(sorted(some | self._marks(attempt))))
                self._connection.execute("INSERT OR REPLACE INTO handed_on VALUES (?, ?, ?)", row)
            for number, said in (rows or {}).items():
                noted = (self.scope, stream, number, said)
                self._connection.execute("INSERT OR REPLACE INTO rows_handed_on VALUES (?, ?, ?, ?)", noted)
            self._connection.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (self.scope, _written(place)))

    def _marks(self, attempt: int) -> set[str]:
        found = self._connection.execute(
            "SELECT marks FROM handed_on WHERE scope = ? AND attempt = ?", (self.scope, attempt)
        ).fetchone()
        return set() if found is None else set(found[0].split())


def _written(place: Place) -> str:
    attempts: Mapping[str, str] = {str(course): cursor for course, cursor in place.attempts.items()}
    streams = [[name, course, cursor] for (name, course), cursor in place.streams.items()]
    kept = {"changes": place.changes, "attempts": attempts, "behind": sorted(place.behind)}
    return json.dumps({**kept, "streams": streams, "behind_in": sorted(place.behind_in)})


def _read(written: str) -> Place:
    kept = json.loads(written)
    attempts = {int(course): cursor for course, cursor in kept["attempts"].items()}
    return Place(
        changes=kept["changes"],
        attempts=attempts,
        behind=frozenset(kept["behind"]),
        # Files of before there were streams have none.
        streams={(name, course): cursor for name, course, cursor in kept.get("streams", ())},
        behind_in=frozenset((name, course) for name, course in kept.get("behind_in", ())),
    )
