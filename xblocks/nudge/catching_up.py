"""Catching up with the quiz's log of answers, so that every answer becomes a review, whatever went wrong with it.

A review is recorded with its answer (`listening`). That may fail, the process may die in between, and nudging may be
installed after months of quizzes. So every sweep also follows the log and records what is not here; what still fails is
noted, and tried again. All of it may happen twice, and in two processes at once: one answer stays one review.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from opaque_keys.edx.keys import CourseKey, UsageKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.following import move, place
from xblocks.base.platform import platform
from xblocks.microquiz import api as microquiz
from xblocks.nudge import extensions, models
from xblocks.nudge.reviewing import record, review_of

log = logging.getLogger(__name__)

PAGE = 500
PAGES_A_SWEEP = 100
MOST_A_SWEEP = 2000
"""So many reviews are recorded a sweep, some ten seconds' work, then it is the next one's turn."""
RETRY, LONGEST = timedelta(hours=1), timedelta(days=1)
"""An answer that cannot be recorded is tried again after an hour, two, four, and then every day."""


@dataclass(slots=True)
class CaughtUp:
    """What catching up came to.

    Attributes:
        read: answers that were looked at.
        recorded: reviews that were missing, and are there now.
        failed: reviews that could not be recorded; they are tried again.
    """

    read: int = 0
    recorded: int = 0
    failed: int = 0


def follow(now: datetime) -> CaughtUp:
    """Record the reviews of the answers that came since the last time, and try again what has failed.

    A statement for every 500 answers that are here as they should be, and two for what they have in common.
    """
    caught = CaughtUp()
    _try_again(now, caught)
    rows = models.Following.objects
    found = place(rows, 1, microquiz.last_logged, now)
    at = found.followed
    for _page in range(PAGES_A_SWEEP):
        page = microquiz.logged_answers(at, PAGE)
        if not page:
            break
        _record_missing(page, now, caught)
        at = page[-1].number
        if not move(rows, found, at) or caught.recorded + caught.failed >= MOST_A_SWEEP:
            break
    return caught


def catch_up(course_key: CourseKey | None = None, since: datetime | None = None) -> Iterator[CaughtUp]:
    """Record every review that is missing, from the beginning of the log; what it has come to, page by page."""
    caught, at = CaughtUp(), 0
    while page := microquiz.logged_answers(at, PAGE, course_key=course_key, since=since):
        _record_missing(page, platform().now(), caught)
        at = page[-1].number
        yield caught


# --- What is missing

_Key = tuple[UsageKey, str, str, datetime]


def _record_missing(page: Sequence[microquiz.LoggedAnswer], now: datetime, caught: CaughtUp) -> None:
    there = _there(page)
    missing = [one for one in page if _key(one) not in there]
    caught.read += len(page)
    for number in _recorded(missing, now, caught):
        models.MissedAnswer.objects.get_or_create(number=number, defaults={"again_at": now + RETRY})


def _key(one: microquiz.LoggedAnswer) -> _Key:
    return one.usage_key, one.answer.question_id, str(one.user_id), one.answer.answered_at


def _there(page: Sequence[microquiz.LoggedAnswer]) -> set[_Key]:
    """The answers of a page that are reviews already, and others of about the same time."""
    asked = {(one.usage_key, one.answer.question_id) for one in page}
    known = models.Question.objects.filter(usage_key__in={usage_key for usage_key, _id in asked})
    names: dict[int, tuple[Any, str]] = {
        pk: (usage_key, question_id)
        for pk, usage_key, question_id in known.values_list("pk", "usage_key", "question_id")
        if (usage_key, question_id) in asked
    }
    moments = [one.answer.answered_at for one in page]
    reviews = models.Review.objects.filter(
        question_id__in=names, reviewed_at__gte=min(moments), reviewed_at__lte=max(moments), learner__source=OPENEDX
    )
    return {
        (*names[question_id], external_id, when)
        for question_id, external_id, when in reviews.values_list(
            "question_id", "learner__external_id", "reviewed_at"
        ).iterator(chunk_size=2000)
    }


def _recorded(missing: Sequence[microquiz.LoggedAnswer], now: datetime, caught: CaughtUp) -> Iterator[int]:
    """Record reviews; gives back the numbers of those that failed."""
    learners = set()
    for one, answer in zip(missing, microquiz.announced_again(missing), strict=True):
        try:
            record(review_of(answer, recorded_at=now))
        except Exception:
            log.exception("Answer %s cannot be kept as a review; it is tried again.", one.number)
            caught.failed += 1
            yield one.number
        else:
            caught.recorded += 1
            learners.add((one.user_id, answer.course_key))
    _heed_extensions(learners, now)


def _heed_extensions(learners: Collection[tuple[int, CourseKey]], now: datetime) -> None:
    """The log does not know until when a quiz keeps something from whom."""
    try:
        extensions.heed_those_among(learners, now)
    except Exception:
        # The reviews are there; the next answer in the quiz tells of its learner's dates.
        log.exception("Who of %s learners was given more time cannot be known now.", len(learners))


def _try_again(now: datetime, caught: CaughtUp) -> None:
    waiting = models.MissedAnswer.objects.filter(again_at__lte=now).order_by("again_at")
    rows = {row.number: row for row in waiting[:PAGE]}
    if not rows:
        return
    failed = set(_recorded(microquiz.logged_answers_of(rows), now, caught))
    for number in failed:
        row = rows[number]
        wait = min(RETRY * 2**row.tries, LONGEST)
        models.MissedAnswer.objects.filter(pk=row.pk).update(tries=F("tries") + 1, again_at=now + wait)
    # Also those whose answer is gone, with the learner's state.
    done = [row.pk for number, row in rows.items() if number not in failed]
    models.MissedAnswer.objects.filter(pk__in=done).delete()
