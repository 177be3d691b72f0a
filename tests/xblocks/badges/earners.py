"""A course with badges and people who earned them, as the pages find it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey

from devstack import clock
from devstack.models import Course as DevstackCourse
from devstack.people import person
from xblocks.badges import awarding, models
from xblocks.badges.criteria import AllOf, Completed, FirstTry, Reviews, ScoreAtLeast, WeeksInARow
from xblocks.badges.definition import Badge, encode
from xblocks.badges.facts import Did, Fact
from xblocks.badges.picture import Design, Shape

KEY = "course-v1:Microunits+BADGES+2026"
OTHER = "course-v1:Microunits+OTHERS+2026"
COURSE = CourseKey.from_string(KEY)
DAY = timedelta(days=1)
NAMES = {"microquiz@sender": "Who is it from?", "microquiz@links": "Where does it lead?"}
SENDER = Badge(
    id="sender",
    name="Knows the sender",
    criterion=AllOf((Completed(("microquiz@sender",)), ScoreAtLeast(("microquiz@sender",), 0.8))),
    design=Design(Shape.SHIELD, "KS", "#0f766e"),
    minutes=45,
    months=24,
)
STEADY = Badge(
    id="steady", name="Keeps going", criterion=WeeksInARow(4), design=Design(Shape.STAR, "KG", "#7c2d12"), minutes=120
)
LINKS = Badge(
    id="links",
    name="Looks before clicking",
    criterion=AllOf((Completed(("microquiz@sender", "microquiz@links")), FirstTry(10), Reviews(20, 30))),
    design=Design(Shape.HEXAGON, "", "#1d4ed8"),
)
BADGES = (SENDER, STEADY, LINKS)


def course(key: str = KEY, title: str = "Phishing, seen through", badges: tuple[Badge, ...] = BADGES) -> CourseKey:
    """A course that the platform has, with its badges published."""
    DevstackCourse.objects.get_or_create(key=key, defaults={"title": title, "language": "en"})
    made = CourseKey.from_string(key)
    awarding.keep_badges(made, badges, clock.now(), NAMES)
    return made


def earns(who: str = "ann", days_ago: float = 10, key: CourseKey = COURSE, score: float = 0.9) -> models.Award:
    """Somebody earns the badge for the sender."""
    at = clock.now() - days_ago * DAY
    facts = [
        Fact(Did.COMPLETED, at, at.date(), "microquiz@sender"),
        Fact(Did.SCORED, at, at.date(), "microquiz@sender", score=score),
        Fact(Did.ANSWERED, at, at.date(), "microquiz@sender", "one", 1, 1.0),
    ]
    awarding.hear("openedx", str(person(who).pk), key, facts, clock.now())
    return of(who, "sender")


def of(who: str, badge_id: str) -> models.Award:
    """The latest award of a badge to somebody."""
    rows: Any = models.Award.objects.filter(holder__external_id=str(person(who).pk), badge__badge_id=badge_id)
    return rows.order_by("-turn").first()


def give(who: str, badge_id: str, reason: str = "Did it on paper, with us in the room.") -> models.Award:
    """The course team gives somebody a badge."""
    row = models.Badge.objects.get(course_key=COURSE, badge_id=badge_id)
    by = f"openedx:{person('team').pk}"
    return awarding.give_by_hand("openedx", str(person(who).pk), row, by, reason, clock.now())


def many(number: int) -> None:
    """So many learners have the badge for the sender; written straight into the tables."""
    users: Any = get_user_model()
    made = users.objects.bulk_create(
        users(username=f"learner{one:05d}", email=f"learner{one:05d}@example.org", first_name=f"Learner {one}")
        for one in range(number)
    )
    holders = models.Holder.objects.bulk_create(
        models.Holder(source="openedx", external_id=str(user.pk)) for user in made
    )
    row, now = models.Badge.objects.get(course_key=COURSE, badge_id="sender"), clock.now()
    models.Award.objects.bulk_create(
        models.Award(
            uid=uuid4(),
            badge=row,
            holder=holder,
            definition=encode(SENDER),
            content_hash=row.content_hash,
            earned_at=now - place * timedelta(minutes=1),
            awarded_at=now - place * timedelta(minutes=1),
        )
        for place, holder in enumerate(holders)
    )
