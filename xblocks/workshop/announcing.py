"""Telling others what a learner came to, once it is kept: whoever listens and fails must not undo it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from xblocks.workshop import models, reading
from xblocks.workshop.data import WorkshopData
from xblocks.workshop.signals import WORKSHOP_ATTENDED_V1, WORKSHOP_PREPARED_V1


def prepared(participant: models.Participant, at: datetime) -> None:
    """All is done, for the first time."""
    in_time = reading.was_in_time(participant, participant.workshop.sessions.all(), at)
    _tell(WORKSHOP_PREPARED_V1, participant, at, in_time=in_time)


def attended(participant: models.Participant, at: datetime) -> None:
    """They were there, as was noted for the first time."""
    _tell(WORKSHOP_ATTENDED_V1, participant, at)


def _tell(signal: Any, participant: models.Participant, at: datetime, *, in_time: bool = True) -> None:
    told = told_of(participant, at, in_time=in_time)
    transaction.on_commit(lambda: signal.send_event(workshop=told), robust=True)


def told_of(participant: models.Participant, at: datetime, *, in_time: bool = True) -> WorkshopData:
    """A learner in a workshop, as others hear of them."""
    return WorkshopData(
        source=participant.person.source,
        external_id=participant.person.external_id,
        course_key=participant.workshop.course_key,
        usage_key=participant.workshop.usage_key,
        at=at,
        in_time=in_time,
    )
