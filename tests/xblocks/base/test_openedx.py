"""Whom Open edX lets see what is for groups, with partitions like its own: `_has_group_access` is the measure."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import User
from opaque_keys.edx.keys import CourseKey

from xblocks.base.openedx import OpenEdx

pytestmark = pytest.mark.django_db

KEY = CourseKey.from_string("course-v1:Org+Course+Run")


@dataclass
class Group:
    """A group of a partition."""

    id: int


@dataclass
class Partition:
    """A partition, which is its own scheme here."""

    id: int
    groups: list[Group]
    members: dict[str, int] = field(default_factory=dict)
    active: bool = True

    @property
    def scheme(self) -> Partition:
        return self

    def get_group_for_user(self, course_key: CourseKey, user: User, partition: Partition) -> Group | None:
        assert (course_key, partition) == (KEY, self)
        number = self.members.get(user.username)
        return None if number is None else Group(number)


@pytest.fixture
def partitions(monkeypatch: pytest.MonkeyPatch) -> dict[int, Partition]:
    """Cohorts (50) with the groups 1 and 2, and enrolment tracks (51) with 7 and 8."""
    made = {
        50: Partition(50, [Group(1), Group(2)], {"ann": 1, "bob": 2}),
        51: Partition(51, [Group(7), Group(8)], {"ann": 7, "bob": 8, "cas": 7}),
    }

    class PartitionService:
        def __init__(self, course_key: CourseKey) -> None:
            assert course_key == KEY
            self.course_partitions = list(made.values())

    module: Any = ModuleType("partitions_service")
    module.PartitionService = PartitionService
    for name in ("xmodule", "xmodule.partitions"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "xmodule.partitions.partitions_service", module)
    return made


def seen_by(groups: dict[int, tuple[int, ...]]) -> set[str]:
    users = {User.objects.get_or_create(username=name)[0].pk: name for name in ("ann", "bob", "cas")}
    # Somebody who is gone belongs to nothing.
    found = OpenEdx().in_groups([*users, 12345], KEY, groups)
    return {users[pk] for pk in found}


def test_members_of_one_of_the_groups_see_it(partitions: dict[int, Partition]) -> None:
    assert seen_by({50: (1,)}) == {"ann"}
    assert seen_by({50: (1, 2)}) == {"ann", "bob"}


def test_one_has_to_belong_to_a_group_of_each_partition(partitions: dict[int, Partition]) -> None:
    assert seen_by({50: (1, 2), 51: (7,)}) == {"ann"}


def test_what_no_group_is_left_for_nobody_sees(partitions: dict[int, Partition]) -> None:
    assert seen_by({50: ()}) == set()
    partitions[50].active = False
    assert seen_by({50: ()}) == set()


def test_a_partition_that_was_switched_off_keeps_nobody_out(partitions: dict[int, Partition]) -> None:
    partitions[50].active = False
    assert seen_by({50: (1,), 51: (7,)}) == {"ann", "cas"}
    assert seen_by({50: (1,)}) == {"ann", "bob", "cas"}


def test_where_a_partition_or_a_group_of_it_is_gone_nobody_sees_it(partitions: dict[int, Partition]) -> None:
    assert seen_by({52: (1,)}) == set()
    assert seen_by({50: (1, 3)}) == set()
