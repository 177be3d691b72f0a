"""Where the fields of blocks are kept: one row for one scope, one block and one user, as the platform's StudentModule.

A store reads each row once in its life (a request), as the platform's field data cache does, and writes by merging:
the row is read again for update, the changed fields are laid over it, and it is written once. What another request
changed in other fields of the same row is therefore kept; the same field is won by who wrote last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import DatabaseError, IntegrityError, transaction
from opaque_keys import OpaqueKey
from opaque_keys.edx.keys import UsageKey
from xblock.exceptions import InvalidScopeError, KeyValueMultiSaveError
from xblock.fields import Scope, UserScope
from xblock.runtime import KeyValueStore

from devstack.fields import INHERITED
from devstack.models import FieldState, Usage

AUTHORED = {Scope.content: "content", Scope.settings: "settings", Scope.parent: "parent", Scope.children: "children"}
LEARNED = {
    Scope.user_state: "user_state",
    Scope.user_state_summary: "user_state_summary",
    Scope.preferences: "preferences",
    Scope.user_info: "user_info",
}

Fields = dict[str, Any]


class Row(NamedTuple):
    """What names a row of `FieldState`."""

    scope: str
    block_id: str
    user_id: int


class FieldStore(KeyValueStore):
    """Fields of some scopes, in the database."""

    scopes: Mapping[Any, str] = {}

    def __init__(self) -> None:
        self._read: dict[Row, Fields] = {}

    def get(self, key: Any) -> Any:
        """The value of a field.

        Raises:
            KeyError: when it is not set.
        """
        return _from_store(key, self._fields(self._row(key))[key.field_name])

    def has(self, key: Any) -> bool:
        """Whether a field is set."""
        return key.scope in self.scopes and key.field_name in self._fields(self._row(key))

    def set(self, key: Any, value: Any) -> None:
        """Set one field."""
        self.set_many({key: value})

    def set_many(self, update_dict: Mapping[Any, Any]) -> None:
        """Set several fields in one transaction, each row read for update once and written once.

        Raises:
            KeyValueMultiSaveError: when the database refused; nothing was written then.
        """
        changes: dict[Row, Fields] = defaultdict(dict)
        for key, value in update_dict.items():
            changes[self._row(key)][key.field_name] = value
        try:
            with transaction.atomic():
                for row, fields in changes.items():
                    self._read[row] = self._merge(row, fields)
        except DatabaseError as error:
            raise KeyValueMultiSaveError([]) from error

    def delete(self, key: Any) -> None:
        """Forget a field.

        Raises:
            KeyError: when it is not set.
        """
        row = self._row(key)
        with transaction.atomic():
            record = FieldState.objects.select_for_update().filter(**row._asdict()).first()
            fields = json.loads(record.state) if record else {}
            del fields[key.field_name]
            _write(record, fields)
        self._read[row] = fields

    def _row(self, key: Any) -> Row:
        if key.scope not in self.scopes:
            raise InvalidScopeError(key, tuple(self.scopes.values()))
        return Row(self.scopes[key.scope], str(key.block_scope_id or ""), key.user_id or 0)

    def _fields(self, row: Row) -> Fields:
        if row not in self._read:
            state = FieldState.objects.filter(**row._asdict()).values_list("state", flat=True).first()
            self._read[row] = json.loads(state) if state else {}
        return self._read[row]

    def _merge(self, row: Row, changes: Fields) -> Fields:
        record = FieldState.objects.select_for_update().filter(**row._asdict()).first()
        if record is None:
            try:
                with transaction.atomic():
                    FieldState.objects.create(**row._asdict(), state=_dump(changes))
                return _plain(changes)
            except IntegrityError:  # another request made the row since we looked
                record = FieldState.objects.select_for_update().get(**row._asdict())
        fields = {**json.loads(record.state), **_plain(changes)}
        _write(record, fields)
        return fields


class LearnerStore(FieldStore):
    """What belongs to one learner, or to all learners of a block. Of somebody who is not logged in nothing is kept."""

    scopes = LEARNED

    def __init__(self, user_id: int | None) -> None:
        super().__init__()
        self._user_id = user_id

    def set_many(self, update_dict: Mapping[Any, Any]) -> None:
        """See `FieldStore.set_many`; for an anonymous visitor the fields only live as long as this store."""
        if self._user_id is not None:
            super().set_many(update_dict)
            return
        for key, value in update_dict.items():
            self._fields(self._row(key))[key.field_name] = _plain(value)

    def _row(self, key: Any) -> Row:
        if key.scope in LEARNED and key.scope.user == UserScope.ONE and key.user_id != self._user_id:
            raise ValueError(f"The store of user {self._user_id} was asked for a field of user {key.user_id}.")
        return super()._row(key)


class AuthoredStore(FieldStore):
    """What the course team wrote, with what a block inherits as its default."""

    scopes = AUTHORED

    def default(self, key: Any) -> Any:
        """What the blocks around this one, or its unit, have set for an inherited setting.

        Raises:
            KeyError: when nobody set it; the field's own default holds then.
        """
        if key.scope != Scope.settings or key.field_name not in INHERITED:
            raise KeyError(key.field_name)
        usage: Usage | None = _usage(str(key.block_scope_id))
        while usage is not None and usage.parent:
            fields = self._fields(Row("settings", usage.parent, 0))
            if key.field_name in fields:
                return fields[key.field_name]
            usage = _usage(usage.parent)
        if usage is None or usage.unit is None:
            raise KeyError(key.field_name)
        return usage.unit.settings[key.field_name]


def _usage(usage_key: str) -> Usage | None:
    found: Usage | None = Usage.objects.select_related("unit").filter(usage_key=usage_key).first()
    return found


def _write(record: FieldState | None, fields: Fields) -> None:
    if record is not None:
        record.state = _dump(fields)
        record.save(force_update=True)


def _dump(value: Any) -> str:
    return json.dumps(value, default=_key_as_text, ensure_ascii=False)


def _key_as_text(value: Any) -> str:
    if isinstance(value, OpaqueKey):
        return str(value)
    raise TypeError(f"A field holds {value!r}, which is not JSON.")


def _plain(value: Any) -> Any:
    """What would come back from the database; so that what was just written reads the same in this request."""
    return json.loads(_dump(value))


def _from_store(key: Any, value: Any) -> Any:
    if key.scope == Scope.parent:
        return UsageKey.from_string(value) if value else None
    if key.scope == Scope.children:
        return [UsageKey.from_string(item) for item in value]
    return value
