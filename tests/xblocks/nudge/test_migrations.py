"""Updates: what was kept before them is kept after them, and new columns do not stay empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from devstack import clock
from tests.xblocks.nudge.stage import DAY, NOW, course_row, due, known, learner, quiz
from xblocks.nudge import models, tasks
from xblocks.nudge.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
APP = "microunits_nudge"


def migrate(to: str = "") -> Any:
    """Go to a migration, or to the last one; the models as they are there."""
    executor = MigrationExecutor(connection)
    nodes = [(APP, to)] if to else executor.loader.graph.leaf_nodes(APP)
    return executor.migrate(nodes).apps


@pytest.mark.parametrize("sweep", [tasks.sweep, partial(call_command, "send_nudges", stdout=StringIO())])
def test_after_an_update_the_next_sweep_refreshes_every_course_before_it_decides(
    sweep: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    question = known(quiz(settings='attempts_allowed="2" show_answer="past_due"'))
    due(learner(), question)
    # As the second migration left what was there before it.
    models.Question.objects.update(attempts=0, is_retired=False)
    models.Errand.objects.all().delete()
    migrate("0010_zone")
    migrate()
    assert models.Errand.objects.get().task == Task.REFRESH
    sweep()
    question.refresh_from_db()
    assert question.attempts == 2
    assert not models.Errand.objects.filter(task=Task.REFRESH).exists()
    # Without a due date the quiz never tells, so practice does not either.
    assert not models.Nudge.objects.exists()


def test_what_was_acted_on_is_told_apart_by_course_and_back() -> None:
    row, other = learner("ann"), course_row("course-v1:Microunits+OTHER+2026")
    asked = {"here": known(quiz()), "there": known(quiz("there"), row=other)}
    # One about both, acted on there; one acted on through its link, days later; one that nothing followed.
    for number, sent in enumerate((NOW, NOW + 9 * DAY, NOW + 30 * DAY)):
        nudge = models.Nudge.objects.create(
            learner=row, kind="reviews", slot=str(number), status="sent", planned_at=sent, not_after=sent, sent_at=sent
        )
        for question in list(asked.values())[: 2 if number == 0 else 1]:
            models.NudgeCourse.objects.create(nudge=nudge, course=question.course, questions=1)
    linked = models.Nudge.objects.get(slot="1").pk
    for name, when, nudge_id in (
        ("there", NOW - DAY, None),
        ("there", NOW + DAY, None),
        ("there", NOW + 1.2 * DAY, None),
        ("here", NOW + 3 * DAY, None),
        ("here", NOW + 14 * DAY, linked),
    ):
        models.Review.objects.create(
            learner=row, question=asked[name], rating=3, reviewed_at=when, origin="mail", nudge_id=nudge_id
        )
    before = migrate("0006_following").get_model(APP, "Nudge").objects
    before.filter(slot="0").update(acted_at=NOW + DAY)
    before.filter(slot="1").update(acted_at=NOW + 14 * DAY)
    migrate()
    lines = models.NudgeCourse.objects.order_by("nudge__slot", "course")
    expected: list[tuple[str, datetime | None]] = [
        ("0", None),
        ("0", NOW + DAY),
        ("1", NOW + 14 * DAY),
        ("2", None),
    ]
    found = list(lines.values_list("nudge__slot", "acted_at"))
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert models.NudgeCourse.objects.get(acted_at=NOW + DAY).course == other
    back = migrate("0006_following").get_model(APP, "Nudge").objects
    assert dict(back.values_list("slot", "acted_at")) == {"0": NOW + DAY, "1": NOW + 14 * DAY, "2": None}
    migrate()
    assert list(lines.values_list("nudge__slot", "acted_at")) == found
