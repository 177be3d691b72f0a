"""Scripts and processes of `test_nudging.py`: a site with learners who have something due, sweepers and workers.

    python -m tests.concurrency.nudging sweep        sweeps, in pages of 7, handing out to the broker
    python -m tests.concurrency.nudging deliver      sweeps and sends itself

Mails go to a folder, one file a mail, written before the transport says that it took it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.concurrency.nudging import make
make({learners})
"""
LOOK = """
import django
django.setup()
from tests.concurrency.nudging import look
print(look())
"""
NOW = "2027-03-10T10:00:00+00:00"


def make(learners: int) -> None:
    """So many learners who have one question due since yesterday, in a course that the devstack has."""
    from datetime import datetime, timedelta

    from django.contrib.auth.models import User

    from tests.devstack.playing import add_block
    from xblocks.nudge import catalogue, models

    key = add_block(
        '<microquiz url_name="sender"><truefalse id="one" right="true"><text>Is it?</text></truefalse></microquiz>'
    )
    now = datetime.fromisoformat(NOW)
    course = models.Course.objects.create(course_key=key.course_key, name="A course", facts_at=now)
    catalogue.make_known(course, key, "one", "-", "truefalse")
    question = models.Question.objects.get()
    users = [User(username=f"learner{n}", email=f"learner{n}@example.com") for n in range(learners)]
    User.objects.bulk_create(users)
    models.Learner.objects.bulk_create(
        models.Learner(
            source="openedx",
            external_id=str(user_id),
            next_look_at=now - timedelta(minutes=user_id % 7),
            last_active_at=now - timedelta(days=3),
        )
        for user_id in User.objects.filter(username__startswith="learner").values_list("pk", flat=True)
    )
    rows = list(models.Learner.objects.all())
    models.Participation.objects.bulk_create(
        models.Participation(learner=row, course=course, began_at=now - timedelta(days=3)) for row in rows
    )
    models.Card.objects.bulk_create(
        models.Card(
            learner=row,
            question=question,
            stability=2.0,
            difficulty=5.0,
            last_review_at=now - timedelta(days=3),
            due_at=now - timedelta(days=1),
            reviews=1,
        )
        for row in rows
    )


def look() -> str:
    """The ledger, as JSON: how many messages a learner has, by status, and who is still to be looked at."""
    from datetime import datetime

    from django.conf import settings
    from django.db.models import Count

    from xblocks.nudge import models

    mails = sorted(path.read_text() for path in Path(settings.DATA).glob("sent/*"))
    counted = models.Nudge.objects.values_list("status").annotate(times=Count("id"))
    return json.dumps(
        {
            "status": dict(counted.order_by()),
            "learners": models.Nudge.objects.values("learner_id").distinct().count(),
            "waiting": models.Learner.objects.filter(next_look_at__lte=datetime.fromisoformat(NOW)).count(),
            "mails": mails,
        }
    )


def use_test_clock_and_folder() -> None:
    """Time stands still at NOW (plus LATER seconds, from the environment), and mails go to a folder, slowly."""
    from datetime import datetime, timedelta

    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives

    import devstack.platform

    at = datetime.fromisoformat(NOW) + timedelta(seconds=float(os.environ.get("LATER", "0")))
    folder = Path(settings.DATA) / "sent"
    folder.mkdir(exist_ok=True)

    def now(self: Any) -> datetime:
        return at

    def send(mail: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        (folder / f"{time.time_ns()}-{os.getpid()}").write_text(mail.to[0])
        # The moment in which a kill leaves a mail that went out and a ledger that does not know.
        time.sleep(float(os.environ.get("SLOW", "0")))
        return 1

    devstack.platform.Devstack.now = now  # type: ignore[method-assign]
    EmailMultiAlternatives.send = send  # type: ignore[method-assign]


def main() -> None:
    """What the command line says, after a line on the standard input."""
    django.setup()
    use_test_clock_and_folder()
    from xblocks.base.platform import platform
    from xblocks.nudge import delivering, sweeping, tasks

    print("ready", flush=True)
    sys.stdin.readline()
    hand_out = tasks.hand_out if sys.argv[1] == "sweep" else delivering.deliver
    swept = sweeping.sweep(platform().now(), hand_out, page=7)
    print("swept", sum(swept.planned.values()), swept.again, swept.uncertain, swept.expired, flush=True)


if __name__ == "__main__":
    main()
