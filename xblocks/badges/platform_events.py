"""The platform's own events about badges, which others listen to already: of learners with an account here.

They carry name and e-mail address of the learner, as the platform's events do; so they are for this platform only.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib.auth import get_user_model
from openedx_events.learning.data import BadgeData, BadgeTemplateData, UserData, UserPersonalData
from openedx_events.learning.signals import BADGE_AWARDED, BADGE_REVOKED

from xblocks.badges import models
from xblocks.badges.earned import place_of
from xblocks.badges.issuer import address
from xblocks.badges.reading import read
from xblocks.base.platform import platform
from xblocks.base.sanitise import as_plain_text
from xblocks.nudge.api import OPENEDX

ORIGIN = "microunits"


def tell_awarded(award: models.Award) -> None:
    """org.openedx.learning.badge.awarded.v1."""
    _tell(BADGE_AWARDED, award)


def tell_revoked(award: models.Award) -> None:
    """org.openedx.learning.badge.revoked.v1."""
    _tell(BADGE_REVOKED, award)


def _tell(signal: Any, award: models.Award) -> None:
    # Who somebody is is looked up only when somebody wants to hear it.
    badge = _data(award) if signal.has_listeners() else None
    if badge is not None:
        signal.send_event(badge=badge)


def _data(award: models.Award) -> BadgeData | None:
    """The award as the platform's events say it; None for learners of other places, and for accounts that are gone."""
    holder = award.holder
    if holder.source != OPENEDX or not holder.external_id.isdigit():
        return None
    user_id = int(holder.external_id)
    person = platform().people([user_id]).get(user_id)
    users = get_user_model()
    username = users.objects.filter(pk=user_id).values_list(users.USERNAME_FIELD, flat=True).first()
    if person is None or username is None:
        return None
    named = UserPersonalData(username=username, email=person.email, name=person.name)
    definition, place = read(award), place_of(award.badge, award.content_hash)
    return BadgeData(
        uuid=str(award.uid),
        user=UserData(id=user_id, is_active=person.is_active, pii=named),
        template=BadgeTemplateData(
            # One for each badge, whatever of it is changed.
            uuid=str(uuid5(NAMESPACE_URL, f"microunits:{award.badge.course_key}:{award.badge.badge_id}")),
            origin=ORIGIN,
            name=definition.name,
            description=as_plain_text(definition.description),
            image_url=address("picture", *place, "png"),
        ),
    )
