"""A process of `test_sharing.py`: learners hand in, choose and pair up, in an order of its own.

python -m tests.concurrency.sharing SEED LEARNERS
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime
from typing import Any

import django

MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.concurrency.sharing import make
make()
print("made")
"""
LOOK = """
import django
django.setup()
from tests.concurrency.sharing import look
print(look())
"""
COURSE = "course-v1:Microunits+TEST+2026"
BLOCK = f"block-{COURSE.removeprefix('course-')}+type@reflection+block@week1"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FIRST = 1000


def make() -> None:
    """A course; nobody has written."""
    from devstack.models import Course

    Course.objects.get_or_create(key=COURSE, defaults={"language": "en", "title": "A course"})


def look() -> str:
    """As JSON: pairs that are whole, versions wider than chosen, doubled numbers, buddies that are none."""
    from django.db.models import Count, F

    from xblocks.reflection import models
    from xblocks.reflection.sharing import LEVELS, Visibility

    pairs = set(models.Buddy.objects.values_list("user_id", "buddy_id"))
    order = {str(level): LEVELS.index(Visibility(level)) for level in LEVELS}
    versions = list(models.Version.objects.select_related("reflection").defer("content", "reflection__draft"))
    return json.dumps(
        {
            "pairs": len(pairs),
            "half": [pair for pair in pairs if pair[::-1] not in pairs],
            "wider": [one.pk for one in versions if order[one.level] > order[one.reflection.level]],
            "let_in_nobody": [one.pk for one in versions if one.buddy and not one.reflection.with_buddy],
            "strangers": [one.pk for one in versions if one.buddy and (one.reflection.user_id, one.buddy) not in pairs],
            "versions": len(versions),
            "counted": models.Reflection.objects.annotate(n=Count("versions")).exclude(n=F("handed_in")).count(),
            "shared": sum(one.level != "private" for one in versions),
        }
    )


def act(seed: int, learners: int) -> None:
    """Everybody writes, hands in, opens, closes, invites, accepts and parts."""
    from opaque_keys.edx.keys import UsageKey

    from xblocks.reflection import api, buddies, handing_in
    from xblocks.reflection.definition import Design
    from xblocks.reflection.drafting import Draft, Sent
    from xblocks.reflection.sharing import LEVELS, Allowed, Sharing

    chance, block = random.Random(seed), UsageKey.from_string(BLOCK)
    allowed = Allowed(coach=True, group=True, buddy=True)

    def made(draft: Draft, number: int) -> Any:
        return handing_in.hand_in(Design(), Design().asked(), draft.answers, number, NOW)

    for turn in range(10 * learners):
        user, other = (FIRST + number for number in chance.sample(range(learners), 2))
        deed = chance.random()
        if deed < 0.4:
            text = {"thoughts": f"{seed} {turn}"}
            api.save(user, block, Sent(f"p{seed}", turn + 1, api.own(user, block).draft.version, text), NOW)
            seen = Sharing(LEVELS[2], True)
            api.hand_in(user, block, "Week", made, NOW, seen=seen, allowed=allowed)
        elif deed < 0.7:
            api.share(user, block, Sharing(chance.choices(LEVELS, (1, 3, 2))[0], chance.random() < 0.7), NOW)
        elif deed < 0.9:
            try:
                buddies.accept(other, block.course_key, buddies.invite(user, block.course_key, NOW), NOW)
            except (buddies.NoInvitationError, buddies.TakenError):
                continue
        else:
            buddies.end(user, block.course_key)


def main() -> None:
    """Say that it is ready, wait, act."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    act(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
