"""Scripts and processes of `test_moodle.py`: a platform beside a Moodle that the test itself serves.

python -m tests.concurrency.moodle pull [apart]     pulls; "apart": without asking whether another has it in hand
python -m tests.concurrency.moodle deliver          sweeps, and sends to Moodle
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import django

MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.devstack.playing import add_block
print(add_block({quiz!r}))
"""
LOOK = """
import django
django.setup()
from tests.concurrency.moodle import look
print(look())
"""
AGES = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from moodle_bridge.service.models import Link, Site
for held in (Link, Site):
    held.objects.filter(held_until__isnull=False).update(held_until=timezone.now() - timedelta(seconds=1))
print("let go")
"""
PUBLISH = """
import django
django.setup()
from opaque_keys.edx.keys import CourseKey
from xblocks.badges import awarding
from xblocks.badges.criteria import FirstTry
from xblocks.badges.definition import Badge
from xblocks.base.platform import platform
key = CourseKey.from_string({course!r})
awarding.keep_badges(key, [Badge("first", "First", FirstTry(1))], platform().now())
print("published")
"""
DUE = """
import django
django.setup()
from tests.concurrency.moodle import make_due
make_due()
print("due")
"""
JOIN = """
import django
django.setup()
from django.contrib.auth.models import User
from moodle_bridge.service.models import Link
User.objects.bulk_create(User(username=f"learner{{n}}", email=f"learner{{n}}@example.org") for n in range({learners}))
Link.objects.update(people_at=None)
print("there")
"""
NOW = "2027-03-10T10:00:00+00:00"


def look() -> str:
    """Reviews, cards that are not what the log adds up to, and the ledger, as JSON."""
    from django.db.models import Count

    from moodle_bridge.service.models import Account, Attempt, Award
    from xblocks.badges.models import Award as Ours
    from xblocks.nudge import models
    from xblocks.nudge.memory import Rating, rebuilt

    wrong = 0
    for card in models.Card.objects.all():
        rows = models.Review.objects.filter(learner=card.learner_id, question=card.question_id)
        memory = rebuilt((Rating(rating), when) for rating, when in rows.values_list("rating", "reviewed_at"))
        kept = (card.stability, card.difficulty, card.last_review_at, card.reviews)
        wrong += memory is None or kept != (memory.stability, memory.difficulty, memory.last_review, rows.count())
    counted = models.Nudge.objects.values_list("status").annotate(times=Count("id"))
    sources = models.Review.objects.values_list("learner__source").annotate(times=Count("id"))
    return json.dumps(
        {
            "reviews": models.Review.objects.count(),
            "sources": dict(sources.order_by()),
            "cards": models.Card.objects.count(),
            "wrong": wrong,
            "attempts": Attempt.objects.count(),
            "accounts": Account.objects.count(),
            "matched": Account.objects.exclude(openedx_id=None).count(),
            "status": dict(counted.order_by()),
            "badges": Ours.objects.count(),
            "carried": Award.objects.filter(told="awarded").count(),
        }
    )


def make_due() -> None:
    """Everything is due at NOW."""
    from xblocks.nudge import models

    now = datetime.fromisoformat(NOW)
    models.Card.objects.update(due_at=now - timedelta(days=1))
    models.Learner.objects.update(next_look_at=now, last_active_at=now - timedelta(days=3))


def pull(*, is_apart: bool) -> None:
    """A pull in small pages, slowly."""
    from django.core.management import call_command

    from moodle_bridge import pulling as reading
    from moodle_bridge.service import awards, pulling, recording

    reading.ATTEMPTS_A_PAGE = 5
    awards.A_CALL = 3
    review = recording._review

    def slowly(*arguments: Any) -> None:
        time.sleep(float(os.environ.get("SLOW", "0")))
        review(*arguments)

    recording._review = slowly
    if is_apart:
        pulling.leased = lambda row: nullcontext(_NoLease())  # type: ignore[assignment, return-value]
    call_command("pull_moodle")


class _NoLease:
    def renew(self) -> None:
        """Nobody is asked."""


def deliver() -> None:
    """A sweep at NOW plus LATER seconds."""
    import devstack.platform
    from xblocks.nudge import delivering, sweeping

    at = datetime.fromisoformat(NOW) + timedelta(seconds=float(os.environ.get("LATER", "0")))
    devstack.platform.Devstack.now = lambda self: at  # type: ignore[method-assign]
    swept = sweeping.sweep(at, delivering.deliver, page=7)
    print("swept", sum(swept.planned.values()), swept.again, flush=True)


def main() -> None:
    """What the command line says, after a line on the standard input."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    if sys.argv[1] == "pull":
        pull(is_apart="apart" in sys.argv)
    else:
        deliver()


if __name__ == "__main__":
    main()
