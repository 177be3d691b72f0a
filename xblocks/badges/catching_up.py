"""Looking for what learners did, so that nothing is missed that a badge looks at, whatever went wrong with hearing it.

What is done is heard of at once (`listening`), in courses that have badges. What was done before a course had them,
and what a queue lost, is in the logs of the quiz and of nudging, and in what the platform, workshops and reflections
keep. All of it may happen twice, and in two processes at once.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.badges import awarding, deeds, models, watching
from xblocks.badges.deeds import Deed
from xblocks.badges.facts import Did
from xblocks.badges.keepers import Ask, keepers
from xblocks.badges.secrecy import QUIZ
from xblocks.badges.taking_in import Intake, Who
from xblocks.badges.watching import Watch
from xblocks.base.accounts import OPENEDX
from xblocks.base.following import SETTLED_AFTER, move, place
from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz
from xblocks.nudge import api as nudge

log = logging.getLogger(__name__)

PAGE = 500
LEARNERS = 100
"""Learners a page, of whom all answers in a quiz are read."""
PAGES_A_TURN = 100
AGAIN = timedelta(days=1)
"""What could not be kept is looked for again a day later."""
ANSWERS, REVIEWS = 1, 2
"""The logs that are followed."""


@dataclass(slots=True)
class CaughtUp:
    """What looking back came to, so far.

    Attributes:
        facts: that were missing, and are there now.
        awards: that came of them.
        failed: learners of whom something could not be kept; it is looked for again.
    """

    facts: int = 0
    awards: int = 0
    failed: int = 0


# --- One course, from the beginning


def look_back(course_key: CourseKey) -> Iterator[CaughtUp]:
    """Take in all that was ever done in a course and counts for its badges; what it has come to, page by page."""
    began, watch = platform().now(), watching.looked_at(course_key)
    intake, caught, awarded = Intake(course_key, watch, began), CaughtUp(), 0
    if watch:
        for told in all_told(course_key, watch):
            intake.take(told)
            yield _sum(caught, intake, awarded)
    # Also for what was heard of already, before the badge was there.
    fresh = models.Badge.objects.filter(course_key=course_key, is_retired=False, replayed_at=None)
    names = list(fresh.values_list("badge_id", flat=True))
    awarded = awarding.replay(course_key, names, began) if names else 0
    again = min([*_when(intake.taken.again_at), *([began + AGAIN] if intake.taken.failed else [])], default=None)
    values = {
        "digest": _digest(watch),
        "looked_at": began,
        "records_since": began - SETTLED_AFTER,
        "again_at": again,
    }
    models.LookedBack.objects.update_or_create(course_key=course_key, defaults=values)
    yield _sum(caught, intake, awarded)


def _sum(caught: CaughtUp, intake: Intake, awarded: int) -> CaughtUp:
    taken = intake.taken
    caught.facts, caught.awards, caught.failed = taken.facts, taken.awards + awarded, taken.failed
    return caught


def _when(moment: datetime | None) -> list[datetime]:
    return [] if moment is None else [moment]


def _digest(watch: Watch) -> str:
    text = "\n".join(sorted(f"{did} {block}" for did, block in watch))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


Told = Mapping[Who, Sequence[Deed]]


def all_told(course_key: CourseKey, watch: Watch) -> Iterator[Told]:
    """All that was ever done in a course, as far as it is looked at; some of it may be heard of already."""
    yield from _answers(course_key, watch)
    if watching.looks_for(watch, Did.REVIEWED):
        yield from _reviews(course_key)
    for ask, usage_keys in _records(course_key, watch):
        yield from _recorded(ask, usage_keys, None)


def _answers(course_key: CourseKey, watch: Watch) -> Iterator[Told]:
    """Quiz by quiz, learner by learner: whoever did much is one piece of work and not very many."""
    for block in platform().blocks(course_key, QUIZ):
        usage_key, after = block.usage_key, 0
        while watching.counts(watch, Did.ANSWERED, usage_key) and (
            users := microquiz.who_answered(usage_key, after, LEARNERS)
        ):
            after = users[-1]
            yield {
                (OPENEDX, str(user_id)): [_answered(usage_key, answer) for answer in answers]
                for user_id, answers in microquiz.answers_of(usage_key, users).items()
            }


def _answered(usage_key: UsageKey, answer: Any) -> Deed:
    return Deed(
        Did.ANSWERED, answer.answered_at, str(usage_key), answer.question_id, answer.attempt, float(answer.score)
    )


def _reviews(course_key: CourseKey) -> Iterator[Told]:
    after = 0
    while page := nudge.logged_reviews(after, PAGE, course_key=course_key):
        after = page[-1][0]
        yield _by_learner((review.source, review.external_id, deeds.reviewed(review)) for _number, review in page)


def _by_learner(told: Iterable[tuple[str, str, Deed | None]]) -> dict[Who, list[Deed]]:
    found: dict[Who, list[Deed]] = defaultdict(list)
    for source, external_id, deed in told:
        if deed is not None:
            found[source, external_id].append(deed)
    return found


def _records(course_key: CourseKey, watch: Watch) -> Iterator[tuple[Ask, list[UsageKey]]]:
    """What others keep of the blocks that are looked at."""
    for did, ask in keepers():
        usage_keys = watching.blocks(watch, did, course_key)
        if usage_keys:
            yield ask, usage_keys


def _recorded(ask: Ask, usage_keys: list[UsageKey], since: datetime | None) -> Iterator[Told]:
    after = 0
    while page := ask(usage_keys, after, PAGE, since):
        after = page[-1][0]
        yield _by_learner((source, external_id, deed) for _number, source, external_id, deed in page)


# --- All courses, from where it was left


def to_look_back(now: datetime) -> list[CourseKey]:
    """Courses of which the badges look at something else than was last looked for, or in which something waits."""
    rows = {row.course_key: row for row in models.LookedBack.objects.all()}
    found = []
    for course_key in _courses():
        row = rows.get(course_key)
        is_due = row is not None and row.again_at is not None and row.again_at <= now
        if row is None or is_due or row.digest != _digest(watching.looked_at(course_key)):
            found.append(course_key)
    waiting: Any = models.Badge.objects.filter(is_retired=False, replayed_at=None)
    fresh: list[CourseKey] = list(waiting.values_list("course_key", flat=True))
    return [*found, *sorted(set(fresh) - set(found), key=str)]


def _courses() -> list[CourseKey]:
    rows: Any = models.Badge.objects.filter(is_retired=False).order_by("course_key")
    return list(rows.values_list("course_key", flat=True).distinct())


def follow(now: datetime) -> CaughtUp:
    """Take in what nobody heard of since the last time, in courses that were looked back at.

    A few statements for every 500 lines of the logs that are here as they should be.
    """
    intakes = {key: Intake(key, watching.looked_at(key), now) for key in _courses()}
    if intakes:
        for number, read, last in (
            (ANSWERS, _logged_answers, microquiz.last_logged),
            (REVIEWS, _logged_reviews, nudge.last_review),
        ):
            _follow(number, read, last, intakes, now)
        for row in models.LookedBack.objects.filter(course_key__in=list(intakes)):
            _follow_records(row, intakes[row.course_key], now)
    caught = CaughtUp()
    for key, intake in intakes.items():
        taken = intake.taken
        caught.facts, caught.awards = caught.facts + taken.facts, caught.awards + taken.awards
        caught.failed += taken.failed
        again = min([*_when(taken.again_at), *([now + AGAIN] if taken.failed else [])], default=None)
        if again is not None:
            look_again(key, again)
    return caught


def look_again(course_key: CourseKey, at: datetime) -> None:
    """Look through a course once more then, or earlier, as something there could not be taken in before."""
    row, _is_new = models.LookedBack.objects.get_or_create(course_key=course_key)
    if row.again_at is None or at < row.again_at:
        models.LookedBack.objects.filter(pk=row.pk).update(again_at=at)


Line = tuple[int, CourseKey, str, str, Deed | None]
"""Its number, the course, whose it is, and what was done."""


def _logged_answers(after: int) -> list[Line]:
    return [
        (
            one.number,
            one.usage_key.course_key,
            OPENEDX,
            str(one.user_id),
            _answered(one.usage_key, one.answer),
        )
        for one in microquiz.logged_answers(after, PAGE)
    ]


def _logged_reviews(after: int) -> list[Line]:
    return [
        (number, review.course_key, review.source, review.external_id, deeds.reviewed(review))
        for number, review in nudge.logged_reviews(after, PAGE)
    ]


def _follow(
    number: int,
    read: Callable[[int], list[Line]],
    last: Callable[[], int],
    intakes: Mapping[CourseKey, Intake],
    now: datetime,
) -> None:
    rows = models.Followed.objects
    found = place(rows, number, last, now)
    at = found.followed
    for _page in range(PAGES_A_TURN):
        page = read(at)
        if not page:
            return
        told: dict[CourseKey, list[tuple[str, str, Deed | None]]] = defaultdict(list)
        at = page[-1][0]
        for _number, course_key, source, external_id, deed in page:
            told[course_key].append((source, external_id, deed))
        for course_key in told.keys() & intakes.keys():
            intakes[course_key].take(_by_learner(told[course_key]))
        if not move(rows, found, at):
            return


def _follow_records(row: models.LookedBack, intake: Intake, now: datetime) -> None:
    for ask, usage_keys in _records(row.course_key, intake.watch):
        for page in _recorded(ask, usage_keys, row.records_since):
            intake.take(page)
    models.LookedBack.objects.filter(pk=row.pk).update(records_since=now - SETTLED_AFTER)
