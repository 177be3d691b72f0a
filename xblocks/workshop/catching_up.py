"""Finding what a queue lost of workshops, and giving it to the workers again.

Nothing is worked out anew for everybody: what is to be done is marked where it was changed, and the mark goes when it
is done. Answers in quizzes are followed by their log, a few statements for every 500 of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opaque_keys.edx.keys import CourseKey

from xblocks.base.accounts import OPENEDX
from xblocks.base.following import move, place
from xblocks.microquiz import api as microquiz
from xblocks.workshop import enrolling, models, preparing, publishing, reading, tasks, telling

ANSWERS = 1
"""The log that is followed."""
PAGE, PAGES_A_TURN = 500, 100


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What the workers were given.

    Attributes:
        courses: to be read.
        people: to be told something, or whose reminders are to follow a change.
        workshops: of which is to be asked who takes their course.
    """

    courses: int
    people: int
    workshops: int


def hand_out(now: datetime) -> HandedOut:
    """Give to the workers what was lost."""
    courses = sum(tasks.queue(tasks.publish, str(course_key)) for course_key in publishing.outstanding(now))
    workshops = sum(tasks.queue(tasks.look_at_enrolments, pk) for pk in enrolling.outstanding(now))
    return HandedOut(courses, _hand_out_people(now), workshops)


def _hand_out_people(now: datetime) -> int:
    people: Any = models.Participant.objects
    # What changed just now is being worked on.
    late = people.filter(stale_since__lte=now - publishing.DONE_WITHIN)
    found: dict[int, set[int]] = defaultdict(set)
    for rows in (people.exclude(notice=""), late):
        for pk, workshop_id in rows.values_list("pk", "workshop_id"):
            found[workshop_id].add(pk)
    given = 0
    for workshop_id, ids in sorted(found.items()):
        ordered = sorted(ids)
        for begin in range(0, len(ordered), telling.PAGE):
            page = ordered[begin : begin + telling.PAGE]
            given += len(page) if tasks.queue(tasks.follow_up, workshop_id, page) else 0
    return given


# --- Answers in quizzes


def follow(now: datetime) -> None:
    """Tick what was answered in quizzes, of which nobody heard."""
    asked = _asked()
    if not asked:
        return
    rows = models.Followed.objects
    found = place(rows, ANSWERS, microquiz.last_logged, now)
    at = found.followed
    for _page in range(PAGES_A_TURN):
        page = microquiz.logged_answers(at, PAGE)
        if not page:
            return
        at = page[-1].number
        for user_id, usage_key in dict.fromkeys((one.user_id, one.usage_key) for one in page):
            if reading.name_of(usage_key) in asked.get(usage_key.course_key, ()):
                preparing.look_at_quiz(OPENEDX, str(user_id), usage_key.course_key, usage_key, now)
        if not move(rows, found, at):
            return


def _asked() -> dict[CourseKey, set[str]]:
    """The quizzes that workshops ask for, by course."""
    found: dict[CourseKey, set[str]] = defaultdict(set)
    for workshop in models.Workshop.objects.filter(is_retired=False):
        quizzes = _quizzes(workshop)
        if quizzes:
            found[workshop.course_key].update(quizzes)
    return found


def _quizzes(workshop: models.Workshop) -> Iterable[str]:
    return {item.block for item in reading.plan_of(workshop).items if item.block}
