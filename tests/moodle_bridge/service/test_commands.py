"""`manage.py pull_moodle` and `sync_moodle`, and what an admin sees."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django import VERSION
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from moodle_bridge.service import admin, tasks
from moodle_bridge.service.leases import leased
from moodle_bridge.service.models import Account, Attempt, DueDate, Enrolment, Link, Quiz, Site
from tests.moodle_bridge.exported import EXPORT
from tests.moodle_bridge.service.school import School

pytestmark = pytest.mark.django_db(transaction=True)


def said(command: str, *arguments: str, **options: Any) -> tuple[str, str]:
    out, errors = io.StringIO(), io.StringIO()
    call_command(command, *arguments, stdout=out, stderr=errors, **options)
    return out.getvalue(), errors.getvalue()


@pytest.fixture
def export(school: School, settings: Any, tmp_path: Path) -> School:
    """The course in Moodle comes from an export."""
    for name, content in EXPORT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    settings.MICROUNITS_MOODLE["courses"]["exported"] = {
        "source": str(tmp_path),
        "course": school.double.course("EXP").id,
    }
    return school


def test_a_pull_says_what_came_and_whom_nobody_knows(school: School) -> None:
    school.attempt(school.learner("anna"), 1, 0)
    school.double.advance(3)
    out, errors = said("pull_moodle", unmatched=True)
    assert "school: 2 answers from 1 attempts." in out
    assert "1 learners read, 0 newly matched." in out
    assert "1 learners have no account here that is known." in out
    assert "anna (id " in out
    assert "dates in calendars, set: 1" in out
    assert not errors


def test_a_pull_that_somebody_else_is_at_is_no_failure(school: School) -> None:
    school.pull()
    with leased(Site.objects.get()):
        out, _errors = said("pull_moodle", "school")
    assert "in the hands of another worker" in out


def test_a_site_that_cannot_be_read_fails_and_says_why(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOODLE_BRIDGE_TOKEN")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="Could not be read to the end: school"):
        call_command("pull_moodle", stdout=io.StringIO(), stderr=errors)
    assert "There is no token" in errors.getvalue()


def test_a_site_that_there_is_not_is_said(school: School, settings: Any) -> None:
    with pytest.raises(CommandError, match="there are: school"):
        call_command("pull_moodle", "scool")
    settings.MICROUNITS_MOODLE = ""
    with pytest.raises(CommandError, match="MICROUNITS_MOODLE"):
        call_command("pull_moodle")


def test_a_question_that_is_gone_and_a_course_that_cannot_be_read_are_said(school: School, settings: Any) -> None:
    settings.MICROUNITS_MOODLE["courses"]["gone"] = {"source": "course-v1:Org+GONE+R", "course": 9999}
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("pull_moodle", stdout=io.StringIO(), stderr=errors)
    assert "course-v1:Org+GONE+R in school: " in errors.getvalue()


def test_an_export_is_synced_and_then_is_in_step(export: School) -> None:
    assert "3 new" in said("sync_moodle", "exported")[0]
    assert "3 as they are" in said("sync_moodle", "exported")[0]
    tasks.sync_course("exported")


def test_what_cannot_be_synced_is_said(export: School) -> None:
    for name, why in (("phishing", "only results are pulled"), ("other", "There is no course other")):
        errors = io.StringIO()
        with pytest.raises(CommandError, match=f"Not in step: {name}"):
            call_command("sync_moodle", name, stdout=io.StringIO(), stderr=errors)
        assert why in errors.getvalue()
        tasks.sync_course(name)


def test_a_course_that_somebody_else_syncs_is_left_to_them(export: School) -> None:
    said("sync_moodle", "exported")
    with leased(Link.objects.exclude(course=export.course).get()):
        assert "another worker" in said("sync_moodle", "exported")[0]
        tasks.sync_course("exported")


def test_what_failed_is_said(export: School, caplog: pytest.LogCaptureFixture) -> None:
    export.double.functions.discard("local_microunits_upsert")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="exported"):
        call_command("sync_moodle", "exported", stdout=io.StringIO(), stderr=errors)
    assert "Who is writing?: " in errors.getvalue()
    tasks.sync_course("exported")
    assert "Who is writing?" in caplog.text


def test_an_admin_sees_whom_nobody_knows_and_changes_nothing(school: School) -> None:
    User.objects.create(username="anna", email="anna@example.org")
    school.learner("anna")
    school.learner("bob")
    school.pull()
    request = RequestFactory().get("/")
    page = admin.AccountAdmin(Account, AdminSite())
    # From Django 5 on a parameter may be given several times.
    value: Any = ["no"] if VERSION >= (5,) else "no"
    chosen = admin.MatchedFilter(request, {"matched": value}, Account, page)
    assert [one.username for one in chosen.queryset(request, Account.objects.all())] == ["bob"]
    everybody = admin.MatchedFilter(request, {}, Account, page)
    assert everybody.queryset(request, Account.objects.all()).count() == 2
    assert [value for value, _words in everybody.lookups(request, page)] == ["no", "yes"]
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)


def test_each_row_says_what_it_is(school: School) -> None:
    anna = school.learner("anna")
    school.attempt(anna, 1)
    school.pull()
    assert [str(model.objects.get()) for model in (Site, Account, Link)] == [
        "school",
        "anna in school",
        "course-v1:Microunits+TEST+2026 in school",
    ]
    for model in (Attempt, DueDate, Enrolment, Quiz):
        assert str(model.objects.get())
