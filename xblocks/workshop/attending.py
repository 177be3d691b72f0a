"""Who was there, as facilitators note it; what is noted twice is there once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xblocks.base.platform import platform
from xblocks.base.repeating import repeated
from xblocks.workshop import announcing, models, reading, taking_part, telling
from xblocks.workshop.plan import Completes


@repeated
def note(session: models.Session, participant: models.Participant, *, was_there: bool, by: str, now: datetime) -> bool:
    """Note whether somebody was at a session; the last word counts. Whether they were there for the first time.

    Two who tap at once both say what is so, and nobody is told of it twice.
    """
    with transaction.atomic():
        held = models.Participant.objects.select_for_update().filter(pk=participant.pk)
        attended_at = held.values_list("attended_at", flat=True).get()
        models.Attendance.objects.update_or_create(
            session=session, participant=participant, defaults={"was_there": was_there, "at": now, "by": by}
        )
        is_first = was_there and attended_at is None
        if is_first:
            held.update(attended_at=now, noted_at=platform().now())
            announcing.attended(participant, now)
            if reading.plan_of(participant.workshop).completes is Completes.ATTENDED:
                transaction.on_commit(lambda: taking_part.complete(participant), robust=True)
        telling.follow_up(participant.workshop_id, [participant.pk])
    return is_first


@repeated
def unnote(session: models.Session, participant: models.Participant) -> None:
    """Nothing is known of whether somebody was there."""
    with transaction.atomic():
        models.Attendance.objects.filter(session=session, participant=participant).delete()
        telling.follow_up(participant.workshop_id, [participant.pk])
