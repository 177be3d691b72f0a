"""Who was prepared and who was there, page by page: for whoever looks for what they did not hear of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from opaque_keys.edx.keys import UsageKey

from xblocks.workshop import announcing, models, reading
from xblocks.workshop.data import WorkshopData

Page = list[tuple[int, WorkshopData]]
"""Each with its number, the smallest first."""


def prepared(usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None) -> Page:
    """Who has done all that these workshops ask to prepare: the next ones after a number.

    Args:
        since: only those of whom something was written down then or later.
    """
    found = _page("prepared_at", usage_keys, after, most, since)
    rows: dict[int, list[models.Session]] = defaultdict(list)
    for session in models.Session.objects.filter(workshop__in={one.workshop_id for one in found}):
        rows[session.workshop_id].append(session)
    told = []
    for one in found:
        in_time = reading.was_in_time(one, rows[one.workshop_id], one.prepared_at)
        told.append((one.pk, announcing.told_of(one, one.prepared_at, in_time=in_time)))
    return told


def attended(usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None = None) -> Page:
    """Who was at a session of these workshops; as `prepared`."""
    found = _page("attended_at", usage_keys, after, most, since)
    return [(one.pk, announcing.told_of(one, one.attended_at)) for one in found]


def _page(
    column: str, usage_keys: Collection[UsageKey], after: int, most: int, since: datetime | None
) -> list[models.Participant]:
    rows: Any = models.Participant.objects.filter(
        workshop__usage_key__in=list(usage_keys), pk__gt=after, **{f"{column}__isnull": False}
    )
    if since is not None:
        rows = rows.filter(noted_at__gte=since)
    return list(rows.select_related("workshop", "person").order_by("pk")[:most])
