"""A course with a badge that somebody earned, for the tests of what is signed and shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from opaque_keys.edx.keys import CourseKey

from devstack.people import person
from tests.xblocks.badges.strategies import START
from xblocks.badges import key_ring, models
from xblocks.badges.awarding import hear, keep_badges, replay
from xblocks.badges.criteria import AllOf, Completed, FirstTry, ScoreAtLeast
from xblocks.badges.definition import Alignment, Badge
from xblocks.badges.facts import Did, Fact
from xblocks.badges.picture import Design, Shape

COURSE = CourseKey.from_string("course-v1:Microunits+BADGES+2026")
NOW = datetime.now(UTC).replace(microsecond=0)
BADGE = Badge(
    id="phishing",
    name="Phishing spotter",
    criterion=AllOf((Completed(("microquiz@a",)), ScoreAtLeast(("microquiz@b",), 0.8), FirstTry(1))),
    description="<p>Sees at a glance what is <b>wrong</b> with a mail.</p>",
    design=Design(Shape.SHIELD, "PS", "#0f766e"),
    minutes=90,
    months=24,
    tags=("security", "mail"),
    alignments=(Alignment("DigComp 4.1: Protecting devices", "https://example.org/digcomp/4.1"),),
)


def done(block: str = "microquiz@a") -> list[Fact]:
    """Everything that the badge asks for."""
    day = START.date()
    return [
        Fact(Did.COMPLETED, START, day, block),
        Fact(Did.SCORED, START + timedelta(hours=1), day, "microquiz@b", score=0.85),
        Fact(Did.ANSWERED, START + timedelta(hours=2), day, "microquiz@b", "q1", 1, 1.0),
    ]


def award(*, badge: Badge = BADGE, who: str = "ann", now: datetime = NOW, keys: bool = True) -> models.Award:
    """The award of somebody who earned the badge; somebody of the devstack, or of another place ("moodle:a/7")."""
    if keys:
        key_ring.make(now - timedelta(days=1))
    keep_badges(COURSE, [badge], now)
    source, external_id = learner(who)
    hear(source, external_id, COURSE, done(), now)
    replay(COURSE, [badge.id], now)
    found: Any = models.Award.objects.get(
        badge__badge_id=badge.id, holder__source=source, holder__external_id=external_id
    )
    return found


def learner(who: str) -> tuple[str, str]:
    """Where somebody is known, and their id there."""
    source, _slash, external_id = who.partition("/")
    return (source, external_id) if external_id else ("openedx", str(person(who).pk))
