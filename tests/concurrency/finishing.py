"""Everybody of a course finishes at once; what `test_finishing.py` has its processes do.

python -m tests.concurrency.finishing FIRST LAST
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

from tests.concurrency.awarding import BLOCKS, COURSE, NOW

MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.concurrency.finishing import make
make()
print("made")
"""
LOOK = """
import django
django.setup()
from tests.concurrency.finishing import look
print(look())
"""


def make() -> None:
    """A badge for all four blocks, and one for the first."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.badges.awarding import keep_badges
    from xblocks.badges.criteria import Completed
    from xblocks.badges.definition import Badge

    names = tuple(f"unit@{block}" for block in BLOCKS)
    every = Badge(id="every", name="Every", criterion=Completed(names), minutes=20)
    first = Badge(id="first", name="First", criterion=Completed(names[:1]))
    keep_badges(CourseKey.from_string(COURSE), [every, first], NOW)


def look() -> str:
    """As JSON: how many learners have how many awards of each badge, how much credit there is, and lines of the log."""
    from django.db.models import Count, Sum

    from xblocks.badges import models

    times: dict[str, dict[int, int]] = {}
    rows = models.Award.objects.values("badge__badge_id", "holder").annotate(times=Count("id")).order_by()
    for badge, number in rows.values_list("badge__badge_id", "times"):
        counted = times.setdefault(badge, {})
        counted[number] = counted.get(number, 0) + 1
    return json.dumps(
        {
            "awards": times,
            "credit": models.CreditLine.objects.aggregate(minutes=Sum("minutes"))["minutes"] or 0,
            "facts": models.Fact.objects.count(),
        }
    )


def tell(first: int, last: int) -> None:
    """The blocks of each learner, all completed within a moment; of every fifth each is told twice, as a queue may."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.badges import deeds, tasks
    from xblocks.badges.deeds import Deed
    from xblocks.badges.facts import Did

    key = CourseKey.from_string(COURSE)
    for number in range(first, last):
        for place, block in enumerate(BLOCKS):
            usage_key = str(key.make_usage_key("unit", block))
            told = [deeds.encode(Deed(Did.COMPLETED, NOW - timedelta(hours=place), usage_key))]
            for _again in range(1 if number % 5 else 2):
                assert tasks.queue(tasks.take_in, "openedx", str(number), COURSE, told)


def main() -> None:
    """Say that it is ready, wait, tell."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    tell(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
