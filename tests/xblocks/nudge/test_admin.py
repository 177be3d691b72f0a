"""What an admin sets for everybody: bounds that can be used, or a sentence that says what to mend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from devstack.people import person
from xblocks.nudge import models
from xblocks.nudge.admin import NudgeAdmin, SiteAdmin
from xblocks.nudge.planning import to_plan
from xblocks.nudge.policy import Bounds
from xblocks.nudge.site import bounds, site

pytestmark = pytest.mark.django_db


def test_without_a_row_the_defaults_hold() -> None:
    assert bounds(site()) == Bounds()


def test_what_is_set_changes_only_that() -> None:
    row = models.Site(bounds={"loosest": {"per_day": 1, "rest": 48}, "default": {"per_week": 2}})
    row.full_clean()
    found = bounds(row)
    assert (found.loosest.per_day, found.loosest.rest) == (1, timedelta(hours=48))
    assert found.loosest.per_week == Bounds().loosest.per_week
    assert found.default.per_week == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"loosets": {}},
        {"loosest": {"per_dya": 1}},
        {"loosest": {"per_day": "1"}},
        {"loosest": {"per_day": True}},
        {"loosest": {"per_day": -1}},
        {"loosest": [1]},
        [1],
    ],
)
def test_what_cannot_be_used_is_refused_before_it_is_kept(wrong: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        models.Site(bounds=wrong).full_clean()
    assert "bounds" in refusal.value.message_dict


def test_the_ledger_can_be_read_and_not_changed_and_there_is_one_site() -> None:
    request = RequestFactory().get("/")
    request.user = person("team")
    request.user.is_superuser = True
    ledger, sites = NudgeAdmin(models.Nudge, AdminSite()), SiteAdmin(models.Site, AdminSite())
    assert ledger.has_view_permission(request)
    assert not ledger.has_add_permission(request)
    assert not ledger.has_change_permission(request)
    assert not ledger.has_delete_permission(request)
    assert sites.has_add_permission(request)
    models.Site.objects.create()
    assert not sites.has_add_permission(request)


def test_other_bounds_have_every_course_looked_at_anew() -> None:
    request, sites = RequestFactory().post("/"), SiteAdmin(models.Site, AdminSite())
    row, planned = models.Site.objects.create(), datetime(2027, 3, 1, tzinfo=UTC)
    models.Course.objects.create(course_key="course-v1:A+B+C", planned_at=planned)
    sites.save_model(request, row, SimpleNamespace(changed_data=["is_stopped"]), True)
    assert not to_plan(planned)
    sites.save_model(request, row, SimpleNamespace(changed_data=["bounds"]), True)
    assert len(to_plan(planned)) == 1
