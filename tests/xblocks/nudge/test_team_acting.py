"""What a course team changes reaches exactly the learners whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from opaque_keys.edx.keys import CourseKey

from devstack.models import Course as DevstackCourse
from tests.xblocks.nudge.teamwork import DAY, OTHER, course, learners, take_part
from xblocks.nudge import models, tasks, team_acting
from xblocks.nudge.limits import Bounds, Policy
from xblocks.nudge.moments import QUIET_NIGHT, hours
from xblocks.nudge.team_acting import HOLDOUT, HORIZON, LIMIT

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def held_out(of: models.Course) -> set[int]:
    return set(models.Participation.objects.filter(course=of, is_held_out=True).values_list("learner_id", flat=True))


def share(of: models.Course, percent: int) -> set[int]:
    of.holdout_share = percent / 100
    of.save()
    team_acting.draw_holdout(of, NOW, page=7)
    return held_out(of)


def test_a_course_that_nobody_answered_in_can_be_set_up() -> None:
    key = CourseKey.from_string("course-v1:Microunits+FRESH+2026")
    DevstackCourse.objects.create(key=str(key), title="Fresh", language="en")
    assert team_acting.course_to_change(key).name == "Fresh"
    assert team_acting.course_to_change(key) == models.Course.objects.get(course_key=key)


def test_choices_are_kept_and_read_back() -> None:
    of = course()
    was = team_acting.settings_of(of, Bounds(), AMSTERDAM)
    wanted = replace(was, target=date(2027, 3, 1), retention=0.95, tail=(30,), per_week=5)
    wanted = replace(wanted, quiet=QUIET_NIGHT | hours(8), holdout=10)
    assert team_acting.keep_settings(of, wanted, Bounds(), AMSTERDAM, NOW) == {HORIZON, HOLDOUT, LIMIT}
    of.refresh_from_db()
    assert team_acting.settings_of(of, Bounds(), AMSTERDAM) == wanted
    # The knowledge must be there when that day begins, where the platform is.
    assert of.target_at == datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert of.policy == {"per_week": 5, "quiet": QUIET_NIGHT | hours(8)}
    assert team_acting.keep_settings(of, wanted, Bounds(), AMSTERDAM, NOW) == set()


def test_what_is_as_the_admin_has_it_follows_the_admin() -> None:
    of = course(policy={"per_week": 5, "slow_after": 2})
    settings = team_acting.settings_of(of, Bounds(), AMSTERDAM)
    team_acting.keep_settings(of, replace(settings, per_week=3), Bounds(), AMSTERDAM, NOW)
    assert of.policy == {"slow_after": 2}
    assert team_acting.settings_of(of, Bounds(default=Policy(per_week=2)), AMSTERDAM).per_week == 2


def test_what_was_chosen_earlier_stays_when_something_else_changes() -> None:
    of = course(policy={"per_week": 5})
    settings = team_acting.settings_of(of, Bounds(), AMSTERDAM)
    team_acting.keep_settings(of, replace(settings, most_questions=1), Bounds(), AMSTERDAM, NOW)
    assert of.policy == {"per_week": 5, "most_questions": 1}


def test_what_the_admin_no_longer_allows_is_gone_once_the_team_saves() -> None:
    of = course(policy={"per_week": 5})
    strict = Bounds(loosest=Policy(per_week=2))
    settings = team_acting.settings_of(of, strict, AMSTERDAM)
    assert settings.per_week == 2
    assert team_acting.keep_settings(of, replace(settings, most_questions=1), strict, AMSTERDAM, NOW) == {LIMIT}
    assert of.policy == {"most_questions": 1}


def test_a_target_that_is_tried_changes_nothing() -> None:
    of = course(ends_at=NOW + 100 * DAY)
    settings = replace(team_acting.settings_of(of, Bounds(), AMSTERDAM), target=date(2027, 1, 1), tail=(91,))
    horizon = team_acting.horizon_with(of, settings, AMSTERDAM)
    assert horizon.target == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert (horizon.ends_at, horizon.tail.gaps) == (NOW + 100 * DAY, (timedelta(days=91),))
    assert (of.target_at, of.tail) == (None, [])


def test_a_larger_share_only_adds_and_a_smaller_one_gives_back() -> None:
    of = course()
    everybody = learners(60, of)
    take_part(everybody[:5], course(OTHER))
    few, many = share(of, 10), share(of, 40)
    assert few < many
    assert 10 < len(many) < 40
    models.Learner.objects.update(next_look_at=None)
    assert share(of, 10) == few
    back = set(models.Learner.objects.filter(next_look_at=NOW).values_list("pk", flat=True))
    assert back == many - few
    assert share(of, 0) == held_out(course(OTHER)) == set()


def test_everybody_is_looked_at_again_in_pages_and_nobody_else() -> None:
    of = course()
    mine, others = learners(12, of), learners(3, course(OTHER))
    models.Learner.objects.filter(pk=mine[0].pk).update(next_look_at=NOW - DAY)
    models.Learner.objects.filter(pk=mine[1].pk).update(next_look_at=NOW + DAY)
    assert team_acting.look_again(of, NOW, page=5) == 12
    moments = dict(models.Learner.objects.values_list("pk", "next_look_at"))
    assert [moments[one.pk] for one in mine] == [NOW - DAY, *[NOW] * 11]
    assert {moments[one.pk] for one in others} == {None}


def test_the_switch_says_whether_it_was_turned() -> None:
    of = course()
    assert [team_acting.switch(of, is_stopped=is_stopped, now=NOW) for is_stopped in (True, True, False, False)] == [
        True,
        False,
        True,
        False,
    ]
    assert not models.Course.objects.get(pk=of.pk).is_stopped


def test_the_workers_do_it_and_forget_about_a_course_that_is_gone() -> None:
    of = course(holdout_share=1.0)
    (ann,) = learners(1, of)
    for task in (tasks.draw_holdout, tasks.look_again):
        task(of.pk)
        task(of.pk + 1)
    assert held_out(of) == {ann.pk}
    assert models.Learner.objects.get(pk=ann.pk).next_look_at is not None
