"""Feedback of coaches and reactions of buddies, kept sealed. The learner is told, once for each version.

What somebody wrote to a learner stays the learner's, whatever becomes of who may read. Its author sees it for as long
as they may read what it is about; either of the two can remove it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from opaque_keys.edx.keys import UsageKey

from xblocks.base.repeating import repeated
from xblocks.reflection import models, remarks, reminding
from xblocks.reflection.keeping import Own
from xblocks.reflection.reading_others import NotSharedError, held
from xblocks.reflection.remarks import Remark, Said
from xblocks.reflection.sealing import SealedError, seal, unseal
from xblocks.reflection.sharing import Role
from xblocks.reflection.standing import Reader

log = logging.getLogger(__name__)
MOST_EACH = 50
"""Remarks by one author about one reflection."""


class TooManyError(Exception):
    """The author has said enough about this reflection."""


@repeated
def remark(
    reader: Reader, pk: int, usage_key: UsageKey, title: str, said: Said, roles: Sequence[Role], now: datetime
) -> int:
    """Keep what somebody who may read a version says of it.

    Args:
        roles: as which they may speak here.

    Returns:
        its number.

    Raises:
        NotSharedError: they may not read the version, or not in one of the roles.
        TooManyError: nothing is kept.
    """
    with transaction.atomic():
        one, reflection = held(reader, pk, usage_key)
        if one.role not in roles:
            raise NotSharedError
        if models.Remark.objects.filter(reflection=reflection, author_id=reader.user_id).count() >= MOST_EACH:
            raise TooManyError
        row = models.Remark.objects.create(
            reflection=reflection,
            author_id=reader.user_id,
            role=str(one.role),
            number=one.number,
            content=seal(remarks.encode(said), _place(reflection, reader.user_id)),
            written_at=now,
        )
        reminding.remarked(one.writer, usage_key, title, one.number, now)
    return int(row.pk)


def remove(user_id: int, pk: int, usage_key: UsageKey) -> bool:
    """Remove a remark, for its author or for the learner it was written to; whether there was one."""
    rows = models.Remark.objects.filter(pk=pk, reflection__usage_key=usage_key)
    return bool(rows.filter(Q(author_id=user_id) | Q(reflection__user_id=user_id)).delete()[0])


def remarks_to(mine: Own) -> list[Remark]:
    """Everything that was said to a learner about their reflection, the oldest first; for them alone."""
    return list(_opened(models.Remark.objects.filter(reflection_id=mine.pk))) if mine.pk is not None else []


def see(usage_key: UsageKey, user_id: int, seen: Sequence[Remark], now: datetime) -> None:
    """Note that a learner was shown remarks; who has seen them need not be told any more."""
    new = [one for one in seen if one.is_new]
    if new:
        models.Remark.objects.filter(pk__in=[one.pk for one in new]).update(seen_at=now)
        for number in {one.number for one in new}:
            reminding.saw_remark(user_id, usage_key, number)


def remarks_by_coaches(reflection: int) -> list[Remark]:
    """What coaches said of a reflection, for those who coach as well."""
    return list(_opened(models.Remark.objects.filter(reflection_id=reflection, role=str(Role.COACH))))


def remarks_by(author_id: int, reflection: int) -> list[Remark]:
    """What somebody said of a reflection that they may still read."""
    return list(_opened(models.Remark.objects.filter(reflection_id=reflection, author_id=author_id)))


def written_by(author_id: int) -> Iterator[tuple[UsageKey, Remark | None, datetime]]:
    """Everything that somebody wrote to others, for themselves to take along; None where it cannot be opened."""
    for row in models.Remark.objects.filter(author_id=author_id).select_related("reflection").order_by("pk"):
        yield row.reflection.usage_key, next(_opened([row]), None), row.written_at


def _opened(rows: Any) -> Iterator[Remark]:
    """What cannot be opened is left out."""
    if not isinstance(rows, list):
        rows = rows.select_related("reflection").order_by("pk")
    for row in rows:
        try:
            said = remarks.decode(unseal(row.content, _place(row.reflection, row.author_id)))
        except SealedError:
            log.error("A remark in %s cannot be opened with the secrets that are known.", row.reflection.usage_key)
            continue
        yield Remark(
            row.pk, row.author_id, Role(row.role), row.number, row.written_at, said, is_new=row.seen_at is None
        )


def _place(reflection: models.Reflection, author_id: int) -> str:
    """What a sealed remark belongs to."""
    return f"remark:{reflection.user_id}:{reflection.usage_key}:{author_id}"
