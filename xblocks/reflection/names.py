"""What people are called on pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xblocks.base.i18n import _
from xblocks.base.platform import platform


def for_learners(user_ids: Collection[int]) -> Mapping[int, str]:
    """Names to show to other learners; who gave none has none here, and no address in its place."""
    people = platform().people(user_ids) if user_ids else {}
    named = {pk: person.name for pk, person in people.items() if person.name}
    return {pk: named.get(pk) or _("Somebody in this course") for pk in user_ids}


def for_coaches(user_ids: Collection[int]) -> Mapping[int, str]:
    """Names to show to those who coach: who gave none is told by their address, as on the platform's own pages."""
    people = platform().people(user_ids) if user_ids else {}
    named = {pk: person.name or person.email for pk, person in people.items()}
    return {pk: named.get(pk) or _("Somebody who has left") for pk in user_ids}
