"""Fields are merged, survive a restart, and stay where they belong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from opaque_keys.edx.keys import UsageKey
from xblock.exceptions import InvalidScopeError
from xblock.fields import Scope
from xblock.runtime import KeyValueStore

from devstack.models import FieldState
from devstack.people import person
from devstack.store import AuthoredStore, LearnerStore
from tests.devstack.playing import add_block, block_for, call, state_of, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> UsageKey:
    return add_block('<counter url_name="one"/>')


def key(name: str, user_id: int | None = 1, scope: object = Scope.user_state) -> KeyValueStore.Key:
    return KeyValueStore.Key(scope, user_id, "block-v1:a+b+c+type@x+block@y", name)


def test_fields_that_another_request_set_meanwhile_are_kept() -> None:
    first, second = LearnerStore(1), LearnerStore(1)
    first.set(key("a"), 1)
    assert second.get(key("a")) == 1
    first.set(key("b"), 2)
    second.set(key("c"), 3)
    assert json.loads(FieldState.objects.get().state) == {"a": 1, "b": 2, "c": 3}


def test_a_row_is_read_once_in_the_life_of_a_store(django_assert_num_queries: Callable[..., object]) -> None:
    LearnerStore(1).set_many({key("a"): 1, key("b"): 2})
    store = LearnerStore(1)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert (store.get(key("a")), store.get(key("b")), store.has(key("c"))) == (1, 2, False)


def test_several_fields_are_written_at_once() -> None:
    store = LearnerStore(1)
    store.set(key("a"), 0)
    statements: list[str] = []

    def listen(execute: Callable[..., object], sql: str, *rest: object) -> object:
        statements.append(sql.split(maxsplit=1)[0])
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        store.set_many({key("a"): 1, key("b"): 2, key("c"): 3})
    assert [word for word in statements if word in ("SELECT", "INSERT", "UPDATE")] == ["SELECT", "UPDATE"]


def test_what_was_written_reads_as_it_would_come_back_from_the_database() -> None:
    store = LearnerStore(1)
    store.set(key("a"), (1, {"b": (2,)}))
    assert store.get(key("a")) == LearnerStore(1).get(key("a")) == [1, {"b": [2]}]


def test_a_deleted_field_is_gone_and_the_others_stay() -> None:
    store = LearnerStore(1)
    store.set_many({key("a"): 1, key("b"): 2})
    store.delete(key("a"))
    assert not LearnerStore(1).has(key("a"))
    assert LearnerStore(1).get(key("b")) == 2
    with pytest.raises(KeyError):
        store.delete(key("a"))


def test_the_store_of_a_learner_refuses_another_learner_and_authored_fields() -> None:
    with pytest.raises(ValueError, match="user 1 was asked for a field of user 2"):
        LearnerStore(1).get(key("a", user_id=2))
    with pytest.raises(InvalidScopeError):
        LearnerStore(1).set(key("a", scope=Scope.content), 1)
    with pytest.raises(InvalidScopeError):
        AuthoredStore().set(key("a"), 1)


def test_of_somebody_who_is_not_logged_in_nothing_is_kept() -> None:
    store = LearnerStore(None)
    store.set(key("a", user_id=None), 1)
    assert store.get(key("a", user_id=None)) == 1
    assert not FieldState.objects.exists()


def test_each_scope_is_shared_by_whom_it_says(counter: UsageKey) -> None:
    other = add_block('<counter url_name="two"/>')
    call(counter, "step", {}, user="ann")
    call(counter, "like", {"colour": "teal"}, user="ann")
    assert block_for(counter, "ann").count == 1
    assert block_for(counter, "bob").count == 0
    assert block_for(counter, "bob").everybody == 1
    assert block_for(other, "ann").favourite == "teal"
    assert block_for(other, "ann").count == 0


def test_a_learner_cannot_save_what_the_course_team_wrote(counter: UsageKey) -> None:
    with pytest.raises(InvalidScopeError):
        call(counter, "set_goal", {"goal": 9}, user="team")
    assert block_for(counter).goal == 2
    assert call(counter, "set_goal", {"goal": 9}, user="team", studio=True).json == {"goal": 9}
    assert block_for(counter).goal == 9


def test_studio_keeps_no_state_of_learners(counter: UsageKey) -> None:
    call(counter, "step", {}, user="team")
    assert block_for(counter, "team", studio=True).count == 0
    with pytest.raises(InvalidScopeError):
        call(counter, "step", {}, user="team", studio=True)


def test_a_setting_comes_from_the_block_or_else_its_parent_or_else_its_unit() -> None:
    place = unit("inherits", due="2026-03-01T12:00:00.000000", graceperiod="1 days", graded=True)
    key = add_block('<box due="2026-04-01"><counter url_name="a"/><counter url_name="b" graded="false"/></box>', place)
    box = block_for(key)
    first, second = (block_for(child) for child in box.children)
    assert (box.due.month, first.due.month, second.due.month) == (4, 4, 4)
    assert (first.graded, second.graded) == (True, False)
    assert first.graceperiod.days == 1
    assert first.parent == key
    assert first.due.tzinfo is not None
    assert block_for(add_block("<counter/>")).due is None


def test_rendering_and_handling_leave_the_due_date_alone(counter: UsageKey) -> None:
    block = block_for(add_block('<counter due="2026-05-05T00:00:00Z"/>'))
    before = block.due
    block.render("student_view", {})
    assert block.due == before


@pytest.mark.django_db(transaction=True)
def test_threads_that_write_the_same_row_lose_nothing() -> None:
    usage_key = add_block('<counter url_name="busy"/>')
    user = person("ann")
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for round_ in range(5):
                store = LearnerStore(user.pk)
                name = f"field_{number}_{round_}"
                store.set(KeyValueStore.Key(Scope.user_state, user.pk, usage_key, name), round_)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(state_of(usage_key, user)) == 40
