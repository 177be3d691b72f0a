"""A process of `test_awarding.py`: it hears what learners did, in an order of its own, and may be killed.

python -m tests.concurrency.awarding SEED LEARNERS
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta

import django

MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.concurrency.awarding import make
make()
print("made")
"""
LOOK = """
import django
django.setup()
from tests.concurrency.awarding import look
print(look())
"""
COURSE = "course-v1:Microunits+BADGES+2026"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BLOCKS = ("a", "b", "c", "d")


def make() -> None:
    """A badge for all four blocks, and one for the first."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.badges.awarding import keep_badges
    from xblocks.badges.criteria import Completed
    from xblocks.badges.definition import Badge

    every = Badge(id="every", name="Every", criterion=Completed(BLOCKS), minutes=20)
    keep_badges(
        CourseKey.from_string(COURSE), [every, Badge(id="first", name="First", criterion=Completed(("a",)))], NOW
    )


def look() -> str:
    """As JSON: awards a learner and badge, credit a learner, and lines of the log."""
    from django.db.models import Count, Sum

    from xblocks.badges import models

    awards = models.Award.objects.values_list("holder__external_id", "badge__badge_id").annotate(times=Count("id"))
    credit = models.CreditLine.objects.values_list("award__holder__external_id").annotate(minutes=Sum("minutes"))
    return json.dumps(
        {
            "awards": [list(line) for line in awards.order_by()],
            "credit": dict(credit.order_by()),
            "facts": models.Fact.objects.count(),
        }
    )


def hear(seed: int, learners: int) -> None:
    """Everything that everybody did, one thing at a time; several processes tell of the same."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.badges import awarding
    from xblocks.badges.facts import Did, Fact

    key, chance = CourseKey.from_string(COURSE), random.Random(seed)
    told = [(str(number), block) for number in range(learners) for block in BLOCKS]
    chance.shuffle(told)
    for who, block in told:
        at = NOW - timedelta(hours=BLOCKS.index(block))
        awarding.hear("openedx", who, key, [Fact(Did.COMPLETED, at, at.date(), block)], NOW)


def main() -> None:
    """Say that it is ready, wait, hear."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    hear(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
