"""Names that every database takes, told on SQLite already."""

from __future__ import annotations

from collections import Counter

from django.apps import apps


def test_no_constraint_or_index_is_called_as_a_table_or_another_one_is() -> None:
    """PostgreSQL keeps tables, indexes and what it makes for constraints in one room."""
    ours = [model for model in apps.get_models() if model.__module__.startswith(("xblocks.", "moodle_bridge."))]
    named = Counter(one.name for model in ours for one in (*model._meta.constraints, *model._meta.indexes))
    named.update(model._meta.db_table for model in apps.get_models())
    assert ours
    assert [name for name, times in named.items() if times > 1] == []
