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
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread
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
MIX = """
import django
django.setup()
from tests.concurrency.nudging import mix
print(mix({seconds}))
"""
NOW = "2027-03-10T10:00:00+00:00"


def make(learners: int) -> None:
    """So many learners who have one question due since yesterday, in a course that the devstack has."""
    from datetime import timedelta

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


def log_answer(question: Any, user_id: int, seq: int, content_hash: str, when: datetime) -> None:
    """An answer as the quiz keeps it."""
    from xblocks.microquiz.models import Answer

    Answer.objects.create(
        user_id=user_id,
        usage_key=question.usage_key,
        course_key=question.course.course_key,
        seq=seq,
        question_id=question.question_id,
        content_hash=content_hash,
        attempt=1,
        response={"value": True},
        score=1.0,
        answered_at=when,
    )


def mix(seconds: float) -> str:
    """Reviews beside everything else that changes the same rows; how many were given, kept, and what went wrong."""
    import random
    from collections import Counter
    from datetime import timedelta
    from itertools import count

    from django.db import connection

    from xblocks.nudge import api, catching_up, errands, models, planning, reviewed, reviewing, sweeping, team_acting
    from xblocks.nudge.memory import Rating

    now, stop, number = datetime.fromisoformat(NOW), time.monotonic() + seconds, count()
    question = models.Question.objects.select_related("course").get()
    learners = list(models.Learner.objects.all())
    given, wrong = Counter[str](), Counter[str]()

    def review() -> None:
        step = next(number)
        # Now and then somebody new.
        external_id = f"9{step:08}" if step % 20 == 0 else random.choice(learners).external_id
        content_hash, when = random.choice(["-", question.content_hash]), now + timedelta(milliseconds=step)
        log_answer(question, int(external_id), step + 1, content_hash, when)
        if random.random() < 0.3:
            return  # its process died right here
        reviewing.record(
            reviewed.Reviewed(
                source="openedx",
                external_id=external_id,
                course_key=question.course.course_key,
                usage_key=question.usage_key,
                question_id=question.question_id,
                content_hash=content_hash,
                rating=Rating.GOOD,
                when=when,
                origin=reviewed.QUIZ,
            )
        )

    def follow() -> None:
        catching_up.follow(now + timedelta(minutes=random.randrange(60)))

    def plan() -> None:
        models.Course.objects.update(target_at=now + timedelta(days=random.randrange(20, 90)))
        errands.ask([question.course.pk], models.Task.PLAN, now)
        planning.plan_course(models.Course.objects.get(), now, page=20)

    def sweep() -> None:
        sweeping.sweep(now + timedelta(days=random.randrange(400)), lambda ids: None, page=10)

    def skip_and_open() -> None:
        for nudge in models.Nudge.objects.filter(status=models.Status.PLANNED).order_by("?")[:2]:
            api.mark_opened(nudge.pk, nudge.learner_id, now)
            sweeping.skip(nudge, "too_late", now)

    def wish() -> None:
        learner = random.choice(learners)
        api.keep_preferences(learner, api.preferences(learner), now)

    def choose() -> None:
        course = models.Course.objects.get()
        models.Course.objects.update(holdout_share=random.random())
        team_acting.look_again(course, now)
        team_acting.draw_holdout(course, now)

    def over_and_over(deed: Callable[[], None]) -> None:
        while time.monotonic() < stop:
            given[deed.__name__] += 1
            try:
                deed()
            except Exception as error:
                wrong[f"{deed.__name__}: {error!r}"] += 1
        connection.close()

    at_once(over_and_over, [review, review, review, follow, follow, plan, sweep, skip_and_open, wish, choose])
    caught = list(catching_up.catch_up())[-1]
    wrong.update(["failed"] * caught.failed)
    kept = models.Review.objects.count()
    return json.dumps({"given": given["review"], "kept": kept, "wrong": wrong})


def at_once(do: Callable[[Any], None], deeds: list[Any]) -> None:
    """Do with each deed what is to be done, all at the same time."""
    threads = [Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def use_test_clock_and_folder() -> None:
    """Time stands still at NOW (plus LATER seconds, from the environment), and mails go to a folder, slowly."""
    from datetime import timedelta

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
