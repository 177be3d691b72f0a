"""A course with a workshop, its learners, and the messages that reached them; without a block."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from opaque_keys.edx.keys import CourseKey, UsageKey

from devstack import clock
from devstack.models import Mail
from tests.devstack.playing import COURSE_KEY, course
from xblocks.workshop import definition, models, scheduling, taking_part, telling
from xblocks.workshop.plan import Fixed, Item, ItemKind, Plan, Session

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
"""A Tuesday, at 11:00 in Amsterdam, where the devstack's people live."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEY = CourseKey.from_string(COURSE_KEY)
USAGE = KEY.make_usage_key("workshop", "day")
ITEMS = (
    Item(id="read", kind=ItemKind.READ, title="Read the case", minutes=10, url="/static/case.pdf"),
    Item(id="ask", kind=ItemKind.QUESTION, title="What do you want to ask?", minutes=5),
)


def at(name: str, day: int, hour: int = 13, seats: int = 0, **facts: Any) -> Session:
    """A session on a day of December 2026 in Amsterdam, of two hours."""
    begin = datetime(2026, 12, day, hour, 0)
    when = Fixed(begin, begin + 2 * HOUR)
    return Session(id=name, when=when, zone="Europe/Amsterdam", seats=seats, **{"place": "Room 1", **facts})


def plan(*sessions: Session, items: Collection[Item] = ITEMS, **more: Any) -> Plan:
    return Plan(sessions=sessions, items=tuple(items), **more)


def workshop(*sessions: Session, now: datetime = NOW, usage_key: UsageKey = USAGE, **more: Any) -> models.Workshop:
    """A workshop as it was published."""
    course()
    row, _is_new = models.Workshop.objects.get_or_create(
        usage_key=usage_key, defaults={"course_key": KEY, "published_at": now, "enrolments_seen_at": now}
    )
    scheduling.take_over(row, plan(*sessions, **more), "Phishing day", now)
    row.refresh_from_db()
    return row


def session(row: models.Workshop, name: str) -> models.Session:
    found: models.Session = row.sessions.get(session_id=name)
    return found


def people(number: int) -> list[User]:
    """So many learners of the course."""
    made = [User(username=f"p{one}", first_name=f"P {one}", email=f"p{one}@example.com") for one in range(number)]
    User.objects.bulk_create(made)
    User.objects.filter(username__in=[one.username for one in made]).update(date_joined=NOW - 30 * DAY)
    return list(User.objects.filter(username__in=[one.username for one in made]).order_by("pk"))


def taking_part_in(row: models.Workshop, user: User, now: datetime = NOW) -> models.Participant:
    return taking_part.participant(row, "openedx", str(user.pk), now)[0]


def fresh(one: models.Participant) -> models.Participant:
    found: models.Participant = models.Participant.objects.select_related("workshop", "person").get(pk=one.pk)
    return found


def join_all(row: models.Workshop) -> None:
    for _learners, new in taking_part.join_all(row, NOW):
        telling.follow_up(row.pk, new)


def facts(one: Session) -> dict[str, Any]:
    return definition.encode_session(one)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The platform's clock shows a moment."""
    kept, clock.ahead = clock.ahead, lambda: moment - datetime.now(UTC)
    try:
        yield
    finally:
        clock.ahead = kept


def mails() -> list[tuple[str, str]]:
    """To whom, and the subject, in the order in which they left."""
    return list(Mail.objects.order_by("pk").values_list("recipient", "subject"))
