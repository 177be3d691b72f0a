"""What a learner's request has left in the modulestore is not what everybody has."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey
from xblock.core import XBlock
from xblock.field_data import DictFieldData
from xblock.fields import Dict, Scope, ScopeIds, String
from xblock.runtime import MemoryIdManager, Runtime

from xblocks.base.openedx import OpenEdx

KEY = UsageKey.from_string("block-v1:Org+Course+Run+type@microquiz+block@q1")
EVERYBODY, DORA = "20 December", "10 January"


class Block(XBlock):  # type: ignore[misc]
    """As the platform's blocks: once bound to a learner, what is read goes by that learner's own dates."""

    due = String(scope=Scope.settings, default="never")
    group_access = Dict(scope=Scope.settings)

    @property
    def merged_group_access(self) -> Any:
        around = self.get_parent()
        return self.group_access or (around.group_access if around else {})

    def bind_for_student(self, user_id: int, own: dict[str, Any]) -> None:
        self.scope_ids = self.scope_ids._replace(user_id=user_id)
        authored = {name: getattr(self, name) for name in ("due", "group_access", "parent")}
        self._bound_field_data = DictFieldData(authored | own)
        self._field_data_cache.clear()


class Store(Runtime):  # type: ignore[misc]
    """A modulestore within one request: whoever asks for a block gets the same object."""

    handler_url = local_resource_url = publish = resource_url = None

    def __init__(self) -> None:
        super().__init__(id_reader=MemoryIdManager(), id_generator=None)
        self.authored = {
            KEY: DictFieldData({"due": EVERYBODY, "parent": "unit"}),
            "unit": DictFieldData({"due": EVERYBODY, "group_access": {"50": [1]}}),
        }
        self.blocks: dict[Any, Block] = {}

    def service(self, block: XBlock, service_name: str) -> Any:
        authored = self.authored[block.scope_ids.usage_id]
        bound = getattr(block, "_bound_field_data", authored)
        return {"field-data": bound, "field-data-unbound": authored}[service_name]

    def get_block(self, usage_id: Any, for_parent: XBlock | None = None) -> Block:
        if usage_id not in self.blocks:
            self.blocks[usage_id] = Block(self, scope_ids=ScopeIds(None, "microquiz", usage_id, usage_id))
        return self.blocks[usage_id]

    def branch_setting(self, *_which: Any) -> Any:
        return nullcontext()

    get_item = get_block


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """The platform's modules, as far as they are asked, with a unit around the quiz."""
    made = Store()
    store, within, errors = (ModuleType(name) for name in ("modulestore", "django", "exceptions"))
    vars(store)["ModuleStoreEnum"] = type("ModuleStoreEnum", (), {"Branch": type("Branch", (), {"published_only": ""})})
    vars(within)["modulestore"] = lambda: made
    vars(errors)["ItemNotFoundError"] = type("ItemNotFoundError", (Exception,), {})
    names = {"": store, ".django": within, ".exceptions": errors}
    monkeypatch.setitem(sys.modules, "xmodule", ModuleType("xmodule"))
    for name, module in names.items():
        monkeypatch.setitem(sys.modules, f"xmodule.modulestore{name}", module)
    return made


def test_one_learners_own_date_is_not_everybodys(store: Store) -> None:
    hers = store.get_block(KEY)
    hers.bind_for_student(4, {"due": DORA})
    assert hers.due == DORA
    found = OpenEdx().block(KEY)
    assert found.due == EVERYBODY
    assert found.scope_ids.user_id is None
    # And the request goes on with hers.
    assert (hers.due, hers.scope_ids.user_id) == (DORA, 4)


def test_what_stands_around_a_block_is_everybodys_too(store: Store) -> None:
    store.get_block("unit").bind_for_student(4, {"due": DORA, "group_access": {"50": [2]}})
    store.get_block(KEY).bind_for_student(4, {})
    found = OpenEdx().block(KEY)
    assert (found.get_parent().due, found.get_parent().group_access) == (EVERYBODY, {"50": [1]})
    assert found.merged_group_access == {"50": [1]}
    assert store.get_block("unit").due == DORA


def test_a_block_that_nobody_has_is_given_out_as_it_is(store: Store) -> None:
    assert OpenEdx().block(KEY) is store.get_block(KEY)


@pytest.mark.django_db
def test_a_block_for_a_learner_has_their_dates_as_they_are_now_and_is_not_what_others_hold(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = get_user_model().objects.create(username="dora")
    asked: list[tuple[Any, Any, bool]] = []

    def dates(authored: DictFieldData, course_key: Any, user: Any, use_cached: bool = True) -> DictFieldData:
        asked.append((course_key, user, use_cached))
        return DictFieldData(authored._data | {"due": DORA})

    field_data = ModuleType("edx_when.field_data")
    vars(field_data)["DateLookupFieldData"] = dates
    monkeypatch.setitem(sys.modules, "edx_when", ModuleType("edx_when"))
    monkeypatch.setitem(sys.modules, "edx_when.field_data", field_data)
    found = OpenEdx().block_for(KEY, dora.pk)
    assert found.due == DORA
    assert asked == [(KEY.course_key, dora, False)]
    assert store.get_block(KEY).due == EVERYBODY
    assert OpenEdx().block_for(KEY, dora.pk + 1) is None
