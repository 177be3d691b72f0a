"""Many rows at once: what is written is what was given, whatever it is, and what is there already stays."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from tests.xblocks.nudge.stage import DAY, NOW, course_row
from xblocks.nudge import models
from xblocks.nudge.rows import CHUNK, aware, insert, moment, plain

pytestmark = pytest.mark.django_db

COLUMNS = ("source", "external_id", "next_look_at", "ignored", "said_stop")
ODD = ("it's", 'a "quote"', "100 %s %(v0)s %%", "back\\slash", "caf\u00e9 \U0001f980", ";--", "")


def test_what_is_written_is_what_was_given() -> None:
    rows = [
        ("odd", name, moment(NOW) if number % 2 else None, number, number % 3 == 0) for number, name in enumerate(ODD)
    ]
    insert(models.Learner, COLUMNS, rows)
    found = models.Learner.objects.filter(source="odd").order_by("ignored").values_list(*COLUMNS)
    assert list(found) == [
        ("odd", name, NOW if number % 2 else None, number, number % 3 == 0) for number, name in enumerate(ODD)
    ]


def test_what_is_there_already_stays_as_it_is() -> None:
    insert(models.Learner, COLUMNS, [("here", "1", None, 4, False)])
    insert(
        models.Learner,
        COLUMNS,
        [("here", "1", None, 5, True), ("here", "2", None, 6, True), ("here", "2", None, 7, True)],
    )
    assert list(models.Learner.objects.order_by("external_id").values_list("external_id", "ignored")) == [
        ("1", 4),
        ("2", 6),
    ]


def test_many_rows_are_a_few_statements() -> None:
    with CaptureQueriesContext(connection) as captured:
        insert(models.Learner, COLUMNS, [("many", str(number), None, 0, False) for number in range(CHUNK + 1)])
    assert len(captured) == 2
    assert models.Learner.objects.count() == CHUNK + 1
    with CaptureQueriesContext(connection) as captured:
        insert(models.Learner, COLUMNS, [])
    assert not len(captured)


def test_a_number_is_no_flag() -> None:
    of = course_row()
    learner = models.Learner.objects.create(source="here", external_id="1")
    columns = ("learner_id", "course_id", "is_held_out", "began_at")
    insert(models.Participation, columns, [(learner.pk, of.pk, True, moment(NOW))])
    assert models.Participation.objects.get().is_held_out is True


def test_a_moment_that_is_read_plain_is_the_same_moment() -> None:
    odd = datetime(2027, 3, 10, 10, 0, 0, 123456, UTC)
    for number, when in enumerate((NOW, odd, None)):
        models.Learner.objects.create(source="plain", external_id=str(number), next_look_at=when)
    rows = models.Learner.objects.order_by("external_id")
    found = [aware(when, connection.timezone) for when in rows.values_list(plain("next_look_at"), flat=True)]
    assert found == [NOW, odd, None]
    assert all(when.tzinfo for when in found if when)
    (latest,) = (
        rows.values("source").annotate(latest=plain(Max("next_look_at"))).order_by().values_list("latest", flat=True)
    )
    assert aware(latest, connection.timezone) == odd


def test_a_connection_may_have_a_time_zone_of_its_own() -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert aware((NOW + DAY).replace(tzinfo=None), amsterdam) == (NOW + DAY).replace(tzinfo=amsterdam)
    assert aware("2027-03-10 11:00:00", amsterdam) == NOW
