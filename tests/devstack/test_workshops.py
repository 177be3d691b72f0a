"""The demo's workshop stays to come, and learners are about to prepare for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from opaque_keys.edx.keys import UsageKey

from devstack import courses, workshops
from devstack.models import Usage
from devstack.people import make_people, person
from tests.devstack.playing import add_block, block_for, course
from tests.xblocks.workshop.stage import KEY, clock_at
from xblocks.workshop import models

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("today", "day"),
    [(date(2026, 11, 26), "2026-12-07"), (date(2026, 11, 24), "2026-12-03"), (date(2026, 11, 28), "2026-12-07")],
)
def test_sessions_are_so_many_working_days_from_now(today: date, day: str) -> None:
    text = '<session starts="{9}T13:30" place="{9}"/>'
    assert workshops.dated(text, today) == f'<session starts="{day}T13:30" place="{{9}}"/>'


@pytest.mark.django_db(transaction=True)
def test_learners_have_begun_to_prepare() -> None:
    make_people()
    (description, *_more) = courses.found(settings.COURSE_FILES)
    courses.load(description, person("team"))
    workshops.rehearse(description)
    (row,) = models.Workshop.objects.all()
    first = row.sessions.get(session_id="first")
    assert {one.person.external_id for one in first.holders.all()} == {
        str(person(name).pk) for name in ("bob", "carol")
    }
    assert models.Done.objects.exclude(text="").count() == 2
    # Who has answered questions would be asked them again, also before anybody plays.
    assert not models.Participant.objects.exclude(prepared_at=None).exists()


def sessions(key: UsageKey) -> list[str]:
    return [one.get("starts", "") for one in block_for(key, "team", studio=True).plan_data["sessions"]]


@pytest.mark.django_db(transaction=True)
def test_what_was_long_ago_comes_again_and_what_was_lately_is_looked_back_at() -> None:
    course()
    text = (
        '<workshop url_name="day"><session id="a" starts="2026-11-26T13:30" ends="2026-11-26T15:30"/>'
        '<session id="b" starts="2026-12-03T13:30" ends="2026-12-03T15:30"/><session id="c"/></workshop>'
    )
    key = add_block(text)
    add_block('<workshop url_name="open"><session id="c"/></workshop>')
    with clock_at(NOW):
        workshops.renew(NOW + 2 * WEEK - timedelta(days=1))
        assert sessions(key) == ["2026-11-26T13:30", "2026-12-03T13:30", ""]
        workshops.renew(NOW + 3 * WEEK)
        assert sessions(key) == ["2026-12-24T13:30", "2026-12-31T13:30", ""]
        row: Any = models.Workshop.objects.get(usage_key=key)
        assert (row.course_key, row.sessions.get(session_id="a").facts["starts"]) == (KEY, "2026-12-24T13:30")
    assert Usage.objects.filter(block_type="workshop").count() == 2
