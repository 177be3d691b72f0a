"""What else happens to learners in the simulation, each at some moment of the half year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.xblocks.nudge.world import ZONES
from xblocks.nudge import api, models

if TYPE_CHECKING:
    from tests.xblocks.nudge.simulated import Simulation, Someone

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def _pauses(simulation: Simulation, someone: Someone) -> None:
    now = simulation.world.moment
    simulation.wish(someone, replace(someone.life.wishes.at(now), paused_until=now + 2 * WEEK + 5 * HOUR))


def _changes_wishes(simulation: Simulation, someone: Someone) -> None:
    simulation.wish(someone, simulation.some_wishes())


def _opts_out(simulation: Simulation, someone: Someone) -> None:
    now = simulation.world.moment
    simulation.wish(someone, replace(someone.life.wishes.at(now), opted_out=True))
    if simulation.random.random() < 0.5:
        simulation.at(now + simulation.random.random() * 6 * WEEK, _changes_wishes, simulation, someone)


def _travels(simulation: Simulation, someone: Someone) -> None:
    zone = simulation.random.choice(ZONES)
    user_id, now = someone.user_id, simulation.world.moment
    simulation.world.persons[user_id] = replace(simulation.world.persons[user_id], time_zone=zone)
    if not models.Preferences.objects.filter(learner=someone.row).exclude(time_zone="").exists():
        someone.life.zone.become(zone, now)
    simulation.sweep_within(HOUR)


def _leaves(simulation: Simulation, someone: Someone) -> None:
    for name in someone.life.enrolled:
        if simulation.random.random() < 0.7:
            simulation.enrol(someone, name, False)
            if simulation.random.random() < 0.5:
                simulation.at(_weeks_later(simulation), simulation.enrol, someone, name)


def _is_suspended(simulation: Simulation, someone: Someone) -> None:
    _sign_in(simulation, someone, False)
    if simulation.random.random() < 0.6:
        simulation.at(_weeks_later(simulation), _sign_in, simulation, someone, True)


def _weeks_later(simulation: Simulation) -> datetime:
    return simulation.world.moment + (1 + simulation.random.random() * 4) * WEEK


def _sign_in(simulation: Simulation, someone: Someone, may: bool) -> None:
    user_id = someone.user_id
    simulation.world.persons[user_id] = replace(simulation.world.persons[user_id], is_active=may)
    someone.life.may_sign_in.become(may, simulation.world.moment)


def _is_invited(simulation: Simulation, someone: Someone) -> None:
    """Another component asks for a message, around a workshop."""
    now = simulation.world.moment
    name = simulation.random.choice(sorted(someone.life.enrolled))
    at, until = now + simulation.random.random() * WEEK, now + (1 + simulation.random.random()) * WEEK
    course = models.Course.objects.get(course_key=simulation.key(name))
    texts = {"en": {"subject": "The workshop", "text": "It begins soon."}}
    api.request_message(someone.row, course, "workshop", at, until, texts)
    someone.life.asked_for.append((now, until))


FATES: tuple[Callable[[Simulation, Someone], None], ...] = (
    _pauses,
    _changes_wishes,
    _opts_out,
    _travels,
    _leaves,
    _is_suspended,
    _is_invited,
)
