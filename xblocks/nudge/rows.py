"""Reading and writing many rows at once, past what Django does for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models import ExpressionWrapper, F, Lookup
from django.db.models.constants import OnConflict

CHUNK = 500
"""Rows a statement."""


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows; one that a unique key forbids is left out. Every database of the suite has its own words for that.

    Drivers look at every value of every row. So whole numbers, of which there are most, are written out, and what many
    rows have in common is given once.

    Args:
        rows: values as the database takes them (`moment`), in the order of the columns.
    """
    quote, operations = connection.ops.quote_name, connection.ops
    begin = operations.insert_statement(on_conflict=OnConflict.IGNORE)
    into = f"{begin} {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES"
    end = operations.on_conflict_suffix_sql([], OnConflict.IGNORE, [], [])
    with connection.cursor() as cursor:
        for first in range(0, len(rows), CHUNK):
            given = Given()
            values = ",".join([f"({','.join(map(given.written, row))})" for row in rows[first : first + CHUNK]])
            cursor.execute(f"{into} {values} {end}", given.values())


class Given:
    """Values of a statement, each named once however often it occurs; there are no other percent signs in it."""

    def __init__(self) -> None:
        self._names: dict[Any, str] = {}

    def written(self, value: Any) -> str:
        """A value as it stands in the statement."""
        if value is None:
            return "NULL"
        # Not for True and False, which PostgreSQL tells from numbers.
        if type(value) is int:
            return str(value)
        return f"%({self._names.setdefault(value, f'v{len(self._names)}')})s"

    def values(self) -> dict[str, Any]:
        """What goes with the statement."""
        return {name: value for value, name in self._names.items()}


class Among(Lookup):  # Django's stubs give it a parameter, which it does not take itself
    """A condition: a column is one of many whole numbers, written out; Django's own `__in` looks at each in turn."""

    prepare_rhs = False
    lookup_name = "among"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The condition."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN ({_listed(self.rhs)})", list(params)


def among(column: str, ids: Iterable[int]) -> Among:
    """The condition that a column is one of the ids."""
    return Among(F(column), tuple(ids))


@lru_cache(maxsize=8)
def _listed(ids: tuple[int, ...]) -> str:
    """Kept, since several statements in a row ask about the same."""
    return ",".join(map(str, map(int, ids))) or "NULL"


def plain(column: str | models.Expression) -> Any:
    """A column as the driver has it: for a moment, a flag or JSON Django takes longer than for the rest of a row."""
    return ExpressionWrapper(F(column) if isinstance(column, str) else column, output_field=models.TextField())


def aware(value: Any, zone: tzinfo | None) -> Any:
    """A moment that was read `plain`: some drivers have it without its time zone, and SQLite has its sums as text.

    Args:
        zone: of the connection; to ask it each time would take as long as Django does.
    """
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=zone)


@lru_cache(maxsize=4096)
def moment(value: datetime) -> Any:
    """A moment as the database takes it; most are the same for many rows."""
    return connection.ops.adapt_datetimefield_value(value)
