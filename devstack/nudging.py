"""Moving the clock forward: what the sweeps would have done meanwhile happens, and learners answer by themselves.

The time jumps from one moment at which something happens to the next, so that a month takes seconds. The sweep and the
messages are the real ones; only the learners are played, each with a habit of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import blake2s
from threading import Lock
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Min
from opaque_keys.edx.keys import CourseKey

from devstack import clock
from devstack.models import Course, Mail, Noted
from devstack.people import person
from devstack.platform import TIME_ZONE
from xblocks.base.accounts import OPENEDX
from xblocks.base.platform import platform
from xblocks.microquiz.api import keep_published, published_questions
from xblocks.nudge import api, catalogue, delivering, models, sweeping, tasks
from xblocks.nudge.memory import Rating
from xblocks.nudge.reviewed import QUIZ, Reviewed
from xblocks.nudge.reviewing import record

ZONE = ZoneInfo(TIME_ZONE)
GRID = timedelta(minutes=10)
"""As often as cron would sweep."""
LOOKED_BACK = timedelta(days=2)
FIRST_QUESTIONS = 6

STEPS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
"""How far a button moves the clock."""

_moving = Lock()


@dataclass(frozen=True, slots=True)
class Habit:
    """How a learner treats messages.

    Attributes:
        percent: of the messages that they follow.
        after: how long they take.
        right: percent of answers.
    """

    username: str
    percent: int
    after: timedelta
    right: int


HABITS = (
    Habit("ann", 90, timedelta(hours=2), 90),
    Habit("bob", 45, timedelta(hours=9), 70),
    Habit("carol", 0, timedelta(0), 60),
)


def move(by: timedelta, *, play: bool, language: str) -> None:
    """Move the clock; everything that would have happened meanwhile happens.

    Args:
        play: Ann, Bob and Carol take a quiz, if they have not, and answer messages as is their habit.
        language: of the course that they take.
    """
    with _moving:
        if play:
            _begin(language)
        end = clock.now() + by
        while (moment := _next_moment(clock.now(), play)) <= end:
            clock.move(moment - clock.now())
            _happen(play)
        clock.move(max(end - clock.now(), timedelta()))
        _happen(play)


def _happen(play: bool) -> None:
    now = clock.now()
    if play:
        for habit in HABITS:
            _answer_messages(habit, now)
    tasks.see_to_courses()
    sweeping.sweep(now, delivering.deliver)
    if now.astimezone(ZONE).hour == time(18).hour:
        _note_the_quiet(now)


def _next_moment(now: datetime, play: bool) -> datetime:
    """When something happens next: a sweep has somebody to look at, somebody answers, or it is six in the evening."""
    moments = [_evening(now)]
    look = models.Learner.objects.aggregate(first=Min("next_look_at"))["first"]
    if look is not None:
        moments.append(_on_grid(max(look, now + GRID)))
    if play:
        moments.extend(at for habit in HABITS for _nudge, at in _to_answer(habit, now) if at > now)
    return min(moments)


def _on_grid(moment: datetime) -> datetime:
    return moment + (datetime.min.replace(tzinfo=moment.tzinfo) - moment) % GRID


def _evening(now: datetime) -> datetime:
    """The next six o'clock in the evening, which is when the day's quiet is noted."""
    local = now.astimezone(ZONE)
    today = local.replace(hour=18, minute=0, second=0, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(now.tzinfo)


# --- Learners who answer by themselves


def _begin(language: str) -> None:
    """Whoever has never answered anything takes the first quizzes of a course."""
    course = Course.objects.filter(language=language).first() or Course.objects.first()
    if course is None:
        return
    for habit in HABITS:
        user = person(habit.username)
        if not models.Card.objects.filter(learner=api.learner_of(user)).exists():
            _take_quizzes(user, habit, CourseKey.from_string(course.key))


def _take_quizzes(user: User, habit: Habit, key: CourseKey) -> None:
    blocks = platform().blocks(key, catalogue.QUIZ_TYPE)
    asked = [one for block in blocks for one in published_questions(block, platform().now())][:FIRST_QUESTIONS]
    now = clock.now()
    keep_published(asked, now)
    for one in asked:
        record(
            Reviewed(
                source=OPENEDX,
                external_id=str(user.pk),
                course_key=key,
                usage_key=one.usage_key,
                question_id=one.question.id,
                question_type=one.question.type,
                content_hash=one.content_hash,
                rating=_rating(habit, one.content_hash),
                when=now,
                origin=QUIZ,
            )
        )
    if asked:
        Noted.objects.create(at=now, user=user, kind=Noted.Kind.BEGAN, detail={"questions": len(asked)})


def _answer_messages(habit: Habit, now: datetime) -> None:
    user = person(habit.username)
    for nudge, at in _to_answer(habit, now):
        if at > now:
            continue
        learner = api.learner_of(user)
        api.mark_opened(nudge.pk, learner.pk, now)
        cards = api.due_cards(learner, now, limit=max(1, nudge.questions))
        for card in cards:
            rating = _rating(habit, f"{nudge.pk}/{card.pk}")
            content = card.question.content_hash
            api.record_review(
                learner, card.question, rating, now, origin="practice", content_hash=content, nudge_id=nudge.pk
            )
        Noted.objects.create(at=now, user=user, kind=Noted.Kind.ANSWERED, detail={"questions": len(cards)})


def _to_answer(habit: Habit, now: datetime) -> Iterator[tuple[models.Nudge, datetime]]:
    """The messages that somebody will follow, and when."""
    learner = api.learner_of(person(habit.username))
    sent = models.Nudge.objects.filter(learner=learner, opened_at=None, sent_at__gt=now - LOOKED_BACK)
    for nudge in sent.order_by("pk"):
        if _draw(f"{habit.username}/{nudge.pk}") < habit.percent:
            yield nudge, nudge.sent_at + habit.after


def _rating(habit: Habit, what: str) -> Rating:
    return Rating.GOOD if _draw(f"{habit.username}/{what}") < habit.right else Rating.AGAIN


def _draw(what: str) -> int:
    """0 to 99, the same for the same words: whoever watches twice sees the same."""
    return int.from_bytes(blake2s(what.encode(), digest_size=4).digest(), "big") % 100


# --- Who heard nothing, and why


def _note_the_quiet(now: datetime) -> None:
    """Note for everybody with something to remember why nothing was sent to them today, if nothing was."""
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    if Noted.objects.filter(kind=Noted.Kind.QUIET, at__gte=midnight).exists():
        return
    for user in User.objects.order_by("pk"):
        learner = models.Learner.objects.filter(source=OPENEDX, external_id=str(user.pk)).first()
        if (
            learner is None
            or not learner.cards.exists()
            or Mail.objects.filter(recipient=user.email, at__gte=midnight).exists()
        ):
            continue
        reason = str(api.next_message(learner, now).reason)
        Noted.objects.create(at=now, user=user, kind=Noted.Kind.QUIET, detail={"reason": reason})
