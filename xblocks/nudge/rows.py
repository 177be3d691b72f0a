"""Writing many rows at once, by hand, as Django builds an object for each; and once more when others went first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, models
from django.db.models import F, Lookup
from django.db.models.constants import OnConflict

log = logging.getLogger(__name__)

TRIES = 4
Given = ParamSpec("Given")
Found = TypeVar("Found")


def repeated(deed: Callable[Given, Found]) -> Callable[Given, Found]:
    """Do something that is safe to do twice once more when the database let others go first (a deadlock).

    Within somebody else's transaction that is theirs to do, as it is gone as a whole.
    """

    @wraps(deed)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        for _try in range(TRIES - 1):
            try:
                return deed(*args, **kwargs)
            except OperationalError:
                if connection.in_atomic_block:
                    raise
                log.warning("%s makes way for others and is tried again.", deed.__name__)
        return deed(*args, **kwargs)

    return done


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows; one that a unique key forbids is left out. Every database of the suite has its own words for that.

    Args:
        rows: values as the database takes them (`moment`), in the order of the columns.
    """
    quote, operations = connection.ops.quote_name, connection.ops
    names = ", ".join(map(quote, columns))
    values = ", ".join(["%s"] * len(columns))
    begin = operations.insert_statement(on_conflict=OnConflict.IGNORE)
    end = operations.on_conflict_suffix_sql([], OnConflict.IGNORE, [], [])
    with connection.cursor() as cursor:
        cursor.executemany(f"{begin} {quote(model._meta.db_table)} ({names}) VALUES ({values}) {end}", list(rows))


class Among(Lookup):  # Django's stubs give it a parameter, which it does not take itself
    """A condition: a column is one of many whole numbers, written out; Django's own `__in` looks at each in turn."""

    prepare_rhs = False
    lookup_name = "among"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The condition."""
        column, params = self.process_lhs(compiler, connection)
        listed = ",".join(map(str, map(int, self.rhs))) or "NULL"
        return f"{column} IN ({listed})", list(params)


def among(column: str, ids: Iterable[int]) -> Among:
    """The condition that a column is one of the ids."""
    return Among(F(column), tuple(ids))


@lru_cache(maxsize=4096)
def moment(value: datetime) -> Any:
    """A moment as the database takes it; most are the same for many rows."""
    return connection.ops.adapt_datetimefield_value(value)
