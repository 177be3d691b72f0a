"""Who takes a course on Open edX, and noting what is done for people who are not there; with tables like its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from opaque_keys.edx.django.models import CourseKeyField
from opaque_keys.edx.keys import CourseKey

from xblocks.base.openedx import OpenEdx
from xblocks.base.platform import Joined

pytestmark = pytest.mark.django_db(transaction=True)

KEY = CourseKey.from_string("course-v1:Org+Course+Run")
OTHER = CourseKey.from_string("course-v1:Org+Other+Run")
WHEN = datetime(2026, 11, 1, 9, tzinfo=UTC)


class CourseEnrollment(models.Model):
    """As `student_courseenrollment`, with what is asked of it."""

    user: Any = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    course_id: Any = CourseKeyField(max_length=255)
    created: Any = models.DateTimeField(default=WHEN)
    is_active: Any = models.BooleanField(default=True)

    class Meta:
        app_label = "like_student"

    def __str__(self) -> str:
        return f"{self.user_id} in {self.course_id}"


class CourseAccessRole(models.Model):
    """As `student_courseaccessrole`."""

    user: Any = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    org: Any = models.CharField(max_length=64, blank=True)
    course_id: Any = CourseKeyField(max_length=255, blank=True)
    role: Any = models.CharField(max_length=64)

    class Meta:
        app_label = "like_student"

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role}"


@pytest.fixture(autouse=True)
def student(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module: Any = ModuleType("models")
    module.CourseEnrollment, module.CourseAccessRole = CourseEnrollment, CourseAccessRole
    for name in ("common", "common.djangoapps", "common.djangoapps.student"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "common.djangoapps.student.models", module)
    with connection.schema_editor() as editor:
        for table in (CourseEnrollment, CourseAccessRole):
            editor.create_model(table)
    yield
    with connection.schema_editor() as editor:
        for table in (CourseEnrollment, CourseAccessRole):
            editor.delete_model(table)


def enrol(name: str, course_key: CourseKey = KEY, **values: Any) -> int:
    user = User.objects.get_or_create(username=name)[0]
    CourseEnrollment.objects.create(user=user, course_id=course_key, **values)
    return int(user.pk)


def test_learners_are_those_whose_enrolment_is_active_since_it_was_made() -> None:
    ann = enrol("ann")
    enrol("bob", is_active=False)
    enrol("carol", OTHER)
    later = WHEN.replace(day=9)
    dora = enrol("dora", created=later)
    assert OpenEdx().learners(KEY, 0, 10) == [Joined(ann, WHEN), Joined(dora, later)]
    assert OpenEdx().learners(CourseKey.from_string("course-v1:Org+None+Run"), 0, 10) == []


def test_learners_come_page_by_page_each_in_one_statement() -> None:
    users = [enrol(f"p{number}") for number in range(5)]
    found: list[int] = []
    while True:
        with CaptureQueriesContext(connection) as seen:
            page = OpenEdx().learners(KEY, found[-1] if found else 0, 2)
        assert len(seen) == 1
        if not page:
            break
        assert len(page) <= 2
        found += [one.user_id for one in page]
    assert found == users


@pytest.mark.parametrize(
    ("org", "course_key", "role", "is_learner"),
    [
        ("Org", KEY, "instructor", False),
        ("Org", KEY, "staff", False),
        ("Org", KEY, "limited_staff", False),
        ("Org", None, "staff", False),
        ("Org", KEY, "beta_testers", True),
        ("Org", OTHER, "instructor", True),
        ("Else", None, "instructor", True),
        ("", None, "course_creator_group", True),
    ],
)
def test_who_makes_or_runs_the_course_is_no_learner_of_it_though_they_are_enrolled(
    org: str, course_key: CourseKey | None, role: str, is_learner: bool
) -> None:
    ann, tess = enrol("ann"), enrol("tess")
    CourseAccessRole.objects.create(user_id=tess, org=org, course_id=course_key, role=role)
    assert [one.user_id for one in OpenEdx().learners(KEY, 0, 10)] == ([ann, tess] if is_learner else [ann])


# --- Completion


class Completions:
    """The manager of `BlockCompletion`, which refuses what the real one refuses."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, Any], float] = {}

    def submit_completion(self, user: User, block_key: Any, completion: float) -> tuple[Any, bool]:
        assert isinstance(user, User)
        is_new = (user.pk, block_key) not in self.kept
        self.kept[user.pk, block_key] = completion
        return self, is_new


@pytest.fixture
def completions(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept, switch = Completions(), {"on": True}
    library: Any = ModuleType("completion.models")
    library.BlockCompletion = type("BlockCompletion", (), {"objects": kept})
    waffle: Any = ModuleType("completion.waffle")
    is_enabled = staticmethod(lambda: switch["on"])
    waffle.ENABLE_COMPLETION_TRACKING_SWITCH = type("Switch", (), {"is_enabled": is_enabled})
    monkeypatch.setitem(sys.modules, "completion", ModuleType("completion"))
    monkeypatch.setitem(sys.modules, "completion.models", library)
    monkeypatch.setitem(sys.modules, "completion.waffle", waffle)
    return {"kept": kept.kept, "switch": switch}


def test_a_block_is_completed_for_those_who_exist_and_once(completions: dict[str, Any]) -> None:
    ann, bob = (User.objects.create(username=name).pk for name in ("ann", "bob"))
    key = KEY.make_usage_key("workshop", "day")
    for _twice in range(2):
        OpenEdx().complete(key, [ann, bob, bob + 1000])
    assert completions["kept"] == {(ann, key): 1.0, (bob, key): 1.0}
    OpenEdx().complete(key, [])


def test_where_completion_is_not_tracked_nothing_is_noted_as_the_platform_does(completions: dict[str, Any]) -> None:
    ann = User.objects.create(username="ann").pk
    completions["switch"]["on"] = False
    OpenEdx().complete(KEY.make_usage_key("workshop", "day"), [ann])
    assert completions["kept"] == {}
