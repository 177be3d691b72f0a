"""What an answer says of a learner: they were active then, so what was ignored until then is forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Max, Q, Value, When

from xblocks.nudge import models
from xblocks.nudge.kinds import Kind

LOOK_AFTER = timedelta(hours=1)
"""When a sweep looks at somebody who was active: how long they are left alone is for each course to say."""
ACTED_WITHIN = timedelta(days=2)
"""An answer so soon after a message counts as an answer to it."""


def note_activity(source: str, external_id: str, when: datetime) -> bool:
    """Note that a learner was active just now; whether there is such a learner.

    It also holds their row: two reviews of theirs come one after the other.
    """
    found = models.Learner.objects.filter(source=source, external_id=external_id).update(
        last_active_at=Case(When(Q(last_active_at__gt=when), then=F("last_active_at")), default=Value(when)),
        ignored=0,
        said_stop=False,
        comeback_at=None,
        next_look_at=_no_later_than(when + LOOK_AFTER),
    )
    return bool(found)


def note_past_activity(source: str, external_id: str, when: datetime, now: datetime) -> bool:
    """Note that a learner was active a while ago, which nobody knew until now; whether there is such a learner.

    What was sent to them since counts as before. It also holds their row.
    """
    learners = models.Learner.objects.filter(source=source, external_id=external_id)
    row = learners.select_for_update().values("pk", "last_active_at").first()
    if row is None:
        return False
    changed: dict[str, Any] = {"next_look_at": _no_later_than(max(when + LOOK_AFTER, now))}
    if row["last_active_at"] is None or row["last_active_at"] < when:
        changed |= {"last_active_at": when, **unanswered(row["pk"], when)}
    models.Learner.objects.filter(pk=row["pk"]).update(**changed)
    return True


def unanswered(learner_id: int, since: datetime) -> dict[str, Any]:
    """What has been sent to a learner since, as their row counts it."""
    goodbye, comeback = Q(kind=Kind.GOODBYE), Q(kind=Kind.COMEBACK)
    sent = models.Nudge.objects.filter(learner=learner_id, status=models.Status.SENT, sent_at__gt=since)
    found = sent.aggregate(
        ignored=Count("pk", filter=~goodbye & ~Q(kind=Kind.ANCHORED)),
        goodbyes=Count("pk", filter=goodbye),
        comeback_at=Max("sent_at", filter=comeback),
    )
    return {
        "ignored": found["ignored"],
        "said_stop": found["goodbyes"] > 0,
        "comeback_at": found["comeback_at"],
    }


def note_acted(messages: Collection[int], when: datetime) -> None:
    """Note that messages were answered.

    Args:
        messages: lines of the ledger that say which course each is about. Most answers are none to a message.
    """
    if messages:
        models.NudgeCourse.objects.filter(pk__in=messages).update(acted_at=when)


def _no_later_than(look: datetime) -> Case:
    """Look then, or sooner as it was: a message that another component asked for may be due before."""
    return Case(When(Q(next_look_at__lt=look), then=F("next_look_at")), default=Value(look))
