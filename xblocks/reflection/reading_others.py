"""What somebody else's reflection is to a reader: whether they may read it, and the text if they may.

Every way to another one's text leads through here. What is looked up for a list comes without the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from opaque_keys.edx.keys import UsageKey

from xblocks.reflection.handing_in import Handed
from xblocks.reflection.keeping import open_version, shared_of
from xblocks.reflection.models import Reading, Version
from xblocks.reflection.sharing import Role, role_for
from xblocks.reflection.standing import Reader, ties


class NotSharedError(Exception):
    """There is no such version, or the reader may not read it; which of the two is not told."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A version that a reader may read.

    Attributes:
        pk: of the version.
        role: what the reader is to its writer.
    """

    pk: int
    reflection: int
    writer: int
    number: int
    at: datetime
    role: Role


def readable(reader: Reader, usage_key: UsageKey) -> list[Readable]:
    """The last version that a reader may read of each learner in a block, the latest first; without the texts."""
    rows = _open_to_others().filter(reflection__usage_key=usage_key).defer("content").order_by("number")
    versions = list(rows)
    stand = ties(reader, {row.reflection.user_id for row in versions}, usage_key.course_key) if versions else {}
    last: dict[int, Readable] = {}
    for row in versions:
        role = role_for(shared_of(row), stand[row.reflection.user_id])
        if role is not None:
            last[row.reflection_id] = _readable(row, role)
    return sorted(last.values(), key=lambda one: one.at, reverse=True)


def opened(reader: Reader, pk: int, usage_key: UsageKey) -> tuple[Readable, Handed]:
    """A version of a block, with its text.

    Raises:
        NotSharedError: it is not there for this reader.
        SealedError: it cannot be opened.
    """
    row = _open_to_others().filter(pk=pk, reflection__usage_key=usage_key).first()
    role = _role(reader, row)
    if row is None or role is None:
        raise NotSharedError
    return _readable(row, role), open_version(row)


def held(reader: Reader, pk: int, usage_key: UsageKey) -> tuple[Readable, Any]:
    """As `opened` without the text, but with its row, which its writer takes back only after this transaction.

    Raises:
        NotSharedError: as `opened`.
    """
    rows = _open_to_others().select_for_update().defer("content")
    row = rows.filter(pk=pk, reflection__usage_key=usage_key).first()
    role = _role(reader, row)
    if row is None or role is None:
        raise NotSharedError
    return _readable(row, role), row.reflection


def note_read(reader: Reader, one: Readable, now: datetime) -> None:
    """Note that a reader has read a version, unless they have read it or a later one before."""
    rows = Reading.objects.filter(reflection_id=one.reflection, reader_id=reader.user_id)
    if rows.filter(number__lt=one.number).update(number=one.number, read_at=now) or rows.exists():
        return
    try:
        with transaction.atomic():
            Reading.objects.create(
                reflection_id=one.reflection, reader_id=reader.user_id, number=one.number, read_at=now
            )
    except IntegrityError:
        # Another request of theirs was first; or the text is gone.
        return


def readings(reflections: Sequence[int]) -> list[Reading]:
    """Who has read some reflections."""
    return list(Reading.objects.filter(reflection_id__in=reflections).order_by("read_at"))


def _open_to_others() -> Any:
    """What is not its writer's alone."""
    return Version.objects.exclude(level="private", buddy=None).select_related("reflection")


def _role(reader: Reader, row: Version | None) -> Role | None:
    if row is None:
        return None
    writer = row.reflection.user_id
    return role_for(shared_of(row), ties(reader, [writer], row.reflection.course_key)[writer])


def _readable(row: Version, role: Role) -> Readable:
    one = row.reflection
    return Readable(row.pk, one.pk, one.user_id, row.number, row.handed_in_at, role)
