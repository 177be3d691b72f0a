"""A process of `test_issuing.py`: makes keys, signs every award, rotates or revokes meanwhile, and may be killed.

python -m tests.concurrency.issuing SEED
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
from tests.concurrency.issuing import make
make()
print("made")
"""
LOOK = """
import django
django.setup()
from tests.concurrency.issuing import look
print(look())
"""
COURSE = "course-v1:Microunits+BADGES+2026"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LEARNERS, REVOKED = 16, 4
PLACES = 40
"""Of a status list, so that all draw the same ones."""


def make() -> None:
    """Awards, and no keys yet."""
    from opaque_keys.edx.keys import CourseKey

    from xblocks.badges.awarding import hear, keep_badges
    from xblocks.badges.criteria import Completed
    from xblocks.badges.definition import Badge
    from xblocks.badges.facts import Did, Fact

    key = CourseKey.from_string(COURSE)
    keep_badges(key, [Badge(id="first", name="First", criterion=Completed(("a",)))], NOW)
    for number in range(LEARNERS):
        hear("openedx", str(1000 + number), key, [Fact(Did.COMPLETED, NOW, NOW.date(), "a")], NOW)


def look() -> str:
    """As JSON: what of the awards is signed, and how well."""
    from django.db.models import F

    from xblocks.badges import issuing, lookups, models
    from xblocks.badges.verifying import verify

    later = datetime.now(UTC) + timedelta(minutes=1)
    left = list(issuing.sign_missing(later))
    credentials = list(models.Credential.objects.select_related("status", "award"))
    known = lookups.lookups(later)
    verdicts = [
        [str(verify(text.encode(), known).outcome) for text in (one.document, one.token)] for one in credentials
    ]
    return json.dumps(
        {
            "left": left,
            "awards": sorted(one.award_id for one in credentials),
            "places": len({(one.status.status_list_id, one.status.index) for one in credentials}),
            "entries": models.StatusEntry.objects.count(),
            "signing": sorted(models.SigningKey.objects.filter(signs=True).values_list("kind", flat=True)),
            "bits": sorted(
                models.Credential.objects.filter(status__revoked_at__isnull=False)
                .annotate(revoked_at=F("award__revoked_at"))
                .values_list("award_id", flat=True)
            ),
            "revoked": sorted(
                models.Award.objects.filter(revoked_at__isnull=False, credential__isnull=False).values_list(
                    "pk", flat=True
                )
            ),
            "verdicts": sorted(map(str, verdicts)),
        }
    )


def work(seed: int) -> None:
    """All at once: keys, signatures, and what else there is to do."""
    from xblocks.badges import awarding, issuing, key_ring, models, status_lists

    status_lists.ENTRIES = PLACES
    chance = random.Random(seed)
    key_ring.make(NOW)
    awards = list(models.Award.objects.order_by("pk"))
    for one in awards[:REVOKED]:
        try:
            awarding.revoke(one.uid, "openedx:9", "By mistake.", NOW)
        except awarding.AwardError:
            continue
    chance.shuffle(awards)
    for number, one in enumerate(awards):
        issuing.sign(one.pk, NOW)
        if seed == 1 and number == len(awards) // 2:
            key_ring.rotate(NOW + timedelta(seconds=1))


def main() -> None:
    """Say that it is ready, wait, work."""
    django.setup()
    print("ready", flush=True)
    sys.stdin.readline()
    work(int(sys.argv[1]))


if __name__ == "__main__":
    main()
